"""What is left of what a crowd takes of: looked at now and then, and not by each of them."""

from datetime import datetime, timedelta
from uuid import UUID

AGAIN_AFTER = timedelta(milliseconds=100)
MOST_SEEN = 1_000


class Seen:
    """When something was last seen left of what is open: while a crowd takes of one, not each of them looks.
    Whoever goes on because of it is answered by the rules, under their lock."""

    def __init__(self) -> None:
        self._at: dict[UUID, datetime] = {}

    def lately(self, key: UUID, *, now: datetime) -> bool:
        at = self._at.get(key)
        return at is not None and timedelta() <= now - at < AGAIN_AFTER

    def note(self, key: UUID, *, now: datetime) -> None:
        if len(self._at) >= MOST_SEEN:
            self._at.clear()
        self._at[key] = now
