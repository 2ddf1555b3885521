"""All that is written of a member's points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.db import Reader
from app.members.proving import by_member
from app.points.models import AccountRow, EntryRow, GiveBackRow, HoldRow, LotRow, LotUseRow
from app.points.queries import (
    accounts_of_members,
    give_backs_of_members,
    holds_of_members,
    ledgers_of_members,
    lots_of_members,
    uses_of_members,
)

AHEAD = timedelta(minutes=10)
"""How far ahead of our clock an entry may be dated: another system's may be ahead of a server's, and that of ours."""


@dataclass(frozen=True)
class PointsBook:
    """All that is written of a member's points."""

    account: AccountRow | None
    lots: Sequence[LotRow]
    entries: Sequence[EntryRow]
    """In the order of their ids."""
    uses: Sequence[LotUseRow] = ()
    holds: Sequence[HoldRow] = ()
    give_backs: Sequence[GiveBackRow] = ()


async def points_books(db: Reader, member_ids: Sequence[UUID]) -> list[PointsBook]:
    """Six statements, however many members."""
    accounts = await accounts_of_members(db, member_ids)
    lots = by_member(await lots_of_members(db, member_ids))
    entries = by_member(await ledgers_of_members(db, member_ids))
    uses = by_member(await uses_of_members(db, member_ids))
    holds = by_member(await holds_of_members(db, member_ids))
    give_backs = by_member(await give_backs_of_members(db, member_ids))
    return [
        PointsBook(
            account,
            lots.get(key, ()),
            entries.get(key, ()),
            uses.get(key, ()),
            holds.get(key, ()),
            give_backs.get(key, ()),
        )
        for key, account in zip(member_ids, accounts, strict=True)
    ]
