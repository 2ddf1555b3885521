"""What a member's points are made of: lots, holds, what paid, and movements."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from .kinds import Cause, EntryKind, HoldState, LotState

NEVER = datetime.max.replace(tzinfo=UTC)


class Because(NamedTuple):
    """The unique cause of a movement (R5)."""

    cause: Cause
    cause_id: UUID
    rule: str
    """Code of the program's rule; for what no rule of the program does, a word of ours (see `words`)."""
    program_version: int


class Use(NamedTuple):
    """A lot and how many of its points a movement moved."""

    lot_id: UUID
    amount: int


@dataclass
class Lot:
    """Points that were earned together and lapse together."""

    id: UUID
    earned: int
    remaining: int
    state: str
    cause: str
    cause_id: UUID
    rule: str
    program_version: int
    earned_at: datetime
    activates_at: datetime | None
    """When they can be spent; None until it is known."""
    expires_at: datetime | None
    """From when they cannot be spent; None: not known yet, or never."""
    reversed: int = 0
    """Taken back, from wherever, because of refunds of what earned it (R10)."""
    owed: int = 0
    """What could not be taken back and is when points return to it (R7, R11)."""
    lapsed: int = 0
    """What lapsed of it: not taken again (R10)."""
    extended_by: UUID | None = None
    """The giving back that extended it: once only (R7)."""

    @property
    def is_pending(self) -> bool:
        return self.state == LotState.PENDING.name

    @property
    def spendable(self) -> int:
        """What can be spent of it, after settling."""
        return self.remaining if self.state == LotState.ACTIVE.name else 0

    @property
    def because(self) -> Because:
        """What made it, as the reason of what happens to it by itself."""
        return Because(Cause[self.cause], self.cause_id, self.rule, self.program_version)

    @property
    def order_of_spending(self) -> tuple[datetime, datetime, UUID]:
        """What expires first, of those what was earned first (R6)."""
        return self.expires_at or NEVER, self.earned_at, self.id


@dataclass
class PaidUse:
    """What a lot paid of a movement, and what was given back of that (R6, R7)."""

    entry_id: UUID
    lot_id: UUID
    amount: int
    returned: int = 0


@dataclass
class Hold:
    """Points taken out of what can be spent, until it ends: once (R14)."""

    id: UUID
    amount: int
    state: str
    placed_at: datetime
    deadline: datetime
    """It can be captured before; from then it has timed out (R2)."""
    ended_at: datetime | None
    source: str
    """The system that placed it."""
    reference: str | None
    """What it is for, in that system's words."""
    entry_id: UUID
    """The movement that placed it: it says which lots paid."""
    program_version: int
    given_back: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == HoldState.OPEN.name

    @property
    def because(self) -> Because:
        return Because(Cause.HOLD, self.id, Cause.HOLD.name, self.program_version)


class Movement(NamedTuple):
    """An entry of the ledger. What it did to lots is the sum of its changes but for `held`."""

    id: UUID
    kind: EntryKind
    because: Because
    at: datetime
    change: int
    pending_change: int
    held_change: int
    debt_change: int
    balance_after: int
    pending_after: int
    held_after: int
    debt_after: int
    lots: tuple[Use, ...]
