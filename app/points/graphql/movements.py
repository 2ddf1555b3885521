"""What a client sees of points: balances, lots, movements."""

from datetime import datetime

import strawberry

from app.graph import (
    OWNER_AND_STAFF,
    Connection,
    Node,
    WithNulls,
    batched,
    column,
    describe_values,
    extends,
    node,
    shows,
)
from app.members.graphql import Member
from app.points import queries, rules
from app.points.models import EntryRow

strawberry.enum(rules.EntryKind, name="PointsEntryKind", description="What kind of movement of points it was.")
describe_values(
    rules.EntryKind,
    {
        "EARNED": "Points were earned; they are pending until the return window is over.",
        "ACTIVATED": "Pending points became points that can be spent.",
        "EXPIRED": "Points lapsed that had not been spent in time.",
        "SPENT": "Points were spent.",
        "HELD": "Points were set aside for something that is being bought.",
        "CAPTURED": "What was bought took the points that were set aside.",
        "RELEASED": "Points that were set aside can be spent again: they were released, or not taken in time.",
        "GIVEN_BACK": "Points that had been spent were given back.",
        "REVERSED": "Points were taken back because what earned them was refunded.",
        "RESTORED": "Pending points were restored that had been taken back too early.",
        "DEBT_PAID": "Points that came in paid for points owed.",
        "ADJUSTED": "Staff corrected the points.",
    },
)
strawberry.enum(rules.Cause, name="PointsCause", description="What made points move.")
describe_values(
    rules.Cause,
    {
        "ORDER": "An order.",
        "REFUND": "A refund.",
        "ACTIVITY": "Something the member did: a review, a share, and so on.",
        "HOLD": "Points were set aside for something that was being bought.",
        "GIVE_BACK": "What points had paid for was cancelled.",
        "ADJUSTMENT": "A correction by staff.",
        "SPENDING": "Something that points bought.",
        "TIER_GIFT": "A tier was reached, for the first time; or it turned out never to have been.",
        "CHECK_IN": "You checked in, or a day that you made up completed something.",
        "MAKE_UP": "You made up a day that you had missed.",
        "REDEMPTION": "You redeemed a reward, or a redemption was cancelled.",
        "REFERRAL": "You invited somebody, or accepted an invitation.",
    },
)


@shows(rules.Expiring, description="Points that lapse together.", seen_by=OWNER_AND_STAFF)
class ExpiringPoints:
    amount: int = column("How many points.")
    at: datetime = column("From when they cannot be spent.")


@shows(rules.Balance, description="Points of a member, as they count now.", seen_by=OWNER_AND_STAFF)
class Points:
    available: int = column("Points that can be spent now; below 0 if points are owed.")
    pending: int = column("Points that were earned and cannot be spent yet: the return window is not over.")
    held: int = column("Points that are set aside for something that is being bought.")
    debt: int = column("Points that are owed, because what earned them was refunded; what comes in pays them first.")
    expiring: list[ExpiringPoints] = batched(
        queries.expiring_of_members,
        "Points that lapse soon unless they are spent, soonest first.",
        key=WithNulls(("member_id", "is_due", "lapsing")),
        arguments={"within": "How many days to look ahead, of 24 hours each."},
    )


@node(
    queries.LotSeen,
    prefix="pointsLot",
    by_key=queries.lots_by_id,
    description="Points that were earned together and lapse together.",
    seen_by=OWNER_AND_STAFF,
)
class PointsLot(Node):
    earned: int = column("How many points were earned.")
    remaining: int = column("How many of them are left: pending, or to be spent.")
    taken_back: int = column("How many were taken back because of refunds.", name="reversed")
    lapsed: int = column("How many of them lapsed.")
    rule: str = column("Code of the program's rule by which they were earned.")
    earned_at: datetime = column("When they were earned.")
    activates_at: datetime | None = column("When they can be spent; null until that is known.")
    expires_at: datetime | None = column("From when they cannot be spent; null until that is known, or if never.")


@shows(queries.LotMoved, description="What a movement moved of a lot.", seen_by=OWNER_AND_STAFF)
class PointsLotUse:
    amount: int = column("How many of the lot's points it moved.")
    lot: PointsLot = batched(queries.lots_by_id, "The lot.", key=("member_id", "lot_id"))


@node(
    EntryRow,
    prefix="pointsEntry",
    by_key=queries.entries_by_id,
    description="One movement of points. Entries are never changed; they explain every balance.",
    seen_by=OWNER_AND_STAFF,
)
class PointsEntry(Node):
    kind: rules.EntryKind = column("What kind of movement it was.")
    change: int = column("Points that can be spent: more (above 0) or fewer (below 0).")
    pending_change: int = column("Pending points: more (above 0) or fewer (below 0).")
    held_change: int = column("Points that are set aside: more (above 0) or fewer (below 0).")
    debt_change: int = column("Points that are owed: more (above 0) or fewer (below 0).")
    balance_after: int = column("Points that could be spent after it; below 0 if points were owed.")
    pending_after: int = column("Points that were pending after it.")
    held_after: int = column("Points that were set aside after it.")
    debt_after: int = column("Points that were owed after it.")
    lots: list[PointsLotUse] = batched(
        queries.lots_moved,
        "The lots that it made or moved: points that were earned together and lapse together.",
        key=("member_id", "id"),
    )
    cause: rules.Cause = column("What made the points move.")
    rule: str = column("Code of the program's rule by which it was calculated.")
    rule_in_words: str | None = batched(
        queries.words_of_rules,
        "That rule in words, as it was then, in the language asked for.",
        key=("member_id", "rule", "program_version"),
    )
    rule_version: int = column("Version of the program's rules by which it was calculated.", name="program_version")
    occurred_at: datetime = column(
        "When it took effect; points that became active or expired are dated when that was due."
    )


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberPoints:
    points: Points = batched(queries.balances_of_members, "Points, as they count now.", key="id")
    point_history: Connection[PointsEntry] = batched(
        queries.entries_of_members,
        "Movements of points, the last written first.",
        key="id",
        total=queries.numbers_of_entries,
        arguments={
            "kinds": "Only movements of these kinds.",
            "since": "Only what counts at this instant or later.",
            "before": "Only what counts before this instant.",
        },
    )
