"""Having the demo's programs, orders, people, rewards in the database: all through the commands that everybody uses."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from app.clock import months_later
from app.customers.rules import Identity
from app.db import Database
from app.definition import PRESETS, programs_to_hold, read_file
from app.errors import Refused
from app.facts.importing.commands import import_file
from app.facts.importing.queries import first_import, import_of
from app.facts.importing.reading import Mapped
from app.facts.importing.terms import Manner, Origin
from app.facts.rules import ALL
from app.members.commands import join_program
from app.members.queries import members_after
from app.programs.commands import publish
from app.programs.queries import published
from app.programs.rules import Programs

from .benefits import give_benefits
from .check_ins import check_in_for_some_days
from .coupons import hand_out_coupons
from .identities import CLUB, IDENTITIES, SHOP, DemoIdentity
from .invitations import invite_a_friend
from .rewards import stock_malls

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = (EXAMPLES / "programs" / "cdnow.toml", *sorted(PRESETS.glob("*.toml")))
Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class History:
    """A file of orders, and how it is read."""

    file: Path
    program: str
    source: str
    mapped: Mapped


HISTORIES = (
    History(EXAMPLES / "data" / "demo_orders.csv", CLUB, "demo", Mapped(amount="amount", quantity=None, order="order")),
    History(EXAMPLES / "data" / "cdnow_orders.csv", SHOP, "history", Mapped()),
)


@dataclass(frozen=True)
class Joining:
    """A member who joined by asking, so many months ago, and goes by a name."""

    subject: str
    months: int
    name: str


JOINED = {CLUB: (Joining("newcomer", 0, "小新"), Joining("nearly", 3, "小满"), Joining("top", 13, "老陈"))}
"""By program. They join before their orders come in."""


async def is_fit_for_demo(database: Database) -> bool:
    """Is nobody in the database, or the demo already?"""
    members = await members_after(database, UUID(int=0), limit=1)
    known = [await first_import(database, program=each.program, source=each.source) for each in HISTORIES]
    return not members or any(known)


async def load_demo(
    database: Database,
    *,
    now: datetime,
    issuer: str,
    stopping: asyncio.Event | None = None,
    progress: Progress = lambda more, lines: None,
) -> list[DemoIdentity]:
    """Have it all there, and say who can be asked as.

    What is there already stays as it is, also where a developer changed it: once all is, this takes a few reads. What
    was interrupted is gone on with. `issuer` is that of the tokens. May raise OSError: `examples/` is not there.
    """
    programs = await _published(database, now=now)
    for history in HISTORIES:
        content = history.file.read_bytes()
        if not await _is_finished(database, history, content):
            await _join(database, programs, program=history.program, issuer=issuer, now=now)
            await import_file(
                database,
                programs=programs,
                origin=Origin(history.program, history.source, issuer),
                pieces=[content],
                manner=Manner(history.mapped, brings=ALL, to_today=True),
                clock=lambda: now,
                stopping=stopping,
                progress=progress,
            )
    await stock_malls(database, programs, issuer=issuer, now=now)
    await hand_out_coupons(database, programs, issuer=issuer, now=now)
    await give_benefits(database, programs, issuer=issuer, now=now)
    await check_in_for_some_days(database, programs, issuer=issuer, now=now)
    await invite_a_friend(database, programs, issuer=issuer, now=now)
    return list(IDENTITIES)


async def _is_finished(database: Database, history: History, content: bytes) -> bool:
    begun = await import_of(database, program=history.program, source=history.source, digest=sha256(content).digest())
    return begun is not None and begun.finished_at is not None


async def _published(database: Database, *, now: datetime) -> Programs:
    """Each program's file, unless one was published before: a developer may have published another."""
    held = programs_to_hold()
    for file in FILES:
        definition = read_file(file)
        if await published(database, definition=definition) is None:
            async with database.transaction() as tx:
                await publish(tx, definition=definition, now=now, published_by="demo")
    await held.load(database)
    return held.programs


async def _join(database: Database, programs: Programs, *, program: str, issuer: str, now: datetime) -> None:
    version = programs.current(program, now)
    for each in JOINED.get(program, ()):
        with suppress(Refused):  # joined already
            async with database.transaction() as tx:
                await join_program(
                    tx,
                    program=version,
                    identity=Identity(issuer, each.subject),
                    display_name=each.name,
                    now=months_later(now, -each.months, zone=version.zone),
                )
