"""Reading the ledger: movements, newest first, and what they are in words."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, String, and_, bindparam, func, or_, select
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement, many_each
from app.db.columns import INSTANT
from app.db.counting import number_of_each, numbers_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.members.queries import members_by_id
from app.points.models import EntryRow
from app.points.rules import EntryKind
from app.points.rules.words import words_by
from app.programs.rules import Programs
from app.programs.words import in_language

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
COUNTS = number_of_each(EntryRow, "kinds", "since", "before", owner=col(EntryRow.member_id), extra=IS_ASKED_FOR)
BY_ID = Statement(
    EntryRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(EntryRow.member_id), col(EntryRow.id))),
    always=("member_id", "id"),
    pairs=True,
)


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
    names = None if kinds is None else _names(kinds)
    rows = await db.fetch(HISTORY, member_ids, page.after, page.limit, names, since, before, columns=columns)
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
    names = None if kinds is None else _names(kinds)
    return await numbers_each(db, COUNTS, member_ids, names, since, before)


def _names(kinds: list[EntryKind]) -> list[str]:
    return [kind.name for kind in kinds]


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
    words = words_by(programs.version(program, number), code) or programs.called(program, code)
    return None if words is None else in_language(words, language)


async def entries_by_id(
    db: Reader, ids: Sequence[tuple[UUID, UUID]], *, columns: Columns = None
) -> list[EntryRow | None]:
    return pair_each(await db.fetch(BY_ID, ids, columns=columns), ids)
