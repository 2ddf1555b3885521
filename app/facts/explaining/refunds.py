"""What a refund took back (R10, R11)."""

from collections.abc import Iterator, Sequence

from app.facts.rules import KnownOrder, RefundedOrder, points_to_take_back
from app.points.rules import lifetime
from app.points.section import PointsSection
from app.programs.money import Money, decimal_of
from app.programs.rulebook import Told, points, told

from .evidence import Evidence
from .lots import lot_steps, policy_step
from .steps import Step, StepCode, moment

WHICH_FIRST = Told(
    "先取尚未入账的积分，再取该订单自己的积分，最后取先到期的积分。",
    "Taken first from what is still pending, then from the order's own points, then from what lapses first.",
)


def taken_back_steps(evidence: Evidence) -> Iterator[Step]:
    order, refunded, refund = evidence.order, evidence.refunded, evidence.refund
    if order is not None and refunded is not None and refund is not None:
        place = [known.id for known in refunded.refunds].index(refund.id)
        before, after = refunded.up_to(place), refunded.up_to(place + 1)
        yield _refund(evidence, order, before, after)
        yield from _share(evidence, order, before, after)
    yield from policy_step(evidence, "points.refunds.claw_back")
    if evidence.uses:
        yield Step(StepCode.ORDER_OF_LOTS, WHICH_FIRST)
    yield from lot_steps(evidence, sign=-1)
    owed: int = evidence.entry.debt_change
    if owed:
        words = told(zh="不足的 {points}记为欠分。", en="{points} were not there, and are owed.", points=points(owed))
        yield Step(StepCode.DEBT, words, -owed)


def _refund(evidence: Evidence, order: KnownOrder, before: RefundedOrder, after: RefundedOrder) -> Step:
    def money(minor: int) -> str:
        return f"{decimal_of(Money(minor, order.currency))} {order.currency}"

    words = told(
        zh="订单 {order} 于 {at} 退款 {id}：{amount}；至此共退 {all}，订单金额 {paid}。",
        en="Refund {id} of order {order} on {at}: {amount}. With it {all} of {paid} were refunded.",
        id=evidence.refund.external_id,
        order=order.external_id,
        at=moment(evidence.refund.occurred_at, zone=evidence.version.zone),
        amount=money(after.amount - before.amount),
        all=money(after.amount),
        paid=money(order.amount or 0),
    )
    return Step(StepCode.REFUND, words)


def _share(evidence: Evidence, order: KnownOrder, before: RefundedOrder, after: RefundedOrder) -> Iterator[Step]:
    """Cumulative, so that any refunds in any order come to all of it in the end."""
    earned, entry = evidence.earned.get(evidence.entry.rule), evidence.entry
    if earned is None:
        return
    taken: int = -entry.change - entry.pending_change
    earlier, until_now = _targets(evidence, order, (before, after), taken=taken)
    yield Step(
        StepCode.SHARE,
        told(
            zh="该订单按此规则共得 {earned}。按退款比例，至此的各笔退款累计应收回 {until_now}，其中此前的退款 "
            "{earlier}，本次 {now}。",
            en="The order earned {earned} by this rule. In proportion, all refunds so far take back {until_now}: "
            "earlier ones {earlier}, this one {now}.",
            earned=points(earned),
            until_now=points(until_now),
            earlier=points(earlier),
            now=points(until_now - earlier),
        ),
    )
    if until_now - earlier > taken:
        words = told(
            zh="其中 {points}没有收回：已使用或已失效。",
            en="{points} of them were not taken: they had been spent, or had lapsed.",
            points=points(until_now - earlier - taken),
        )
        yield Step(StepCode.SHORTFALL, words)


def _targets(evidence: Evidence, order: KnownOrder, refunded: Sequence[RefundedOrder], *, taken: int) -> Sequence[int]:
    """What refunds come to before and with this one. Where only pending points are taken back, it counts when they
    became active; but not if that was not known yet when it took them (R25)."""
    section, rule = evidence.version.section(PointsSection), evidence.entry.rule
    activates_at, _ = lifetime(order.completed_at, section=section, zone=evidence.version.zone)
    found: list[int] = []
    for at in (activates_at, None):
        found = [
            points_to_take_back(each, earned=evidence.earned, section=section, activates_at=at)[rule]
            for each in refunded
        ]
        if found[1] - found[0] >= taken:
            break
    return found
