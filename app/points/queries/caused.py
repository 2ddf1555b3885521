"""What causes of a kind gave members in all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, and_, bindparam, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.points.models import LotRow
from app.points.rules import Cause, LotState

from .conditions import NOW

IS_PENDING = and_(col(LotRow.state) == LotState.PENDING.name, func.coalesce(col(LotRow.activates_at) > NOW, True))
NET = col(LotRow.earned) - col(LotRow.reversed)
GIVEN = Statement(
    LotRow,
    lambda _, keys: (
        select(
            col(LotRow.member_id),
            func.coalesce(func.sum(NET).filter(IS_PENDING), 0).label("pending"),
            func.coalesce(func.sum(NET).filter(~IS_PENDING), 0).label("active"),
        )
        .where(keys.hold(col(LotRow.member_id)), col(LotRow.cause) == bindparam("cause", type_=String()))
        .group_by(col(LotRow.member_id))
    ),
    "now",
    "cause",
    always=("member_id",),
)


class Given(NamedTuple):
    """Points that were given and not taken back."""

    pending: int = 0
    active: int = 0
    """That can or could be spent: also what was, and what has lapsed since."""


async def given_by_cause(db: Reader, member_ids: Sequence[UUID], *, cause: Cause, now: datetime) -> list[Given]:
    """What each member was given by causes of a kind, as it counts now, whether that is settled or not (R2)."""
    rows: list[Any] = list(await db.fetch(GIVEN, member_ids, now, cause.name))
    found = {row["member_id"]: Given(row["pending"], row["active"]) for row in rows}
    return [found.get(key, Given()) for key in member_ids]
