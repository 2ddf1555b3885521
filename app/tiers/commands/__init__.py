"""Every write of growth and tiers. All of them run under the member's lock."""

from .changes import Author
from .growth import Grown, Shrunk, grow, grown_by, shrink
from .manual import end_manual_tier, set_manual_tier
from .member import LIVE, Manner, Row, StandingMember, Timed
from .openings import bring_along, open_growth
from .settling import settle_standing_of
from .standing import settle_standing, settled_standing

__all__ = [
    "LIVE",
    "Author",
    "Grown",
    "Manner",
    "Row",
    "Shrunk",
    "StandingMember",
    "Timed",
    "bring_along",
    "end_manual_tier",
    "grow",
    "grown_by",
    "open_growth",
    "set_manual_tier",
    "settle_standing",
    "settle_standing_of",
    "settled_standing",
    "shrink",
]
