"""Movements that are explained by the lots that they moved."""

from collections.abc import Iterator, Mapping

from app.points.rules import Cause, EntryKind, Lot
from app.points.rules.words import words_by
from app.programs.rulebook import Told, points, quoted, told

from .evidence import Evidence
from .ruled import own_rule
from .steps import Step, StepCode, moment

FIRST_FIRST = Told(
    "先到期的积分先支付；同时到期的，先获得的先支付。",
    "What lapses first pays first; of what lapses together, what was earned first.",
)
BACK = Told("积分退回到当初支付的各笔积分。", "The points return to the lots that paid.")
LAST_FIRST = Told(
    "积分退回到当初支付的各笔积分，最后支付的先退回：如同当初少用了这么多。",
    "The points return to the lots that paid, the last that paid first: as if so much less had been spent.",
)
REDEEMED = Told("积分兑换了商品。", "They paid for a reward.")
UNREDEEMED = Told(
    "兑换已取消或退款，积分退回。", "What they had paid for was cancelled or refunded: they are given back."
)
TOO_LATE = Told(
    "这些积分退回时已过有效期，因此随即失效。", "Their time had passed when they came back: so they lapsed at once."
)
STILL_OWED = Told(
    "一笔退款曾应收回这些积分，当时已被使用；现在退回，先行抵扣。",
    "A refund should have taken these points back, and found them spent: now that they return, they are taken.",
)
PAYS_DEBT = Told("获得的积分先偿还欠分。", "Points that come in pay what is owed first.")
RESTORED = Told(
    "该退款发生在积分可用之后，而先于订单完成上报：可用之后的退款不收回积分，因此恢复。",
    "A refund was reported before it was known when the points could be used. It was after that, so what it took while "
    "they were pending is restored.",
)
CORRECTED = Told("客服调整积分。", "Staff corrected the points.")
LAPSED = Told("积分到期仍未使用。", "They had not been spent in time.")


def lot_steps(evidence: Evidence, *, sign: int) -> Iterator[Step]:
    """What it moved of each lot, in their order."""
    for use in evidence.uses:
        lot = evidence.lots[use.lot_id]
        words = told(
            zh="{points}：{origin}{until}。",
            en="{points} {origin}{until}.",
            points=points(use.amount),
            origin=origin_of(lot, evidence),
            until=until_of(lot, evidence),
        )
        yield Step(StepCode.LOT, words, sign * use.amount, evidence.entry.member_id, lot.id)


def origin_of(lot: Lot, evidence: Evidence) -> Told:
    """By what they were earned, and when."""
    zone = evidence.version.zone
    order, activity = evidence.orders.get(lot.cause_id), evidence.activities.get(lot.cause_id)
    version = evidence.versions.get(lot.program_version, evidence.version)
    rule = words_by(version, lot.rule) or evidence.programs.called(version.code, lot.rule)
    what = Told(quoted(rule.zh).zh, quoted(rule.en).en) if rule is not None else Told(lot.rule, lot.rule)
    at = moment(lot.earned_at, zone=zone)
    if order is not None:
        return told(zh="{at} 由订单 {id} 按{what}获得", en="earned by order {id} of {at}, {what}", at=at, what=what,
                    id=order.external_id)  # fmt: skip
    if activity is not None:
        return told(zh="{at} 由{what}获得", en="earned on {at}: {what}", at=at, what=what)
    return told(zh="{at} 获得，{what}", en="of {at}, {what}", at=at, what=what)


def until_of(lot: Lot, evidence: Evidence) -> Told:
    if lot.expires_at is None:
        return Told("", "")
    at = moment(lot.expires_at, zone=evidence.version.zone)
    return told(zh="，{at} 到期", en=", lapsing on {at}", at=at)


def held_steps(evidence: Evidence) -> Iterator[Step]:
    """What the hold was for, and what became of it."""
    hold, zone = evidence.hold, evidence.version.zone
    if hold is None:
        return
    ends: Mapping[EntryKind, Told] = {
        EntryKind.HELD: told(zh="，预留至 {until}", en=", until {until}", until=moment(hold.deadline, zone=zone)),
        EntryKind.CAPTURED: Told("，现已使用", ", and were spent now"),
        EntryKind.RELEASED: Told("，未使用而退回", ", were not spent, and return"),
        EntryKind.GIVEN_BACK: Told("并已使用，现予退回", " and were spent; now they are given back"),
    }
    words = told(
        zh="{points}于 {at} 由 {source} 预留{reference}{end}。",
        en="{points} were set aside by {source} on {at}{reference}{end}.",
        points=points(hold.amount),
        at=moment(hold.placed_at, zone=zone),
        source=hold.source,
        reference=Told(f"（{hold.reference}）", f" for {hold.reference}") if hold.reference else "",
        end=ends.get(evidence.kind, Told("", "")),
    )
    yield Step(StepCode.HOLD, words)


