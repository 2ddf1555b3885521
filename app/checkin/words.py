"""The rules of `[checkin]` in words, for members."""

from collections.abc import Iterator

from app.programs.rulebook import Rule, RuleTopic, Terms, Told, days, points, told
from app.programs.section import Words

from .rules.bonuses import DAILY, MAKE_UP, cycle_rule, milestone_rule
from .section import CheckInSection, MakeUp

STREAK = Told(
    "每个自然日可签到一次；漏签一天，连续天数重新计算。",
    "One can check in once a day. A missed day ends the streak.",
)
ON_DAY = Told("周期第 {day} 天另得 {gift}。", "Day {day} of a cycle brings {more}{gift}.")
FOR_STREAK = Told("连续签到满 {days}，另得 {gift}。", "A streak of {days} brings {more}{gift}.")
ANOTHER, BESIDES = Told("", "another "), Told("", "")
NO_MAKE_UPS = Told("漏签不可补签。", "A missed day cannot be made up.")
MADE_UP = Words(zh="补签", en="Made-up check-in")
"""As the history of points calls what it costs."""
WITHIN = Told(
    "可补签最近 {window}内漏签的日子，每月最多 {quota} 次，免费。",
    "Missed days can be made up within {window}, at most {quota} in a month, for nothing.",
)
WITHIN_FOR = Told(
    "可补签最近 {window}内漏签的日子，每月最多 {quota} 次，每次 {cost}。",
    "Missed days can be made up within {window}, at most {quota} in a month, for {cost} each.",
)
WHAT_COUNTS = Told(
    "补签后连续天数重新计算，补签日本身没有签到积分；由此达到的奖励只发一次。",
    "The streak is then counted anew. The made-up day itself earns nothing for checking in; what is reached by it is "
    "given once.",
)


def checkin_rules(section: CheckInSection, terms: Terms) -> Iterator[Rule]:
    """Nothing where there is no checking in."""
    if section.points is None:
        return
    topic = RuleTopic.CHECK_IN
    yield Rule(DAILY, topic, _daily_told(section.points), section.words)
    yield Rule("checkin.streak", topic, STREAK)
    cycle = told(
        zh="每 {days}为一个周期，期满重新开始，连续天数继续累计。",
        en="A cycle has {days}. It starts again after its last day, while the streak goes on.",
        days=days(section.cycle_days),
    )
    yield Rule("checkin.cycle_days", topic, cycle)
    for bonus in section.cycle:
        words = _bonus_told(bonus.points, ON_DAY, day=str(bonus.day), gift=terms.brought(bonus.points, bonus.coupon))
        yield Rule(cycle_rule(bonus), topic, words, bonus.words)
    for milestone in section.milestones:
        words = _bonus_told(milestone.points, FOR_STREAK, days=days(milestone.streak),
                            gift=terms.brought(milestone.points, milestone.coupon))  # fmt: skip
        yield Rule(milestone_rule(milestone), topic, words, milestone.words)
    yield from _make_up_told(section.make_up)


def _bonus_told(number: int, template: Told, **parts: Told | str) -> Told:
    """Points come to those of the day; a coupon alone does not."""
    more = ANOTHER if number else BESIDES
    return told(zh=template.zh, en=template.en, more=more, **parts)


def _daily_told(number: int) -> Told:
    if number == 0:
        return Told("签到本身没有积分。", "Checking in earns nothing by itself.")
    return told(zh="每日签到得 {points}，立即可用。", en="{points} for each day on which one checks in, to be used at "
                "once.", points=points(number))  # fmt: skip


def _make_up_told(make_up: MakeUp) -> Iterator[Rule]:
    topic = RuleTopic.CHECK_IN
    if make_up.quota == 0:
        yield Rule(MAKE_UP, topic, NO_MAKE_UPS, MADE_UP)
        return
    template = WITHIN_FOR if make_up.cost else WITHIN
    parts = {"window": days(make_up.window_days), "cost": points(make_up.cost), "quota": str(make_up.quota)}
    yield Rule(MAKE_UP, topic, told(zh=template.zh, en=template.en, **parts), MADE_UP)
    yield Rule("checkin.make_up.counts", topic, WHAT_COUNTS)
