"""Coupon templates: what one is as it is offered, and how it is found in memory."""

from .held import (
    is_of_file,
    made_templates,
    template_anywhere,
    template_by_code,
    template_by_id,
    template_of,
    templates_ever,
    templates_now,
    templates_of_version,
)
from .things import MADE, MadeTemplate, MadeTemplates, Template, offered, template_id

__all__ = [
    "MADE",
    "MadeTemplate",
    "MadeTemplates",
    "Template",
    "is_of_file",
    "made_templates",
    "offered",
    "template_anywhere",
    "template_by_code",
    "template_by_id",
    "template_id",
    "template_of",
    "templates_ever",
    "templates_now",
    "templates_of_version",
]
