"""All that is written of members' points: for settling the idle, and for the prover."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, select
from sqlmodel import col

from app.db import Reader, Statement, one_each
from app.db.ledgers import all_of_each
from app.points.models import AccountRow, EntryRow, GiveBackRow, HoldRow, LotRow, LotUseRow

from .conditions import NOW

DUE_ACCOUNTS = Statement(
    AccountRow,
    lambda _, __: (
        select(col(AccountRow.member_id))
        .where(col(AccountRow.due_at) <= NOW)
        .order_by(col(AccountRow.due_at))
        .limit(bindparam("limit", type_=Integer))
    ),
    "now",
    "limit",
)
ACCOUNTS = Statement(
    AccountRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(AccountRow.member_id))),
    always=("member_id",),
)
LOTS = all_of_each(LotRow, col(LotRow.member_id), col(LotRow.id))
ENTRIES = all_of_each(EntryRow, col(EntryRow.member_id), col(EntryRow.id))
USES = all_of_each(LotUseRow, col(LotUseRow.member_id), col(LotUseRow.entry_id), col(LotUseRow.number))
HOLDS = all_of_each(HoldRow, col(HoldRow.member_id), col(HoldRow.id))
GIVE_BACKS = all_of_each(GiveBackRow, col(GiveBackRow.member_id), col(GiveBackRow.id))


async def members_due(db: Reader, *, now: datetime, limit: int) -> list[UUID]:
    """Members who have something to settle, the longest due first."""
    return [row.member_id for row in await db.fetch(DUE_ACCOUNTS, (), now, limit)]


async def accounts_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[AccountRow | None]:
    """What lots and entries came to at the last settling; None for those who never had any."""
    return one_each(await db.fetch(ACCOUNTS, member_ids), member_ids, by="member_id")


async def lots_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[LotRow]:
    """Every lot there ever was."""
    return await db.fetch(LOTS, member_ids)


async def ledgers_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[EntryRow]:
    """Every movement there ever was, each member's in the order in which they were entered."""
    return await db.fetch(ENTRIES, member_ids)


async def uses_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[LotUseRow]:
    """What movements moved of several lots, or paid with them; each movement's in their order."""
    return await db.fetch(USES, member_ids)


async def holds_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[HoldRow]:
    """Every hold there ever was."""
    return await db.fetch(HOLDS, member_ids)


async def give_backs_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[GiveBackRow]:
    """All that was given back of holds."""
    return await db.fetch(GIVE_BACKS, member_ids)
