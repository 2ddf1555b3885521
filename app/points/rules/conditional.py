"""Points that are given on a condition: pending until it is met, and taken back, as far as they are unused, when it
turns out not to be (R37)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .books import Books
from .kinds import Cause, EntryKind, LotState
from .taking import taken
from .things import Because, Lot, Use

AGAIN = "#"
"""Follows the rule's code, with a number, where points are given by it once more after they were taken back: each
giving has a cause of its own (R5)."""


@dataclass(frozen=True)
class Conditional:
    """Points on a condition: once in all, however often it is met and then is not. Lots that its cause made by its
    rule, the first time or again, are of it."""

    points: int
    cause: Cause
    cause_id: UUID
    rule: str
    program_version: int
    is_promised: bool
    """Are they pending while the condition is not met? Else there are none of them before it is."""

    def rule_of(self, number: int) -> str:
        """By which the points are given the first, the second … time."""
        return self.rule if number <= 1 else f"{self.rule}{AGAIN}{number}"

    def because(self, number: int) -> Because:
        return Because(self.cause, self.cause_id, self.rule_of(number), self.program_version)

    def made(self, lot: Lot) -> bool:
        return lot.cause_id == self.cause_id and lot.cause == self.cause.name and code_of(lot.rule) == self.rule


def code_of(rule: str) -> str:
    """The code of the program's rule by which points are given, be it again."""
    return rule.partition(AGAIN)[0]


def follow(
    books: Books,
    lots: Sequence[Lot],
    conditional: Conditional,
    *,
    theirs_from: datetime | None,
    expires: Callable[[datetime], datetime],
    new_id: Callable[[], UUID],
    now: datetime,
) -> None:
    """Bring points on a condition to where that is by now: met, so that they can be spent from an instant on, or (None)
    not met. These lots, in the order in which they were made, must be here, settled; to be settled afterwards. No
    others need be: nothing is taken from them.

    What cannot be spent yet, or not any more, is taken back as far as it is unused; what was spent stays the member's
    unless it returns while the condition is not met (R7).
    """
    is_there = theirs_from is not None or conditional.is_promised
    if theirs_from is None or theirs_from > now:
        _take_back(books, lots, conditional, with_pending=not is_there, now=now)
    if theirs_from is not None:
        for lot in lots:
            lot.owed = 0
    every = list(lots)
    missing = conditional.points - sum(lot.earned - lot.reversed for lot in lots)
    if is_there and missing > 0:
        every.append(_given(books, conditional, missing, number=len(lots) + 1, lot_id=new_id(), at=now))
    for lot in every:
        if lot.is_pending and lot.remaining:
            lot.activates_at = None if theirs_from is None else max(theirs_from, lot.earned_at)
            lot.expires_at = None if lot.activates_at is None else expires(lot.activates_at)
            books.due_at = min((at for at in (books.due_at, lot.activates_at) if at is not None), default=None)


def _given(books: Books, conditional: Conditional, amount: int, *, number: int, lot_id: UUID, at: datetime) -> Lot:
    because = conditional.because(number)
    lot = Lot(lot_id, amount, amount, LotState.PENDING.name, because.cause.name, because.cause_id, because.rule,
              because.program_version, at, None, None)  # fmt: skip
    books.lots[lot.id] = lot
    books.enter(EntryKind.EARNED, because, at=at, pending=amount, lots=[Use(lot.id, amount)])
    return lot


def _take_back(
    books: Books, lots: Sequence[Lot], conditional: Conditional, *, with_pending: bool, now: datetime
) -> None:
    """What is unused of what can be spent; what is pending if there is to be none. What is held or was spent is taken
    when it returns; what lapsed is not."""
    active, pending = list[Use](), list[Use]()
    for lot in lots:
        if lot.is_pending and not with_pending:
            continue
        left = max(0, lot.earned - lot.lapsed - lot.reversed - lot.owed)
        if lot.is_pending:
            uses, lot.remaining = [Use(lot.id, lot.remaining)], 0
            pending += uses
        else:
            uses = taken([lot], left)
            active += uses
        part = sum(use.amount for use in uses)
        lot.reversed += part
        lot.owed += left - part
    change, unpending = (sum(use.amount for use in uses) for uses in (active, pending))
    if change or unpending:
        books.enter(EntryKind.REVERSED, conditional.because(len(lots)), at=now, change=-change, pending=-unpending,
                    lots=[*active, *pending])  # fmt: skip
