"""Every read of the proofs. Most go over all members: they are the prover's and its watchers', no member's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, String, bindparam, func, literal_column, select, true
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement
from app.db.columns import INSTANT
from app.db.newest import newest_of_each
from app.db.statements import Keys
from app.graph import Context
from app.members.queries import members_waiting, number_of_members
from app.programs.asked import program_asked

from .models import MismatchRow, ProofRow

DISAGREES = col(ProofRow.mismatches) > literal_column("0", Integer)
"""Written out, not a parameter: only then a plan for any parameters uses the index of those who disagree."""


def _oldest_of_each(extra: ColumnElement[bool]) -> Statement[ProofRow]:
    """Arguments of the statement: programs, before when they were proved, how many of each."""

    def build(columns: Sequence[Any], keys: Keys) -> Any:
        programs = func.unnest(keys.array).table_valued("code").render_derived(name="k")
        oldest = (
            select(*columns)
            .where(col(ProofRow.program) == literal_column("k.code", String()))
            .where(col(ProofRow.proved_at) < bindparam("before", type_=INSTANT), extra)
            .order_by(col(ProofRow.proved_at))
            .limit(bindparam("limit", type_=Integer))
            .lateral("x")
        )
        return select(oldest).select_from(programs.join(oldest, true()))

    return Statement(ProofRow, build, "before", "limit", key=String(), always=("member_id", "proved_at"))


OLDEST = _oldest_of_each(true())
DISAGREEING = _oldest_of_each(DISAGREES)
DISAGREEING_AMONG = Statement(
    ProofRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(ProofRow.member_id)), DISAGREES),
    always=("member_id",),
)
PROVED_AMONG = Statement(
    ProofRow, lambda columns, keys: select(*columns).where(keys.hold(col(ProofRow.member_id))), always=("member_id",)
)
NUMBER_DISAGREEING = Statement(ProofRow, lambda _, __: select(func.count().label("number")).where(DISAGREES))
FIGURES = Statement(
    ProofRow,
    lambda _, __: select(
        func.count().label("proved"),
        func.count().filter(DISAGREES).label("disagreeing"),
        func.min(col(ProofRow.proved_at)).label("oldest"),
    ).where(col(ProofRow.program) == bindparam("program", type_=String())),
    "program",
)
MISMATCHES = Statement(
    MismatchRow,
    lambda columns, keys: (
        select(*columns)
        .where(keys.hold(col(MismatchRow.member_id)))
        .order_by(col(MismatchRow.member_id), col(MismatchRow.id))
    ),
    always=("member_id", "id"),
)
MISMATCHES_OF_PROGRAMS = newest_of_each(MismatchRow, owner=col(MismatchRow.program), key=col(MismatchRow.id))
NUMBERS_OF_MISMATCHES = Statement(
    MismatchRow,
    lambda _, keys: (
        select(col(MismatchRow.program), func.count().label("number"))
        .where(keys.hold(col(MismatchRow.program)))
        .group_by(col(MismatchRow.program))
    ),
    key=String(),
)
KEY = frozenset(("member_id",))


@dataclass(frozen=True)
class Standing:
    """How far the prover is with a program's members. Totals over members are no snapshot of one instant."""

    program: str
    members: int
    members_proved: int
    members_disagreeing: int
    waiting: int
    oldest_proof: datetime | None


async def standing(db: Reader, *, context: Context, program: str | None = None) -> Standing:
    """Three statements, however many members."""
    code = program_asked(context, program).code
    rows: list[Any] = list(await db.fetch(FIGURES, (), code))
    (found,) = rows
    members = await number_of_members(db, context=context, program=code)
    waiting = await members_waiting(db, program=code)
    return Standing(code, members, found["proved"], found["disagreeing"], waiting, found["oldest"])


async def mismatches_of_programs(
    db: Reader, programs: Sequence[str], *, page: Page, columns: Columns = None
) -> list[list[MismatchRow]]:
    """What disagrees of each program's members, what was found last first."""
    wanted = None if columns is None else columns | {"program"}
    rows = await db.fetch(MISMATCHES_OF_PROGRAMS, programs, page.after, page.limit, columns=wanted)
    return [[row for row in rows if row.program == program] for program in programs]


async def numbers_of_mismatches(db: Reader, programs: Sequence[str]) -> list[int]:
    rows: list[Any] = list(await db.fetch(NUMBERS_OF_MISMATCHES, programs))
    found = {row["program"]: row["number"] for row in rows}
    return [found.get(program, 0) for program in programs]


async def mismatches_known(db: Reader, member_id: UUID) -> list[MismatchRow]:
    """What disagreed of a member at the last proof."""
    return await db.fetch(MISMATCHES, [member_id])


async def proved_longest_ago(db: Reader, programs: Sequence[str], *, before: datetime, limit: int) -> list[UUID]:
    """Members whose last proof is from before an instant: of each program so many, the oldest proofs first."""
    return [row.member_id for row in await db.fetch(OLDEST, programs, before, limit, columns=KEY)]


async def disagreeing(db: Reader, programs: Sequence[str], *, before: datetime, limit: int) -> list[UUID]:
    """Of them only those whose books disagreed."""
    return [row.member_id for row in await db.fetch(DISAGREEING, programs, before, limit, columns=KEY)]


async def disagreeing_among(db: Reader, member_ids: Sequence[UUID]) -> set[UUID]:
    return {row.member_id for row in await db.fetch(DISAGREEING_AMONG, member_ids, columns=KEY)}


async def proved_among(db: Reader, member_ids: Sequence[UUID]) -> set[UUID]:
    """Which of them were ever proved."""
    return {row.member_id for row in await db.fetch(PROVED_AMONG, member_ids, columns=KEY)}


async def oldest_proof(db: Reader, programs: Sequence[str], *, before: datetime) -> datetime | None:
    """When the member was proved whose proof is the oldest; None if nobody's is."""
    return min((row.proved_at for row in await db.fetch(OLDEST, programs, before, 1)), default=None)


async def number_disagreeing(db: Reader) -> int:
    """How many members' books disagreed when they were last proved."""
    rows: list[Any] = list(await db.fetch(NUMBER_DISAGREEING))
    return rows[0]["number"]
