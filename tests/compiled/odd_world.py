"""The small world in which both ways of execution are compared: few rows, odd ones among them, ids always the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from graphql import ExecutionResult

from app.compiled import CompiledExecution
from app.compiled.steps import Run
from app.db import Database, Settings
from app.db.paging import cursor_of
from app.db.reading import Connection
from app.graph import Context, Graph, Role, Viewer
from app.graph.bounds import Bounds, checks_for
from app.graph.ids import global_id
from app.graph.in_flight import KeysInFlight
from app.graph.viewer import VISITOR
from app.programs.rules import Programs
from app.schema import EXTENSIONS, schema
from tests.databases import run
from tests.world import NOON, World, customer, new_world, service, staff

from . import oddities
from .odd_rows import COLUMNS, CREATE, odd_rows
from .undone import numbered_ids, undone

FIRST_ID, NEXT_ID = 1_000, 5_000_000
KEY = "00000000-0000-4000-8000-00000000000{}"
CLUB, BRAND = "taobao-club", "brand-standard"

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
    nesting=200, errors=50,
)  # fmt: skip
"""Whatever is generated is executed."""


class Troubled(Run):
    """A run whose answer is built with care, whether or not anything went wrong."""

    def __init__(self, context: Context, variables: Any) -> None:
        super().__init__(context, variables, troubled=True)


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
    execution: CompiledExecution
    ids: Mapping[str, list[str]]
    """Global ids of what there is, by type; `cursors` of entries and members, and of each member's `newest`
    entry."""

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


class Keyed(NamedTuple):
    id: UUID


async def odd_world(url: str) -> OddWorld:
    """Fill a fresh database. The connection is the caller's to close."""
    database = Database(Settings(url=url), new_id=numbered_ids(FIRST_ID))
    world = await new_world(database)
    await _peopled(world)
    ids = await _ids(url)
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
        CompiledExecution(graph, checks=checks),
        ids,
    )


async def _peopled(world: World) -> None:
    """Members with a history, with little, with none, one who left; keys that were used."""
    for number, subject in enumerate(("anna", "ben", "carl", "dora", "emil", "fred", "gina")):
        await world.joins(subject, name=f"{subject} 会员")
        for nth in range(number % 4):
            paid = NOON - timedelta(days=400 - 130 * nth, hours=number)
            completed = paid + timedelta(days=1) if (number + nth) % 3 else None
            await world.orders(subject, 90 * number + nth, order=f"o{number}{nth}", paid=paid, completed=completed)
    await world.orders(
        "anna", "812.50", order="big", paid=NOON - timedelta(days=20), completed=NOON - timedelta(days=9)
    )
    await world.joins("anna", program=BRAND)
    await world.joins("hans", program=BRAND)
    join = "mutation ($key: UUID!) { joinProgram(input: { idempotencyKey: $key }) { __typename } }"
    leave = "mutation ($key: UUID!) { leaveProgram(input: { idempotencyKey: $key }) { __typename } }"
    await world.data(join, by=customer("anna"), key=KEY.format(1))
    await world.data(join, by=customer("ines"), key=KEY.format(1))
    await world.data(leave, by=customer("dora"), key=KEY.format(2))
    await world.data(leave, by=customer("ben2"), key=KEY.format(2))
    await _tiered(world)


async def _tiered(world: World) -> None:
    """Somebody who was raised, then lowered by a refund, and for whom staff set a tier; another who is raised."""
    for subject, amount in (("gina", 3600), ("fred", 1200)):
        completed = NOON - timedelta(days=3)
        await world.orders(subject, amount, order=f"raises-{subject}", paid=completed, completed=completed)
    await world.refunds("gina", "raises-gina", {1: 1000}, refund="lowers-gina")
    gina = (await world.data("{ me { id } }", by=customer("gina")))["me"]["id"]
    given = {"idempotencyKey": KEY.format(3), "member": gina, "tier": "v4", "reason": "A promise."}
    until = (NOON + timedelta(days=30)).isoformat()
    text = "mutation ($input: SetManualTierInput!) { setManualTier(input: $input) { __typename } }"
    await world.data(text, by=staff(Role.SUPPORT, CLUB), input=given | {"until": until})


async def _odd(connection: Connection, world: World) -> None:
    member, order = (await connection.raw.fetch("SELECT member_id, id FROM orders ORDER BY id LIMIT 1"))[0]
    (other,) = (await connection.raw.fetch("SELECT id FROM members ORDER BY id LIMIT 1"))[0]
    rows = odd_rows(member, order, other, world.now)
    await connection.raw.copy_records_to_table("odd_things", records=rows, columns=list(COLUMNS))


async def _ids(url: str) -> dict[str, list[str]]:
    people = await run(url, "SELECT id, program FROM members ORDER BY id")
    entries = await run(url, "SELECT member_id, id FROM points_entries ORDER BY id")
    newest = {row["member_id"]: row["id"] for row in entries}
    orders = await run(url, "SELECT member_id, id FROM orders ORDER BY id")
    growth = await run(url, "SELECT member_id, id FROM growth_entries ORDER BY id")
    changes = await run(url, "SELECT member_id, id FROM tier_changes ORDER BY id")
    return {
        "member": [global_id("member", row["id"]) for row in people],
        "pointsEntry": [global_id("pointsEntry", *row) for row in entries],
        "order": [global_id("order", *row) for row in orders],
        "growthEntry": [global_id("growthEntry", *row) for row in growth],
        "tierChange": [global_id("tierChange", *row) for row in changes],
        "newest": [cursor_of(Keyed(newest.get(row["id"], row["id"]))) for row in people],
        "cursors": [cursor_of(Keyed(row["id"])) for row in (*entries, *people[::3])],
    }
