"""What orders do to points: what they bring, from when, and what refunds that were known before take back (R9, R10)."""

from collections.abc import Sequence
from datetime import datetime

from app.db import Transaction
from app.facts.rules import Bringing, Earned, ReportedOrder, points_earned
from app.points import commands as points
from app.points.queries.earned import points_left
from app.points.rules import Cause, lifetime
from app.points.section import PointsSection
from app.programs.rules import ProgramVersion

from .campaigns import Earner
from .reversing import Reversal, take_back_all, targets_of


async def points_of_order(
    tx: Transaction, *, earner: Earner, order: ReportedOrder, version: ProgramVersion | None
) -> list[Earned]:
    """By the rules and the campaigns of when the order was paid, for how the member stood then, as far as that day's
    caps leave it (R25, R27)."""
    if version is None or order.paid_at is None:
        return []
    section, at, stood = version.section(PointsSection), order.paid_at, earner.stood(version)
    earned = points_earned(order.lines, section=section, tier=stood.tier, boosts=stood.boosts)
    bringing = Bringing(earned, earner.open(version, at=at).points, section.rounding)
    left = await points_left(tx, member_id=earner.member_id, earned=bringing.given, adding=bringing.adding,
                             version=version, at=at)  # fmt: skip
    return bringing.left_by(left)


async def credit_order(
    tx: Transaction, *, account: points.Books, reversal: Reversal, earned: Sequence[Earned] | None, now: datetime
) -> None:
    """What an order brings in points: pending when it is paid, which says how many; scheduled when it is completed."""
    if earned is not None:
        await _earn(tx, account=account, reversal=reversal, earned=earned, now=now)
    else:
        await _schedule(tx, account=account, reversal=reversal, now=now)


async def _earn(
    tx: Transaction,
    *,
    account: points.Books,
    reversal: Reversal,
    earned: Sequence[Earned],
    now: datetime,
) -> None:
    """Pending points for a paid order, but for what refunds took back that are known."""
    known, version = reversal.order, reversal.version
    section = version.section(PointsSection)
    activates_at, expires_at = lifetime(known.completed_at, section=section, zone=version.zone)
    earnings = [
        points.Earning(
            amount=each.amount,
            cause=Cause.ORDER,
            cause_id=known.id,
            rule=each.rule,
            program_version=version.number,
            at=known.paid_at or now,
            activates_at=activates_at,
            expires_at=expires_at,
        )
        for each in earned
    ]
    await points.earn(tx, account=account, earnings=earnings, now=now)
    await take_back_all(tx, account=account, reversal=reversal, now=now)


async def _schedule(tx: Transaction, *, account: points.Books, reversal: Reversal, now: datetime) -> None:
    """A paid order is completed: its points become active when its return window is over (R9)."""
    known, version = reversal.order, reversal.version
    activates_at, expires_at = lifetime(known.completed_at, section=version.section(PointsSection), zone=version.zone)
    if activates_at is not None and expires_at is not None:
        await points.schedule(
            tx,
            account=account,
            cause=Cause.ORDER,
            cause_id=known.id,
            activates_at=activates_at,
            expires_at=expires_at,
            now=now,
            targets=await targets_of(tx, account=account, reversal=reversal) if known.refunded else None,
        )
