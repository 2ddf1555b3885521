"""Points given and taken by staff: alone up to the program's limit, above it once a second one agrees."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from app.clock import business_day
from app.customers.queries import identities_of_customers
from app.db import Transaction, Write, insert_of
from app.errors import BadInput, Refused
from app.members.commands import lock_member
from app.points import commands as points_of
from app.points.rules import NotEnoughPoints
from app.points.section import PointsSection
from app.programs.money import MOST
from app.programs.rules import Programs
from app.staff.models import AdjustmentRow
from app.staff.queries import adjusted_alone
from app.staff.rules import (
    NO_ADJUSTMENT,
    Adjusted,
    AdjustmentApproved,
    AdjustmentAsked,
    AdjustmentRejected,
    AdjustmentState,
    AuditAction,
    AuditedKind,
    Staff,
    StaffMember,
    check_decidable,
    needs_second,
)

from .auditing import note

INSERT = insert_of(AdjustmentRow)
THE_ADJUSTMENT: Write[AdjustmentRow] = Write(
    AdjustmentRow,
    select(AdjustmentRow).where(
        col(AdjustmentRow.member_id) == bindparam("member_id"), col(AdjustmentRow.id) == bindparam("adjustment_id")
    ),
)
DECIDE: Write[AdjustmentRow] = Write(
    AdjustmentRow,
    update(AdjustmentRow)
    .where(col(AdjustmentRow.member_id) == bindparam("of_member"), col(AdjustmentRow.id) == bindparam("of_adjustment"))
    .values(
        state=bindparam("new_state"),
        decided_issuer=bindparam("issuer"),
        decided_subject=bindparam("subject"),
        decided_at=bindparam("at"),
        decision_reason=bindparam("reason"),
    ),
)
UNDECIDED = dict.fromkeys(("decided_issuer", "decided_subject", "decided_at", "decision_reason"))


class Member(Protocol):
    """A member's row, locked until the transaction ends."""

    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...


async def adjust_points(
    tx: Transaction, *, programs: Programs, member_id: UUID, points: int, reason: str, by: Staff, now: datetime
) -> Adjusted | AdjustmentAsked:
    """Give points (above 0) or take them, at once if it is within what one may do alone; if not, ask for a second one.

    The limit is that of the program's present version, for one person of staff, one member and one local day. May
    refuse: NotEnoughPoints. May raise BadInput: 0 points, or more than a member can have.
    """
    if not 0 < abs(points) <= MOST:
        raise BadInput(f"'points' must be from 1 to {MOST} to give points, below 0 to take them.")
    member = await lock_member(tx, member_id=member_id)
    program = programs.for_member(member.program, member.id).at(now)
    account = await points_of.settled_account(tx, member_id=member_id, now=now)
    if account.available + points < 0 and points < 0:
        raise Refused(NotEnoughPoints(-points, max(account.available, 0)))
    today = business_day(now, zone=program.zone)
    second = needs_second(
        points,
        alone_up_to=program.section(PointsSection).adjustments.alone_up_to,
        alone_today=await adjusted_alone(tx, member_id, by=by.person, on=today),
        is_own=await _is_own(tx, member.customer_id, by.person),
    )
    adjustment_id = tx.new_id()
    await tx.run(
        INSERT,
        member_id=member_id,
        id=adjustment_id,
        program=program.code,
        points=points,
        reason=reason,
        state=AdjustmentState.WAITING.name if second else AdjustmentState.APPLIED.name,
        needs_second=second,
        asked_issuer=by.person.issuer,
        asked_subject=by.person.subject,
        asked_on=today,
        asked_at=now,
        **UNDECIDED,
    )
    action = AuditAction.ADJUSTMENT_ASKED if second else AuditAction.POINTS_ADJUSTED
    await _note(tx, member, adjustment_id, by=by, action=action, reason=reason, now=now)
    if second:
        return AdjustmentAsked(member_id, adjustment_id)
    await points_of.adjust(tx, account=account, points=points, adjustment_id=adjustment_id, program=program, now=now)
    return Adjusted(member_id, adjustment_id)


async def approve_adjustment(
    tx: Transaction, *, programs: Programs, member_id: UUID, adjustment_id: UUID, by: Staff, now: datetime
) -> AdjustmentApproved:
    """A second person agrees: the points are given or taken now, by the rules in force now.

    May refuse: AdjustmentDecided; OwnAdjustment; NotEnoughPoints, and it goes on waiting. May raise BadInput: there is
    no such adjustment, or the member would have more points than one can have.
    """
    row = await _decided(tx, member_id, adjustment_id, state=AdjustmentState.APPLIED, reason=None, by=by, now=now)
    program = programs.for_member(row.program, member_id).at(now)
    account = await points_of.settled_account(tx, member_id=member_id, now=now)
    await points_of.adjust(tx, account=account, points=row.points, adjustment_id=row.id, program=program, now=now)
    return AdjustmentApproved(member_id, adjustment_id)


async def reject_adjustment(
    tx: Transaction, *, member_id: UUID, adjustment_id: UUID, reason: str, by: Staff, now: datetime
) -> AdjustmentRejected:
    """A second person does not agree, and nothing moves. May refuse: AdjustmentDecided, OwnAdjustment. May raise
    BadInput: there is no such adjustment."""
    await _decided(tx, member_id, adjustment_id, state=AdjustmentState.REJECTED, reason=reason, by=by, now=now)
    return AdjustmentRejected(member_id, adjustment_id)


async def _decided(
    tx: Transaction,
    member_id: UUID,
    adjustment_id: UUID,
    *,
    state: AdjustmentState,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> AdjustmentRow:
    """The adjustment, decided under the member's lock, and the record of that."""
    member = await lock_member(tx, member_id=member_id)
    rows = await tx.run(THE_ADJUSTMENT, member_id=member_id, adjustment_id=adjustment_id)
    if not rows:
        raise BadInput(NO_ADJUSTMENT)
    check_decidable(rows[0], by=by.person, is_own=await _is_own(tx, member.customer_id, by.person))
    await tx.run(DECIDE, of_member=member_id, of_adjustment=adjustment_id, new_state=state.name,
                 issuer=by.person.issuer, subject=by.person.subject, at=now, reason=reason)  # fmt: skip
    is_approved = state is AdjustmentState.APPLIED
    action = AuditAction.ADJUSTMENT_APPROVED if is_approved else AuditAction.ADJUSTMENT_REJECTED
    await _note(tx, member, adjustment_id, by=by, action=action, reason=reason, now=now)
    return rows[0]


async def _note(
    tx: Transaction,
    member: Member,
    adjustment_id: UUID,
    *,
    by: Staff,
    action: AuditAction,
    reason: str | None,
    now: datetime,
) -> None:
    about = AuditedKind.POINTS_ADJUSTMENT, adjustment_id
    await note(tx, owner_id=member.id, program=member.program, by=by, action=action, about=about, reason=reason,
               now=now)  # fmt: skip


async def _is_own(tx: Transaction, customer_id: UUID, person: StaffMember) -> bool:
    """Is the person of staff the customer whose points these are?"""
    (known,) = await identities_of_customers(tx, [customer_id])
    return any((each.issuer, each.subject) == (person.issuer, person.subject) for each in known)
