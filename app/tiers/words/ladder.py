"""The steps of the ladder in words."""

from collections.abc import Iterator

from app.programs.rulebook import Rule, RuleTopic, Terms, Told, growth, told
from app.tiers.section import Tier, TiersSection

AT_ONCE = Told(
    "达到更高等级的成长值即刻升级，可一次升多级。",
    "Whoever has the growth for a higher tier holds it at once, over several tiers if need be.",
)


def ladder_told(section: TiersSection, terms: Terms) -> Iterator[Rule]:
    """Each tier, and what is given for reaching it; and what became of tiers that are gone."""
    for tier in section.ladder:
        yield Rule(f"tiers.ladder.{tier.code}", RuleTopic.TIERS, _tier_told(tier))
        if tier.gift is not None:
            words = told(zh="升至{tier}一次性赠送 {gift}，立即可用。",
                         en="For reaching {tier}: {gift} to be used at once, one time only.",
                         tier=tier.name, gift=terms.brought(tier.gift.points, tier.gift.coupon))  # fmt: skip
            yield Rule(f"tiers.ladder.{tier.code}.gift", RuleTopic.TIERS, words, tier.gift.words)
    if len(section.ladder) > 1:
        yield Rule("tiers.climbing", RuleTopic.TIERS, AT_ONCE)
    for gone, successor in section.successors.items():
        words = told(zh="原等级“{gone}”的会员现为{tier}。", en="Whoever held the former tier “{gone}” holds {tier}.",
                     gone=gone, tier=section.tier(successor).name)  # fmt: skip
        yield Rule(f"tiers.successors.{gone}", RuleTopic.TIERS, words)


def _tier_told(tier: Tier) -> Told:
    if tier.threshold == 0:
        return told(zh="{tier}：加入即享。", en="{tier}: from joining on.", tier=tier.name)
    return told(zh="{tier}：{growth}起。", en="{tier}: from {growth} on.", tier=tier.name,
                growth=growth(tier.threshold))  # fmt: skip
