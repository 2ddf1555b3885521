"""What is left of templates: of their stock, and of their budgets. As much as a program's file says counts also before
anybody took of it (see `commands.filling`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, func, select
from sqlmodel import col

from app.coupons.models import CouponBudgetRow, CouponRow, CouponStockRow
from app.coupons.rules.kinds import CouponState
from app.db import Reader, Statement
from app.db.columns import INSTANT

STOCK = Statement(
    CouponStockRow,
    lambda _, keys: (
        select(
            col(CouponStockRow.template_id),
            func.sum(col(CouponStockRow.total)).label("total"),
            func.sum(col(CouponStockRow.left_)).label("left_"),
        )
        .where(keys.hold(col(CouponStockRow.template_id)))
        .group_by(col(CouponStockRow.template_id))
    ),
    always=("template_id",),
)
BUDGETS = Statement(
    CouponBudgetRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(CouponBudgetRow.template_id))),
    always=("template_id",),
)


NOW = bindparam("now", type_=INSTANT)
COMES_BACK = case(
    (
        col(CouponRow.state) == CouponState.REDEEMED.name,
        col(CouponRow.set_aside) - func.least(col(CouponRow.set_aside), func.coalesce(col(CouponRow.discount), 0)),
    ),
    else_=col(CouponRow.set_aside),
)
"""As `rules.coupon.settled` has it: of one that was used, what it did not take off."""
LAPSED = Statement(
    CouponRow,
    lambda _, keys: (
        select(col(CouponRow.template_id), func.sum(COMES_BACK).label("set_aside"))
        .where(
            keys.hold(col(CouponRow.template_id)),
            col(CouponRow.set_aside) > 0,
            col(CouponRow.due_at) <= NOW,
            col(CouponRow.expires_at) <= NOW,
        )
        .group_by(col(CouponRow.template_id))
    ),
    "now",
    always=("template_id", "set_aside"),
)
"""By the index of what is set aside: as few as have lapsed since the job last settled the idle."""


class Left(NamedTuple):
    """How much there is."""

    total: int
    """What was put in."""
    left: int


class Stocked(NamedTuple):
    """A template, and how many coupons of it there are to begin with, or by its file."""

    id: UUID
    stock: int | None
    version: int | None


class Budgeted(NamedTuple):
    """A template, and how much money there is for it, likewise."""

    id: UUID
    budget: int | None
    version: int | None
    currency: str


async def left_of_templates(db: Reader, templates: Sequence[tuple[object, ...]]) -> list[int | None]:
    """How many coupons of each can still be had, by `Stocked`; None: there is no end of them. One statement, if any has
    a stock."""
    return [None if each is None else each.left for each in await stock_of(db, [Stocked(*t) for t in templates])]  # pyright: ignore[reportArgumentType]


async def totals_of_templates(db: Reader, templates: Sequence[tuple[object, ...]]) -> list[int | None]:
    """How many there are in all, likewise."""
    return [None if each is None else each.total for each in await stock_of(db, [Stocked(*t) for t in templates])]  # pyright: ignore[reportArgumentType]


async def stock_of(db: Reader, templates: Sequence[Stocked]) -> list[Left | None]:
    """Of each; None: it has none."""
    ids = [each.id for each in templates if each.stock is not None]
    rows = await db.fetch(STOCK, ids) if ids else []
    put = {row.template_id: Left(row.total, row.left_) for row in rows}
    return [_by_now(put, each.id, each.stock, each.version) for each in templates]


async def budgets_of(db: Reader, templates: Sequence[Budgeted]) -> list[Left | None]:
    """The money of each, in minor units; None: it has no budget. One statement, if any has."""
    ids = [each.id for each in templates if each.budget is not None]
    rows = await db.fetch(BUDGETS, ids) if ids else []
    put = {row.template_id: Left(row.total, row.left_) for row in rows}
    return [_by_now(put, each.id, each.budget, each.version) for each in templates]


async def lapsed_of(db: Reader, template_ids: Sequence[UUID], *, now: datetime) -> Mapping[UUID, int]:
    """By the template, in minor units: what comes back of coupons whose time has passed, and which nobody has settled.
    It is the budget's again (R2), though it can be taken only once they are settled. One statement, if there is any."""
    rows = await db.fetch(LAPSED, template_ids, now) if template_ids else []
    return {row.template_id: row.set_aside for row in rows}


def _by_now(put: Mapping[UUID, Left], key: UUID, said: int | None, version: int | None) -> Left | None:
    if said is None:
        return None
    there = put.get(key)
    if there is None:
        return Left(said, said)
    more = max(said - there.total, 0) if version is not None else 0
    return Left(there.total + more, there.left + more)
