"""What was asked for before is loaded together with the row that leads to it, and stands only if the row still does."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from graphql import ExecutionResult

from app.compiled import CompiledExecution, ahead
from app.compiled.ahead import TOO_LONG, Remembered
from app.customers.rules import Identity
from app.graph import Graph, Role, Viewer
from app.members.queries import membership_digest
from app.schema import schema
from tests.databases import run
from tests.statements import Statements
from tests.world import ISSUER, World, customer, staff

from .compare import differences
from .odd_functions import residue
from .odd_world import OddWorld

CLUB = "taobao-club"
PAGE = """query ($program: String) { me(program: $program) { id displayName tier { code } tierProgress { growth }
  points { available pending } pointHistory(first: 3) { nodes { id change } pageInfo { hasNextPage } } } }"""
ANNA = customer("anna")


class Asking:
    """One execution that remembers who asked, and each time one that never saw anybody."""

    def __init__(self, world: World, graph: Graph = schema) -> None:
        self.world, self.graph = world, graph
        self.execution = CompiledExecution(graph)

    async def ask(self, text: str = PAGE, *, by: Any = ANNA, **variables: Any) -> ExecutionResult:
        return await self.execution.execute(text, variables, None, self.world.context(by))

    async def truth(self, text: str = PAGE, *, by: Any = ANNA, **variables: Any) -> ExecutionResult:
        return await CompiledExecution(self.graph).uncompiled(text, variables, None, self.world.context(by))

    async def asks_right(self, text: str = PAGE, *, by: Any = ANNA, **variables: Any) -> Any:
        answer = await self.ask(text, by=by, **variables)
        found = differences(answer, await self.truth(text, by=by, **variables))
        assert not found.wrong + found.allowed
        return answer.data


@pytest.fixture
async def asking(world: World) -> Asking:
    """Anna and Ben are members, whose pages differ."""
    for number, subject in enumerate(("anna", "ben"), 1):
        await world.joins(subject, name=subject)
        for nth in range(number * 2):
            at = world.now
            await world.orders(subject, 100 * number, order=f"{subject}{nth}", paid=at, completed=at)
    return Asking(world)


async def leads_to(world: World, subject: str, member_id: UUID) -> None:
    """From now on a token is another member's."""
    digest = membership_digest(CLUB, Identity(ISSUER, subject)).hex()
    text = f"UPDATE unique_keys SET owner = '{member_id}' WHERE digest = '\\x{digest}' RETURNING owner"
    assert len(await run(world.database.settings.url, text)) == 1


async def member_ids(world: World) -> dict[str, UUID]:
    return {row["display_name"]: row["id"] for row in await run(world.database.settings.url, "TABLE members")}


async def test_who_asks_again_is_answered_in_one_round_trip(asking: Asking, sql: Statements) -> None:
    first = await asking.asks_right()
    with sql.asked_again():
        again = await asking.ask()
    assert sql.count == 1, sql.texts
    assert again.data == first


async def test_what_changed_in_between_is_shown_as_it_is(asking: Asking) -> None:
    """Another tier, gone, back again, erased; keys that change, and a row that is no more."""
    world, seen = asking.world, [await asking.asks_right()]
    await world.orders("anna", "9000", paid=world.now, completed=world.now)
    seen.append(await asking.asks_right())
    await world.leaves("anna")
    seen.append(await asking.asks_right())
    await world.joins("anna", name="anna")
    seen.append(await asking.asks_right())
    digest = membership_digest(CLUB, Identity(ISSUER, "anna")).hex()
    await run(world.database.settings.url, f"DELETE FROM unique_keys WHERE digest = '\\x{digest}'", "SELECT 1")
    seen.append(await asking.asks_right())
    assert [each["me"] is None for each in seen] == [False, False, True, False, True]


async def test_what_is_reckoned_of_the_row_is_of_the_row_as_it_is(asking: Asking, sql: Statements) -> None:
    """Growth changes with each order: what is read by the member's keys was still asked for ahead."""
    before = await asking.asks_right()
    await asking.world.orders("anna", "9000", paid=asking.world.now, completed=asking.world.now)
    with sql.asked_again():
        after: Any = (await asking.ask()).data
    assert sql.count == 1, sql.texts
    assert after == (await asking.truth()).data
    assert after["me"]["tierProgress"]["growth"] > before["me"]["tierProgress"]["growth"]


async def test_nothing_is_shown_of_whom_the_token_no_longer_leads_to(asking: Asking, sql: Statements) -> None:
    ids = await member_ids(asking.world)
    before = await asking.asks_right()
    await leads_to(asking.world, "anna", ids["ben"])
    with sql.asked_again():
        answer = (await asking.ask()).data
    assert sql.count == 2, "no more than if nothing were remembered"
    assert answer == (await asking.truth(by=customer("ben"))).data
    assert answer != before


