"""Functions behind the odd fields: each goes wrong in a way of its own, the same way each time."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import strawberry

from app.db import Columns, Page, Reader
from app.errors import BadInput
from app.members import queries as members
from app.points import queries as points
from app.points.rules import Balance

from .odd_rows import CHARTERS, Charter, Mood, Nothing, Pair


@strawberry.input
class Inner:
    at: datetime | None = None
    moods: list[Mood] = strawberry.field(default_factory=list[Mood])


@strawberry.input
class Filter:
    least: int = 0
    texts: list[str | None] | None = None
    mood: Mood | None = None
    inner: Inner | None = None


class HasId(Protocol):
    @property
    def id(self) -> int: ...


class HasKey(Protocol):
    @property
    def id(self) -> UUID: ...


class HasScore(Protocol):
    @property
    def score(self) -> int | None: ...


class HasMember(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def member_id(self) -> UUID | None: ...


def residue(key: UUID, of: int) -> int:
    """Keys are numbered in the order in which they were made."""
    return key.int % of


def pair_of(row: HasMember) -> Pair | None:
    if row.id % 4 == 3:
        raise ValueError(f"no pair for {row.id}")
    if row.id % 4 == 2:
        return None
    return Pair(row.member_id if row.id % 2 else None, row.id, ["a", None], Pair(row.member_id, 0, []))


def flipped(row: Pair) -> Pair:
    return Pair(row.left, 2 * row.right, [])


def wrong_pair_of(row: HasId) -> Any:
    return [Pair(None, 1, []), "no pair", Balance(UUID(int=1), 1, 2, 0, 0), ValueError("returned"), None][row.id % 5]


def wrong_pairs_of(row: HasId) -> Any:
    return [Pair(None, 1, ["x"]), "no pair", ValueError("in a list")][: row.id]


def fails_for_some(row: HasKey) -> int:
    if residue(row.id, 2):
        raise ValueError("odd one")
    return 2


def blames_some(row: HasKey) -> int:
    if residue(row.id, 2):
        raise BadInput("An odd one.")
    return 2


def none_for_some(row: HasKey) -> int | None:
    return residue(row.id, 2) or None


def returns_errors(row: HasKey) -> Any:
    return ValueError("returned") if residue(row.id, 2) else "fine"


def scaled(row: HasScore, *, by: int = 2, plus: int | None = None) -> int | None:
    return None if row.score is None else row.score * by + (plus or 0)


def described(
    row: HasId, *, filter: Filter | None = None, now: datetime, since: datetime | None = None, mood: Mood = Mood.GLAD
) -> str:
    inner = filter.inner if filter else None
    asked = "-" if filter is None else f"{filter.least} {filter.texts} {filter.mood}"
    deeper = "-" if inner is None else f"{inner.at and inner.at.isoformat()} {inner.moods}"
    return f"{row.id} {asked} {deeper} {since and since.isoformat()} {mood} {now.year}"


def translated(row: HasId, *, language: str) -> str:
    return f"{language} {row.id}"


def grid_of(row: HasId) -> Any:
    return [[1, 2], [], None, [3, None]] if row.id % 3 == 0 else [[row.id], (row.id, -row.id)]


def holes_of(row: HasId) -> Any:
    holes = [Balance(UUID(int=1), 1, 2, 0, 0), None, Balance(UUID(int=2), 3, 2**40, 0, 0)]
    return holes if row.id % 2 else (holes[0], holes[0])


def not_a_list(row: HasId) -> Any:
    return [5, "text", {"a": 1}, ("x", "y"), {"x"}, None][row.id % 6]


def not_pairs(row: HasId) -> Any:
    pair = Pair(None, 1, [])
    return [5, "text", {"a": pair}, (pair,), {1: pair}.values(), [[pair]]][row.id % 6]


def pairs_once(row: Any) -> Any:
    """They can be had only once."""
    return iter([Pair(None, 1, []), Pair(None, 2, [])])


def mood_of(row: HasId) -> Any:
    return ("glad", Mood.SAD, "GLAD", None, {1}, 5)[row.id % 6]


def ratio_of(row: HasId) -> Any:
    return [0.5, 1, float("nan"), "1.5", float("inf"), True][row.id % 6]


def flag_of(row: HasId) -> Any:
    return (True, 0, "yes", None, 1.0, Mood.SAD)[row.id % 6]


def id_of(row: HasId) -> Any:
    return [row.id, "x", 1.0, 1.5, True, b"x"][row.id % 6]


def charter_of(row: HasId) -> Charter | None:
    return None if row.id % 3 == 0 else CHARTERS[row.id % 3 - 1]


def charters_of(row: HasId) -> Sequence[Charter]:
    return CHARTERS


async def all_charters(db: Reader) -> Sequence[Charter]:
    return CHARTERS


def words_of(row: Charter, *, language: str) -> str:
    return row.words[language == "zh"]


def needs_words(row: Charter, *, language: str) -> str | None:
    return row.words[language == "zh"] or None


def unlucky(row: Charter) -> int:
    if row.number == 2:
        raise ValueError("the second charter")
    return row.number


def times(row: Charter, *, by: int = 2) -> int:
    return row.number * by


async def fails_for_one_key(db: Reader, ids: Sequence[UUID]) -> list[Any]:
    return [ValueError("a key") if residue(key, 3) == 0 else residue(key, 10) for key in ids]


async def fails_for_all(db: Reader, ids: Sequence[UUID]) -> list[Pair]:
    raise RuntimeError("the batch failed")


async def answers_too_few(db: Reader, ids: Sequence[UUID]) -> list[Any]:
    return [residue(key, 10) for key in ids][:-1]


async def answers_too_many(db: Reader, ids: Sequence[UUID]) -> list[Any]:
    return [residue(key, 10) for key in (*ids, *ids)]


async def answers_late(db: Reader, ids: Sequence[UUID], *, tired: bool = False) -> list[Any]:
    for _ in range(5):
        await asyncio.sleep(0)
    if tired:
        raise TimeoutError("too late")
    return [residue(key, 10) for key in ids]


async def none_for_some_keys(db: Reader, ids: Sequence[UUID]) -> list[Any]:
    return [None if residue(key, 2) else "text" for key in ids]


async def newest_entries(db: Reader, ids: Sequence[UUID]) -> list[Any]:
    pages = await points.entries_of_members(db, ids, page=Page(1))
    return [page[0] if page else None for page in pages]


async def favourites(db: Reader, ids: Sequence[UUID]) -> list[Any]:
    """A member, an entry, nobody, or something that the union does not know."""
    people, entries = await members.members_by_id(db, ids), await newest_entries(db, ids)
    choice: list[Any] = [people, entries, [None] * len(ids), [Nothing()] * len(ids)]
    return [choice[residue(key, 4)][place] for place, key in enumerate(ids)]


async def belongings(db: Reader, ids: Sequence[UUID]) -> list[Any]:
    """Members and entries in one list, with a hole or a stranger in it."""
    people, entries = await members.members_by_id(db, ids), await newest_entries(db, ids)
    last: list[list[Any]] = [[], [None], [Nothing()], [ValueError("in a list")]]
    return [
        [person, *([entry] if entry else []), *last[residue(key, 4)]]
        for key, person, entry in zip(ids, people, entries, strict=True)
    ]


async def failing_pages(db: Reader, ids: Sequence[UUID], *, page: Page, columns: Columns = None) -> list[Any]:
    pages = await points.entries_of_members(db, ids, page=page, columns=columns)
    return [ValueError("a page") if residue(key, 3) == 1 else rows for key, rows in zip(ids, pages, strict=True)]


async def failing_totals(db: Reader, ids: Sequence[UUID]) -> list[Any]:
    numbers = await points.numbers_of_entries(db, ids)
    return [ValueError("a total") if residue(key, 3) == 2 else found for key, found in zip(ids, numbers, strict=True)]


async def filtered_pages(
    db: Reader, ids: Sequence[UUID], *, page: Page, least: int = 0, columns: Columns = None
) -> list[Any]:
    """With an argument that also limits what is counted."""
    wanted = None if columns is None else columns | {"balance_after"}
    pages = await points.entries_of_members(db, ids, page=page, columns=wanted)
    return [[row for row in rows if row.balance_after >= least] for rows in pages]


async def filtered_totals(db: Reader, ids: Sequence[UUID], *, least: int = 0) -> list[Any]:
    pages = await points.entries_of_members(db, ids, page=Page(100))
    return [sum(row.balance_after >= least for row in rows) for rows in pages]
