"""Operators at work on a program's file, as clients see it."""

from typing import Any
from uuid import UUID, uuid4

from app.graph import Role, Viewer
from app.programs.rules import SPREAD
from tests.world import ISSUER, World, held_programs

from .files import shop

SHOP = "shop"
THE_LADDER = {"v1": 0, "v2": 200, "v3": 500}


def operator(name: str = "olga", *programs: str, role: Role = Role.OPERATOR) -> Viewer:
    return Viewer(role, ISSUER, name, programs=frozenset(programs or (SHOP,)))


OLGA = operator()

COMPARE = """query Compare($file: String!, $program: String) { compareProgram(file: $file, program: $program) {
  program newestVersion changes
  problems { key message }
  ruleChanges { kind code topic before { words name } after { words } }
  tierMoves { members unchanged countedAnew moves { kind fromTier { code } toTier { code name } members anyway } }
} }"""
PUBLISH = """mutation Publish($input: PublishProgramInput!) { publishProgram(input: $input) {
  __typename
  ... on PublishProgramSuccess { replayed version { program number effectiveFrom publishedAt publishedBy file } }
  ... on WrongProgramFile { problems { key message } }
  ... on NothingDifferent { version { number } }
  ... on NewerVersion { number newest { number publishedBy } }
  ... on Refusal { code message }
} }"""
AUDIT = """{ program(code: "shop") { audit { totalCount nodes {
  action about programVersion by { subject issuer } role reason at } } } }"""


async def compare(world: World, file: str, *, by: Viewer = OLGA, program: str | None = SHOP) -> dict[str, Any]:
    return (await world.data(COMPARE, by=by, file=file, program=program))["compareProgram"]


async def moves(world: World, file: str) -> list[tuple[str, str, str, int, int]]:
    """Who would move: kind, from, to, how many, how many of them anyway. All members are in the figures."""
    found = (await compare(world, file))["tierMoves"]
    listed = [
        (each["kind"], each["fromTier"]["code"], each["toTier"]["code"], each["members"], each["anyway"])
        for each in found["moves"]
    ]
    assert found["unchanged"] <= found["members"] <= found["unchanged"] + sum(each[3] for each in listed)
    return listed


async def publish(
    world: World, file: str, expected: int, *, by: Viewer = OLGA, key: UUID | None = None, **more: Any
) -> dict[str, Any]:
    """What comes of publishing. The world works by it from now on, two seconds later."""
    given = {"idempotencyKey": str(key or uuid4()), "file": file, "expectedVersion": expected, "program": SHOP} | more
    answer = (await world.data(PUBLISH, by=by, input=given))["publishProgram"]
    world.programs = await held_programs(world.database, default=world.programs.default)
    return answer


async def audit(world: World, *, by: Viewer = OLGA) -> dict[str, Any]:
    return (await world.data(AUDIT, by=by))["program"]["audit"]


async def shop_of(world: World, *growth: int) -> None:
    """The small program published, with members of so much growth each."""
    await world.publishes(shop())
    for number, amount in enumerate(growth):
        await world.joins(f"member-{number}", program=SHOP)
        if amount:
            await world.orders(f"member-{number}", amount, program=SHOP, paid=world.now, completed=world.now)


def later(world: World) -> None:
    """What was published is in force."""
    world.now += SPREAD
