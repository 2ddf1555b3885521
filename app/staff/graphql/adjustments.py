"""What a client sees of points that staff gave or took, or asked to."""

from datetime import datetime

import strawberry

from app.graph import (
    OWNER_AND_STAFF,
    STAFF,
    Connection,
    Node,
    Query,
    Role,
    batched,
    column,
    computed,
    describe_values,
    extends,
    node,
    shows,
)
from app.members.graphql import Member
from app.members.queries import members_by_id
from app.points.graphql import PointsEntry
from app.staff import queries, rules
from app.staff.models import AdjustmentRow

strawberry.enum(
    rules.AdjustmentState, name="PointsAdjustmentState", description="What has become of an adjustment of points."
)
describe_values(
    rules.AdjustmentState,
    {
        "WAITING": "A second person of staff has to decide; no points have moved.",
        "APPLIED": "The points were given or taken.",
        "REJECTED": "A second person of staff did not agree; no points have moved.",
    },
)


@shows(rules.StaffMember, description="A person of staff.", seen_by=STAFF)
class StaffMember:
    subject: str = column("The person: `sub` of their tokens.")
    issuer: str = column("The identity provider: `iss` of their tokens.")


@node(
    AdjustmentRow,
    prefix=rules.AuditedKind.POINTS_ADJUSTMENT.value,
    by_key=queries.adjustments_by_id,
    description="Points that staff gave or took to correct a balance, or asked a second person to agree to. The member "
    "finds those that were applied.",
    seen_by=STAFF,
)
class PointsAdjustment(Node):
    points: int = column("Points given (above 0) or taken (below 0).", seen_by=OWNER_AND_STAFF)
    state: rules.AdjustmentState = column("What has become of it.", seen_by=OWNER_AND_STAFF)
    reason: str = column("Why, in the words of who asked for it.")
    needs_second: bool = column(
        "Whether a second person had to decide: it was more than one may do alone, or of who asked for it."
    )
    asked_at: datetime = column("When it was asked for; if nobody else had to decide, it was applied then.",
                                seen_by=OWNER_AND_STAFF)  # fmt: skip
    asked_by: StaffMember = computed(rules.asked_by, "Who asked for it.")
    decided_at: datetime | None = column(
        "When a second person decided; null while it waits, and if nobody else had to.", seen_by=OWNER_AND_STAFF
    )
    decided_by: StaffMember | None = computed(
        rules.decided_by, "Who decided; null while it waits, and if nobody else had to."
    )
    decision_reason: str | None = column("Why it was rejected, in the words of who did; null if it was not.")
    member: Member = batched(members_by_id, "Whose points they are.", key="member_id", seen_by=OWNER_AND_STAFF)


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryAdjustment:
    adjustment: PointsAdjustment | None = batched(
        queries.adjustments_of_entries,
        "The correction by staff that made the points move.",
        key=("member_id", "cause", "cause_id"),
    )


@extends(Member, seen_by=STAFF)
class MemberAdjustments:
    point_adjustments: Connection[PointsAdjustment] = batched(
        queries.adjustments_of_members,
        "Points that staff gave or took, or asked to; the last asked for first.",
        key="id",
        total=queries.numbers_of_adjustments,
        arguments={"states": "Only those of which this has become."},
    )


@extends(Query)
class StaffQueries:
    adjustments_waiting: Connection[PointsAdjustment] = batched(
        queries.adjustments_waiting,
        "Adjustments of points of a program's members that wait for a second person, the longest waiting first. Those "
        "that you asked for yourself are for others.",
        key=None,
        total=queries.number_waiting,
        seen_by=frozenset((Role.OPERATOR,)),
    )