async def test_what_fails_for_keys_that_are_the_wrong_ones_by_now_is_nobodys_failure(
    world: World, odd: OddWorld
) -> None:
    asking, failing, sound = Asking(world, odd.graph), "", ""
    while not (failing and sound):
        subject = f"c{len(await member_ids(world))}"
        key = await world.joins(subject, name=subject)
        failing, sound = (subject, sound) if residue(key, 3) == 0 else (failing, subject)
    text, ids = "{ me { oneKey points { available } } }", await member_ids(world)
    assert (await asking.ask(text, by=customer(failing))).errors
    await leads_to(world, failing, ids[sound])
    assert await asking.asks_right(text, by=customer(failing)) is not None
    assert not (await asking.ask(text, by=customer(failing))).errors
    await leads_to(world, failing, ids[failing])
    assert (await asking.ask(text, by=customer(failing))).errors


async def test_in_a_race_each_answer_is_of_one_member(asking: Asking) -> None:
    ids = await member_ids(asking.world)
    await leads_to(asking.world, "anna", ids["ben"])
    pages = [await asking.asks_right()]
    await leads_to(asking.world, "anna", ids["anna"])
    pages.append(await asking.asks_right())

    async def moves() -> None:
        for number in range(20):
            await leads_to(asking.world, "anna", ids[("ben", "anna")[number % 2]])

    answers = await asyncio.gather(moves(), *[asking.ask() for _ in range(60)], return_exceptions=True)
    seen = [answer.data for answer in answers if isinstance(answer, ExecutionResult)]
    assert len(seen) == 60
    assert all(page in pages for page in seen)


async def test_what_leads_elsewhere_is_remembered_apart(asking: Asking, sql: Statements) -> None:
    """By the operation, who asks, and the variables."""
    await asking.world.joins("anna", program="brand-standard", name="other")
    for variables in ({}, {"program": CLUB}, {"program": "brand-standard"}):
        await asking.asks_right(**variables)
    await asking.asks_right(by=customer("ben"))
    with sql.asked_again():
        names = [((await asking.ask(**variables)).data or {})["me"]["displayName"]
                 for variables in ({}, {"program": CLUB}, {"program": "brand-standard"})]  # fmt: skip
        names.append(((await asking.ask(by=customer("ben"))).data or {})["me"]["displayName"])
    assert names == ["anna", "anna", "other", "ben"]
    assert sql.count == 4


async def test_what_one_may_not_see_is_not_loaded_ahead(asking: Asking, sql: Statements) -> None:
    text = "query ($id: ID!) { member(id: $id) { displayName points { available } } }"
    mine = (await asking.ask("{ me { id } }")).data or {}
    support = staff(Role.SUPPORT, CLUB)
    assert (await asking.asks_right(text, by=support, id=mine["me"]["id"]))["member"]["displayName"] == "anna"
    for viewer in (ANNA, Viewer(Role.MEMBER, support.issuer, support.subject)):
        with sql.asked_again():
            assert (await asking.ask(text, by=viewer, id=mine["me"]["id"])).errors
        assert sql.count == 0
    with sql.asked_again():
        await asking.ask(text, by=support, id=mine["me"]["id"])
    assert sql.count == 1


async def test_of_long_variables_nothing_is_remembered(asking: Asking) -> None:
    before = len(ahead.REMEMBERED)
    text = "query ($of: ID!) { me { points { available } } node(id: $of) { id } }"
    for length, number in ((TOO_LONG + 1, 0), (TOO_LONG, 1)):
        assert (await asking.ask(text, of="x" * length)).data is not None
        assert len(ahead.REMEMBERED) == before + number


async def test_of_many_variables_nothing_is_remembered(asking: Asking) -> None:
    before, names = len(ahead.REMEMBERED), [f"v{number}" for number in range(10)]
    declared = " ".join(f"${name}: ID!" for name in names)
    used = " ".join(f"{name}: node(id: ${name}) {{ id }}" for name in names)
    text = f"query ({declared}) {{ me {{ points {{ available }} }} {used} }}"
    for length, number in ((TOO_LONG // 10 + 1, 0), (TOO_LONG // 10, 1)):
        assert (await asking.ask(text, **dict.fromkeys(names, "x" * length))).data is not None
        assert len(ahead.REMEMBERED) == before + number


async def test_more_than_go_together_is_not_read_ahead(asking: Asking, sql: Statements) -> None:
    """It would all be read one by one."""
    shown = " ".join(f"h{number}: pointHistory(first: {number}) {{ nodes {{ id }} }}" for number in range(1, 13))
    with sql:
        first = await asking.ask(f"{{ me {{ {shown} }} }}")
    with sql.asked_again():
        again = await asking.ask(f"{{ me {{ {shown} }} }}")
    assert sql.count == 2, sql.texts
    assert again.data == first.data


def test_the_latest_used_are_remembered_and_who_has_no_keys_is_not() -> None:
    known = Remembered(most=2)
    for who in ("a", "b", "a", "c"):
        if known.of(who) is None:
            known.set(who, ("key",))
    assert [known.of(who) is not None for who in "abc"] == [True, False, True]
    known.set("a", (None, None))
    assert (known.of("a"), len(known)) == (None, 1)
