"""How staff confirm, fulfil and take back what was redeemed."""

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
from app.rewards.asked import redemption_named
from app.rewards.graphql import Redemption
from app.rewards.graphql.redemption import RedemptionChange
from app.rewards.graphql.refusals import RedemptionStepNotPossible
from app.rewards.queries.redemptions import redemptions_by_id
from app.rewards.rules import outcomes
from app.staff import commands, redeeming, rules
from app.staff.asked import member_of_redemption, staff_asking
from app.staff.graphql.adjustments import StaffMember
from app.staff.steps import taken_by

SEEING_TO = frozenset((Role.SUPPORT, Role.OPERATOR))
KEY = "Made new for each wish, kept for its retries: then it happens once."
REDEMPTION = "Which one: its global id."
THE_REDEMPTION = ("member_id", "redemption_id")
REPLAYED = "True if this key had done it before, and nothing was done now."


@extends(RedemptionChange, seen_by=STAFF)
class RedemptionChangeAuthor:
    by: StaffMember | None = computed(taken_by, "Who of staff took the step; null if nobody of them did.")


@strawberry.input(description="The redemption to confirm.")
class ConfirmRedemptionInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    redemption: strawberry.ID = strawberry.field(description=REDEMPTION)


@strawberry.input(description="The redemption that was sent or paid out.")
class FulfilRedemptionInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    redemption: strawberry.ID = strawberry.field(description=REDEMPTION)
    reference: str = strawberry.field(
        description="Under which reference, for the member and colleagues: 1 to 100 visible characters, such as the "
        "number of the parcel. No personal data, please."
    )


@strawberry.input(description="The redemption to take back.")
class RefundRedemptionInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    redemption: strawberry.ID = strawberry.field(description=REDEMPTION)
    reason: str = strawberry.field(
        description="Why, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."
    )
    restock: bool = strawberry.field(
        description="Whether what was taken goes back into the stock. A code that was shown never does."
    )


@shows(outcomes.RedemptionConfirmed, description="The redemption was confirmed.", seen_by=STAFF)
class ConfirmRedemptionSuccess:
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    redemption: Redemption = batched(redemptions_by_id, "The redemption.", key=THE_REDEMPTION)
    replayed: bool = column(REPLAYED)


@shows(outcomes.RedemptionFulfilled, description="The redemption was fulfilled.", seen_by=STAFF)
class FulfilRedemptionSuccess:
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    redemption: Redemption = batched(redemptions_by_id, "The redemption.", key=THE_REDEMPTION)
    replayed: bool = column(REPLAYED)


@shows(outcomes.RedemptionRefunded, description="The redemption was taken back, and the points with it.",
       seen_by=STAFF)  # fmt: skip
class RefundRedemptionSuccess:
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    redemption: Redemption = batched(redemptions_by_id, "The redemption.", key=THE_REDEMPTION)
    replayed: bool = column(REPLAYED)


@shows(redeeming.OwnRedemption, description="You redeemed it yourself: somebody else has to decide.", seen_by=STAFF)
class OwnRedemption(Refusal):
    code: RefusalCode = refused_as(RefusalCode.OWN_REDEMPTION)
    message: str = said(
        en="You redeemed this yourself. Somebody else has to decide about it.", zh="这是您本人的兑换，须由他人处理。"
    )
    redemption: Redemption = batched(redemptions_by_id, "The redemption.", key=THE_REDEMPTION)


ConfirmRedemptionResult = Annotated[
    ConfirmRedemptionSuccess | RedemptionStepNotPossible | OwnRedemption,
    strawberry.union("ConfirmRedemptionResult", description="What came of confirming a redemption."),
]
FulfilRedemptionResult = Annotated[
    FulfilRedemptionSuccess | RedemptionStepNotPossible | OwnRedemption,
    strawberry.union("FulfilRedemptionResult", description="What came of fulfilling a redemption."),
]
RefundRedemptionResult = Annotated[
    RefundRedemptionSuccess | RedemptionStepNotPossible | OwnRedemption,
    strawberry.union("RefundRedemptionResult", description="What came of taking a redemption back."),
]


@extends(Mutation)
class StaffRedemptionMutations:
    @mutation(
        description="Agree to a redemption that waits for it. Who did it is on record; nobody does it for themselves.",
        seen_by=SEEING_TO,
        keyed_to=member_of_redemption,
    )
    @staticmethod
    async def confirm_redemption(info: Info, input: ConfirmRedemptionInput) -> ConfirmRedemptionResult | None:
        context = info.context
        member_id, redemption_id = redemption_named(input.redemption)
        return await commands.confirm_redemption(  # pyright: ignore[reportReturnType]
            context.tx, member_id=member_id, redemption_id=redemption_id, by=staff_asking(context), now=context.now
        )

    @mutation(
        description="Say that what was redeemed was sent, or paid out, and under which reference. A voucher is "
        "fulfilled by its member. Who did it is on record; nobody does it for themselves.",
        seen_by=SEEING_TO,
        keyed_to=member_of_redemption,
    )
    @staticmethod
    async def fulfil_redemption(info: Info, input: FulfilRedemptionInput) -> FulfilRedemptionResult | None:
        context = info.context
        member_id, redemption_id = redemption_named(input.redemption)
        return await commands.fulfil_redemption(  # pyright: ignore[reportReturnType]
            context.tx,
            member_id=member_id,
            redemption_id=redemption_id,
            reference=redeeming.reference_given(input.reference),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Take a redemption back, whether it was fulfilled or not: the points return to where they came "
        "from; what has expired meanwhile is extended where the program says so. With a reason that is kept; nobody "
        "does it for themselves.",
        seen_by=SEEING_TO,
        keyed_to=member_of_redemption,
    )
    @staticmethod
    async def refund_redemption(info: Info, input: RefundRedemptionInput) -> RefundRedemptionResult | None:
        context = info.context
        member_id, redemption_id = redemption_named(input.redemption)
        return await commands.refund_redemption(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member_id=member_id,
            redemption_id=redemption_id,
            reason=rules.reason_given(input.reason),
            restock=input.restock,
            by=staff_asking(context),
            now=context.now,
        )