def paid_steps(evidence: Evidence) -> Iterator[Step]:
    """Points went out: spent, held, captured."""
    yield from held_steps(evidence)
    yield from own_rule(evidence)
    if evidence.cause is Cause.REDEMPTION:
        yield Step(StepCode.REDEMPTION, REDEEMED)
    yield Step(StepCode.ORDER_OF_LOTS, FIRST_FIRST)
    yield from lot_steps(evidence, sign=-1)


def returned_steps(evidence: Evidence) -> Iterator[Step]:
    """Points came back: a hold was released, or what was spent is given back (R7, R14)."""
    yield from held_steps(evidence)
    giving = evidence.giving
    if evidence.cause is Cause.REDEMPTION:
        yield Step(StepCode.REDEMPTION, UNREDEEMED)
        yield Step(StepCode.ORDER_OF_LOTS, LAST_FIRST)
        yield from policy_step(evidence, "points.give_backs")
    elif giving is None:
        yield Step(StepCode.ORDER_OF_LOTS, BACK)
    else:
        by = Told("商家", "the shop") if giving.by_shop else Told("顾客", "the customer")
        words = told(zh="由{by}取消，退回 {points}。", en="Cancelled by {by}: {points} are given back.", by=by,
                     points=points(giving.amount))  # fmt: skip
        yield Step(StepCode.GIVE_BACK, words)
        yield Step(StepCode.ORDER_OF_LOTS, LAST_FIRST)
        yield from policy_step(evidence, "points.give_backs")
    yield from lot_steps(evidence, sign=1)


def policy_step(evidence: Evidence, code: str, *, as_: StepCode = StepCode.POLICY) -> Iterator[Step]:
    words = evidence.rule(code)
    if words is not None:
        yield Step(as_, words)


def activated_steps(evidence: Evidence) -> Iterator[Step]:
    yield from lot_steps(evidence, sign=1)
    if evidence.cause is Cause.ORDER:
        yield from policy_step(evidence, "points.return_window_days", as_=StepCode.ACTIVATION)
    yield from policy_step(evidence, "points.expiry", as_=StepCode.EXPIRY)


def lapsed_steps(evidence: Evidence) -> Iterator[Step]:
    is_late = evidence.cause in (Cause.HOLD, Cause.GIVE_BACK, Cause.REDEMPTION)
    yield Step(StepCode.LATE_RETURN, TOO_LATE) if is_late else Step(StepCode.EXPIRY, LAPSED)
    yield from policy_step(evidence, "points.expiry", as_=StepCode.EXPIRY)
    yield from lot_steps(evidence, sign=-1)


def still_owed_steps(evidence: Evidence) -> Iterator[Step]:
    """What returned to a lot settles what a refund of its source found spent (R7)."""
    yield Step(StepCode.SHORTFALL, STILL_OWED)
    yield from lot_steps(evidence, sign=-1)


def debt_steps(evidence: Evidence) -> Iterator[Step]:
    yield Step(StepCode.DEBT, PAYS_DEBT)
    yield from lot_steps(evidence, sign=-1)


def restored_steps(evidence: Evidence) -> Iterator[Step]:
    yield Step(StepCode.REFUND, RESTORED)
    yield from policy_step(evidence, "points.refunds.claw_back")
    yield from lot_steps(evidence, sign=1)


def adjusted_steps(evidence: Evidence) -> Iterator[Step]:
    yield Step(StepCode.ADJUSTMENT, CORRECTED)
    if evidence.entry.change < 0:
        yield Step(StepCode.ORDER_OF_LOTS, FIRST_FIRST)
        yield from lot_steps(evidence, sign=-1)
        return
    yield from lot_steps(evidence, sign=1)
    yield from policy_step(evidence, "points.expiry", as_=StepCode.EXPIRY)
