"""A member who is locked, as invitations need them."""

from datetime import datetime
from typing import Protocol

from app.tiers.commands import Row


class Invitable(Row, Protocol):
    """A member's row, locked until the transaction ends."""

    @property
    def status(self) -> str: ...
    @property
    def joined_at(self) -> datetime: ...
