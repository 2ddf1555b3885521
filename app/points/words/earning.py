"""What earns points, in words."""

from collections.abc import Iterator, Mapping

from app.points.section import ActionRule, EarningRule, Multiplied, PointsSection, Rounding
from app.programs.rulebook import Rule, RuleTopic, Terms, Told, days, multiplied, points, quoted, together, told

from .doing import EACH

NOTHING = Told("订单不产生积分。", "Orders earn no points.")
EXCLUDED = Told(
    "礼品卡、运费以及用积分或优惠券抵扣的部分不计积分。",
    "Gift cards, shipping, and what points or coupons paid for earn no points.",
)
ROUNDED: Mapping[Rounding, Told] = {
    Rounding.FLOOR: Told(
        "每条规则按整笔订单计算积分，不足 1 积分的部分舍去。",
        "Points are reckoned for the whole order; what is not a whole point is dropped.",
    ),
    Rounding.HALF_UP: Told(
        "每条规则按整笔订单计算积分，不足 1 积分的部分四舍五入。",
        "Points are reckoned for the whole order; half a point and more is rounded up to one.",
    ),
}
AT_ONCE = Told("立即可用。", "They can be used at once.")


def earning_told(section: PointsSection, terms: Terms) -> Iterator[Rule]:
    """The rules for orders and for what else customers do, in the order of the file."""
    topic = RuleTopic.EARNING
    for rule in section.earning:
        yield Rule(f"points.earning.{rule.code}", topic, _order_told(rule, terms), rule.words)
    if section.earning:
        yield Rule("points.excluded", topic, EXCLUDED)
        yield Rule("points.rounding", topic, ROUNDED[section.rounding])
    else:
        yield Rule("points.earning", topic, NOTHING)
    for rule in section.actions:
        yield Rule(f"points.actions.{rule.code}", topic, _action_told(rule, terms), rule.words)


def _order_told(rule: EarningRule, terms: Terms) -> Told:
    per = terms.amount(rule.per)
    base = told(zh="订单金额每 {per} 得 {points}。", en="{points} for each {per} of an order.", per=per,
                points=points(rule.points))  # fmt: skip
    when = Told("支付订单时", "when the order is paid")
    return together(base, categories_told(rule.categories), _tiers_told(rule, terms, when=when))


def _action_told(rule: ActionRule, terms: Terms) -> Told:
    base = told(zh="{each}得 {points}。", en="{points} {each}.", each=EACH[rule.action], points=points(rule.points))
    later = told(zh="{days}后可用。", en="They can be used {days} later.", days=days(rule.pending_days))
    when = Told("当时", "at the time")
    return together(base, later if rule.pending_days else AT_ONCE, _tiers_told(rule, terms, when=when))


def categories_told(categories: Mapping[str, int]) -> Told | None:
    """How much lines of some categories count; None where all count once."""
    if not categories:
        return None
    parts = multiplied(categories, {name: quoted(name) for name in categories})
    return told(zh="按品类加权：{parts}；其他品类 ×1。", en="By category: {parts}; all others ×1.", parts=parts)


def _tiers_told(rule: Multiplied, terms: Terms, *, when: Told) -> Told | None:
    if not rule.tiers:
        return None
    names = {code: Told(name.zh, name.en) for code, name in terms.tiers.items()}
    return told(zh="按{when}的等级：{parts}；其他等级 ×1。", en="By the tier held {when}: {parts}; all others ×1.",
                when=when, parts=multiplied(rule.tiers, names))  # fmt: skip
