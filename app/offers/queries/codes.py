"""Codes of a pool that were taken, for those who may see them (R41)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, Uuid, bindparam, func, select, tuple_

from app.db import Reader, Statement
from app.db.rows import table_of
from app.graph import Role, Viewer
from app.offers.models import PooledCode
from app.offers.rules.pool_codes import masked

R = TypeVar("R", bound=PooledCode)
Place = tuple[UUID, int, int]
"""What it is a pool of, bucket and number of a code."""


class TakenCode(NamedTuple):
    """What says of itself that it took a code."""

    member_id: UUID
    id: UUID
    pool: UUID
    bucket: int | None
    number: int | None
    """None: it took none."""
    code_shown_at: datetime | None


def codes_at_places(model: type[R], *, of: str) -> Statement[R]:
    """The statement for a table of codes (see `offers.commands.codes`); `of` is the column of what it is a pool of."""
    rows: Any = table_of(model).c
    taken = (
        func.unnest(
            bindparam("pools", type_=ARRAY(Uuid())),
            bindparam("buckets", type_=ARRAY(Integer())),
            bindparam("numbers", type_=ARRAY(BigInteger())),
        )
        .table_valued("pool", "bucket", "number")
        .render_derived(name="t")
    )
    return Statement(
        model,
        lambda columns, _: select(*columns).where(
            tuple_(rows[of], rows.bucket, rows.number).in_(select(taken.c.pool, taken.c.bucket, taken.c.number))
        ),
        "pools",
        "buckets",
        "numbers",
        always=(of, "bucket", "number"),
    )


async def codes_taken(
    db: Reader, statement: Statement[Any], taken: Sequence[TakenCode], *, taker: str, viewer: Viewer
) -> list[str | None]:
    """The codes that were taken: for their member once they were shown, for staff masked; None for what took none, or
    gave it back. `taker`: the column of what took a code. One statement, if any took one."""
    wanted = [each for each in taken if _may_be_read(each, viewer)]
    if not wanted:
        return [None] * len(taken)
    places = ([each.pool for each in wanted], [each.bucket for each in wanted], [each.number for each in wanted])
    rows = await db.fetch(statement, (), *places, columns=frozenset(("code", "taken_by", taker)))
    by_owner = {(row.taken_by, getattr(row, taker)): row.code for row in rows}
    codes = [by_owner.get((each.member_id, each.id)) for each in taken]
    is_members = viewer.role is Role.MEMBER
    return [code if code is None or is_members else masked(code) for code in codes]


def _may_be_read(each: TakenCode, viewer: Viewer) -> bool:
    return each.number is not None and (each.code_shown_at is not None or viewer.role is not Role.MEMBER)


async def takers_at(
    db: Reader, statement: Statement[Any], places: Sequence[Place], *, of: str, taker: str
) -> dict[Place, tuple[UUID | None, UUID | None]]:
    """Who has the codes at these places: the member, and what took it; no statement if there are no places."""
    if not places:
        return {}
    of_each = [list(each) for each in zip(*places, strict=True)]
    rows = await db.fetch(statement, (), *of_each, columns=frozenset(("taken_by", taker)))
    return {(getattr(row, of), row.bucket, row.number): (row.taken_by, getattr(row, taker)) for row in rows}
