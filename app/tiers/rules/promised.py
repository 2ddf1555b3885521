"""What a member falls back to while history is played: tiers promised, or held before, for longer than the present."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.tiers.section import TiersSection

from .history import Place
from .ladder import tier_held


@dataclass
class Promised:
    """Places below the present one, or for longer."""

    places: list[Place] = field(default_factory=list[Place])

    def add(self, place: Place) -> None:
        self.places.append(place)

    def lasting(self, at: datetime) -> Sequence[Place]:
        """Those that are held still at an instant."""
        return [place for place in self.places if place.lasts(at)]

    def fallen_to(self, lower: Place, *, section: TiersSection, at: datetime) -> Place:
        """Where a member is who falls to a place: there, or where they were promised to be, if that is more."""
        self.places = [place for place in self.places if place.lasts(at)]
        more = (Place(place.tier, at, place.until) for place in self.places if threshold_of(place, section) > 0)
        return max([lower, *more], key=lambda place: (threshold_of(place, section), place.until or at))


def threshold_of(place: Place, section: TiersSection) -> int:
    """Of a tier that may be of a ladder which this process does not know yet: that of the base tier."""
    is_known = place.tier is not None and section.knows(place.tier)
    return tier_held(section, place.tier if is_known else None).threshold
