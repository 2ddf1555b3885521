"""How many statements a request takes, compiled and not: a number that does not grow with what is in the lists."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from graphql import ExecutionResult

from app.graph import Role
from app.graph.ids import global_id
from tests.statements import Statements
from tests.world import NOON, World, customer, staff

from .odd_world import Asked, OddWorld, filled_in

LISTS = {
    "members with their pages and orders": (
        """query ($n: Int!) { members(first: $n) { totalCount nodes { id tier { name } points { available expiring {
        amount } } pointHistory(first: 2) { totalCount edges { cursor node { id order { lines { sku } } } } } } } }""",
        7,
    ),
    "many things by their ids": (
        """query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Member { points { pending } }
        ... on Order { externalId lines { points } } } }""",
        5,
    ),
    "one list under two names": (
        """query ($n: Int!) { members(first: $n) { nodes { a: pointHistory(first: 1) { nodes { kind } }
        b: pointHistory(first: 2) { nodes { order { id } } } } } }""",
        4,
    ),
}


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("list_", LISTS)
async def test_a_list_takes_a_fixed_number_of_statements(
    world: World, sql: Statements, list_: str, compiled: bool
) -> None:
    ids: list[str] = []
    for number in range(12):
        paid = NOON - timedelta(days=9, minutes=number)
        recorded = await world.orders(f"c{number}", "300", paid=paid, completed=paid + timedelta(days=1))
        ids += [global_id("member", recorded.member_id), global_id("order", recorded.member_id, recorded.order_id)]
    text, statements = LISTS[list_]
    run: Callable[..., Awaitable[ExecutionResult]] = world.execution.execute if compiled else world.execution.uncompiled
    for most in (3, 12):
        given: dict[str, Any] = {"n": most} if "$n" in text else {"ids": ids[: 2 * most]}
        with sql:
            result = await run(text, given, None, world.context(staff(Role.SUPPORT, "taobao-club")))
        assert not result.errors
        assert sql.count == statements, sql.texts


DENIED = {
    "{ odds { pair { mirrored { left { status } } } } }": ("anna", 1),
    "{ odds { pair { secretPartner { left { status } } } } }": ("anna", 1),
    "{ crowd { nodes { secretHistory { nodes { order { id } } } } } }": ("support", 1),
    '{ node(id: "@member0") { ... on Member { secretHistory { nodes { kind } } } } }': ("support", 2),
    "{ hidden { member { id } } }": ("anna", 0),
}
"""Who asks for what they may not see, and how many statements the rest takes."""


@pytest.mark.parametrize("text", DENIED)
async def test_what_may_not_be_seen_is_not_loaded(odd: OddWorld, sql: Statements, text: str) -> None:
    """Neither a field nor what is asked for beneath it."""
    caller, statements = DENIED[text]
    with sql:
        answers = await odd.answers(Asked(filled_in(text, odd), {}, caller))
    assert answers.fast.errors
    assert sql.count == statements * len(answers.all), sql.texts


@pytest.mark.parametrize(("asked", "rows"), [("nodes { id }", 2), ("nodes { id } pageInfo { hasNextPage }", 3)])
async def test_one_more_is_read_only_where_somebody_asks_whether_there_are_more(
    world: World, sql: Statements, asked: str, rows: int
) -> None:
    for number in range(3):
        await world.orders("anna", 100, order=str(number), paid=world.now, completed=world.now)
    text = f"{{ me {{ pointHistory(first: 2) {{ {asked} }} }} }}"
    with sql:
        result = await world.execution.execute(text, {}, None, world.context(customer("anna")))
    assert not result.errors
    assert sql.rows_of("points_entries") == rows
