"""The small world in which both ways of execution are compared: few rows, odd ones among them, ids always the same."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult

from app.compiled import CompiledExecution
from app.compiled.results import Run
from app.db import Database, Settings
from app.db.reading import Connection
from app.graph import Context, Graph, Role, Viewer
from app.graph.bounds import Bounds, Checks, checks_for
from app.graph.in_flight import KeysInFlight
from app.graph.viewer import VISITOR
from app.programs.rules import Programs
from app.schema import EXTENSIONS, schema
from tests.databases import run
from tests.world import NOON, World, customer, new_world, service, staff

from . import oddities
from .odd_people import BRAND, CLUB, peopled
from .odd_rows import COLUMNS, CREATE, odd_rows
from .undone import numbered_ids, undone

FIRST_ID, NEXT_ID = 1_000, 5_000_000
PLACEHOLDER = re.compile(r"@(member|order|pointsEntry|cursors|newest)(\d+)")

CALLERS: Mapping[str, Viewer] = {
    "visitor": VISITOR,
    "anna": customer("anna"),
    "ben": customer("ben"),
    "nobody": customer("nobody"),
    "service": service(CLUB),
    "service of the brand": service(BRAND, sources=("shop", "other"), scopes=("facts:write",)),
    "support": staff(Role.SUPPORT, CLUB, BRAND),
    "operator": staff(Role.OPERATOR, CLUB),
    "auditor": staff(Role.AUDITOR, CLUB),
    "support of the brand": staff(Role.SUPPORT, BRAND),
}

BOUNDLESS = Bounds(
    depth=200, selections=50_000, root_fields=1_000, overlaps=10**7, aliases=5_000, directives=5_000, tokens=50_000,
    nesting=200, errors=50, characters=10**6,
)  # fmt: skip
"""Whatever is generated is executed."""


class Troubled(Run):
    """A run whose answer is built with care, whether or not anything went wrong."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given, troubled=True)


@dataclass(frozen=True)
class Asked:
    """One request."""

    text: str
    variables: Mapping[str, Any]
    caller: str = "support"
    language: str = "en"


@dataclass(frozen=True)
class Answers:
    """What the ways of execution say to it."""

    uncompiled: ExecutionResult
    fast: ExecutionResult
    careful: ExecutionResult

    @property
    def all(self) -> Sequence[ExecutionResult]:
        return self.uncompiled, self.fast, self.careful


@dataclass(frozen=True)
class OddWorld:
    """A database, and the odd graph to ask, each time as it was at first."""

    url: str
    connection: Connection
    programs: Programs
    graph: Graph
    checks: Checks
    execution: CompiledExecution
    ids: Mapping[str, list[str]]
    """See `odd_people`."""

    async def answers(self, asked: Asked) -> Answers:
        return Answers(
            uncompiled=await self._one(self.execution.uncompiled, asked),
            fast=await self._one(self.execution.execute, asked),
            careful=await self._carefully(asked),
        )

    async def _carefully(self, asked: Asked) -> ExecutionResult:
        self.execution.run_class = Troubled
        try:
            return await self._one(self.execution.execute, asked)
        finally:
            self.execution.run_class = Run

    async def _one(self, execute: Any, asked: Asked) -> ExecutionResult:
        async with undone(self.connection, ids_from=NEXT_ID) as source:
            return await execute(asked.text, asked.variables, None, self.context(source, asked))

    def context(self, source: Any, asked: Asked) -> Context:
        held: Mapping[type, Any] = {Programs: self.programs, KeysInFlight: KeysInFlight()}
        return Context(source, NOON, CALLERS[asked.caller], asked.language, held=held)


async def odd_world(url: str) -> OddWorld:
    """Fill a fresh database. The connection is the caller's to close."""
    database = Database(Settings(url=url), new_id=numbered_ids(FIRST_ID))
    world = await new_world(database)
    ids = await peopled(world)
    await run(url, CREATE, "SELECT 1")
    connection = await database.take()
    await database.close()
    await _odd(connection, world)
    graph = Graph(extended_by=[*EXTENSIONS, *oddities.EXTENSIONS], config=schema.config)
    checks = checks_for(graph.core, development=True, bounds=BOUNDLESS, moves_value=lambda _: False)
    return OddWorld(
        url,
        connection,
        world.programs,
        graph,
        checks,
        CompiledExecution(graph, checks=checks),
        ids,
    )


async def _odd(connection: Connection, world: World) -> None:
    member, order = (await connection.raw.fetch("SELECT member_id, id FROM orders ORDER BY id LIMIT 1"))[0]
    (other,) = (await connection.raw.fetch("SELECT id FROM members ORDER BY id LIMIT 1"))[0]
    rows = odd_rows(member, order, other, world.now)
    await connection.raw.copy_records_to_table("odd_things", records=rows, columns=list(COLUMNS))


def filled_in(value: Any, odd: OddWorld) -> Any:
    """Placeholders replaced by ids."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: odd.ids[found[1]][int(found[2])], value)
    if isinstance(value, list):
        return [filled_in(item, odd) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value
