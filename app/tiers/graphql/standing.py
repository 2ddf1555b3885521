"""What a client sees of where a member stands: the tier, the way to the next, the ladder, what staff set."""

from datetime import datetime

from app.graph import (
    OWNER_AND_STAFF,
    SIGNED_IN,
    STAFF,
    Reckoned,
    WithNulls,
    batched,
    column,
    computed,
    extends,
    shows,
)
from app.members.graphql import Member
from app.tiers import queries, rules
from app.tiers.queries import history, progress
from app.tiers.rules import seen, steps

from .kinds import ManualHold
from .ladder import Tier

SHOWN = Reckoned(rules.Shown._fields)


@shows(rules.Progress, description="The way to the next tier, and what keeps the present one.", seen_by=OWNER_AND_STAFF)
class TierProgress:
    growth: int = column("Growth that counts now.")
    counted_until: datetime | None = column("When the next part of it ceases to count; null: it never does.")
    next_tier: Tier | None = column("The next tier up; null at the top.")
    growth_remaining: int = column("Growth still needed for the next tier; 0 at the top.")
    ratio: float = column("Share of the way from the present tier's threshold to the next, 0 to 1; 1 at the top.")
    period_end: datetime | None = column(
        "Until when the present tier is held: it is renewed then, or lowered; null for the first tier, which is "
        "everybody's."
    )
    renew_remaining: int = column(
        "Growth still needed by `periodEnd` for the tier that was earned to be renewed; 0 if it will be."
    )
    at_risk: bool = column(
        "Whether `periodEnd` is so near, with growth still needed, that the member is told about it."
    )


@shows(steps.LadderStep, description="A step of the ladder, and where a member is on the way to it.",
       seen_by=OWNER_AND_STAFF)  # fmt: skip
class LadderStep:
    tier: Tier = column("The tier, with all its benefits.")
    is_held: bool = column("Whether they are in this tier.")
    is_reached: bool = column("Whether they are in this tier or in a higher one.")
    growth_missing: int = column("Growth still needed to reach it; 0 for those that are reached.")


@shows(seen.ManualTier, description="A tier that staff set beside the one that is earned.", seen_by=OWNER_AND_STAFF)
class ManualTier:
    tier: Tier = column("The tier that was set.")
    until: datetime = column("Until when; from then on the tier that was earned is held.")
    hold: ManualHold = column("What it does to the tier that is earned.")
    reason: str = column("Why, in the words of who set it.", seen_by=STAFF)


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberTier:
    growth: int = batched(
        queries.growth_of_members,
        "Growth that counts now: only ever measures, decides the tier, cannot be spent.",
        key=SHOWN,
    )
    tier: Tier = computed(rules.tier_of, "The tier they are in.", seen_by=SIGNED_IN)
    earned_tier: Tier = computed(
        rules.earned_tier_of, "The tier that their growth has earned: another than `tier` only while staff has set one."
    )
    tiers: list[LadderStep] = batched(
        progress.ladders_of_members,
        "The whole ladder as they see it, lowest tier first: what is reached, and what is missing to reach the rest.",
        key=SHOWN,
    )
    tier_progress: TierProgress = batched(
        queries.progress_of_members, "How far it is to the next tier, and what keeps this one.", key=SHOWN
    )
    manual_tier: ManualTier | None = batched(
        history.manual_tiers,
        "The tier that staff set and that is not over; null if there is none.",
        key=WithNulls(seen.HasManual._fields),
    )
