"""The rules of `[points]` in words, for members."""

from collections.abc import Iterator

from app.points.section import PointsSection
from app.programs.rulebook import Rule, Terms

from .caps import cap_told, caps_told, sources_told
from .doing import EACH, NOUNS, ORDERS
from .earning import categories_told, earning_told
from .lasting import lasting_told
from .refunds import refunds_told

__all__ = ["EACH", "NOUNS", "ORDERS", "cap_told", "categories_told", "points_rules", "sources_told"]


def points_rules(section: PointsSection, terms: Terms) -> Iterator[Rule]:
    """All of the section that is of interest to members: not what staff may do alone."""
    yield from earning_told(section, terms)
    yield from caps_told(section)
    yield from lasting_told(section)
    yield from refunds_told(section)
