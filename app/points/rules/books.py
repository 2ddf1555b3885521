"""A member's points in memory: figures, lots, open holds, and what was moved and is not written yet.

A command loads it under the member's lock, the rules beside this file move points in it, and the command writes what
changed. Nothing here reads, writes, or asks for the time; ids are made by what is handed in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.errors import BadInput
from app.programs.money import MOST

from .kinds import Cause, EntryKind, HoldState, LotState

NEVER = datetime.max.replace(tzinfo=UTC)


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
    def because(self) -> "Because":
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
    def because(self) -> "Because":
        return Because(Cause.HOLD, self.id, Cause.HOLD.name, self.program_version)


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


@dataclass(frozen=True)
class Movement:
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


@dataclass
class Figures:
    """Points of a member: what can be spent (below 0 only by a debt), pending, held, and owed."""

    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0


@dataclass
class Books(Figures):
    """All of a member's points that is in memory."""

    member_id: UUID = field(kw_only=True)
    due_at: datetime | None = field(kw_only=True)
    """When settling is next due; never too late."""
    last_entry_id: UUID | None = field(kw_only=True)
    id_after: Callable[[UUID | None], UUID] = field(kw_only=True)
    written: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The figures as they are written; likewise lots, holds and what paid, below."""
    lots: dict[UUID, Lot] = field(default_factory=dict[UUID, Lot])
    holds: dict[UUID, Hold] = field(default_factory=dict[UUID, Hold])
    paid: list[PaidUse] = field(default_factory=list[PaidUse])
    """What paid the holds (and spendings) that were loaded."""
    has_all: bool = False
    """Are all open lots and open holds here, and what paid them?"""
    movements: list[Movement] = field(default_factory=list[Movement])
    known_lots: dict[UUID, Lot] = field(default_factory=dict[UUID, Lot])
    known_holds: dict[UUID, Hold] = field(default_factory=dict[UUID, Hold])
    known_paid: dict[tuple[UUID, UUID], PaidUse] = field(default_factory=dict[tuple[UUID, UUID], PaidUse])

    def know_lots(self, lots: Iterable[Lot]) -> None:
        """Lots as they are written; those that are in memory stay as they are there."""
        for lot in lots:
            if lot.id not in self.lots:
                self.lots[lot.id] = lot
                self.known_lots[lot.id] = replace(lot)

    def know_holds(self, holds: Iterable[Hold]) -> None:
        for hold in holds:
            if hold.id not in self.holds:
                self.holds[hold.id] = hold
                self.known_holds[hold.id] = replace(hold)

    def know_paid(self, uses: Iterable[PaidUse]) -> None:
        for use in uses:
            if (use.entry_id, use.lot_id) not in self.known_paid:
                self.paid.append(use)
                self.known_paid[use.entry_id, use.lot_id] = replace(use)

    def were_written(self, figures: Mapping[str, Any]) -> None:
        """All that moved is in the database now."""
        self.written = figures
        self.movements = []
        self.known_lots = {lot.id: replace(lot) for lot in self.lots.values()}
        self.known_holds = {hold.id: replace(hold) for hold in self.holds.values()}
        self.known_paid = {(use.entry_id, use.lot_id): replace(use) for use in self.paid}

    def paid_by(self, entry_id: UUID) -> list[PaidUse]:
        """The lots that paid a movement, in the order in which they did."""
        return [use for use in self.paid if use.entry_id == entry_id]

    def enter(
        self,
        kind: EntryKind,
        because: Because,
        *,
        at: datetime,
        change: int = 0,
        pending: int = 0,
        held: int = 0,
        debt: int = 0,
        lots: Sequence[Use] = (),
    ) -> UUID:
        """Add a movement, and to the figures what it changes; its id. May raise BadInput: more than can be written."""
        self.available += change
        self.pending += pending
        self.held += held
        self.debt += debt
        if max(abs(self.available), self.pending, self.held, self.debt) > MOST:
            raise BadInput(f"A member can have, or owe, at most {MOST} points.")
        self.last_entry_id = self.id_after(self.last_entry_id)
        self.movements.append(
            Movement(self.last_entry_id, kind, because, at, change, pending, held, debt, self.available, self.pending,
                     self.held, self.debt, tuple(use for use in lots if use.amount))
        )  # fmt: skip
        return self.last_entry_id

    def next_due(self) -> datetime | None:
        """When something is next due of what is here."""
        lots = [_next_due(lot) for lot in self.lots.values() if lot.remaining]
        holds = [hold.deadline for hold in self.holds.values() if hold.is_open]
        return min((at for at in (*lots, *holds) if at is not None), default=None)


def _next_due(lot: Lot) -> datetime | None:
    return lot.activates_at if lot.is_pending else lot.expires_at
