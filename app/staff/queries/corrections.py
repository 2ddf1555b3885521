"""Corrections by staff, and the record of all that they did."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, String, Text, Uuid, bindparam, func, literal_column, or_, select
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement, many_each
from app.db.counting import number_of_each, numbers_each
from app.db.ledgers import all_of_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.graph import Context, Viewer
from app.points.rules import Cause
from app.programs.asked import program_asked
from app.staff.models import AdjustmentRow, AuditRow
from app.staff.rules import AdjustmentState, StaffMember

Pair = tuple[UUID, UUID]
STATES = bindparam("states", type_=ARRAY(String))
IS_ASKED_FOR = or_(STATES.is_(None), col(AdjustmentRow.state) == func.any(STATES))
IS_WAITING = col(AdjustmentRow.state) == literal_column("'WAITING'", Text)
"""Written out, not a parameter: only then a plan for any parameters uses the index of those that wait."""
OF_PROGRAM = col(AdjustmentRow.program) == bindparam("program", type_=String())
FIRST = literal_column("'00000000-0000-0000-0000-000000000000'::uuid", Uuid())
AFTER = func.coalesce(bindparam("after", type_=Uuid()), FIRST)

BY_ID = Statement(
    AdjustmentRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(AdjustmentRow.member_id), col(AdjustmentRow.id))),
    always=("member_id", "id", "state"),
    pairs=True,
)
OF_MEMBERS = newest_of_each(
    AdjustmentRow, "states", owner=col(AdjustmentRow.member_id), key=col(AdjustmentRow.id), extra=IS_ASKED_FOR
)
NUMBERS = number_of_each(AdjustmentRow, "states", owner=col(AdjustmentRow.member_id), extra=IS_ASKED_FOR)
WAITING = Statement(
    AdjustmentRow,
    lambda columns, _: (
        select(*columns)
        .where(OF_PROGRAM, IS_WAITING, col(AdjustmentRow.id) > AFTER)
        .order_by(col(AdjustmentRow.id))
        .limit(bindparam("limit", type_=Integer))
    ),
    "program",
    "after",
    "limit",
    always=("id",),
)
NUMBER_WAITING = Statement(
    AdjustmentRow, lambda _, __: select(func.count().label("number")).where(OF_PROGRAM, IS_WAITING), "program"
)
ALONE = Statement(
    AdjustmentRow,
    lambda _, keys: select(func.coalesce(func.sum(func.abs(col(AdjustmentRow.points))), 0).label("points")).where(
        keys.hold(col(AdjustmentRow.member_id)),
        col(AdjustmentRow.asked_issuer) == bindparam("issuer", type_=String()),
        col(AdjustmentRow.asked_subject) == bindparam("subject", type_=String()),
        col(AdjustmentRow.asked_on) == bindparam("day", type_=Date()),
        ~col(AdjustmentRow.needs_second),
    ),
    "issuer",
    "subject",
    "day",
)
AUDIT = newest_of_each(AuditRow, owner=col(AuditRow.owner_id), key=col(AuditRow.id))
AUDIT_NUMBERS = number_of_each(AuditRow, owner=col(AuditRow.owner_id))
EVERY_ADJUSTMENT = all_of_each(AdjustmentRow, col(AdjustmentRow.member_id), col(AdjustmentRow.id))
EVERY_AUDIT = all_of_each(AuditRow, col(AuditRow.owner_id), col(AuditRow.id))


async def adjustments_by_id(
    db: Reader, ids: Sequence[Pair], *, viewer: Viewer, columns: Columns = None
) -> list[AdjustmentRow | None]:
    """By (member id, id). Who is not staff finds only those that moved points."""
    rows = await db.fetch(BY_ID, ids, columns=columns)
    if not viewer.is_staff:
        rows = [row for row in rows if row.state == AdjustmentState.APPLIED.name]
    return pair_each(rows, ids)


async def adjustments_of_entries(
    db: Reader, entries: Sequence[tuple[UUID, str, UUID]], *, viewer: Viewer, columns: Columns = None
) -> list[AdjustmentRow | None]:
    """The corrections that movements are of, by (member id, cause, cause's id): one statement, if any is."""
    ids = list(dict.fromkeys((owner, key) for owner, by, key in entries if by == Cause.ADJUSTMENT.name))
    found = await adjustments_by_id(db, ids, viewer=viewer, columns=columns) if ids else []
    by_id = dict(zip(ids, found, strict=True))
    return [by_id.get((owner, key)) for owner, _, key in entries]


async def adjustments_of_members(
    db: Reader,
    member_ids: Sequence[UUID],
    *,
    page: Page,
    states: list[AdjustmentState] | None = None,
    columns: Columns = None,
) -> list[list[AdjustmentRow]]:
    """The last asked for first."""
    rows = await db.fetch(OF_MEMBERS, member_ids, page.after, page.limit, _names(states), columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def numbers_of_adjustments(
    db: Reader, member_ids: Sequence[UUID], *, states: list[AdjustmentState] | None = None
) -> list[int]:
    return await numbers_each(db, NUMBERS, member_ids, _names(states))


def _names(states: list[AdjustmentState] | None) -> list[str] | None:
    return None if states is None else [state.name for state in states]


async def adjustments_waiting(
    db: Reader, *, context: Context, page: Page, program: str | None = None, columns: Columns = None
) -> list[AdjustmentRow]:
    """Those of a program's members that wait to be decided, the longest waiting first."""
    code = program_asked(context, program).code
    return await db.fetch(WAITING, (), code, page.after, page.limit, columns=columns)


async def number_waiting(db: Reader, *, context: Context, program: str | None = None) -> int:
    rows: list[Any] = list(await db.fetch(NUMBER_WAITING, (), program_asked(context, program).code))
    return rows[0]["number"]


async def adjusted_alone(db: Reader, member_id: UUID, *, by: StaffMember, on: date) -> int:
    """What a person of staff gave and took of a member without a second one on a local day, both added up."""
    (row,) = await db.fetch(ALONE, [member_id], by.issuer, by.subject, on)
    return row.points


async def audit_of_members(
    db: Reader, member_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> list[list[AuditRow]]:
    """What staff did about each, the last first."""
    return many_each(
        await db.fetch(AUDIT, member_ids, page.after, page.limit, columns=columns), member_ids, by="owner_id"
    )


async def numbers_of_audit(db: Reader, member_ids: Sequence[UUID]) -> list[int]:
    return await numbers_each(db, AUDIT_NUMBERS, member_ids)


async def every_adjustment(db: Reader, member_ids: Sequence[UUID]) -> list[AdjustmentRow]:
    """Whatever came of it, each member's in the order in which they were asked for: for the prover."""
    return await db.fetch(EVERY_ADJUSTMENT, member_ids)


async def every_audit(db: Reader, member_ids: Sequence[UUID]) -> list[AuditRow]:
    """All that staff did about them, each in the order of doing: for the prover."""
    return await db.fetch(EVERY_AUDIT, member_ids)
