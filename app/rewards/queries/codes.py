"""Codes of vouchers, for those who may see them (R41)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, Uuid, bindparam, func, select, tuple_
from sqlmodel import col

from app.db import Reader, Statement
from app.graph import Role, Viewer
from app.rewards.models import VoucherCodeRow

TAKEN = (
    func.unnest(
        bindparam("rewards", type_=ARRAY(Uuid())),
        bindparam("buckets", type_=ARRAY(Integer())),
        bindparam("numbers", type_=ARRAY(BigInteger())),
    )
    .table_valued("reward_id", "bucket", "number")
    .render_derived(name="t")
)
CODES = Statement(
    VoucherCodeRow,
    lambda columns, _: select(*columns).where(
        tuple_(col(VoucherCodeRow.reward_id), col(VoucherCodeRow.bucket), col(VoucherCodeRow.number)).in_(
            select(TAKEN.c.reward_id, TAKEN.c.bucket, TAKEN.c.number)
        )
    ),
    "rewards",
    "buckets",
    "numbers",
    always=("reward_id", "bucket", "number"),
)
SHOWN_OF_IT = 4
"""Characters at the end of a code that staff see, to find it again by what a member says of it."""
LEAST_HIDDEN = 4
"""Of a shorter code they see less."""
READ = frozenset(("code", "taken_by", "redemption_id"))


class TakenCode(NamedTuple):
    """What a redemption says of the code that it took."""

    member_id: UUID
    id: UUID
    reward_id: UUID
    bucket: int | None
    number: int | None
    code_shown_at: datetime | None


async def codes_of_redemptions(db: Reader, taken: Sequence[tuple[object, ...]], *, viewer: Viewer) -> list[str | None]:
    """The codes that redemptions took: for their member once they were shown, for staff masked; None for what took
    none, or gave it back. One statement, if any took one."""
    asked = [TakenCode(*each) for each in taken]  # pyright: ignore[reportArgumentType]
    wanted = [each for each in asked if _may_be_read(each, viewer)]
    if not wanted:
        return [None] * len(asked)
    places = ([each.reward_id for each in wanted], [each.bucket for each in wanted], [each.number for each in wanted])
    rows = await db.fetch(CODES, (), *places, columns=READ)
    by_owner = {(row.taken_by, row.redemption_id): row.code for row in rows}
    codes = [by_owner.get((each.member_id, each.id)) for each in asked]
    return [code if code is None or viewer.role is Role.MEMBER else masked(code) for code in codes]


def _may_be_read(each: TakenCode, viewer: Viewer) -> bool:
    return each.number is not None and (each.code_shown_at is not None or viewer.role is not Role.MEMBER)


def masked(code: str) -> str:
    """Its last characters."""
    end = max(0, min(SHOWN_OF_IT, len(code) - LEAST_HIDDEN))
    return "•" * (len(code) - end) + (code[-end:] if end else "")
