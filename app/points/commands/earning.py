"""Points that are earned, scheduled by completion, and given or taken by staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.errors import BadInput
from app.points.rules import Because, Books, Cause, Earning, EntryKind, expiry
from app.points.rules.earning import earn as earn_in
from app.points.rules.earning import give
from app.points.rules.earning import schedule as schedule_in
from app.points.rules.taking import pay
from app.points.rules.words import ADJUSTMENT
from app.points.section import PointsSection
from app.programs.money import MOST
from app.programs.rules import ProgramVersion

from .ledger import load_all, load_lots_of
from .settling import settle_due


async def earn(tx: Transaction, *, account: Books, earnings: Sequence[Earning], now: datetime) -> None:
    """A pending lot and its entry for each; what is due by now is settled at once. Nothing for 0 points.

    May raise BadInput: more points than a member can have.
    """
    kept = [earning for earning in earnings if earning.amount]
    _check_room(account, sum(earning.amount for earning in kept))
    for earning in kept:
        earn_in(account, earning, lot_id=tx.new_id())
    if kept:
        await settle_due(tx, account, now=now)


async def gain(tx: Transaction, *, account: Books, earnings: Sequence[Earning], now: datetime) -> None:
    """Points that can be spent at once: a lot and one entry for each, and no pending in between. Nothing for 0 points.

    They pay what is owed first (R11). May raise BadInput: more points than a member can have.
    """
    kept = [earning for earning in earnings if earning.amount]
    _check_room(account, sum(earning.amount for earning in kept))
    for earning in kept:
        give(account, earning, lot_id=tx.new_id(), kind=EntryKind.EARNED)
    if kept:
        await settle_due(tx, account, now=now)


def _check_room(account: Books, more: int) -> None:
    if account.available + account.pending + account.held + more > MOST:
        raise BadInput(f"A member's points can be at most {MOST}.")


async def schedule(
    tx: Transaction,
    *,
    account: Books,
    cause: Cause,
    cause_id: UUID,
    activates_at: datetime,
    expires_at: datetime,
    now: datetime,
    targets: Mapping[str, int] | None = None,
) -> None:
    """Say when the pending points of a cause become active and lapse, now that it is known (R9).

    `targets`, by rule: where only pending points are taken back, what the refunds before `activates_at` come to; what
    later ones took, because they were reported earlier, is restored (R11, R25).
    """
    await load_lots_of(tx, account, cause=cause.name, cause_id=cause_id)
    schedule_in(account, cause_id=cause_id, activates_at=activates_at, expires_at=expires_at, targets=targets or {},
                now=now)  # fmt: skip
    await settle_due(tx, account, now=now)


async def adjust(
    tx: Transaction, *, account: Books, points: int, adjustment_id: UUID, program: ProgramVersion, now: datetime
) -> None:
    """Staff gives points, which are active at once and last as any, or takes what expires first (R6).

    May refuse: NotEnoughPoints. May raise BadInput: 0 points, or more than a member can have.
    """
    because = Because(Cause.ADJUSTMENT, adjustment_id, ADJUSTMENT, program.number)
    if points <= 0:
        await load_all(tx, account)
        pay(account, EntryKind.ADJUSTED, -points, because=because, at=now)
    else:
        _check_room(account, points)
        expires_at = expiry(now, policy=program.section(PointsSection).expiry, zone=program.zone)
        give(account, Earning(points, *because, at=now, activates_at=now, expires_at=expires_at), lot_id=tx.new_id())
    await settle_due(tx, account, now=now)
