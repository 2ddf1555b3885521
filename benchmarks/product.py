"""The product in this process: to publish a program, to make members, and to see what a request sends to the database.

What is measured is never this, but `server.py`.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app import clock
from app.compiled import CompiledExecution
from app.db import Database, Settings
from app.definition import PRESETS, programs_to_hold, read, read_file
from app.graph import Context, Role, Viewer
from app.graph.in_flight import KeysInFlight
from app.programs.commands import publish
from app.programs.rules import Programs
from app.schema import schema

from .numbers import code_of, subject_of

CLUB = "taobao-club"
ISSUER = "member-center-development"
SHOP = Viewer(
    Role.SERVICE,
    ISSUER,
    "shop",
    programs=frozenset((CLUB,)),
    sources=frozenset(("shop",)),
    scopes=frozenset(("facts:write",)),
)
"""The system that reports orders; a server gets a token that says the same."""


@dataclass(frozen=True)
class Product:
    """The graph, to be asked without HTTP."""

    database: Database
    execution: CompiledExecution
    held: Mapping[type, Any]

    async def ask(
        self, document: str, variables: Mapping[str, Any], *, by: Viewer = SHOP, now: datetime
    ) -> Mapping[str, Any]:
        """What the shop is answered, or whoever asks. May raise ValueError: it is an error."""
        context = Context(self.database, now, by, held=self.held)
        result = await self.execution.execute(document, dict(variables), None, context)
        if result.errors or result.data is None:
            raise ValueError(f"{document} failed: {result.errors}")
        return result.data


@asynccontextmanager
async def product(settings: Settings) -> AsyncGenerator[Product]:
    """The product on a migrated database. The club is published there, if nobody did before."""
    database = Database(settings, new_id=clock.new_id)
    await database.open()
    try:
        programs = programs_to_hold(default=CLUB)
        await programs.load(database)
        if programs.programs.get(CLUB) is None:
            async with database.transaction() as tx:
                definition = read_file(PRESETS / f"{CLUB}.toml")
                await publish(tx, definition=definition, now=clock.now(), published_by="benchmark")
            await programs.load(database)
        held: Mapping[type, Any] = {Programs: programs.programs, KeysInFlight: KeysInFlight()}
        yield Product(database, CompiledExecution(schema), held)
    finally:
        await database.close()


def shop_of(program: str) -> Viewer:
    """The system that reports orders to that program."""
    return replace(SHOP, programs=frozenset((program,)))


def viewer_of(member: int) -> Viewer:
    """The member with that number; a server gets a token that says the same."""
    return Viewer(Role.MEMBER, ISSUER, subject_of(member))


async def publish_copies(settings: Settings, programs: Iterable[int], *, now: datetime) -> None:
    """Publish the club again, under another code for each of the numbers."""
    text = (PRESETS / f"{CLUB}.toml").read_text("utf-8")
    database = Database(settings, new_id=clock.new_id)
    await database.open()
    try:
        for program in programs:
            definition = read(text.replace(f'code = "{CLUB}"', f'code = "{code_of(program)}"', 1))
            async with database.transaction() as tx:
                await publish(tx, definition=definition, now=now, published_by="benchmark")
    finally:
        await database.close()
