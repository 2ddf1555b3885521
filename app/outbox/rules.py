"""How often and when an event is tried, and who tries it. Pure functions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID
from zlib import crc32

MOST_ATTEMPTS = 16
"""After so many failed attempts (two to four hours) an event is dead."""
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(hours=1)
LEASE = timedelta(seconds=60)
"""How long an event is kept from other workers. Longer than `HANDLING`, so that a lease lapses only when its
worker died or its clock stands apart; even then the effect comes once, see `delivery`."""
HANDLING = timedelta(seconds=30)
"""How long a reaction may take before it counts as failed."""
KEPT_DONE = timedelta(days=7)
"""How long done events are kept, to be looked at."""


class Identified(Protocol):
    @property
    def id(self) -> UUID: ...


T = TypeVar("T", bound=Identified)


def next_attempt(attempts: int, now: datetime, *, share: float) -> datetime | None:
    """When to try again after so many attempts (at least 1), the last one failed just now; None: never.

    The delay doubles with each attempt up to a bound. `share` (0 ≤ share < 1, see `share_of`) makes it up to half
    shorter, so that what failed together does not come back together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY) * (1 - share / 2)


def share_of(event_id: UUID, attempts: int) -> float:
    """A number in [0, 1) that looks random and is the same for the same attempt."""
    return crc32(event_id.bytes + attempts.to_bytes(4, "big")) / 2**32


def spread(events: Sequence[T], *, worker: UUID, most: int) -> list[T]:
    """The events that this worker tries first. Workers that see the same ones begin at different ones."""
    return sorted(events, key=lambda event: crc32(event.id.bytes + worker.bytes))[:most]
