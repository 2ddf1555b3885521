"""The rules of `[benefits]` in words, for members: what each tier has, and how often."""

from collections.abc import Callable, Iterator, Mapping

from app.points.section import Period
from app.points.words.doing import PERIODS
from app.programs.money import decimal_text
from app.programs.rulebook import Rule, RuleTopic, Told, days, listed, minutes, times, together, told
from app.tiers.section import Tier, TiersSection

from .section import Benefit, BenefitsSection, Parameters, Quota

Say = Callable[[Parameters], Told | None]


def benefits_rules(section: BenefitsSection, tiers: TiersSection) -> Iterator[Rule]:
    """Of each tier all that its members have, as they have it."""
    for tier in tiers.ladder:
        for benefit in section.for_tier(tier.code, tier.benefits):
            yield Rule(f"benefits.{tier.code}.{benefit.code}", RuleTopic.BENEFITS, _told(tier, benefit))


def _told(tier: Tier, benefit: Benefit) -> Told:
    what = told(zh="{tier}：{name}。{what}", en="{tier}: {name}. {what}", tier=tier.name, name=benefit.name,
                what=benefit.description)  # fmt: skip
    return together(what, *parameters_told(benefit.parameters), quota_told(benefit.quota))


def parameters_told(parameters: Parameters) -> Iterator[Told | None]:
    return (say(parameters) for say in SAID.values())


def quota_told(quota: Quota | None) -> Told | None:
    if quota is None:
        return None
    if quota.period is Period.LIFETIME:
        return told(zh="共可用 {times}。", en="It can be used {times} in all.", times=times(quota.times))
    return told(zh="{period}最多可用 {times}。", en="It can be used {times} {period} at most.",
                period=PERIODS[quota.period], times=times(quota.times))  # fmt: skip


def _off(parameters: Parameters) -> Told | None:
    if parameters.percent_off is None:
        return None
    return told(zh="减价 {off}%。", en="{off} % off.", off=str(parameters.percent_off))


def _categories(parameters: Parameters) -> Told | None:
    if not parameters.categories:
        return None
    names = listed([Told(f"“{name}”", f"“{name}”") for name in parameters.categories])
    return told(zh="仅限类目：{names}。", en="Only for {names}.", names=names)


def _within_hours(parameters: Parameters) -> Told | None:
    if parameters.within_hours is None:
        return None
    return told(zh="{hours}内处理。", en="Seen to within {hours}.", hours=hours(parameters.within_hours))


def _within_minutes(parameters: Parameters) -> Told | None:
    if parameters.within_minutes is None:
        return None
    return told(zh="{minutes}内应答。", en="Answered within {minutes}.", minutes=minutes(parameters.within_minutes))


def _hours(parameters: Parameters) -> Told | None:
    if parameters.hours is None:
        return None
    return told(zh="比其他人早 {hours}。", en="{hours} before everybody else.", hours=hours(parameters.hours))


def _days(parameters: Parameters) -> Told | None:
    if parameters.days is None:
        return None
    return told(zh="订单完成后 {days}内有效。", en="For {days} after the order was completed.",
                days=days(parameters.days))  # fmt: skip


def _multiplier(parameters: Parameters) -> Told | None:
    if parameters.multiplier is None:
        return None
    return told(zh="积分 ×{times}。", en="Points ×{times}.", times=decimal_text(parameters.multiplier, digits=2))


def _chances(parameters: Parameters) -> Told | None:
    if parameters.chances is None:
        return None
    number = str(parameters.chances)
    return told(zh="每次申请按 {number} 次计。", en="An application counts {number} times.", number=number)


def _brand(parameters: Parameters) -> Told | None:
    return None if parameters.brand is None else told(zh="由“{brand}”提供。", en="By {brand}.", brand=parameters.brand)


def _gift(parameters: Parameters) -> Told | None:
    return None if parameters.gift is None else told(zh="礼品：{gift}。", en="The gift: {gift}.", gift=parameters.gift)


def hours(number: int) -> Told:
    return Told(f"{number:,} 小时", f"{number:,} {'hour' if number == 1 else 'hours'}")


SAID: Mapping[str, Say] = {
    "percent_off": _off,
    "categories": _categories,
    "within_hours": _within_hours,
    "within_minutes": _within_minutes,
    "hours": _hours,
    "days": _days,
    "multiplier": _multiplier,
    "chances": _chances,
    "brand": _brand,
    "gift": _gift,
}
"""By the parameter. What points are multiplied by which rules, which campaigns give an extra and which coupons there
are is told where that is declared."""
