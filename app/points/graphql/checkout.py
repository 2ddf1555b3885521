"""How systems that sell place, capture and release holds, and give back what was spent."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.graph import (
    SIGNED_IN,
    Info,
    Mutation,
    Role,
    batched,
    column,
    extends,
    mutation,
    shows,
)
from app.members import queries as members
from app.members.asked import identity_sent
from app.members.graphql import CustomerInput, Member, NotAMember
from app.points import commands, queries
from app.points.asked import customer_of_hold, hold_named, member_of_hold, source_of_hold
from app.points.rules import holding
from app.programs.asked import program_asked
from app.programs.rules import Programs

from .holds import PointsGiveBack, PointsHold
from .refusals import HoldEnded, HoldNotCaptured, MoreThanLeft, NotEnoughPoints

SERVICES = frozenset((Role.SERVICE,))
KEY = "Made new for each wish, kept for its retries: then it happens once."
SOURCE = "The system that asks, one of the token's; not needed if the token has one. A hold is that of who placed it."


@strawberry.input(description="Set points of a customer aside for something that is being bought.")
class PlaceHoldInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    customer: CustomerInput = strawberry.field(description="Whose points.")
    points: int = strawberry.field(description="How many points: more than 0.")
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    deadline: datetime | None = strawberry.field(
        default=None, description="Until when it can be captured; without it as long as the program says."
    )
    reference: str | None = strawberry.field(
        default=None, description="What it is for, such as an order's id: 1 to 200 characters. The member may see it."
    )
    source: str | None = strawberry.field(default=None, description=SOURCE)


@strawberry.input(description="Spend the points of a hold.")
class CaptureHoldInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    hold: strawberry.ID = strawberry.field(description="The hold's global id.")
    source: str | None = strawberry.field(default=None, description=SOURCE)


@strawberry.input(description="Return the points of a hold.")
class ReleaseHoldInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    hold: strawberry.ID = strawberry.field(description="The hold's global id.")
    source: str | None = strawberry.field(default=None, description=SOURCE)


@strawberry.input(description="Give back points that a captured hold spent.")
class GiveBackPointsInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    hold: strawberry.ID = strawberry.field(description="The hold's global id.")
    cancelled_by: holding.CancelledBy = strawberry.field(description="Who cancelled what they had paid for.")
    points: int | None = strawberry.field(
        default=None, description="How many points: more than 0; without it all that have not been given back yet."
    )
    source: str | None = strawberry.field(default=None, description=SOURCE)


@shows(holding.HoldPlaced, description="The points are set aside.", seen_by=SIGNED_IN)
class PlaceHoldSuccess:
    hold: PointsHold = batched(queries.holds_by_id, "The hold.", key=("member_id", "hold_id"))
    member: Member = batched(members.members_by_id, "Whose points they are.", key="member_id")
    replayed: bool = column("True if this key had done it before, and nothing was done now.")


@shows(holding.HoldCaptured, description="The points are spent.", seen_by=SIGNED_IN)
class CaptureHoldSuccess:
    hold: PointsHold = batched(queries.holds_by_id, "The hold.", key=("member_id", "hold_id"))
    member: Member = batched(members.members_by_id, "Whose points they were.", key="member_id")
    replayed: bool = column("True if this key had done it before, and nothing was done now.")


@shows(holding.HoldReleased, description="The points were returned.", seen_by=SIGNED_IN)
class ReleaseHoldSuccess:
    hold: PointsHold = batched(queries.holds_by_id, "The hold.", key=("member_id", "hold_id"))
    member: Member = batched(members.members_by_id, "Whose points they are.", key="member_id")
    replayed: bool = column("True if this key had done it before, and nothing was done now.")


@shows(holding.PointsGivenBack, description="The points were given back.", seen_by=SIGNED_IN)
class GiveBackPointsSuccess:
    hold: PointsHold = batched(queries.holds_by_id, "The hold that had spent them.", key=("member_id", "hold_id"))
    give_back: PointsGiveBack = batched(
        queries.give_backs_by_id, "What was given back.", key=("member_id", "give_back_id")
    )
    member: Member = batched(members.members_by_id, "Whose points they are.", key="member_id")
    replayed: bool = column("True if this key had done it before, and nothing was done now.")


PlaceHoldResult = Annotated[
    PlaceHoldSuccess | NotEnoughPoints | NotAMember,
    strawberry.union("PlaceHoldResult", description="What came of placing a hold."),
]
CaptureHoldResult = Annotated[
    CaptureHoldSuccess | HoldEnded, strawberry.union("CaptureHoldResult", description="What came of capturing a hold.")
]
ReleaseHoldResult = Annotated[
    ReleaseHoldSuccess | HoldEnded, strawberry.union("ReleaseHoldResult", description="What came of releasing a hold.")
]
GiveBackPointsResult = Annotated[
    GiveBackPointsSuccess | HoldNotCaptured | MoreThanLeft,
    strawberry.union("GiveBackPointsResult", description="What came of giving points back."),
]


@extends(Mutation)
class HoldMutations:
    @mutation(
        description=(
            "Set points of a customer aside for something that is being bought: what lapses first is taken first. "
            "They are spent by captureHold, and return by releaseHold or when the deadline passes."
        ),
        seen_by=SERVICES,
        keyed_to=customer_of_hold,
    )
    @staticmethod
    async def place_hold(info: Info, input: PlaceHoldInput) -> PlaceHoldResult | None:
        context = info.context
        return await commands.hold_points(  # pyright: ignore[reportReturnType]
            context.tx,
            program=program_asked(context, input.program),
            identity=identity_sent(input.customer.issuer, input.customer.subject, viewer=context.viewer),
            points=input.points,
            deadline=input.deadline,
            source=source_of_hold(context.viewer, input.source),
            reference=input.reference,
            rules=context.get(Programs),
            now=context.now,
        )

    @mutation(
        description="Spend the points of a hold: good until its deadline, even if points of it would have lapsed.",
        seen_by=SERVICES,
        keyed_to=member_of_hold,
    )
    @staticmethod
    async def capture_hold(info: Info, input: CaptureHoldInput) -> CaptureHoldResult | None:
        context = info.context
        return await commands.capture_points(  # pyright: ignore[reportReturnType]
            context.tx,
            hold=hold_named(input.hold),
            source=source_of_hold(context.viewer, input.source),
            programs=context.viewer.programs,
            now=context.now,
        )

    @mutation(
        description="Return the points of a hold to where they were taken from; those whose time has passed lapse.",
        seen_by=SERVICES,
        keyed_to=member_of_hold,
    )
    @staticmethod
    async def release_hold(info: Info, input: ReleaseHoldInput) -> ReleaseHoldResult | None:
        context = info.context
        return await commands.release_points(  # pyright: ignore[reportReturnType]
            context.tx,
            hold=hold_named(input.hold),
            source=source_of_hold(context.viewer, input.source),
            programs=context.viewer.programs,
            now=context.now,
        )

    @mutation(
        description=(
            "Give back points that a captured hold spent, because what they paid for was cancelled, wholly or in "
            "part. They return to where they were taken from, with the time that those points have."
        ),
        seen_by=SERVICES,
        keyed_to=member_of_hold,
    )
    @staticmethod
    async def give_back_points(info: Info, input: GiveBackPointsInput) -> GiveBackPointsResult | None:
        context = info.context
        return await commands.give_points_back(  # pyright: ignore[reportReturnType]
            context.tx,
            hold=hold_named(input.hold),
            points=input.points,
            cancelled_by=input.cancelled_by,
            source=source_of_hold(context.viewer, input.source),
            programs=context.viewer.programs,
            rules=context.get(Programs),
            now=context.now,
        )
