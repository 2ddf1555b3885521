"""Which campaigns are open, for whom, and what they do. No I/O here."""

from .active import (
    NOTHING,
    Active,
    Multiplied,
    OpenCampaign,
    active,
    active_among,
    in_window,
    known,
    look_at_tiers,
    multiplied,
    open_at,
)
from .audiences import Who, fits
from .made import ALLOWED, CAMPAIGNS, Change, Changed, MadeCampaign, campaigns_at, ever, of_files
from .windows import Occurrence, instant_of, occurrence_after, occurrence_at, occurrence_before

__all__ = [
    "ALLOWED",
    "CAMPAIGNS",
    "NOTHING",
    "Active",
    "Change",
    "Changed",
    "MadeCampaign",
    "Multiplied",
    "Occurrence",
    "OpenCampaign",
    "Who",
    "active",
    "active_among",
    "campaigns_at",
    "ever",
    "fits",
    "in_window",
    "instant_of",
    "known",
    "look_at_tiers",
    "multiplied",
    "occurrence_after",
    "occurrence_at",
    "occurrence_before",
    "of_files",
    "open_at",
]
