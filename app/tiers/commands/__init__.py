"""Every write of growth and tiers. All of them run under the member's lock."""

from .changes import Author
from .growth import Grown, Shrunk, grow, shrink
from .manual import end_manual_tier, set_manual_tier
from .openings import bring_along, open_growth
from .settling import settle_standing_of
from .standing import LIVE, Manner, Row, StandingMember, settled_standing

__all__ = [
    "LIVE",
    "Author",
    "Grown",
    "Manner",
    "Row",
    "Shrunk",
    "StandingMember",
    "bring_along",
    "end_manual_tier",
    "grow",
    "open_growth",
    "set_manual_tier",
    "settle_standing_of",
    "settled_standing",
    "shrink",
]
