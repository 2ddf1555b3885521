"""Reading what moved growth and what became of tiers, newest first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, String, and_, bindparam, func, literal_column, or_, select
from sqlmodel import col

from app.db import Page, Reader, Statement, many_each
from app.db.columns import INSTANT
from app.db.counting import number_of_each, numbers_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.members.queries import members_by_id
from app.programs.rules import Programs
from app.tiers.models import GrowthEntryRow, TierChangeRow
from app.tiers.rows import change_seen, growth_seen
from app.tiers.rules import GrowthCause, TierChangeKind, is_manual
from app.tiers.rules.seen import GrowthSeen, HasManual, ManualTier, TierChangeSeen, manual_seen

R = TypeVar("R")
Owner = tuple[UUID, str]
"""A member's id, and the program that they are a member of."""
Pair = tuple[UUID, UUID]

CAUSES, KINDS = bindparam("causes", type_=ARRAY(String)), bindparam("kinds", type_=ARRAY(String))
SINCE, BEFORE = bindparam("since", type_=INSTANT), bindparam("before", type_=INSTANT)
THAT_COUNTS = and_(
    or_(CAUSES.is_(None), col(GrowthEntryRow.cause) == func.any(CAUSES)),
    or_(SINCE.is_(None), col(GrowthEntryRow.counts_at) >= SINCE),
    or_(BEFORE.is_(None), col(GrowthEntryRow.counts_at) < BEFORE),
)
THAT_HAPPENED = and_(
    or_(KINDS.is_(None), col(TierChangeRow.kind) == func.any(KINDS)),
    or_(SINCE.is_(None), col(TierChangeRow.changed_at) >= SINCE),
    or_(BEFORE.is_(None), col(TierChangeRow.changed_at) < BEFORE),
)


def by_id(model: type[R], *, owner: Any, own: Any) -> Statement[R]:
    return Statement(
        model,
        lambda columns, keys: select(*columns).where(keys.hold_pair(owner, own)),
        always=("member_id", "id"),
        pairs=True,
    )


OF_GROWTH, OF_TIERS = col(GrowthEntryRow.member_id), col(TierChangeRow.member_id)
GROWTH = newest_of_each(
    GrowthEntryRow, "causes", "since", "before", owner=OF_GROWTH, key=col(GrowthEntryRow.id), extra=THAT_COUNTS
)
TIERS = newest_of_each(
    TierChangeRow, "kinds", "since", "before", owner=OF_TIERS, key=col(TierChangeRow.id), extra=THAT_HAPPENED
)
GROWTH_NUMBERS = number_of_each(GrowthEntryRow, "causes", "since", "before", owner=OF_GROWTH, extra=THAT_COUNTS)
TIER_NUMBERS = number_of_each(TierChangeRow, "kinds", "since", "before", owner=OF_TIERS, extra=THAT_HAPPENED)
ENTRIES = by_id(GrowthEntryRow, owner=OF_GROWTH, own=col(GrowthEntryRow.id))
CHANGES = by_id(TierChangeRow, owner=OF_TIERS, own=col(TierChangeRow.id))
SET_LAST = newest_of_each(
    TierChangeRow,
    owner=OF_TIERS,
    key=col(TierChangeRow.id),
    extra=col(TierChangeRow.kind) == literal_column("'MANUAL'"),
)
"""Asked with no place to begin after, and for one of each."""


async def growth_of_owners(
    db: Reader,
    owners: Sequence[Owner],
    *,
    page: Page,
    causes: list[GrowthCause] | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> list[list[GrowthSeen]]:
    """Movements of growth, the last entered first: of these causes, that count from `since` or later and before
    `before` (half-open)."""
    ids = [owner for owner, _ in owners]
    rows = await db.fetch(GROWTH, ids, page.after, page.limit, _names(causes), since, before)
    return [[growth_seen(row, program) for row in theirs] for theirs, program in _by_owner(rows, owners)]


async def numbers_of_growth(
    db: Reader,
    owners: Sequence[Owner],
    *,
    causes: list[GrowthCause] | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> list[int]:
    """How many movements there are of those causes in that time."""
    member_ids = [member_id for member_id, _ in owners]
    return await numbers_each(db, GROWTH_NUMBERS, member_ids, _names(causes), since, before)


async def changes_of_owners(
    db: Reader,
    owners: Sequence[Owner],
    *,
    page: Page,
    programs: Programs,
    kinds: list[TierChangeKind] | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> list[list[TierChangeSeen]]:
    """What became of tiers, the last entered first: of these kinds, that came to be so at `since` or later and before
    `before` (half-open)."""
    ids = [owner for owner, _ in owners]
    rows = await db.fetch(TIERS, ids, page.after, page.limit, _names(kinds), since, before)
    return [[change_seen(row, program, programs) for row in theirs] for theirs, program in _by_owner(rows, owners)]


async def numbers_of_changes(
    db: Reader,
    owners: Sequence[Owner],
    *,
    kinds: list[TierChangeKind] | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> list[int]:
    """How much became of them of those kinds in that time."""
    member_ids = [member_id for member_id, _ in owners]
    return await numbers_each(db, TIER_NUMBERS, member_ids, _names(kinds), since, before)


async def growth_by_id(db: Reader, ids: Sequence[Pair]) -> list[GrowthSeen | None]:
    """Movements by (member id, id). Two statements: whose program it is."""
    program_of = await _programs_of(db, ids)
    return [row and growth_seen(row, program_of[row.member_id]) for row in pair_each(await db.fetch(ENTRIES, ids), ids)]


async def changes_by_id(db: Reader, ids: Sequence[Pair], *, programs: Programs) -> list[TierChangeSeen | None]:
    """What became of tiers, by (member id, id). Two statements: whose program it is."""
    program_of = await _programs_of(db, ids)
    found = pair_each(await db.fetch(CHANGES, ids), ids)
    return [row and change_seen(row, program_of[row.member_id], programs) for row in found]


async def growth_taken_back(db: Reader, keys: Sequence[tuple[UUID, UUID, str]]) -> list[GrowthSeen | None]:
    """Movements that others take back, by member id, id and program."""
    ids = [(owner, own) for owner, own, _ in keys]
    rows = pair_each(await db.fetch(ENTRIES, ids), ids)
    return [row and growth_seen(row, program) for row, (_, _, program) in zip(rows, keys, strict=True)]


async def manual_tiers(
    db: Reader, keys: Sequence[tuple[Any, ...]], *, programs: Programs, now: datetime
) -> list[ManualTier | None]:
    """What staff set and is not over, with who did and why. One statement, if there is any (R23)."""
    placed = [HasManual(*key) for key in keys]
    ids = [each.id for each in placed if is_manual(each, now=now)]
    rows = await db.fetch(SET_LAST, ids, None, 1) if ids else []
    by_owner = {row.member_id: row for row in rows}
    return [manual_seen(each, by_owner.get(each.id), programs=programs, now=now) for each in placed]


def _by_owner(rows: list[R], owners: Sequence[Owner]) -> Iterable[tuple[list[R], str]]:
    """Each owner's rows, and the program."""
    found = many_each(rows, [owner for owner, _ in owners], by="member_id")
    return zip(found, (program for _, program in owners), strict=True)


async def _programs_of(db: Reader, ids: Iterable[Pair]) -> Mapping[UUID, str]:
    owners = list(dict.fromkeys(owner for owner, _ in ids))
    found = await members_by_id(db, owners, columns=frozenset(("program",)))
    return {member.id: member.program for member in found if member is not None}


def _names(kinds: Sequence[Enum] | None) -> list[str] | None:
    return None if kinds is None else [kind.name for kind in kinds]
