"""A member's points in memory: figures, lots, open holds, and what was moved and is not written yet.

A command loads it under the member's lock, the rules beside this file move points in it, and the command writes what
changed. Nothing here reads, writes, or asks for the time; ids are made by what is handed in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.errors import BadInput
from app.programs.money import MOST

from .kinds import EntryKind
from .things import Because, Hold, Lot, Movement, PaidUse, Use

Written = Mapping[str, Any]
"""Of a thing, as it is in the database."""


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
    """Are all open lots that have a date and open holds here, and what paid them?"""
    movements: list[Movement] = field(default_factory=list[Movement])
    known_lots: dict[UUID, Written] = field(default_factory=dict[UUID, Written])
    known_holds: dict[UUID, Written] = field(default_factory=dict[UUID, Written])
    known_paid: dict[tuple[UUID, UUID], Written] = field(default_factory=dict[tuple[UUID, UUID], Written])

    def know_lots(self, lots: Iterable[Lot]) -> None:
        """Lots as they are written; those that are in memory stay as they are there."""
        for lot in lots:
            if lot.id not in self.lots:
                self.lots[lot.id] = lot
                self.known_lots[lot.id] = {**vars(lot)}

    def know_holds(self, holds: Iterable[Hold]) -> None:
        for hold in holds:
            if hold.id not in self.holds:
                self.holds[hold.id] = hold
                self.known_holds[hold.id] = {**vars(hold)}

    def know_paid(self, uses: Iterable[PaidUse]) -> None:
        for use in uses:
            if (use.entry_id, use.lot_id) not in self.known_paid:
                self.paid.append(use)
                self.known_paid[use.entry_id, use.lot_id] = {**vars(use)}

    def were_written(self, figures: Mapping[str, Any]) -> None:
        """All that moved is in the database now."""
        self.written = figures
        self.movements = []
        self.known_lots = {lot.id: {**vars(lot)} for lot in self.lots.values()}
        self.known_holds = {hold.id: {**vars(hold)} for hold in self.holds.values()}
        self.known_paid = {(use.entry_id, use.lot_id): {**vars(use)} for use in self.paid}

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
