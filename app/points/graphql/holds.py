"""What a client sees of holds, and of what was given back."""

from datetime import datetime
from typing import Protocol

import strawberry

from app.graph import (
    OWNER_AND_STAFF,
    SIGNED_IN,
    Connection,
    Node,
    batched,
    column,
    computed,
    describe_values,
    extends,
    node,
)
from app.members.graphql import Member
from app.points import queries, rules
from app.points.models import GiveBackRow, HoldRow
from app.points.rules import holding

from .movements import PointsEntry, PointsLotUse

strawberry.enum(rules.HoldState, name="PointsHoldState", description="What became of a hold; it ends once.")
describe_values(
    rules.HoldState,
    {
        "OPEN": "The points are set aside.",
        "CAPTURED": "The points were spent.",
        "RELEASED": "The points were returned.",
        "TIMED_OUT": "The deadline passed, and the points were returned.",
    },
)
strawberry.enum(holding.CancelledBy, description="Who cancelled what points had paid for.")
describe_values(
    holding.CancelledBy,
    {
        "SHOP": "The shop: points whose time has passed may be given some more, if the program says so.",
        "CUSTOMER": "The customer: points whose time has passed lapse.",
    },
)


class HasGiver(Protocol):
    @property
    def by_shop(self) -> bool: ...


def cancelled_by(row: HasGiver) -> holding.CancelledBy:
    return holding.CancelledBy.SHOP if row.by_shop else holding.CancelledBy.CUSTOMER


@node(
    HoldRow,
    prefix="pointsHold",
    by_key=queries.holds_by_id,
    description="Points that are set aside for something that is being bought, until that is settled.",
    seen_by=SIGNED_IN,
)
class PointsHold(Node):
    points: int = column("How many points.", name="amount")
    state: rules.HoldState = computed(holding.hold_state, "What has become of it by now.")
    placed_at: datetime = column("When it was placed.")
    deadline: datetime = column("It can be captured before; from then on it has timed out.")
    ended_at: datetime | None = computed(holding.hold_ended_at, "When it ended; null while it is open.")
    source: str = column("The system that placed it.")
    reference: str | None = column("What it is for, in that system's words.")
    given_back: int = column("How many of the points were given back after they had been spent.")
    lots: list[PointsLotUse] = batched(
        queries.lots_moved,
        "The lots that it took points from, in that order: what lapses first.",
        key=("member_id", "entry_id"),
        seen_by=OWNER_AND_STAFF,
    )


@node(
    GiveBackRow,
    prefix="pointsGiveBack",
    by_key=queries.give_backs_by_id,
    description="Points that a hold had spent, given back because what they paid for was cancelled.",
    seen_by=SIGNED_IN,
)
class PointsGiveBack(Node):
    points: int = column("How many points.", name="amount")
    cancelled_by: holding.CancelledBy = computed(cancelled_by, "Who cancelled what they had paid for.")
    given_back_at: datetime = column("When they were given back.")
    hold: PointsHold = batched(queries.holds_by_id, "The hold that had spent them.", key=("member_id", "hold_id"))


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberHolds:
    point_holds: Connection[PointsHold] = batched(
        queries.newest_holds,
        "Points that are or were set aside, the last placed first.",
        key="id",
        total=queries.numbers_of_holds,
        arguments={"states": "Only those that are in one of these states by now."},
    )


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryHold:
    hold: PointsHold | None = batched(
        queries.holds_of_entries, "The hold that made the points move.", key=("member_id", "cause", "cause_id")
    )
    give_back: PointsGiveBack | None = batched(
        queries.give_backs_of_entries,
        "The giving back that made the points move.",
        key=("member_id", "cause", "cause_id"),
    )
