"""What those who check see of what staff did."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import strawberry

from app.graph import Connection, Role, batched, column, computed, describe_values, extends, shows
from app.graph.ids import global_id
from app.members.graphql import Member
from app.programs.graphql import Program
from app.staff import queries, rules
from app.staff.models import AuditRow

from .adjustments import StaffMember

CHECKING = frozenset((Role.OPERATOR, Role.AUDITOR))

strawberry.enum(rules.AuditAction, description="What staff did.")
describe_values(
    rules.AuditAction,
    {
        "POINTS_ADJUSTED": "Gave or took points alone.",
        "ADJUSTMENT_ASKED": "Asked a second person to agree to giving or taking points.",
        "ADJUSTMENT_APPROVED": "Agreed, and the points were given or taken.",
        "ADJUSTMENT_REJECTED": "Did not agree, and no points moved.",
        "PROGRAM_PUBLISHED": "Published a version of the program's rules.",
        "IMPORT_CREATED": "Created an import of members or of orders, of which nothing is taken before it is started.",
        "IMPORT_TRIED": "Started the dry run of an import.",
        "IMPORT_STARTED": "Started an import of members or of orders.",
        "MANUAL_TIER_SET": "Set a tier beside the one that is earned, or another end of it.",
        "MANUAL_TIER_ENDED": "Ended a tier that staff had set.",
    },
)


class AboutSomething(Protocol):
    @property
    def owner_id(self) -> UUID: ...
    @property
    def about_kind(self) -> str: ...
    @property
    def about_id(self) -> UUID: ...


def about_of(row: AboutSomething) -> strawberry.ID | None:
    if row.about_kind == rules.AuditedKind.PROGRAM.name:
        return None
    prefix = rules.AuditedKind[row.about_kind].value
    if row.about_kind == rules.AuditedKind.IMPORT.name:
        return strawberry.ID(global_id(prefix, row.about_id))
    return strawberry.ID(global_id(prefix, row.owner_id, row.about_id))


@shows(
    AuditRow,
    description="Something that staff did about a member or a whole program. It was recorded together with what it "
    "did, and is never changed.",
    seen_by=CHECKING,
)
class AuditEntry:
    action: rules.AuditAction = column("What they did.")
    about: strawberry.ID | None = computed(
        about_of,
        "Global id of what it was about: ask for it with `node`, for an import with `import`; null if that was the "
        "program as a whole.",
    )
    program_version: int | None = column(
        "Number of the version that was published: ask for it with `publishedVersion`; null if none was."
    )
    by: StaffMember = computed(rules.done_by, "Who did it.")
    role: Role = column("As what they did it: the role of their token.")
    reason: str | None = column(
        "Why, in their own words; null where they agreed to what somebody else gave a reason for."
    )
    at: datetime = column("When they did it.")


@extends(Program, seen_by=CHECKING)
class ProgramAudit:
    audit: Connection[AuditEntry] = batched(
        queries.audit_of_members,
        "All that staff did about the program as a whole, the last first.",
        key="owner",
        total=queries.numbers_of_audit,
    )


@extends(Member, seen_by=CHECKING)
class MemberAudit:
    audit: Connection[AuditEntry] = batched(
        queries.audit_of_members,
        "All that staff did about this member, the last first.",
        key="id",
        total=queries.numbers_of_audit,
    )
