"""A member who is locked, where they stand, and how something is entered of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self
from uuid import UUID

from app.tiers.rules import EntryManner, GrowthCause, Place, Standing
from app.tiers.rules.stands import HasStanding


class Row(HasStanding, Protocol):
    """A member's row, locked until the transaction ends."""

    @property
    def last_order_at(self) -> datetime | None: ...


class Timed(Protocol):
    """What of a member's row, locked until the transaction ends, says whether anything of their standing is due."""

    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def standing_due_at(self) -> datetime | None: ...
    @property
    def ladder_version(self) -> int: ...
    @property
    def manual_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class StandingMember:
    """A member whose row is locked, and where they stand."""

    id: UUID
    program: str
    registered_at: datetime
    last_order_at: datetime | None
    standing: Standing
    manual_tier: str | None
    manual_until: datetime | None
    manual_hold: str | None

    @classmethod
    def of(cls, row: Row) -> Self:
        standing = Standing(**{name: getattr(row, name) for name in Standing.__dataclass_fields__})
        manual = (row.manual_tier, row.manual_until, row.manual_hold)
        return cls(row.id, row.program, row.registered_at, row.last_order_at, standing, *manual)

    @property
    def tier(self) -> str | None:
        return self.standing.tier

    @property
    def place(self) -> Place:
        return self.standing.place

    @property
    def growth(self) -> int:
        return self.standing.growth

    def as_row(self) -> dict[str, object]:
        """The columns of the member that say so."""
        due = [at for at in (self.standing.standing_due_at, self.manual_until) if at is not None]
        return {
            **vars(self.standing),
            "last_order_at": self.last_order_at,
            "standing_due_at": min(due, default=None),
            "manual_tier": self.manual_tier,
            "manual_until": self.manual_until,
            "manual_hold": self.manual_hold,
        }


@dataclass(frozen=True)
class Manner:
    """How things are entered (R19)."""

    is_history: bool = False
    """They are played in from the past: nobody is told."""
    gives_gifts: bool = True
    """What is reached is given for."""

    @property
    def of_entry(self) -> EntryManner:
        if not self.is_history:
            return EntryManner.LIVE
        return EntryManner.GIVING_HISTORY if self.gives_gifts else EntryManner.HISTORY


LIVE = Manner()


@dataclass(frozen=True)
class Trigger:
    """What is being entered: growth that a cause brought or took."""

    cause: GrowthCause
    cause_id: UUID
