"""What brings growth, and how much at most, in words."""

from collections.abc import Iterator, Mapping

from app.points.words import EACH, NOUNS, ORDERS, cap_told, categories_told, sources_told
from app.programs.rulebook import Rule, RuleTopic, Terms, Told, growth, times, together, told
from app.tiers.section import ActionGrowth, GrowthRule, GrowthRuleOfAmount, OrderGrowth, TiersSection

NOTHING = Told("订单不增加成长值。", "Orders bring no growth.")
WHOLE = Told("不足 1 成长值的部分舍去。", "What is not a whole one is dropped.")
EXCLUDED = Told(
    "礼品卡、运费以及用积分或优惠券抵扣的部分不计成长值。",
    "Gift cards, shipping, and what points or coupons paid for bring no growth.",
)
HOWEVER_LARGE = Told("每笔订单得 {growth}，不论金额。", "{growth} for each order, however large.")
FROM = Told("每笔满 {amount} 的订单得 {growth}。", "{growth} for each order of at least {amount}.")
COUNTED_ORDERS = Told("订单笔数", "the number of orders")


def growing_told(section: TiersSection, terms: Terms) -> Iterator[Rule]:
    topic = RuleTopic.GROWTH
    for place, _, rule in section.ruling:
        yield Rule(f"tiers.{place}.{rule.code}", topic, _rule_told(rule, terms), rule.words)
    if section.growth or section.orders:
        yield Rule("tiers.excluded", topic, EXCLUDED)
    else:
        yield Rule("tiers.growth", topic, NOTHING)
    sources = _sources(section)
    for cap in section.caps:
        most = [part for part in (cap.growth and growth(cap.growth), cap.times and times(cap.times)) if part]
        words = cap_told(cap, sources=sources, most=most)
        yield Rule(f"tiers.caps.{cap.code}", RuleTopic.GROWTH_LIMITS, words, cap.words)


def _rule_told(rule: GrowthRule, terms: Terms) -> Told:
    if isinstance(rule, GrowthRuleOfAmount):
        base = told(zh="订单金额每 {per} 得 {growth}。", en="{growth} for each {per} of an order.",
                    per=terms.amount(rule.per), growth=growth(rule.growth))  # fmt: skip
        return together(base, categories_told(rule.categories), WHOLE)
    if isinstance(rule, OrderGrowth):
        words = HOWEVER_LARGE if rule.at_least is None else FROM
        amount = terms.amount(rule.at_least or 0)
        return told(zh=words.zh, en=words.en, growth=growth(rule.growth), amount=amount)
    if isinstance(rule, ActionGrowth):
        each = EACH[rule.action]
        return told(zh="{each}得 {growth}。", en="{growth} {each}.", growth=growth(rule.growth), each=each)
    raise TypeError(f"no words for {type(rule).__name__}")


def _sources(section: TiersSection) -> Mapping[str, Told]:
    return sources_told([(rule, _noun(rule)) for _, _, rule in section.ruling])


def _noun(rule: GrowthRule) -> Told:
    if isinstance(rule, ActionGrowth):
        return NOUNS[rule.action]
    return COUNTED_ORDERS if isinstance(rule, OrderGrowth) else ORDERS
