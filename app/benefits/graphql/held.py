"""What a client sees of the benefits of a member: what they have, what they lack, what they used."""

from datetime import datetime

from app.benefits.models import BenefitGrantRow, BenefitUseRow
from app.benefits.queries import grants, held, uses
from app.benefits.rules import owners, quota, seen
from app.campaigns.graphql import Campaign
from app.graph import (
    OWNER_AND_STAFF,
    SIGNED_IN,
    STAFF,
    Connection,
    Node,
    Reckoned,
    WithNulls,
    batched,
    column,
    computed,
    extends,
    node,
    shows,
)
from app.members.graphql import Member
from app.offers.graphql.kinds import Period
from app.tiers.graphql import Tier

from .benefit import Benefit
from .kinds import BenefitSource, BenefitUseState


@shows(quota.QuotaLeft, description="How often a member may use a benefit, and how often they have.", seen_by=SIGNED_IN)
class BenefitQuota:
    limit: int = column("So many times in each period.")
    period: Period = column("The period, of the program's calendar.")
    used: int = column("How often they have in the present one; what was given back does not count.")
    left: int = column("How often they still may.")
    resets_at: datetime | None = column("When the next period begins; null: never.")


@shows(seen.HeldSeen, description="A benefit that a member has.", seen_by=SIGNED_IN)
class HeldBenefit:
    benefit: Benefit = column("The benefit, as they have it: the best that anything gives them.")
    source: BenefitSource = column("By what they have it.")
    until: datetime | None = column("Until when, exclusive; null: as long as they have what gives it.")
    quota: BenefitQuota | None = column("What is left of it; null: as often as they like.")


@shows(seen.LockedBenefit, description="A benefit that a member lacks, and a higher tier would give.",
       seen_by=OWNER_AND_STAFF)  # fmt: skip
class LockedBenefit:
    benefit: Benefit = column("The benefit, as they would have it.")
    tier: Tier = column("The lowest tier that gives it.")
    growth_missing: int = column("How much growth is missing to reach that tier.")


@node(
    BenefitUseRow,
    prefix="benefitUse",
    by_key=uses.uses_by_id,
    description="A benefit that was used for something.",
    seen_by=SIGNED_IN,
)
class BenefitUse(Node):
    benefit: Benefit = computed(seen.benefit_of_use, "The benefit, as the member had it then.")
    state: BenefitUseState = computed(seen.state_of, "What has become of it by now.")
    granted_by: BenefitSource = column("By what they had it.")
    source: str = column("The system that used it for them.")
    cause: str = column("What it was used for, in that system's words.", name="external_id")
    reference: str | None = column("What else that system says of it.")
    used_at: datetime = column("When it was used.")
    given_back_at: datetime | None = column("When what it was used for was undone; null while it counts.")


@node(
    BenefitGrantRow,
    prefix="benefitGrant",
    by_key=grants.grants_by_id,
    description="A benefit that staff gave a member for some time.",
    seen_by=OWNER_AND_STAFF,
)
class BenefitGrant(Node):
    benefit: Benefit = computed(seen.benefit_of_grant, "The benefit, as it was when it was given.")
    granted_at: datetime = column("When it was given.")
    until: datetime = column("Until when, exclusive.")
    revoked_at: datetime | None = column("When staff took it away before that; null if nobody did.")
    reason: str = column("Why it was given, in the words of who gave it.", seen_by=STAFF)
    revoke_reason: str | None = column("Why it was taken away, in the words of who did.", seen_by=STAFF)


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberBenefits:
    benefits: list[HeldBenefit] = batched(
        held.benefits_of_members,
        "All that they have now, by whatever gives it, with what is left of it.",
        key=WithNulls(owners.Owner._fields),
        seen_by=SIGNED_IN,
    )
    locked_benefits: list[LockedBenefit] = batched(
        held.locked_benefits_of_members,
        "What they lack and higher tiers would give, each with the lowest of these and what is missing to reach it.",
        key=Reckoned(held.CLIMBER),  # of the growth that is counted, and of what was read for `benefits`
    )
    benefit_uses: Connection[BenefitUse] = batched(
        uses.uses_of_members, "What they used, the last first.", key="id", total=uses.numbers_of_uses
    )
    campaigns: list[Campaign] = batched(
        held.campaigns_of_members,
        "Campaigns that are for them, by their tier or a benefit: those that are open first, then the others by when "
        "they open next. What is only for orders from some channel is among them.",
        key=Reckoned(owners.Owner._fields),  # likewise: of most it needs nothing that is read
    )
    benefit_grants: Connection[BenefitGrant] = batched(
        grants.grants_of_members, "What staff gave them, the last first.", key="id", total=grants.numbers_of_grants
    )
