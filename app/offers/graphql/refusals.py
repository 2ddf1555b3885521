"""Why a member cannot have what is offered."""

from datetime import datetime

from app.graph import EVERYONE, Refusal, RefusalCode, column, computed, refused_as, said, shows
from app.offers.rules import refusals, shown
from app.tiers.graphql import Tier


@shows(refusals.NotYetOpen, description="What is offered is to be had later.", seen_by=EVERYONE)
class NotYetOpen(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NOT_YET_OPEN)
    message: str = said(en="It has not begun yet.", zh="尚未开始。")
    opens_at: datetime = column("From when it is to be had.")


@shows(refusals.TierTooLow, description="What is offered is for members of a higher tier.", seen_by=EVERYONE)
class TierTooLow(Refusal):
    code: RefusalCode = refused_as(RefusalCode.TIER_TOO_LOW)
    message: str = computed(shown.tier_too_low_in_words, "Why, for people, in the language asked for.")
    tier: Tier = computed(shown.tier_needed, "The least tier that may have it.")
    growth_missing: int = column("How much growth is missing to reach that tier.")
