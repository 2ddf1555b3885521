"""What was redeemed: by ids, by members, by movements of points; with its history."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, bindparam, func, or_, select
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement, many_each
from app.db.counting import number_of_each, numbers_each
from app.db.ledgers import all_of_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.points.rules import Cause
from app.rewards.models import RedemptionChangeRow, RedemptionRow
from app.rewards.rules.history import Begun, RedemptionStep, history_of
from app.rewards.rules.kinds import RedemptionState

Pair = tuple[UUID, UUID]
"""The member's id and the redemption's."""
Caused = tuple[UUID, str, UUID]
"""Of a movement of points: member, cause, and the cause's id."""

STATES = bindparam("states", type_=ARRAY(String))
IS_ASKED_FOR = or_(STATES.is_(None), col(RedemptionRow.state) == func.any(STATES))
OF_MEMBERS = newest_of_each(
    RedemptionRow, "states", owner=col(RedemptionRow.member_id), key=col(RedemptionRow.id), extra=IS_ASKED_FOR
)
COUNTS = number_of_each(RedemptionRow, "states", owner=col(RedemptionRow.member_id), extra=IS_ASKED_FOR)
BY_ID = Statement(
    RedemptionRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(RedemptionRow.member_id), col(RedemptionRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
CHANGES = Statement(
    RedemptionChangeRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold_pair(col(RedemptionChangeRow.member_id), col(RedemptionChangeRow.redemption_id)))
        .order_by(col(RedemptionChangeRow.id))
    ),
    always=("member_id", "redemption_id"),
    pairs=True,
)
EVERY = all_of_each(RedemptionRow, col(RedemptionRow.member_id), col(RedemptionRow.id))
EVERY_CHANGE = all_of_each(RedemptionChangeRow, col(RedemptionChangeRow.member_id), col(RedemptionChangeRow.id))


async def redemptions_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[RedemptionRow | None]:
    """Redemptions by (member id, id)."""
    return pair_each(await db.fetch(BY_ID, ids, columns=columns), ids)


async def redemptions_of_members(
    db: Reader,
    member_ids: Sequence[UUID],
    *,
    page: Page,
    states: list[RedemptionState] | None = None,
    columns: Columns = None,
) -> list[list[RedemptionRow]]:
    """What members redeemed, newest first; what is in one of these states."""
    rows = await db.fetch(OF_MEMBERS, member_ids, page.after, page.limit, _names(states), columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def numbers_of_redemptions(
    db: Reader, member_ids: Sequence[UUID], *, states: list[RedemptionState] | None = None
) -> list[int]:
    """How much of it there is."""
    return await numbers_each(db, COUNTS, member_ids, _names(states))


async def redemptions_of_entries(
    db: Reader, entries: Sequence[Caused], *, columns: Columns = None
) -> list[RedemptionRow | None]:
    """The redemptions that movements of points are of: one statement, if any is."""
    ids = list(dict.fromkeys((owner, key) for owner, cause, key in entries if cause == Cause.REDEMPTION.name))
    found = await redemptions_by_id(db, ids, columns=columns) if ids else []
    by_id = dict(zip(ids, found, strict=True))
    return [by_id.get((owner, key)) for owner, _, key in entries]


async def history_of_redemptions(db: Reader, begun: Sequence[tuple[object, ...]]) -> list[list[RedemptionStep]]:
    """The steps of each, in their order: how it began, as its own row says (`Begun`), and what became of it since."""
    asked = [Begun(*each) for each in begun]  # pyright: ignore[reportArgumentType]
    found: defaultdict[Pair, list[Any]] = defaultdict(list)
    for row in await db.fetch(CHANGES, [(each.member_id, each.id) for each in asked]):
        found[row.member_id, row.redemption_id].append(row)
    return [history_of(each, found[each.member_id, each.id]) for each in asked]


async def last_change_of(db: Reader, *, member_id: UUID, redemption_id: UUID) -> UUID | None:
    """Id of the last step after how it began; None: there is none."""
    rows = await db.fetch(CHANGES, [(member_id, redemption_id)], columns=frozenset(("id",)))
    return rows[-1].id if rows else None


async def every_redemption(db: Reader, member_ids: Sequence[UUID]) -> list[RedemptionRow]:
    """All of these members, each member's together."""
    return await db.fetch(EVERY, member_ids)


async def every_change(db: Reader, member_ids: Sequence[UUID]) -> list[RedemptionChangeRow]:
    """All steps of all redemptions of these members after how they began, each member's together and in their order."""
    return await db.fetch(EVERY_CHANGE, member_ids)


def _names(states: list[RedemptionState] | None) -> list[str] | None:
    return None if states is None else [state.name for state in states]
