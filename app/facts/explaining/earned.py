"""What an order or an activity earned by a rule (R12, R13, R25, R27)."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from app.benefits.rules.given import multiplier_of
from app.facts.rules import Line
from app.points.rules import Cause, Lot, shared
from app.points.rules.caps import that_apply
from app.points.section import CAMPAIGN, ActionRule, EarningRule, Multiplied, PointsSection, Rounding
from app.programs.money import Money, decimal_of
from app.programs.rulebook import Told, points, quoted, told
from app.programs.section import ONCE

from .campaigns import campaign_steps
from .evidence import Evidence
from .lots import lot_steps, policy_step
from .ruled import own_rule, rule_step
from .standing import Given, standing_steps
from .steps import Step, StepCode, moment, number

ROUNDED = {
    Rounding.FLOOR: Told("舍去不足 1 积分的部分", "what is not a whole point is dropped"),
    Rounding.HALF_UP: Told("四舍五入", "half a point and more is rounded up"),
}


def earned_steps(evidence: Evidence) -> Iterator[Step]:
    section = evidence.version.section(PointsSection)
    code, earned = evidence.entry.rule, evidence.entry.pending_change
    lot = next(iter(evidence.lots.values()), None)
    order_rule = next((rule for rule in section.earning if rule.code == code), None)
    action_rule = next((rule for rule in section.actions if rule.code == code), None)
    if order_rule is not None and evidence.refunded is not None:
        yield rule_step(evidence, order_rule.words, f"points.earning.{code}")
        yield from _by_order(evidence, order_rule, evidence.refunded.lines, earned=earned)
    elif action_rule is not None:
        yield rule_step(evidence, action_rule.words, f"points.actions.{code}")
        yield from _by_action(evidence, action_rule, earned=earned)
    elif code.startswith(CAMPAIGN):
        yield from campaign_steps(evidence, earned=earned)
    else:
        yield from own_rule(evidence)
        yield from lot_steps(evidence, sign=1)
    if lot is not None:
        yield from _times(evidence, lot, is_order=evidence.cause is Cause.ORDER)


def _by_order(evidence: Evidence, rule: EarningRule, lines: Iterable[Line], *, earned: int) -> Iterator[Step]:
    known, section = list(lines), evidence.version.section(PointsSection)
    weights = [line.eligible * rule.weight(line.category) for line in known]
    once = Given(Fraction(sum(weights), ONCE) * rule.points / rule.per, section.rounding)
    for place, (line, part) in enumerate(zip(known, shared(once.amount, weights), strict=True), 1):
        yield _line(evidence, place, line, part, weight=rule.weight(line.category))
    yield from _rounding(once)
    yield from _by_tier_and_caps(evidence, rule, once, earned=earned)


def _line(evidence: Evidence, place: int, line: Line, part: int, *, weight: int) -> Step:
    def money(minor: int) -> str:
        return f"{decimal_of(Money(minor, evidence.version.currency))} {evidence.version.currency}"

    words = told(
        zh="第 {place} 行：{amount} 中 {eligible} 计积分{weight}，得 {points}。",
        en="Line {place}: of {amount}, {eligible} earn{weight}: {points}.",
        place=str(place),
        amount=money(line.amount),
        eligible=money(line.eligible),
        weight="" if weight == ONCE else f" ×{number(Fraction(weight, ONCE))}",
        points=points(part),
    )
    return Step(StepCode.LINE, words, part, line=place)


def _by_action(evidence: Evidence, rule: ActionRule, *, earned: int) -> Iterator[Step]:
    section = evidence.version.section(PointsSection)
    words = told(
        zh="于 {at} 完成，得 {points}。",
        en="Done on {at}: {points}.",
        at=moment(evidence.entry.occurred_at, zone=evidence.version.zone),
        points=points(rule.points),
    )
    yield Step(StepCode.ACTION, words, rule.points)
    once = Given(Fraction(rule.points), section.rounding)
    yield from _by_tier_and_caps(evidence, rule, once, earned=earned)


def _rounding(given: Given) -> Iterator[Step]:
    if given.exactly.denominator == 1:
        return
    words = told(
        zh="整笔订单只取整一次：{exactly}，{how}，得 {points}。",
        en="Rounded once for the whole order: of {exactly}, {how}: {points}.",
        exactly=number(given.exactly),
        how=ROUNDED[given.rounding],
        points=points(given.amount),
    )
    yield Step(StepCode.ROUNDING, words)


def _by_tier_and_caps(evidence: Evidence, rule: Multiplied, once: Given, *, earned: int) -> Iterator[Step]:
    """From what the rule gives once to what was earned: the steps add up to the difference."""
    given = Given(once.once, once.rounding, multiplier_of(rule, evidence.stood.tier, evidence.stood.boosts))
    yield from standing_steps(evidence, rule, given, more=given.amount - once.amount)
    caps = that_apply(evidence.version.section(PointsSection).caps, rules=[rule.code])
    if given.amount > earned and caps:
        named = told(
            zh="、".join(quoted(cap.words.zh).zh for cap in caps), en=", ".join(quoted(cap.words.en).en for cap in caps)
        )
        words = told(
            zh="规则给出 {given}，上限 {caps} 在当时留下 {left}。",
            en="The rule gives {given}; caps left {left} of them then: {caps}.",
            given=points(given.amount),
            left=points(earned),
            caps=named,
        )
        yield Step(StepCode.CAPS, words, earned - given.amount)
    elif given.amount != earned:
        words = told(
            zh="按当时已知的情况，共 {points}。", en="By what was known then: {points}.", points=points(earned)
        )
        yield Step(StepCode.AS_KNOWN_THEN, words, earned - given.amount)


def _times(evidence: Evidence, lot: Lot, *, is_order: bool) -> Iterator[Step]:
    """When they become active and lapse, and why (R9)."""
    zone = evidence.version.zone
    if is_order:
        yield from policy_step(evidence, "points.return_window_days", as_=StepCode.ACTIVATION)
    if lot.activates_at is None:
        words = Told("订单尚未完成，因此何时可用还不知道。", "The order is not completed: it is not known yet when.")
        yield Step(StepCode.ACTIVATION, words)
        return
    order = evidence.order
    done = (
        ""
        if order is None or order.completed_at is None
        else told(
            zh="订单于 {at} 完成，", en="The order was completed on {at}. ", at=moment(order.completed_at, zone=zone)
        )
    )
    words = told(zh="{done}自 {at} 起可用。", en="{done}They can be used from {at}.", done=done,
                 at=moment(lot.activates_at, zone=zone))  # fmt: skip
    yield Step(StepCode.ACTIVATION, words)
    yield from policy_step(evidence, "points.expiry", as_=StepCode.EXPIRY)
    if lot.expires_at is not None:
        words = told(zh="{at} 到期。", en="They lapse on {at}.", at=moment(lot.expires_at, zone=zone))
        yield Step(StepCode.EXPIRY, words)
