"""Every read of points."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Label,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement, many_each, one_each
from app.db.columns import INSTANT
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.errors import BadInput
from app.members.queries import members_by_id
from app.programs.rules import Programs
from app.programs.words import in_language

from .models import AccountRow, EntryRow, LotRow
from .rules import Balance, EntryKind, Expiring
from .section import PointsSection

NOW = bindparam("now", type_=INSTANT)
UNTIL = bindparam("until", type_=INSTANT)
MOST_DAYS = 3_660

IS_OPEN = col(LotRow.remaining) > literal_column("0", Integer)
"""Written out, not a parameter: only then a plan for any parameters uses the index of open lots."""
IS_ACTIVE = and_(col(LotRow.activates_at) <= NOW, or_(col(LotRow.expires_at).is_(None), col(LotRow.expires_at) > NOW))
IS_PENDING = or_(col(LotRow.activates_at).is_(None), col(LotRow.activates_at) > NOW)


def _sum_if(condition: ColumnElement[bool], name: str) -> Label[int]:
    counted = case((condition, col(LotRow.remaining)), else_=0)
    return func.coalesce(func.sum(counted), 0).cast(Integer).label(name)


BALANCES = Statement(
    AccountRow,
    lambda _, keys: (
        select(col(LotRow.member_id), _sum_if(IS_ACTIVE, "available"), _sum_if(IS_PENDING, "pending"))
        .where(keys.hold(col(LotRow.member_id)), IS_OPEN)
        .group_by(col(LotRow.member_id))
    ),
    "now",
    always=("member_id",),
)
"""What lots count as at an instant, whether or not anybody settled them (R2)."""

EXPIRING = Statement(
    LotRow,
    lambda _, keys: (
        select(
            col(LotRow.member_id),
            col(LotRow.expires_at),
            func.sum(col(LotRow.remaining)).cast(Integer).label("remaining"),
        )
        .where(keys.hold(col(LotRow.member_id)), IS_OPEN, IS_ACTIVE)
        .where(col(LotRow.expires_at) <= UNTIL)
        .group_by(col(LotRow.member_id), col(LotRow.expires_at))
        .order_by(col(LotRow.expires_at))
    ),
    "now",
    "until",
    always=("member_id",),
)
KINDS = bindparam("kinds", type_=ARRAY(String))
SINCE = bindparam("since", type_=INSTANT)
BEFORE = bindparam("before", type_=INSTANT)
IS_ASKED_FOR = and_(
    or_(KINDS.is_(None), col(EntryRow.kind) == func.any(KINDS)),
    or_(SINCE.is_(None), col(EntryRow.occurred_at) >= SINCE),
    or_(BEFORE.is_(None), col(EntryRow.occurred_at) < BEFORE),
)
HISTORY = newest_of_each(
    EntryRow, "kinds", "since", "before", owner=col(EntryRow.member_id), key=col(EntryRow.id), extra=IS_ASKED_FOR
)
COUNTS = Statement(
    EntryRow,
    lambda _, keys: (
        select(col(EntryRow.member_id), func.count().label("change"))
        .where(keys.hold(col(EntryRow.member_id)), IS_ASKED_FOR)
        .group_by(col(EntryRow.member_id))
    ),
    "kinds",
    "since",
    "before",
    always=("member_id",),
)
BY_ID = Statement(
    EntryRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(EntryRow.member_id), col(EntryRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
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
LOTS = Statement(
    LotRow,
    lambda columns, keys: (
        select(*columns).where(keys.hold(col(LotRow.member_id))).order_by(col(LotRow.member_id), col(LotRow.id))
    ),
)
ENTRIES = Statement(
    EntryRow,
    lambda columns, keys: (
        select(*columns).where(keys.hold(col(EntryRow.member_id))).order_by(col(EntryRow.member_id), col(EntryRow.id))
    ),
)


async def balances_of_members(db: Reader, member_ids: Sequence[UUID], *, now: datetime) -> list[Balance]:
    """Available and pending points at an instant (R2, R5)."""
    found = {row.member_id: row for row in await db.fetch(BALANCES, member_ids, now)}
    none = (0, 0)
    counted = {key: (row.available, row.pending) for key, row in found.items()}
    return [Balance(key, *counted.get(key, none)) for key in member_ids]


async def expiring_of_members(
    db: Reader, member_ids: Sequence[UUID], *, now: datetime, within_days: int = 30
) -> list[list[Expiring]]:
    """Points that can be spent now and lapse within so many days, soonest first."""
    if not 1 <= within_days <= MOST_DAYS:
        raise BadInput(f"'withinDays' must be between 1 and {MOST_DAYS}.")
    rows = await db.fetch(EXPIRING, member_ids, now, now + timedelta(days=within_days))
    found = many_each(rows, member_ids, by="member_id")
    return [[Expiring(row.remaining, row.expires_at) for row in each if row.expires_at] for each in found]


async def entries_of_members(
    db: Reader,
    member_ids: Sequence[UUID],
    *,
    page: Page,
    kinds: list[EntryKind] | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    columns: Columns = None,
) -> list[list[EntryRow]]:
    """Movements, newest first: of these kinds, that count at `since` or later and before `before` (half-open)."""
    asked = _asked(kinds, since, before)
    rows = await db.fetch(HISTORY, member_ids, page.after, page.limit, *asked, columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def numbers_of_entries(
    db: Reader,
    member_ids: Sequence[UUID],
    *,
    kinds: list[EntryKind] | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> list[int]:
    """How many movements there are of those kinds in that time."""
    rows = await db.fetch(COUNTS, member_ids, *_asked(kinds, since, before))
    found = {row.member_id: row.change for row in rows}
    return [found.get(key, 0) for key in member_ids]


def _asked(kinds: list[EntryKind] | None, since: datetime | None, before: datetime | None) -> tuple[Any, ...]:
    return None if kinds is None else [kind.name for kind in kinds], since, before


async def words_of_rules(
    db: Reader, keys: Sequence[tuple[UUID, str, int]], *, programs: Programs, language: str
) -> list[str | None]:
    """Rules in words, by member id, the rule's code and its version. One statement: whose program it is."""
    ids = list(dict.fromkeys(member_id for member_id, _, _ in keys))
    members = await members_by_id(db, ids, columns=frozenset(("program",)))
    program_of = {member.id: member.program for member in members if member is not None}
    return [_words(programs, program_of.get(owner), code, number, language) for owner, code, number in keys]


def _words(programs: Programs, program: str | None, code: str, number: int, language: str) -> str | None:
    if program is None:
        return None
    rules = programs.version(program, number).section(PointsSection).earning
    return next((in_language(rule.words, language) for rule in rules if rule.code == code), None)


async def entries_by_id(
    db: Reader, ids: Sequence[tuple[UUID, UUID]], *, columns: Columns = None
) -> list[EntryRow | None]:
    return pair_each(await db.fetch(BY_ID, ids, columns=columns), ids)


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
