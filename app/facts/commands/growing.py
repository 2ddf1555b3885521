"""What facts do to growth: what orders and activities bring, and what refunds take back (R15, R22)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.facts.queries import lines_of_orders
from app.facts.rows import line_of
from app.facts.rules import (
    Bringing,
    Earned,
    KnownOrder,
    Line,
    RefundedOrder,
    grown_in,
    growth_counts_at,
    growth_earned,
    growth_to_take_back,
)
from app.facts.rules.activities import ReportedActivity
from app.programs.rules import Programs, ProgramVersion
from app.tiers import commands as tiers
from app.tiers.queries import growth_of_cause, opened_at
from app.tiers.queries.earned import growth_left
from app.tiers.rules import GrowthCause, counts_from
from app.tiers.section import TiersSection

from .campaigns import Earner
from .reversing import Reversal


@dataclass(frozen=True)
class GrowthOfOrder:
    """The growth of an order, entered once: when it comes to be known from when it counts."""

    counts_at: datetime | None = None
    """None: that is not known yet, or it was entered before, or it brings none."""
    earned: Sequence[Earned] = ()

    def entered_in(self, order: KnownOrder) -> KnownOrder:
        """The order as it is known then. May raise BadInput: that is more than a member can have."""
        return order if self.counts_at is None else grown_in(order, grown=self.earned)


NO_GROWTH = GrowthOfOrder()


async def growth_by_report(
    tx: Transaction,
    *,
    member: tiers.StandingMember,
    earner: Earner,
    before: KnownOrder | None,
    after: KnownOrder,
    lines: Sequence[Line],
    version: ProgramVersion | None,
) -> GrowthOfOrder:
    """What a report brings of which an order is known as `before` and `after`, by the version of the day it was paid.
    Its lines are read if they are not at hand."""
    if version is None or growth_counts_at(before, version=version) is not None:
        return NO_GROWTH
    counts_at = growth_counts_at(after, version=version)
    if counts_at is None or await _is_brought_along(tx, member=member, counts_at=counts_at):
        return NO_GROWTH
    return GrowthOfOrder(counts_at, await _growth_of_order(tx, after, lines, earner=earner, version=version))


async def _growth_of_order(
    tx: Transaction, known: KnownOrder, lines: Sequence[Line], *, earner: Earner, version: ProgramVersion
) -> list[Earned]:
    """What a paid order brings by the rules and the campaigns of when it was paid, as far as that day's caps leave it
    (R25, R27)."""
    if not lines:
        (rows,) = await lines_of_orders(tx, [(known.member_id, known.id)])
        lines = [line_of(row) for row in rows]
    earned = growth_earned(lines, section=version.section(TiersSection))
    at = known.paid_at or version.effective_from
    return await _left(tx, earned, earner=earner, version=version, at=at)


async def _left(
    tx: Transaction, earned: Sequence[Earned], *, earner: Earner, version: ProgramVersion, at: datetime
) -> list[Earned]:
    """What caps leave of what rules bring, and of what campaigns add to it."""
    bringing = Bringing(earned, earner.open(version, at=at).growth)
    left = await growth_left(tx, member_id=earner.member_id, earned=bringing.given, adding=bringing.adding,
                             version=version, at=at)  # fmt: skip
    return bringing.left_by(left)


async def _is_brought_along(tx: Transaction, *, member: tiers.StandingMember, counts_at: datetime) -> bool:
    """Is growth of that date in what the member had when they came to be known here (R19)? A statement only for growth
    that is older than what was looked at."""
    known = member.standing.standing_at
    if known is None or counts_at >= known:
        return False
    opened = await opened_at(tx, member_id=member.id)
    return opened is not None and counts_at < opened


async def grow_by_order(
    tx: Transaction,
    *,
    member: tiers.StandingMember,
    reversal: Reversal,
    growth: GrowthOfOrder,
    is_paid_now: bool,
    programs: Programs,
    manner: tiers.Manner,
    now: datetime,
) -> None:
    """The growth of an order that counts now, or from a known instant on, nothing while that is not known; and at once
    what refunds that are known take back of it, so that no tier is reached that rests on it."""
    order, version = reversal.order, reversal.version
    grown = tiers.grown_by(GrowthCause.ORDER, order.id, growth.earned, program_version=version.number,
                           earned_at=order.paid_at or now, counts_at=growth.counts_at or now)  # fmt: skip
    gross = {each.rule: each.amount for each in growth.earned}
    shrunk: list[tiers.Shrunk] = []
    for number, refund in enumerate(reversal.refunded.refunds, 1):
        before, after = (reversal.refunded.up_to(until) for until in (number - 1, number))
        shrunk += _taken_back(order.id, before, after, refund_id=refund.id, gross=gross, version=version)
    await tiers.grow(tx, member=member, programs=programs, grown=grown, shrunk=shrunk, manner=manner,
                     ordered_at=order.paid_at if is_paid_now else None, now=now)  # fmt: skip


async def shrink_by_refund(
    tx: Transaction,
    *,
    member: tiers.StandingMember,
    reversal: Reversal,
    refund_id: UUID,
    programs: Programs,
    now: datetime,
) -> None:
    """What a refund takes back of an order's growth; if that is not entered yet, it will be with it (R15)."""
    order, version = reversal.order, reversal.version
    entries = await growth_of_cause(tx, member_id=member.id, cause=GrowthCause.ORDER, cause_id=order.id)
    gross = {entry.rule: entry.change for entry in entries}
    before, after = reversal.refunded.but_for(refund_id), reversal.refunded
    shrunk = _taken_back(order.id, before, after, refund_id=refund_id, gross=gross, version=version)
    await tiers.shrink(tx, member=member, programs=programs, shrunk=shrunk, now=now)


def _taken_back(
    order_id: UUID,
    before: RefundedOrder,
    after: RefundedOrder,
    *,
    refund_id: UUID,
    gross: Mapping[str, int],
    version: ProgramVersion,
) -> list[tiers.Shrunk]:
    """What one refund more comes to, rule by rule."""
    section = version.section(TiersSection)
    then, now = (growth_to_take_back(each, earned=gross, section=section) for each in (before, after))
    return [
        tiers.Shrunk(now[rule] - then[rule], refund_id, rule, of_cause=GrowthCause.ORDER, of_cause_id=order_id)
        for rule in gross
        if now[rule] > then[rule]
    ]


async def grow_by_activity(
    tx: Transaction,
    *,
    member: tiers.StandingMember,
    earner: Earner,
    activity: ReportedActivity,
    fact_id: UUID,
    version: ProgramVersion,
    now: datetime,
) -> int:
    """The growth of something that a member did, by the rules and the campaigns of when it was done, as far as that
    day's caps leave it (R25, R27); how much that is."""
    at = activity.occurred_at
    section = version.section(TiersSection)
    counts_at = counts_from(at, section, zone=version.zone)
    if await _is_brought_along(tx, member=member, counts_at=counts_at):
        return 0
    earned = [Earned(rule.code, rule.growth) for rule in section.rules_of(activity.action)]
    left = await _left(tx, earned, earner=earner, version=version, at=at)
    grown = tiers.grown_by(GrowthCause.ACTIVITY, fact_id, left, program_version=version.number, earned_at=at,
                           counts_at=counts_at)  # fmt: skip
    await tiers.grow(tx, member=member, programs=earner.programs, grown=grown, now=now)
    return sum(each.amount for each in left)
