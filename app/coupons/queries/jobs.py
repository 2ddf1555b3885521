"""What staff have the worker do about coupons, how far it is, and the codes that were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, Uuid, bindparam, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from app.coupons.models import CouponCodeRow, CouponJobRow
from app.coupons.rules.jobs import MOST_CODES
from app.coupons.rules.kinds import CouponJobKind
from app.db import Columns, Keys, Page, Reader, Statement, many_each, one_each
from app.db.newest import LAST
from app.db.paging import NO_CURSOR
from app.errors import BadInput
from app.offers.rules.pool_codes import masked

Job = CouponJobRow
"""Its row, for who goes on with it."""
AFTER, LIMIT = bindparam("after", type_=Uuid()), bindparam("limit", type_=Integer())
OF_PROGRAM = col(CouponJobRow.program) == bindparam("program", type_=String())
JOBS = Statement(CouponJobRow, lambda columns, keys: select(*columns).where(keys.hold(col(CouponJobRow.id))))
JOBS_OF_PROGRAM = Statement(
    CouponJobRow,
    lambda columns, _: (
        select(*columns)
        .where(OF_PROGRAM, col(CouponJobRow.id) < func.coalesce(AFTER, LAST))
        .order_by(col(CouponJobRow.id).desc())
        .limit(LIMIT)
    ),
    "program",
    "after",
    "limit",
)
NUMBER_OF_JOBS = Statement(CouponJobRow, lambda _, __: select(func.count().label("total")).where(OF_PROGRAM), "program")
WAITING = Statement(
    CouponJobRow,
    lambda columns, _: (
        select(*columns)
        .where(
            col(CouponJobRow.id).in_(
                select(col(CouponJobRow.id))
                .ext(distinct_on(col(CouponJobRow.program)))
                .where(literal_column("state IN ('PENDING', 'RUNNING')"))
                .order_by(col(CouponJobRow.program), col(CouponJobRow.id))
            )
        )
        .order_by(col(CouponJobRow.worked_at), col(CouponJobRow.id))
        .limit(1)
    ),
)


def _codes_after(columns: Sequence[Any], keys: Keys) -> Any:
    jobs = func.unnest(keys.array).table_valued("id").render_derived(name="k")
    some = (
        select(*columns)
        .where(
            col(CouponCodeRow.job_id) == literal_column("k.id", Uuid()),
            col(CouponCodeRow.number) > bindparam("after_number", type_=Integer()),
        )
        .order_by(col(CouponCodeRow.number))
        .limit(LIMIT)
        .lateral("x")
    )
    return select(some).select_from(jobs.join(some, true()))


CODES = Statement(CouponCodeRow, _codes_after, "after_number", "limit", always=("job_id", "number"))
TEXTS_AT_ONCE = 10_000


@dataclass(frozen=True)
class ShownCode:
    """A code that was made, as staff see it."""

    id: UUID
    """Its number: the order of the list."""
    code: str
    taken_by: UUID | None
    coupon_id: UUID | None
    taken_at: datetime | None


async def coupon_jobs_by_id(db: Reader, ids: Sequence[UUID], *, columns: Columns = None) -> list[CouponJobRow | None]:
    return one_each(await db.fetch(JOBS, ids, columns=columns), ids, by="id")


async def jobs_of_program(db: Reader, program: str, *, page: Page, columns: Columns = None) -> list[CouponJobRow]:
    """The last first."""
    return await db.fetch(JOBS_OF_PROGRAM, (), program, page.after, page.limit, columns=columns)


async def number_of_jobs(db: Reader, program: str) -> int:
    (row,) = await db.fetch(NUMBER_OF_JOBS, (), program)
    return row.total


async def job_waiting(db: Reader) -> CouponJobRow | None:
    """The one that the worker is to do, or to go on with: of each program the oldest, of several programs the one that
    nobody was at for longest."""
    found = await db.fetch(WAITING)
    return found[0] if found else None


async def codes_of_jobs(db: Reader, job_ids: Sequence[UUID], *, page: Page) -> list[list[ShownCode]]:
    """Codes of each, in the order in which they were made."""
    rows = await db.fetch(CODES, job_ids, 0 if page.after is None else number_in(page.after), page.limit)
    return [[_shown(row) for row in each] for each in many_each(rows, job_ids, by="job_id")]


async def numbers_of_codes(db: Reader, job_ids: Sequence[UUID]) -> list[int]:
    """How many were made."""
    rows = await coupon_jobs_by_id(db, job_ids)
    return [row.done if row is not None and row.kind == CouponJobKind.CODES.name else 0 for row in rows]


def number_to_read(job: CouponJobRow, after: int) -> int:
    """How many codes are read at once after the first so many. May raise BadInput: before the first, or it makes no
    codes."""
    if job.kind != CouponJobKind.CODES.name:
        raise BadInput("This job makes no codes.")
    if not 0 <= after <= MOST_CODES:
        raise BadInput(f"'after' must be from 0 to {MOST_CODES}.")
    return max(min(job.done - after, TEXTS_AT_ONCE), 0)


async def codes_read(db: Reader, read: Sequence[tuple[UUID, int, int]]) -> list[list[str]]:
    """By job: so many codes, as text, after the first so many."""
    found = [
        await db.fetch(CODES, [job_id], after, number, columns=frozenset(("code",))) for job_id, after, number in read
    ]
    return [[row.code for row in rows] for rows in found]


def number_in(place: UUID) -> int:
    """May raise BadInput: it is no place in a list of codes."""
    if place.int > MOST_CODES:
        raise BadInput(NO_CURSOR)
    return place.int


def _shown(row: CouponCodeRow) -> ShownCode:
    return ShownCode(UUID(int=row.number), masked(row.code), row.taken_by, row.coupon_id, row.taken_at)
