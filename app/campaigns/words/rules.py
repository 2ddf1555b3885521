"""The rules of campaigns in words: when, for whom, and what they give."""

from collections.abc import Iterator, Mapping, Sequence

from app.campaigns.section import Audience, Campaign, CampaignsSection, Effects, Kind
from app.programs.money import decimal_text
from app.programs.rulebook import Rule, RuleTopic, Terms, Told, days, listed, quoted, told
from app.programs.section import ONCE, Words

from .windows import window_told

Names = Mapping[str, Words]
"""Of benefits, by their codes."""

COUPONS = Told("可领取活动优惠券", "its coupons can be claimed")
MULTIPLIED: Mapping[Kind, Told] = {Kind.POINTS: Told("积分", "points"), Kind.GROWTH: Told("成长值", "growth")}


def campaigns_rules(section: CampaignsSection, terms: Terms, benefits: Names) -> Iterator[Rule]:
    """Nothing where there are no campaigns. Each goes by the rule by which the ledgers know what it brought."""
    for campaign in section.planned:
        words = campaign_told(campaign, tiers=terms.tiers, benefits=benefits)
        yield Rule(campaign.rule, RuleTopic.CAMPAIGNS, words, campaign.name)
    for kind, what in MULTIPLIED.items():
        several = [campaign for campaign in section.planned if kind in campaign.kinds]
        if len(several) > 1:
            yield Rule(f"campaigns.together.{kind.name.lower()}", RuleTopic.CAMPAIGNS, _together(several, what))
    for code, most, what in (
        ("most_points", section.most_points, MULTIPLIED[Kind.POINTS]),
        ("most_growth", section.most_growth, MULTIPLIED[Kind.GROWTH]),
    ):
        if section.planned and code in section.model_fields_set:
            words = told(
                zh="所有活动合计，{what}最多 ×{most}。",
                en="All campaigns together multiply {what} by {most} at most.",
                what=what,
                most=_times(most),
            )
            yield Rule(f"campaigns.{code}", RuleTopic.CAMPAIGNS, words)


def campaign_told(campaign: Campaign, *, tiers: Mapping[str, Words], benefits: Names) -> Told:
    """One campaign: "Double 11, on November 11 of each year: ×2 points for orders and activities."."""
    effects = list(_effects(campaign.effects, tiers, benefits))
    return told(
        zh="{name}（{when}{whom}）：{effects}。",
        en="{name} ({when}{whom}): {effects}.",
        name=campaign.name,
        when=window_told(campaign.window),
        whom=_audience(campaign.audience, tiers),
        effects=Told("；".join(each.zh for each in effects), "; ".join(each.en for each in effects)),
    )


def _audience(audience: Audience, tiers: Mapping[str, Words]) -> Told:
    parts: list[Told] = []
    if audience.tiers:
        names = [_name(tiers, code) for code in audience.tiers]
        parts.append(told(zh="限 {tiers} 会员", en="for {tiers}", tiers=listed(names)))
    if audience.joined_from is not None:
        said = {"day": audience.joined_from.isoformat()}
        parts.append(told(zh="限 {day} 起加入的会员", en="for who joined on {day} or later", **said))
    if audience.joined_until is not None:
        said = {"day": audience.joined_until.isoformat()}
        parts.append(told(zh="限 {day} 之前加入的会员", en="for who joined before {day}", **said))
    if audience.joined_within_days is not None:
        count = days(audience.joined_within_days)
        parts.append(told(zh="限加入不满 {days}的会员", en="for who joined less than {days} before", days=count))
    if audience.channels:
        names = listed([quoted(channel) for channel in audience.channels])
        parts.append(told(zh="限渠道 {channels}", en="by way of {channels}", channels=names))
    return Told("".join(f"，{part.zh}" for part in parts), "".join(f", {part.en}" for part in parts))


def _effects(effects: Effects, tiers: Mapping[str, Words], benefits: Names) -> Iterator[Told]:
    for weight, kind in ((effects.points, Kind.POINTS), (effects.growth, Kind.GROWTH)):
        if weight is not None:
            yield told(zh="订单和互动的{what} ×{times}", en="{what} for orders and activities ×{times}",
                       what=MULTIPLIED[kind], times=_times(weight))  # fmt: skip
    if effects.coupons:
        yield COUPONS
    if effects.benefits:
        names = [_name(benefits, code) for code in effects.benefits]
        yield told(zh="享{benefits}", en="{benefits}", benefits=listed(names))
    if effects.benefits_of is not None:
        name = _name(tiers, effects.benefits_of)
        yield told(zh="享 {tier} 会员权益", en="the benefits of {tier}", tier=name)
    if effects.early_access_hours is not None:
        hours = str(effects.early_access_hours)
        yield told(zh="提前 {hours} 小时兑换", en="rewards {hours} hours before they open for others", hours=hours)


def _together(campaigns: Sequence[Campaign], what: Told) -> Told:
    in_order = sorted(campaigns, key=lambda each: (-each.priority, each.code))
    alone = [_called(each.name) for each in in_order if not each.stacks]
    adding = [_called(each.name) for each in in_order if each.stacks]
    said = Told("", "")
    if len(alone) > 1:
        said = told(zh="同时进行时，{what}只按其中最先的一个活动计算：{alone}。", en="Of those that are open together, "
                    "only the first of these multiplies {what}: {alone}.", what=what, alone=listed(alone))  # fmt: skip
    if not adding:
        return said
    more = told(zh="可与其他活动叠加：{adding}。", en="What these bring is added to that of others: {adding}.",
                adding=listed(adding))  # fmt: skip
    return Told(said.zh + more.zh, f"{said.en} {more.en}".strip())


def _name(names: Mapping[str, Words], code: str) -> Told:
    return _called(names[code]) if code in names else Told(code, code)


def _called(name: Words) -> Told:
    return Told(name.zh, name.en)


def _times(weight: int) -> str:
    return decimal_text(weight, digits=2).rstrip("0").rstrip(".") if weight % ONCE else str(weight // ONCE)
