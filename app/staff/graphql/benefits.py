"""How staff grant members benefits, and what is seen of who did."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.benefits.asked import grant_named
from app.benefits.graphql import BenefitGrant
from app.benefits.queries.grants import grants_by_id
from app.graph import (
    STAFF,
    Info,
    Mutation,
    Refusal,
    RefusalCode,
    Role,
    batched,
    column,
    computed,
    extends,
    mutation,
    refused_as,
    said,
    shows,
)
from app.members.graphql import Member
from app.members.queries import members_by_id
from app.programs.rules import Programs
from app.staff import commands, granting, rules
from app.staff.asked import member_named, member_of_grant, member_to_correct, staff_asking

from .adjustments import StaffMember

GRANTING = frozenset((Role.SUPPORT, Role.OPERATOR))
KEY = "Made new for each wish, kept for its retries: then it happens once."
REASON = "Why, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."
THE_GRANT = ("member_id", "grant_id")
REPLAYED = "True if this key had done it before, and nothing was done now."


@extends(BenefitGrant, seen_by=STAFF)
class BenefitGrantAuthor:
    granted_by: StaffMember = computed(granting.granted_by, "Who gave it.")
    revoked_by: StaffMember | None = computed(granting.revoked_by, "Who took it away; null if nobody did.")


@strawberry.input(description="Give a member a benefit for some time, whatever their tier.")
class GrantBenefitInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    member: strawberry.ID = strawberry.field(description="Whose it is to be: the member's global id.")
    benefit: str = strawberry.field(description="Code of a benefit of the program.")
    until: datetime = strawberry.field(description="Until when, exclusive, in the future.")
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="Take a benefit away that staff gave, before its end.")
class RevokeBenefitInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    grant: strawberry.ID = strawberry.field(description="What was given: its global id.")
    reason: str = strawberry.field(description=REASON)


@shows(granting.BenefitGranted, description="The member has the benefit.", seen_by=STAFF)
class GrantBenefitSuccess:
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    grant: BenefitGrant = batched(grants_by_id, "What was written of it.", key=THE_GRANT)
    replayed: bool = column(REPLAYED)


@shows(granting.BenefitRevoked, description="The benefit was taken away.", seen_by=STAFF)
class RevokeBenefitSuccess:
    member: Member = batched(members_by_id, "Whose it was.", key="member_id")
    grant: BenefitGrant = batched(grants_by_id, "What was written of it.", key=THE_GRANT)
    replayed: bool = column(REPLAYED)


@shows(granting.BenefitGrantOver, description="What staff had given is over, or was taken away.", seen_by=STAFF)
class BenefitGrantIsOver(Refusal):
    code: RefusalCode = refused_as(RefusalCode.BENEFIT_GRANT_OVER)
    message: str = said(en="This is over, or was revoked.", zh="该授予已到期或已被撤销。")
    grant: BenefitGrant = batched(grants_by_id, "What was given.", key=THE_GRANT)


@shows(granting.OwnBenefit, description="The membership is your own: somebody else has to do it.", seen_by=STAFF)
class OwnBenefit(Refusal):
    code: RefusalCode = refused_as(RefusalCode.OWN_BENEFIT)
    message: str = said(
        en="This is your own membership. Somebody else has to grant or revoke its benefits.",
        zh="这是您本人的会员身份，须由他人授予或撤销权益。",
    )
    member: Member = batched(members_by_id, "The member.", key="member_id")


GrantBenefitResult = Annotated[
    GrantBenefitSuccess | OwnBenefit,
    strawberry.union("GrantBenefitResult", description="What came of granting a benefit."),
]
RevokeBenefitResult = Annotated[
    RevokeBenefitSuccess | BenefitGrantIsOver | OwnBenefit,
    strawberry.union("RevokeBenefitResult", description="What came of revoking a benefit."),
]


@extends(Mutation)
class StaffBenefitMutations:
    @mutation(
        description="Give a member a benefit until an instant, with a reason that is kept, whatever their tier. Quotas "
        "hold for it as for any. Nobody does it for themselves.",
        seen_by=GRANTING,
        keyed_to=member_to_correct,
    )
    @staticmethod
    async def grant_benefit(info: Info, input: GrantBenefitInput) -> GrantBenefitResult | None:
        context = info.context
        return await commands.grant_benefit(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member_id=member_named(input.member),
            benefit=input.benefit,
            until=input.until,
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Take a benefit away that staff gave, before its end, with a reason that is kept. What was used "
        "stays used. Nobody does it for themselves.",
        seen_by=GRANTING,
        keyed_to=member_of_grant,
    )
    @staticmethod
    async def revoke_benefit(info: Info, input: RevokeBenefitInput) -> RevokeBenefitResult | None:
        context = info.context
        member_id, grant_id = grant_named(input.grant)
        return await commands.revoke_benefit(  # pyright: ignore[reportReturnType]
            context.tx,
            member_id=member_id,
            grant_id=grant_id,
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )
