"""What is left of rewards."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.rewards.models import RewardStockRow

STOCK = Statement(
    RewardStockRow,
    lambda _, keys: (
        select(
            col(RewardStockRow.reward_id),
            func.sum(col(RewardStockRow.total)).label("total"),
            func.sum(col(RewardStockRow.left_)).label("left_"),
        )
        .where(keys.hold(col(RewardStockRow.reward_id)))
        .group_by(col(RewardStockRow.reward_id))
    ),
    always=("reward_id",),
)


class Stock(NamedTuple):
    """How much there is of a reward, all its buckets together."""

    total: int
    """What was put in."""
    left: int


Stocked = tuple[UUID, bool]
"""A reward's id, and whether there is only so much of it."""


async def left_of_rewards(db: Reader, rewards: Sequence[Stocked]) -> list[int | None]:
    """What is left of each; None: there is no end of it. One statement, if any has a stock."""
    stock = await stock_of(db, rewards)
    return [stock[key].left if key in stock else None for key, _ in rewards]


async def totals_of_rewards(db: Reader, rewards: Sequence[Stocked]) -> list[int | None]:
    """What was put into the stock of each, likewise."""
    stock = await stock_of(db, rewards)
    return [stock[key].total if key in stock else None for key, _ in rewards]


async def stock_of(db: Reader, rewards: Sequence[Stocked]) -> Mapping[UUID, Stock]:
    """Of those that have one."""
    ids = [key for key, is_stocked in rewards if is_stocked]
    rows = await db.fetch(STOCK, ids) if ids else []
    return dict.fromkeys(ids, Stock(0, 0)) | {row.reward_id: Stock(row.total, row.left_) for row in rows}
