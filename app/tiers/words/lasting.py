"""When growth counts and how long, and how long a tier is held, in words."""

from collections.abc import Iterator, Mapping

from app.programs.rulebook import Rule, RuleTopic, Told, days, months, together, told
from app.tiers.rules.times import LEAST_NOTICE
from app.tiers.section import CountsAt, Lowering, Measure, PeriodKind, TierPeriod, TiersSection, Window, WindowKind

APART = Told(
    "成长值只用于衡量等级，不可消费；使用积分或积分失效不影响成长值。",
    "Growth only measures: it cannot be spent, and points that are spent or lapse do not change it.",
)
REFUNDED = Told(
    "订单退款时，按退款比例收回该订单的成长值；因此失去依据的等级随即更正。",
    "A refund takes back the growth of the refunded part of the order; a tier that rested on it is corrected at once.",
)
MEASURED: Mapping[Measure, Told] = {
    Measure.GROWTH: Told("成长值一经计入，即用于评定等级。", "Growth decides about tiers as soon as it counts."),
    Measure.SCORE: Told(
        "每月 1 日将此前计入的成长值汇总为评分，等级自当日起按评分评定。",
        "What counts is added up into a score on the first of each month; from then on the score decides about tiers.",
    ),
}
FOR_EVER = Told("成长值长期有效。", "Growth counts for ever.")
THIS_YEAR = Told("成长值计至当年年底，次年 1 月 1 日清零。", "Growth counts until the end of the calendar year.")
YEAR_END = Told(
    "高于{first}的等级自达到或续期之日起，有效至次年年底。",
    "A tier above {first} is held until the end of the calendar year after the one in which it was reached or renewed.",
)
MONTHS = Told(
    "高于{first}的等级自达到或续期之日起有效 {months}。",
    "A tier above {first} is held for {months} from when it was reached or renewed.",
)
RENEWED = Told(
    "到期时，有效成长值达到该等级要求的，续期一次。",
    "At its end it is renewed, if the growth that counts reaches the tier.",
)
OTHERWISE: Mapping[Lowering, Told] = {
    Lowering.TO_MATCH: together(
        RENEWED,
        Told("未达到的，降至成长值对应的等级。", "Otherwise it is lowered to the tier that the growth reaches."),
    ),
    Lowering.ONE_DOWN: together(
        RENEWED, Told("未达到的，降低一级。", "Otherwise it is lowered to the next tier below.")
    ),
    Lowering.NEVER: Told(
        "到期时自动续期，不降级。", "At its end it is renewed whatever the growth: nobody is lowered."
    ),
}
NO_GRACE = Told("到期后不设宽限期。", "There are no days of grace after its end.")


def counting_told(section: TiersSection, *, return_window_days: int) -> Iterator[Rule]:
    topic = RuleTopic.GROWTH
    yield Rule("tiers.counts_at", topic, _counts_from(section.counts_at, return_window_days))
    yield Rule("tiers.measure", topic, MEASURED[section.measure])
    yield Rule("tiers.window", topic, _window_told(section.window))
    yield Rule("tiers.apart", topic, APART)
    yield Rule("tiers.refunds", topic, REFUNDED)


def period_told(section: TiersSection) -> Iterator[Rule]:
    """Nobody loses the first tier: with that alone there is nothing to say."""
    if len(section.ladder) == 1:
        return
    topic = RuleTopic.TIER_PERIOD
    yield Rule("tiers.period", topic, _period_told(section.period, section))
    yield Rule("tiers.lowering", topic, OTHERWISE[section.lowering])
    if section.lowering is Lowering.NEVER:
        return
    notice = told(
        zh="等级可能下降的，在到期前 {days}通知；通知满 {least}之前不降级。",
        en="Whoever may be lowered is told {days} before the end; nobody is lowered within {least} of being told.",
        days=days(section.notice_days),
        least=days(LEAST_NOTICE),
    )
    yield Rule("tiers.notice_days", topic, notice)
    grace = told(zh="到期后有 {days}宽限期，期间仍可续期。",
                 en="It can still be renewed within {days} after its end.", days=days(section.grace_days))  # fmt: skip
    yield Rule("tiers.grace_days", topic, grace if section.grace_days else NO_GRACE)


def _counts_from(counts_at: CountsAt, return_window_days: int) -> Told:
    if counts_at is CountsAt.PAID:
        return Told("订单支付后即计成长值。", "The growth of an order counts from when it is paid.")
    if counts_at is CountsAt.COMPLETED:
        return Told("订单完成后计成长值。", "The growth of an order counts from when it is completed.")
    return told(
        zh="订单完成且 {days}退货期结束后计成长值。",
        en="The growth of an order counts from when it can no longer be returned: {days} after it was completed.",
        days=days(return_window_days),
    )


def _window_told(window: Window) -> Told:
    if window.kind is WindowKind.ROLLING and window.months is not None:
        return told(zh="每笔成长值有效 {months}。", en="Each growth counts for {months}.",
                    months=months(window.months))  # fmt: skip
    return THIS_YEAR if window.kind is WindowKind.CALENDAR_YEAR else FOR_EVER


def _period_told(period: TierPeriod, section: TiersSection) -> Told:
    words = YEAR_END if period.kind is PeriodKind.YEAR_END else MONTHS
    return told(zh=words.zh, en=words.en, first=section.ladder[0].name, months=months(period.months))
