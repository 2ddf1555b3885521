"""How staff set a member's tier, and what is seen of who did."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

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
from app.staff import commands, rules, setting
from app.staff.asked import member_named, member_to_correct, staff_asking
from app.tiers.graphql import ManualTier, TierChange
from app.tiers.queries.history import changes_by_id
from app.tiers.rules import ManualHold

from .adjustments import StaffMember

SETTING = frozenset((Role.SUPPORT, Role.OPERATOR))
REASON = "Why, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."
THE_CHANGE = ("member_id", "change_id")
REPLAYED = "True if this key had done it before, and nothing was done now."


@extends(ManualTier, seen_by=STAFF)
class ManualTierAuthor:
    set_by: StaffMember | None = computed(setting.set_by, "Who set it.")


@extends(TierChange, seen_by=STAFF)
class TierChangeAuthor:
    by: StaffMember | None = computed(setting.set_by, "Who of staff did it; null if nobody did.")


@strawberry.input(description="Have a member hold a tier for some time, whatever it is that they earned.")
class SetManualTierInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish, kept for its retries: then it happens once."
    )
    member: strawberry.ID = strawberry.field(description="Whose tier: the member's global id.")
    tier: str = strawberry.field(description="Code of a tier of the program's present ladder.")
    until: datetime = strawberry.field(
        description="Until when, in the future: from then on they hold what they have earned."
    )
    reason: str = strawberry.field(description=REASON)
    hold: ManualHold = strawberry.field(
        default=ManualHold.AT_LEAST, description="What it does to the tier that is earned."
    )


@strawberry.input(description="End a tier that staff set before its time.")
class EndManualTierInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish, kept for its retries: then it happens once."
    )
    member: strawberry.ID = strawberry.field(description="Whose tier: the member's global id.")
    reason: str = strawberry.field(description=REASON)


@shows(setting.TierSet, description="The tier was set.", seen_by=STAFF)
class SetManualTierSuccess:
    member: Member = batched(members_by_id, "Whose tier it is.", key="member_id")
    change: TierChange = batched(changes_by_id, "What was written of it.", key=THE_CHANGE)
    replayed: bool = column(REPLAYED)


@shows(setting.TierEnded, description="What staff had set is over: the earned tier is held.", seen_by=STAFF)
class EndManualTierSuccess:
    member: Member = batched(members_by_id, "Whose tier it is.", key="member_id")
    change: TierChange = batched(changes_by_id, "What was written of it.", key=THE_CHANGE)
    replayed: bool = column(REPLAYED)


@shows(setting.NoManualTier, description="Staff has set no tier for the member, or it is over.", seen_by=STAFF)
class NoManualTier(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NO_MANUAL_TIER)
    message: str = said(en="There is no tier that staff set.", zh="没有由客服设定的等级。")
    member: Member = batched(members_by_id, "The member.", key="member_id")


@shows(setting.OwnTier, description="The membership is your own: somebody else has to set its tier.", seen_by=STAFF)
class OwnTier(Refusal):
    code: RefusalCode = refused_as(RefusalCode.OWN_TIER)
    message: str = said(
        en="This is your own membership. Somebody else has to set its tier.",
        zh="这是您本人的会员身份，须由他人设定等级。",
    )
    member: Member = batched(members_by_id, "The member.", key="member_id")


SetManualTierResult = Annotated[
    SetManualTierSuccess | OwnTier,
    strawberry.union("SetManualTierResult", description="What came of setting a tier."),
]
EndManualTierResult = Annotated[
    EndManualTierSuccess | NoManualTier | OwnTier,
    strawberry.union("EndManualTierResult", description="What came of ending a tier that staff set."),
]


@extends(Mutation)
class ManualTierMutations:
    @mutation(
        description="Have a member hold a tier until an instant, with a reason that is kept: in place of what staff "
        "set before, beside the tier that is earned, which goes on. Nothing is given for it. Nobody does it for "
        "themselves.",
        seen_by=SETTING,
        keyed_to=member_to_correct,
    )
    @staticmethod
    async def set_manual_tier(info: Info, input: SetManualTierInput) -> SetManualTierResult | None:
        context = info.context
        return await commands.set_manual_tier(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member_id=member_named(input.member),
            tier=input.tier,
            until=input.until,
            hold=input.hold,
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="End a tier that staff set, before its time, with a reason that is kept: from now on the member "
        "holds what they have earned. Nobody does it for themselves.",
        seen_by=SETTING,
        keyed_to=member_to_correct,
    )
    @staticmethod
    async def end_manual_tier(info: Info, input: EndManualTierInput) -> EndManualTierResult | None:
        context = info.context
        return await commands.end_manual_tier(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member_id=member_named(input.member),
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )
