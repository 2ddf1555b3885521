"""Checking in, and making up a day."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from app.checkin import commands, queries, rules
from app.graph import OWNER_AND_STAFF, Info, Mutation, Role, batched, column, extends, mutation, shows
from app.members.graphql import Member, NotAMember
from app.members.locking import lock_membership_briefly, locked_member, owner_of_membership
from app.members.queries import members_by_id
from app.points.graphql.refusals import NotEnoughPoints
from app.programs.rules import Programs

from .days import CheckIn
from .refusals import (
    AlreadyCheckedIn,
    CheckInNotOffered,
    DayBeforeJoining,
    DayNotPast,
    DayTooLongAgo,
    NoMakeUpsLeft,
)

MEMBERS = frozenset((Role.MEMBER,))
THE_DAY = ("member_id", "check_in_id")
PROGRAM = "Code of the program; without it the token's own, else the shop's default."
REPLAYED = "True if this key had done it before, and nothing was done now."


@strawberry.input(description="Check in today.")
class CheckInInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish to check in, kept for its retries: then it happens once."
    )
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@strawberry.input(description="Make up a day that was missed.")
class MakeUpCheckInInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish to make up a day, kept for its retries: then it happens once."
    )
    day: date = strawberry.field(description="The day, by the program's calendar.")
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@shows(rules.CheckedIn, description="You have checked in today.", seen_by=OWNER_AND_STAFF)
class CheckInSuccess:
    check_in: CheckIn = batched(queries.check_ins_by_id, "Today's check-in.", key=THE_DAY)
    already_done: bool = column(
        "True if another request had checked in today before: this is what came of that, and nothing was done now."
    )
    member: Member = batched(members_by_id, "The membership.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(rules.MadeUp, description="The day counts now.", seen_by=OWNER_AND_STAFF)
class MakeUpCheckInSuccess:
    check_in: CheckIn = batched(queries.check_ins_by_id, "The day.", key=THE_DAY)
    cost: int = column("Points that it cost.")
    points: int = column("Points of the bonuses that were reached by it, on that day and on those after it.")
    member: Member = batched(members_by_id, "The membership.", key="member_id")
    replayed: bool = column(REPLAYED)


CheckInResult = Annotated[
    CheckInSuccess | CheckInNotOffered | NotAMember,
    strawberry.union("CheckInResult", description="What came of checking in."),
]
MakeUpCheckInResult = Annotated[
    MakeUpCheckInSuccess
    | CheckInNotOffered
    | DayNotPast
    | DayTooLongAgo
    | DayBeforeJoining
    | AlreadyCheckedIn
    | NoMakeUpsLeft
    | NotEnoughPoints
    | NotAMember,
    strawberry.union("MakeUpCheckInResult", description="What came of making up a day."),
]


@extends(Mutation)
class CheckInMutations:
    @mutation(
        description="Check in today, once a day: who has done so already gets what came of that.",
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership_briefly,
    )
    @staticmethod
    async def check_in(info: Info, input: CheckInInput) -> CheckInResult | None:
        context = info.context
        return await commands.check_in(  # pyright: ignore[reportReturnType]
            context.tx,
            member=locked_member(context, input.program),
            programs=context.get(Programs),
            now=context.now,
        )

    @mutation(
        description="Make up a day that was missed, for points if the program says so; the streak is counted anew.",
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership_briefly,
    )
    @staticmethod
    async def make_up_check_in(info: Info, input: MakeUpCheckInInput) -> MakeUpCheckInResult | None:
        context = info.context
        return await commands.make_up(  # pyright: ignore[reportReturnType]
            context.tx,
            member=locked_member(context, input.program),
            day=input.day,
            programs=context.get(Programs),
            now=context.now,
        )
