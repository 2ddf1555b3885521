"""What a member's row says of which benefits they have."""

from datetime import datetime
from typing import NamedTuple, Protocol, Self
from uuid import UUID


class Row(Protocol):
    """A member's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def joined_at(self) -> datetime: ...


class Stands(Protocol):
    """Which tier they hold, settled."""

    @property
    def tier(self) -> str | None: ...
    @property
    def manual_tier(self) -> str | None: ...
    @property
    def manual_until(self) -> datetime | None: ...
    @property
    def manual_hold(self) -> str | None: ...


class Owner(NamedTuple):
    """What a member's row says of which benefits they have."""

    id: UUID
    program: str
    tier: str | None
    manual_tier: str | None
    manual_until: datetime | None
    manual_hold: str | None
    status: str
    joined_at: datetime

    @classmethod
    def of(cls, member: Row, standing: Stands) -> Self:
        """Of a member who is locked, and whose standing is settled."""
        return cls(
            member.id,
            member.program,
            standing.tier,
            standing.manual_tier,
            standing.manual_until,
            standing.manual_hold,
            member.status,
            member.joined_at,
        )
