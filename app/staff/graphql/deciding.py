"""How staff correct points, and decide about each other's corrections."""

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
    extends,
    mutation,
    refused_as,
    said,
    shows,
)
from app.members.graphql import Member
from app.members.queries import members_by_id
from app.points.graphql.refusals import NotEnoughPoints
from app.programs.rules import Programs
from app.staff import commands, queries, rules
from app.staff.asked import adjustment_named, member_named, member_of_adjustment, member_to_correct, staff_asking

from .adjustments import PointsAdjustment

ASKING = frozenset((Role.SUPPORT, Role.OPERATOR))
DECIDING = frozenset((Role.OPERATOR,))
KEY = "Made new for each {}, kept for its retries: then it happens once."
THE_ADJUSTMENT = ("member_id", "adjustment_id")
REPLAYED = "True if this key had done it before, and nothing was done now."


@strawberry.input(description="Give points to a member, or take them, to correct a balance.")
class AdjustPointsInput:
    idempotency_key: UUID = strawberry.field(description=KEY.format("correction"))
    member: strawberry.ID = strawberry.field(description="Whose points: the member's global id.")
    points: int = strawberry.field(description="How many: above 0 to give them, below 0 to take them.")
    reason: str = strawberry.field(
        description="Why, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."
    )


@strawberry.input(description="Agree to an adjustment of points that waits.")
class ApproveAdjustmentInput:
    idempotency_key: UUID = strawberry.field(description=KEY.format("decision"))
    adjustment: strawberry.ID = strawberry.field(description="Which one: its global id.")


@strawberry.input(description="Turn down an adjustment of points that waits.")
class RejectAdjustmentInput:
    idempotency_key: UUID = strawberry.field(description=KEY.format("decision"))
    adjustment: strawberry.ID = strawberry.field(description="Which one: its global id.")
    reason: str = strawberry.field(
        description="Why not, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."
    )


@shows(rules.Adjusted, description="The points were given or taken.", seen_by=STAFF)
class AdjustPointsSuccess:
    adjustment: PointsAdjustment = batched(queries.adjustments_by_id, "The correction.", key=THE_ADJUSTMENT)
    member: Member = batched(members_by_id, "Whose points they are.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(
    rules.AdjustmentAsked,
    description="No points have moved: it is more than one person may do alone, and waits for a second one.",
    seen_by=STAFF,
)
class AdjustmentWaiting:
    adjustment: PointsAdjustment = batched(queries.adjustments_by_id, "What waits.", key=THE_ADJUSTMENT)
    member: Member = batched(members_by_id, "Whose points they are.", key="member_id")
    replayed: bool = column("True if this key had asked for it before, and nothing was done now.")


@shows(rules.AdjustmentApproved, description="The points were given or taken.", seen_by=STAFF)
class ApproveAdjustmentSuccess:
    adjustment: PointsAdjustment = batched(queries.adjustments_by_id, "The correction.", key=THE_ADJUSTMENT)
    member: Member = batched(members_by_id, "Whose points they are.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(rules.AdjustmentRejected, description="It was turned down; no points have moved.", seen_by=STAFF)
class RejectAdjustmentSuccess:
    adjustment: PointsAdjustment = batched(queries.adjustments_by_id, "What was turned down.", key=THE_ADJUSTMENT)
    member: Member = batched(members_by_id, "Whose points they are.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(
    rules.OwnAdjustment,
    description="You asked for this adjustment yourself, or it is of your own points: somebody else has to decide.",
    seen_by=STAFF,
)
class OwnAdjustment(Refusal):
    code: RefusalCode = refused_as(RefusalCode.OWN_ADJUSTMENT)
    message: str = said(
        en="You asked for this adjustment, or it is of your own points. Somebody else has to decide.",
        zh="这是您本人提出的调整，或涉及您本人的积分，须由他人审批。",
    )
    adjustment: PointsAdjustment = batched(queries.adjustments_by_id, "What waits.", key=THE_ADJUSTMENT)


@shows(rules.AdjustmentDecided, description="The adjustment was applied or rejected before.", seen_by=STAFF)
class AdjustmentDecided(Refusal):
    code: RefusalCode = refused_as(RefusalCode.ADJUSTMENT_DECIDED)
    message: str = said(en="This adjustment does not wait any more.", zh="该调整已处理完毕，无须再审批。")
    state: rules.AdjustmentState = column("What had become of it.")
    adjustment: PointsAdjustment = batched(queries.adjustments_by_id, "The adjustment.", key=THE_ADJUSTMENT)


AdjustPointsResult = Annotated[
    AdjustPointsSuccess | AdjustmentWaiting | NotEnoughPoints,
    strawberry.union("AdjustPointsResult", description="What came of correcting points."),
]
ApproveAdjustmentResult = Annotated[
    ApproveAdjustmentSuccess | OwnAdjustment | AdjustmentDecided | NotEnoughPoints,
    strawberry.union("ApproveAdjustmentResult", description="What came of agreeing to an adjustment."),
]
RejectAdjustmentResult = Annotated[
    RejectAdjustmentSuccess | OwnAdjustment | AdjustmentDecided,
    strawberry.union("RejectAdjustmentResult", description="What came of turning an adjustment down."),
]


@extends(Mutation)
class StaffMutations:
    @mutation(
        description="Give a member points, or take them, with a reason that is kept. Up to the program's limit support "
        "and operators do it alone; what one person gives and takes of one member on one local day counts together. "
        "Above it nothing moves until an operator who is somebody else agrees. Nobody corrects their own points alone.",
        seen_by=ASKING,
        keyed_to=member_to_correct,
    )
    @staticmethod
    async def adjust_points(info: Info, input: AdjustPointsInput) -> AdjustPointsResult | None:
        context = info.context
        return await commands.adjust_points(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member_id=member_named(input.member),
            points=input.points,
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Agree to an adjustment that waits: the points are given or taken now. Only for operators, and not "
        "for who asked for it or whose points they are. If there are not enough points to take, it goes on waiting.",
        seen_by=DECIDING,
        keyed_to=member_of_adjustment,
    )
    @staticmethod
    async def approve_adjustment(info: Info, input: ApproveAdjustmentInput) -> ApproveAdjustmentResult | None:
        context = info.context
        member_id, adjustment_id = adjustment_named(input.adjustment)
        return await commands.approve_adjustment(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member_id=member_id,
            adjustment_id=adjustment_id,
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Turn down an adjustment that waits, with a reason that is kept: no points move. Only for "
        "operators, and not for who asked for it or whose points they are.",
        seen_by=DECIDING,
        keyed_to=member_of_adjustment,
    )
    @staticmethod
    async def reject_adjustment(info: Info, input: RejectAdjustmentInput) -> RejectAdjustmentResult | None:
        context = info.context
        member_id, adjustment_id = adjustment_named(input.adjustment)
        return await commands.reject_adjustment(  # pyright: ignore[reportReturnType]
            context.tx,
            member_id=member_id,
            adjustment_id=adjustment_id,
            reason=rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )
