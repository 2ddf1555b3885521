"""Why a benefit is not used."""

from datetime import datetime
from typing import Protocol

from app.benefits.rules import outcomes
from app.benefits.section import Benefit as Declared
from app.graph import SIGNED_IN, Refusal, RefusalCode, column, computed, refused_as, said, shows
from app.offers.graphql.kinds import Period
from app.programs.words import in_language
from app.tiers.graphql import Tier

from .benefit import Benefit

WORDS = "Why, for people, in the language asked for."


class OfBenefit(Protocol):
    @property
    def benefit(self) -> Declared: ...


def not_held_in_words(refusal: OfBenefit, *, language: str) -> str:
    name = in_language(refusal.benefit.name, language)
    return f"目前没有“{name}”权益。" if language == "zh" else f"You do not have “{name}” now."


def quota_used_in_words(refusal: OfBenefit, *, language: str) -> str:
    name = in_language(refusal.benefit.name, language)
    return f"“{name}”的使用次数已用完。" if language == "zh" else f"You have used “{name}” as often as you may."


@shows(outcomes.BenefitNotHeld, description="The member does not have the benefit.", seen_by=SIGNED_IN)
class BenefitNotHeld(Refusal):
    code: RefusalCode = refused_as(RefusalCode.BENEFIT_NOT_HELD)
    message: str = computed(not_held_in_words, WORDS)
    benefit: Benefit = column("The benefit.")
    tier: Tier | None = column("The lowest tier whose members have it; null: it comes with none.")


@shows(outcomes.QuotaUsed, description="The member has used the benefit as often as they may in a period.",
       seen_by=SIGNED_IN)  # fmt: skip
class BenefitQuotaUsed(Refusal):
    code: RefusalCode = refused_as(RefusalCode.QUOTA_USED)
    message: str = computed(quota_used_in_words, WORDS)
    benefit: Benefit = column("The benefit, as they have it.")
    limit: int = column("How often they may in the period.")
    period: Period = column("The period.")
    resets_at: datetime | None = column("When the next period begins; null: never.")


@shows(outcomes.UseConflict, description="What it is wanted for was sent with something else before.",
       seen_by=SIGNED_IN)  # fmt: skip
class BenefitUseConflict(Refusal):
    code: RefusalCode = refused_as(RefusalCode.BENEFIT_USE_CONFLICT)
    message: str = said(
        en="The benefit was used for “{external_id}” of “{source}” before, for another customer or otherwise.",
        zh="来源“{source}”的“{external_id}”已使用过该权益，且内容不同。",
    )
    source: str = column("The system's name for itself.")
    cause: str = column("Its id of what the benefit is wanted for.", name="external_id")
