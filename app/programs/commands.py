"""Publishing a program's file."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Transaction, Write
from app.db.rows import table_of
from app.errors import BadInput

from .changes import diff, problems_after
from .models import ProgramRow, ProgramVersionRow
from .outcomes import check_expected
from .problems import WrongDefinition
from .queries import newest_version
from .rules import Definition, effective_instant

R = TypeVar("R")


def _insert_unless_there(model: type[R]) -> Write[R]:
    """Inserts a whole row and returns it, or returns none if another has its key: it waits for who is inserting it."""
    table = table_of(model)
    columns = {column.key: bindparam(column.key, type_=column.type) for column in table.columns}
    key = list(table.primary_key.columns)
    return Write(model, insert(table).values(columns).on_conflict_do_nothing(index_elements=key).returning(*key))


INSERT_PROGRAM = _insert_unless_there(ProgramRow)
INSERT_VERSION = _insert_unless_there(ProgramVersionRow)
LOCK: Write[ProgramRow] = Write(
    ProgramRow, select(ProgramRow).where(col(ProgramRow.code) == bindparam("program")).with_for_update(key_share=True)
)
"""Nobody else who locks it is in between; what only names the program need not wait."""


@dataclass(frozen=True)
class PublishedVersion:
    """What came of publishing a file."""

    code: str
    number: int
    effective_from: datetime
    is_new: bool
    """False if the newest version says the same: then nothing was published, and this is that version."""
    changes: tuple[str, ...]
    """Against the version before, as `diff` words them; none for the first."""
    share: int | None = None
    """It is tried on so many percent of the members; None: it is for all."""


async def lock_program(tx: Transaction, program: str) -> None:
    """Whoever publishes a file, and who makes something in the graph whose code the file must not have, look at what
    the other did: one after the other, each before they look. Nothing of a program that was never published."""
    await tx.run(LOCK, program=program)


async def publish(
    tx: Transaction,
    *,
    definition: Definition,
    now: datetime,
    published_by: str,
    effective_from: datetime | None = None,
    expected: int | None = None,
    share: int | None = None,
) -> PublishedVersion:
    """Make a file the next version of its program.

    The first version is in force since ever; a later one from `effective_from`, else from 2 seconds after `now`,
    when every process holds it. It overtakes versions that would come into force at that instant or after.
    With a `share` it is tried on so many percent of the members (see `parts`), until a later version for all.
    A file that says what the newest version says publishes nothing, whatever its comments, unless it is for others.

    May raise WrongDefinition: kind, time zone or currency differ from what was published, which is stricter than
    R20's "after the first entry", or a tier is gone and names no successor (R20). May raise BadInput:
    `effective_from` has no offset, is less than 2 seconds from now, or is given for a first version; `share` is not
    from 1 to 99, is given for a first version, or is less than that of what is being tried. May refuse: NewerVersion,
    the newest version is not the `expected` one (0: none is published), with which the file was compared.

    Of several at once each gets a number of its own and is compared with the one before it: numbers are claimed
    by their unique key, and whoever finds a number taken looks again at what is published.
    """
    while True:
        done = await _published_next(
            tx,
            definition=definition,
            now=now,
            published_by=published_by,
            effective_from=effective_from,
            expected=expected,
            share=share,
        )
        if done is not None:
            return done


async def _published_next(
    tx: Transaction,
    *,
    definition: Definition,
    now: datetime,
    published_by: str,
    effective_from: datetime | None,
    expected: int | None,
    share: int | None,
) -> PublishedVersion | None:
    """None if another took the number meanwhile."""
    code = definition.program.code
    newest = await newest_version(tx, code)
    check_expected(code, newest=0 if newest is None else newest.number, expected=expected)
    _check_share(share, newest)
    changes: tuple[str, ...] = ()
    if newest is None:
        await _insert_program(tx, definition=definition, now=now)
    else:
        earlier = definition.read(newest.file)
        changes = tuple(diff(earlier, definition))
        if not changes and share == newest.share:
            return PublishedVersion(code, newest.number, newest.effective_from, is_new=False, changes=(), share=share)
        if problems := problems_after(earlier, definition):
            raise WrongDefinition(problems)
    number = 1 if newest is None else newest.number + 1
    start = effective_instant(asked=effective_from, number=number, now=now)
    inserted = await tx.run(
        INSERT_VERSION,
        program=code,
        number=number,
        effective_from=start,
        file=definition.text,
        digest=sha256(definition.text.encode()).hexdigest(),
        published_at=now,
        published_by=published_by,
        share=share,
    )
    done = PublishedVersion(code, number, start, is_new=True, changes=changes, share=share)
    return done if inserted else None


def _check_share(share: int | None, newest: ProgramVersionRow | None) -> None:
    """Whoever something is tried on stays in it until what comes of it is for all: not on fewer while it is being
    tried. May raise BadInput."""
    if share is None:
        return
    if not 1 <= share <= 99:
        raise BadInput("'share' must be from 1 to 99 percent of the members; leave it out for all of them.")
    if newest is None:
        raise BadInput("The first version of a program is for all: 'share' cannot be chosen.")
    if newest.share is not None and share < newest.share:
        raise BadInput(
            f"Version {newest.number} is being tried on {newest.share} percent of the members: the next one cannot be "
            "tried on fewer. Publish one for all first."
        )


async def _insert_program(tx: Transaction, *, definition: Definition, now: datetime) -> None:
    """Unless another just did; then there also is a version, and the next turn compares with it."""
    program = definition.program
    await tx.run(
        INSERT_PROGRAM,
        code=program.code,
        kind=program.kind.name,
        time_zone=program.time_zone,
        currency=program.currency,
        created_at=now,
        retired_at=None,
    )
