"""What staff have the worker do about coupons: begun, gone on with part by part, ended.

A part and the row that counts it are one transaction, which looks whether another process did that part meanwhile: so
whoever goes on after a kill does nothing twice.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, update
from sqlmodel import col

from app.clock import NewId
from app.coupons.models import CouponCodeRow, CouponJobRow
from app.coupons.rules.codes import code_of, digest_of_code
from app.coupons.rules.kinds import CouponJobKind, CouponJobState
from app.coupons.templates import Template
from app.db import Transaction, Write, insert_of
from app.db.rows import table_of

CODES_AT_ONCE = 5_000
"""In one transaction: what takes a few tenths of a second."""
COLUMNS = table_of(CouponJobRow).columns
THE_JOB = col(CouponJobRow.id) == bindparam("of_job", type_=Uuid())
INSERT = insert_of(CouponJobRow)
LOCK: Write[CouponJobRow] = Write(CouponJobRow, select(CouponJobRow).where(THE_JOB).with_for_update())
CHANGING = (
    "state",
    "total",
    "done",
    "issued",
    "refused",
    "after_id",
    "after_place",
    "problem",
    "started_at",
    "worked_at",
    "finished_at",
)
KEEP: Write[CouponJobRow] = Write(
    CouponJobRow,
    update(CouponJobRow)
    .where(THE_JOB)
    .values({name: bindparam(f"new_{name}", type_=COLUMNS[name].type) for name in CHANGING}),
)


async def begin_job(
    tx: Transaction,
    *,
    template: Template,
    kind: CouponJobKind,
    filter: str,
    total: int,
    reason: str,
    by: tuple[str, str],
    now: datetime,
) -> UUID:
    """Have something done. `filter`: of members, as JSON text. `by`: issuer and subject of who of staff asks."""
    job_id = tx.new_id()
    values: dict[str, Any] = dict.fromkeys(COLUMNS.keys()) | {
        "id": job_id,
        "program": template.program,
        "template_id": template.id,
        "template": template.code,
        "kind": kind.name,
        "state": CouponJobState.PENDING.name,
        "filter": filter,
        "total": total,
        "done": 0,
        "issued": 0,
        "refused": 0,
        "reason": reason,
        "by_issuer": by[0],
        "by_subject": by[1],
        "created_at": now,
        "worked_at": now,
    }
    await tx.run(INSERT, **values)
    return job_id


async def lock_job(tx: Transaction, job: CouponJobRow) -> CouponJobRow | None:
    """A job as it is by now, locked until the transaction ends; None: it is not as far as it was when it was read, or
    it has ended: another process went on with it."""
    (found,) = await tx.run(LOCK, of_job=job.id)
    has_ended = found.finished_at is not None
    return None if has_ended or (found.done, found.state) != (job.done, job.state) else found


async def keep_job(tx: Transaction, job: CouponJobRow, *, now: datetime, **new: Any) -> None:
    """Write what is new of a job, which is locked. Somebody was at it now."""
    values = {name: getattr(job, name) for name in CHANGING} | {"worked_at": now} | new
    await tx.run(KEEP, of_job=job.id, **{f"new_{name}": value for name, value in values.items()})


async def start_job(tx: Transaction, job: CouponJobRow, *, total: int, now: datetime) -> None:
    """It is gone about from now on; there is so much to be done."""
    locked = await lock_job(tx, job)
    if locked is not None:
        await keep_job(tx, locked, state=CouponJobState.RUNNING.name, total=total, started_at=now, now=now)


async def end_job(tx: Transaction, job_id: UUID, *, problem: str | None = None, now: datetime) -> None:
    """All of it is done, or it cannot be gone on with."""
    (found,) = await tx.run(LOCK, of_job=job_id)
    if found.finished_at is None:
        state = CouponJobState.DONE if problem is None else CouponJobState.FAILED
        await keep_job(tx, found, state=state.name, problem=problem, finished_at=now, now=now)


async def make_codes(tx: Transaction, job: CouponJobRow, *, at_once: int = CODES_AT_ONCE, now: datetime) -> int:
    """Make some of the codes that are still to be made: how many. None are made if another process went on with it.

    A code is drawn from three new ids, of each of which 32 bits are as random as can be: 96 in all, whatever is known
    of the time at which they were made. Two alike are not to be feared: the key of the table would undo all of it.
    """
    locked = await lock_job(tx, job)
    if locked is None:
        return 0
    number = min(at_once, locked.total - locked.done)
    await tx.copy(CouponCodeRow, _rows(locked, number, new_id=tx.new_id, now=now))
    await keep_job(tx, locked, done=locked.done + number, now=now)
    return number


def _rows(job: CouponJobRow, number: int, *, new_id: NewId, now: datetime) -> Iterator[tuple[Any, ...]]:
    names = table_of(CouponCodeRow).columns.keys()
    fixed = {"job_id": job.id, "program": job.program, "template_id": job.template_id, "template": job.template,
             "taken_by": None, "coupon_id": None, "taken_at": None, "made_at": now}  # fmt: skip
    for place in range(job.done + 1, job.done + 1 + number):
        code = code_of(hashlib.sha256(b"".join(new_id().bytes for _ in range(3))).digest())
        row = fixed | {"digest": digest_of_code(code), "number": place, "code": code}
        yield tuple(row[name] for name in names)
