"""A campaign, as members see it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.campaigns.rules import seen
from app.campaigns.section import Campaign as Declared
from app.graph import EVERYONE, column, computed, shows
from app.programs.rulebook import Told
from app.programs.section import ONCE
from app.programs.words import in_language


class OfCampaign(Protocol):
    @property
    def campaign(self) -> Declared: ...


class HasWords(Protocol):
    @property
    def words(self) -> Told: ...


def code_of(each: OfCampaign) -> str:
    return each.campaign.code


def name_of(each: OfCampaign, *, language: str) -> str:
    return in_language(each.campaign.name, language)


def words_of(each: HasWords, *, language: str) -> str:
    return in_language(each.words, language)


def priority_of(each: OfCampaign) -> int:
    return each.campaign.priority


def is_added(each: OfCampaign) -> bool:
    return each.campaign.stacks


def points_of(each: OfCampaign) -> Decimal:
    return Decimal(each.campaign.effects.points or ONCE) / ONCE


def growth_of(each: OfCampaign) -> Decimal:
    return Decimal(each.campaign.effects.growth or ONCE) / ONCE


def for_coupons(each: OfCampaign) -> bool:
    return each.campaign.effects.coupons


def benefits_of(each: OfCampaign) -> Sequence[str]:
    return each.campaign.effects.benefits


def tier_of(each: OfCampaign) -> str | None:
    return each.campaign.effects.benefits_of


def hours_of(each: OfCampaign) -> int:
    return each.campaign.effects.early_access_hours or 0


@shows(seen.CampaignSeen, description="A time in which more is given, and when it is.", seen_by=EVERYONE)
class Campaign:
    code: str = computed(code_of, "Its stable code for use in software.")
    name: str = computed(name_of, "Its name, in the language asked for.")
    in_words: str = computed(words_of, "When it is open, for whom, and what it gives, in the language asked for.")
    is_open: bool = column("Whether it is open now.")
    opens_at: datetime = column("When it opened or, if it is not open, opens next.")
    closes_at: datetime = column("When it closes then: at this instant it is closed. It may be ended before.")
    priority: int = computed(
        priority_of,
        "Of campaigns that multiply points, or growth, at the same time the one with the highest applies; of equal "
        "ones, the first by code.",
    )
    stacks: bool = computed(
        is_added, "Whether what it brings is added to what the one brings that applies, instead of giving way to it."
    )
    points_multiplier: Decimal = computed(
        points_of, "By which it multiplies the points that orders and activities bring; 1 if it does not."
    )
    growth_multiplier: Decimal = computed(
        growth_of, "By which it multiplies the growth that orders and activities bring; 1 if it does not."
    )
    opens_coupons: bool = computed(for_coupons, "Whether coupons that need it can be claimed while it is open.")
    benefits: list[str] = computed(benefits_of, "Codes of benefits that it gives.")
    benefits_of_tier: str | None = computed(tier_of, "Code of a tier whose benefits it gives, all of them; or null.")
    early_access_hours: int = computed(
        hours_of, "Hours before they open for others that rewards can be redeemed; 0 if it opens none earlier."
    )
