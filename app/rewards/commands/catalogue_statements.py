"""How rewards are written."""

from sqlalchemy import Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Write, insert_many_of
from app.db.rows import table_of
from app.rewards.models import RewardRow, RewardStockRow

COLUMNS = {column.key: bindparam(column.key, type_=column.type) for column in table_of(RewardRow).columns}
TERMS = (
    "name_zh",
    "name_en",
    "description_zh",
    "description_en",
    "points",
    "tier_points",
    "tiers_from",
    "opens_at",
    "closes_at",
    "per_member",
    "period",
    "is_confirmed_by_staff",
)
"""Columns of what may be said otherwise later."""
INSERT: Write[RewardRow] = Write(
    RewardRow,
    insert(RewardRow)
    .values(COLUMNS)
    .on_conflict_do_nothing(index_elements=[col(RewardRow.program), col(RewardRow.code)])
    .returning(col(RewardRow.id)),
)
TAKEN: Write[RewardRow] = Write(
    RewardRow,
    select(col(RewardRow.id)).where(
        col(RewardRow.program) == bindparam("program", type_=Text()),
        col(RewardRow.code) == bindparam("code", type_=Text()),
    ),
)
INSERT_STOCK = insert_many_of(RewardStockRow)
LOCK: Write[RewardRow] = Write(
    RewardRow,
    select(RewardRow).where(col(RewardRow.id) == bindparam("reward_id", type_=Uuid())).with_for_update(key_share=True),
)
"""No two operators at a time; who redeems it need not wait."""
CHANGE: Write[RewardRow] = Write(
    RewardRow,
    update(RewardRow)
    .where(col(RewardRow.id) == bindparam("of_reward", type_=Uuid()))
    .values({name: bindparam(f"new_{name}", type_=COLUMNS[name].type) for name in TERMS}),
)
RETIRE: Write[RewardRow] = Write(
    RewardRow,
    update(RewardRow)
    .where(col(RewardRow.id) == bindparam("of_reward", type_=Uuid()))
    .values(retired_at=bindparam("at", type_=COLUMNS["retired_at"].type)),
)
