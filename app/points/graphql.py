"""What a client sees of points."""

from datetime import datetime

import strawberry

from app.graph import OWNER_AND_STAFF, Connection, Node, batched, column, describe_values, extends, node, shows
from app.members.graphql import Member

from . import queries, rules
from .models import EntryRow

strawberry.enum(rules.EntryKind, name="PointsEntryKind", description="What kind of movement of points it was.")
describe_values(
    rules.EntryKind,
    {
        "EARNED": "Points were earned; they are pending until the return window is over.",
        "ACTIVATED": "Pending points became points that can be spent.",
        "EXPIRED": "Points lapsed that had not been spent in time.",
    },
)
strawberry.enum(rules.Cause, name="PointsCause", description="What made points move.")
describe_values(rules.Cause, {"ORDER": "An order."})


@shows(rules.Expiring, description="Points that lapse together.", seen_by=OWNER_AND_STAFF)
class ExpiringPoints:
    amount: int = column("How many points.")
    at: datetime = column("From when they cannot be spent.")


@shows(rules.Balance, description="Points of a member, as they count now.", seen_by=OWNER_AND_STAFF)
class Points:
    available: int = column("Points that can be spent now.")
    pending: int = column("Points that were earned and cannot be spent yet: the return window is not over.")
    expiring: list[ExpiringPoints] = batched(
        queries.expiring_of_members,
        "Points that lapse soon unless they are spent, soonest first.",
        key="member_id",
        arguments={"within_days": "How far to look ahead, in days of 24 hours."},
    )


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
    balance_after: int = column("Points that could be spent after it.")
    pending_after: int = column("Points that were pending after it.")
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
