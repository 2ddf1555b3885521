"""Taking back what an order earned because it was refunded (R10, R11), and gifts for what never was (R15)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.points.section import ClawBack

from .books import Books
from .kinds import Cause, EntryKind
from .taking import first_expiring, taken
from .things import Because, Lot, Use


def take_back(
    books: Books,
    lots: list[Lot],
    *,
    refund_id: UUID,
    targets: Mapping[str, int],
    policy: ClawBack,
    now: datetime,
) -> int:
    """Take back of an order's lots up to what all its refunds come to, by rule; how many points were (R10).

    Pending ones first, then the order's own lots, then what expires first. What has lapsed is not taken again, and
    what is held stays held. What is not there is left to the policy of the version that earned it (R11). All open
    lots must be here, settled.
    """
    due = {lot.id: _due(lot, targets) for lot in lots}
    pending = {lot.id: _from_pending(lot, due) for lot in lots}
    uses = {lot.id: taken([lot], due[lot.id]) for lot in lots}
    for others in (lambda: lots, lambda: first_expiring(books)):
        for lot in lots:
            missing = due[lot.id] - sum(use.amount for use in uses[lot.id])
            uses[lot.id] += taken(others(), missing)
    total = 0
    for lot in lots:
        total += _enter(books, lot, pending[lot.id], uses[lot.id], due[lot.id],
                        refund_id=refund_id, policy=policy, now=now)  # fmt: skip
    books.due_at = books.next_due()
    return total


def _due(lot: Lot, targets: Mapping[str, int]) -> int:
    return max(0, max(0, targets.get(lot.rule, 0) - lot.lapsed) - lot.reversed - lot.owed)


def _from_pending(lot: Lot, due: dict[UUID, int]) -> int:
    """Pending points first: taken from the lot, and no more to be taken elsewhere."""
    if not lot.is_pending:
        return 0
    part = min(due[lot.id], lot.remaining)
    lot.remaining -= part
    due[lot.id] -= part
    return part


def _enter(
    books: Books,
    lot: Lot,
    pending: int,
    uses: list[Use],
    due: int,
    *,
    refund_id: UUID,
    policy: ClawBack,
    now: datetime,
) -> int:
    active = sum(use.amount for use in uses)
    missing = due - active
    owing = missing if policy is ClawBack.DEBT else 0
    lot.owed += missing - owing
    lot.reversed += pending + active + owing
    if pending + active + owing:
        because = Because(Cause.REFUND, refund_id, lot.rule, lot.program_version)
        moved = [*uses, Use(lot.id, pending)]
        books.enter(EntryKind.REVERSED, because, at=now, change=-active - owing, pending=-pending, debt=owing,
                    lots=_together(moved))  # fmt: skip
    return pending + active + owing


def revoke(books: Books, lots: list[Lot], *, because: Because, now: datetime) -> int:
    """Take back what is unused of lots that were given for something that never was; how many points that is (R15).

    Of these lots alone. What lapsed is not taken. What is held stays held, and what was spent is the member's: but what
    of it returns to the lots, because that is released or cancelled, is taken then (R7). They must be here, settled.
    """
    uses: list[Use] = []
    for lot in lots:
        left = max(0, lot.earned - lot.lapsed - lot.reversed - lot.owed)
        unused = taken([lot], left)
        part = sum(use.amount for use in unused)
        lot.reversed += part
        lot.owed += left - part
        uses += unused
    total = sum(use.amount for use in uses)
    if total:
        books.enter(EntryKind.REVERSED, because, at=now, change=-total, lots=uses)
    books.due_at = books.next_due()
    return total


def _together(uses: list[Use]) -> list[Use]:
    """Each lot once."""
    amounts: dict[UUID, int] = {}
    for use in uses:
        amounts[use.lot_id] = amounts.get(use.lot_id, 0) + use.amount
    return [Use(lot_id, amount) for lot_id, amount in amounts.items()]
