"""What those who check see of what staff did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import strawberry

from app.graph import Connection, Role, batched, column, computed, describe_values, extends, shows
from app.graph.ids import global_id
from app.members.graphql import Member
from app.programs.graphql import Program
from app.staff import audited, queries, rules
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
        "IMPORT_PART_ADDED": "Added a part of its file to an import.",
        "IMPORT_TRIED": "Started the dry run of an import.",
        "IMPORT_STARTED": "Started an import of members or of orders.",
        "MANUAL_TIER_SET": "Set a tier beside the one that is earned, or another end of it.",
        "MANUAL_TIER_ENDED": "Ended a tier that staff had set.",
        "REWARD_CREATED": "Made a new reward.",
        "REWARD_CHANGED": "Said something of a reward otherwise.",
        "REWARD_RETIRED": "Retired a reward: nobody can redeem it any more.",
        "REWARD_STOCKED": "Put more of a reward into its stock, or took some out.",
        "VOUCHER_CODES_ADDED": "Took codes of vouchers up into a reward's pool.",
        "REDEMPTION_CONFIRMED": "Agreed to a redemption.",
        "REDEMPTION_FULFILLED": "Sent what was redeemed, or paid it out.",
        "REDEMPTION_REFUNDED": "Took a redemption back: the points were given back.",
        "COUPON_TEMPLATE_CREATED": "Made a new coupon template.",
        "COUPON_TEMPLATE_CHANGED": "Said something of a coupon template otherwise.",
        "COUPON_TEMPLATE_RETIRED": "Retired a coupon template: nobody gets a coupon of it any more.",
        "COUPON_STOCK_ADDED": "Added to the number of coupons that there are of a template.",
        "COUPON_BUDGET_ADDED": "Added to the money that there is for the coupons of a template.",
        "PARTNER_CODES_ADDED": "Took codes of a partner up into the pool of a coupon template.",
        "COUPON_ISSUED": "Issued a coupon to a member.",
        "COUPON_REVOKED": "Took a coupon back.",
        "COUPONS_ISSUED": "Had coupons issued to all members whom a filter finds.",
        "COUPON_CODES_CREATED": "Had codes made, each of which brings a coupon.",
        "COUPON_CODES_READ": "Read codes that bring coupons, to print or send them.",
        "CAMPAIGN_CREATED": "Made a new campaign.",
        "CAMPAIGN_PAUSED": "Had a campaign be without effect for a while.",
        "CAMPAIGN_RESUMED": "Had a paused campaign have effect again.",
        "CAMPAIGN_ENDED": "Ended a campaign.",
        "BENEFIT_GRANTED": "Gave a benefit for some time.",
        "BENEFIT_REVOKED": "Took a benefit away that staff had given, before its end.",
    },
)


OF_PROGRAMS = frozenset(
    each.name
    for each in (
        rules.AuditedKind.IMPORT,
        rules.AuditedKind.REWARD,
        rules.AuditedKind.COUPON_TEMPLATE,
        rules.AuditedKind.COUPON_JOB,
    )
)
"""Kinds of things whose global ids name no member."""


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
    if row.about_kind in OF_PROGRAMS:
        return strawberry.ID(global_id(prefix, row.about_id))
    return strawberry.ID(global_id(prefix, row.owner_id, row.about_id))


class HasChanges(Protocol):
    @property
    def changes(self) -> str | None: ...


def changes_of(row: HasChanges) -> Sequence[audited.AuditedChange]:
    return audited.changes_read(row.changes)


@shows(audited.AuditedChange, description="Something that was different after what staff did.", seen_by=CHECKING)
class AuditedChange:
    what: str = column("What it is, by its name in the records.")
    before: str | None = column("As it was before; null: nothing.")
    after: str | None = column("As it was after; null: nothing.")


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
        "Global id of what it was about: ask for it with `node`, for an import with `import`, for a reward with "
        "`reward`, for coupons with `couponTemplate` or `couponJob`; null if that was the program as a whole.",
    )
    program_version: int | None = column(
        "Number of the version that was published: ask for it with `publishedVersion`; null if none was."
    )
    by: StaffMember = computed(rules.done_by, "Who did it.")
    role: Role = column("As what they did it: the role of their token.")
    reason: str | None = column(
        "Why, in their own words; null where they agreed to what somebody else gave a reason for."
    )
    changes: list[AuditedChange] = computed(
        changes_of, "Of a reward, or of the file of an import: what was different afterwards."
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
