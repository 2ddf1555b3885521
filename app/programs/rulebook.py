"""The rules of a program in words, made from its data: so what is shown is what is applied (M31)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import ClassVar

from .currencies import sign_of
from .money import decimal_text
from .section import ProgramSection, Words


class RuleTopic(Enum):
    """What a rule is about, in the order in which one reads them."""

    MEMBERSHIP = "MEMBERSHIP"
    EARNING = "EARNING"
    EARNING_LIMITS = "EARNING_LIMITS"
    POINTS = "POINTS"
    REFUNDS = "REFUNDS"
    GROWTH = "GROWTH"
    GROWTH_LIMITS = "GROWTH_LIMITS"
    TIERS = "TIERS"
    TIER_PERIOD = "TIER_PERIOD"
    BENEFITS = "BENEFITS"
    CAMPAIGNS = "CAMPAIGNS"
    COUPONS = "COUPONS"
    REFERRALS = "REFERRALS"
    CHECK_IN = "CHECK_IN"


@dataclass(frozen=True)
class Told:
    """The same in both languages."""

    zh: str
    en: str


TITLES: Mapping[RuleTopic, Told] = {
    RuleTopic.MEMBERSHIP: Told("会员资格", "Membership"),
    RuleTopic.EARNING: Told("如何获得积分", "Earning points"),
    RuleTopic.EARNING_LIMITS: Told("积分上限", "Limits on points"),
    RuleTopic.POINTS: Told("积分的使用与有效期", "Using points, and when they lapse"),
    RuleTopic.REFUNDS: Told("退款与取消", "Refunds and cancellations"),
    RuleTopic.GROWTH: Told("如何获得成长值", "Growth"),
    RuleTopic.GROWTH_LIMITS: Told("成长值上限", "Limits on growth"),
    RuleTopic.TIERS: Told("会员等级", "Tiers"),
    RuleTopic.TIER_PERIOD: Told("等级有效期", "How long a tier lasts"),
    RuleTopic.BENEFITS: Told("等级权益", "Benefits of the tiers"),
    RuleTopic.CAMPAIGNS: Told("活动", "Campaigns"),
    RuleTopic.COUPONS: Told("优惠券", "Coupons"),
    RuleTopic.REFERRALS: Told("邀请好友", "Inviting others"),
    RuleTopic.CHECK_IN: Told("签到", "Checking in"),
}


@dataclass(frozen=True)
class Rule:
    """A rule of a program, for its members to read."""

    __held__: ClassVar[bool] = True
    code: str
    """Where it is in the file: the same rule in another version has the same."""
    topic: RuleTopic
    words: Told
    name: Words | None = None
    """What the program itself calls it, and the history of points: that is written by people, and decides nothing."""


@dataclass(frozen=True)
class RuleGroup:
    """Rules about one thing."""

    __held__: ClassVar[bool] = True
    topic: RuleTopic
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Terms:
    """What sections need to know of one another to put their rules into words."""

    currency: str
    digits: int
    """Decimals of the currency's minor unit."""
    tiers: Mapping[str, Words]
    """Names of the tiers by their codes, lowest first."""
    coupons: Mapping[str, Words] = field(default_factory=dict[str, Words])
    """Names of the coupons that the program gives by their templates' codes."""

    def brought(self, number: int | None, coupon: str | None) -> Told:
        """What a gift or a bonus brings: points, a coupon of the template with that code, or both."""
        name = None if coupon is None else self.coupons.get(coupon)
        if name is None:
            return points(number or 0)
        one = told(zh="优惠券“{coupon}”", en="the coupon “{coupon}”", coupon=name)
        return listed([points(number), one]) if number else one

    def amount(self, minor: int) -> Told:
        """An amount in minor units."""
        number = f"{Decimal(decimal_text(minor, digits=self.digits)):,}"
        zh, en = sign_of(self.currency)
        return Told(zh + number, en + number)


def program_rules(section: ProgramSection) -> Iterator[Rule]:
    """What is common to all rules."""
    words = told(
        zh="天、周、月、年均按 {zone} 时区计算；金额以 {currency} 计。",
        en="Days, weeks, months and years are those of the time zone {zone}; amounts are in {currency}.",
        zone=section.time_zone,
        currency=section.currency,
    )
    yield Rule("program", RuleTopic.MEMBERSHIP, words)


def grouped(rules: Sequence[Rule]) -> tuple[RuleGroup, ...]:
    """By what they are about; topics of which there is nothing to say are not among them."""
    by_topic = {topic: tuple(rule for rule in rules if rule.topic is topic) for topic in RuleTopic}
    return tuple(RuleGroup(topic, found) for topic, found in by_topic.items() if found)


def told(*, zh: str, en: str, **parts: Told | Words | str) -> Told:
    """Words with the names of `parts` in braces. Text is the same in both languages."""

    def within(template: str, language: Callable[[Told | Words], str]) -> str:
        return template.format_map(
            {name: part if isinstance(part, str) else language(part) for name, part in parts.items()}
        )

    return Told(within(zh, lambda part: part.zh), within(en, lambda part: part.en))


def together(*sentences: Told | None) -> Told:
    """Sentences one after the other, those that there are."""
    said = [sentence for sentence in sentences if sentence is not None]
    return Told("".join(each.zh for each in said), " ".join(each.en for each in said))


def listed(parts: Sequence[Told]) -> Told:
    """One, two and three."""
    *others, last = parts
    before = ", ".join(part.en for part in others)
    return Told("、".join(part.zh for part in parts), f"{before} and {last.en}" if others else last.en)


def multiplied(weights: Mapping[str, int], names: Mapping[str, Told]) -> Told:
    """By what things are multiplied: weights in hundredths."""
    parts = [(names[code], f" ×{decimal_text(weight, digits=2)}") for code, weight in weights.items()]
    return Told(
        "、".join(name.zh + weight for name, weight in parts), ", ".join(name.en + weight for name, weight in parts)
    )


def quoted(text: str) -> Told:
    return Told(f"“{text}”", f"“{text}”")


def points(number: int) -> Told:
    return Told(f"{number:,} 积分", f"{number:,} {'point' if number == 1 else 'points'}")


def growth(number: int) -> Told:
    return Told(f"{number:,} 成长值", f"{number:,} growth")


def times(number: int) -> Told:
    return Told(f"{number:,} 次", "once" if number == 1 else f"{number:,} times")


def minutes(number: int) -> Told:
    return Told(f"{number:,} 分钟", f"{number:,} {'minute' if number == 1 else 'minutes'}")


def days(number: int) -> Told:
    return Told(f"{number:,} 天", f"{number:,} {'day' if number == 1 else 'days'}")


def months(number: int) -> Told:
    return Told(f"{number:,} 个月", f"{number:,} {'month' if number == 1 else 'months'}")
