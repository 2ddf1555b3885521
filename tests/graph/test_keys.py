"""Idempotency keys and locks while others are at work: told in words, and with nothing held that others need."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from graphql import ExecutionResult

from app.clock import new_id
from app.db import Database, Settings
from app.graph.idempotency import KeyedInput, id_of_key
from app.graph.ids import name_ids
from app.graph.mutation import InTransaction, Keyed
from app.members.queries import customer_of_viewer
from app.referrals.rules import CodeNotValid
from tests.databases import DRIVER
from tests.world import World, customer

JOIN = """mutation ($key: UUID!) { joinProgram(input: {idempotencyKey: $key, program: "brand-standard"}) {
    __typename ... on JoinProgramSuccess { replayed } } }"""
LEAVE = "mutation ($key: UUID!) { leaveProgram(input: {idempotencyKey: $key}) { __typename } }"
ANNA = customer("anna")


@asynccontextmanager
async def elsewhere(url: str, statement: str, *values: Any) -> AsyncGenerator[Any]:
    """Another process in the middle of a transaction; undone at the end."""
    connection = await DRIVER.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement, *values)
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@asynccontextmanager
async def impatient(world: World, url: str, *, size: int = 8) -> AsyncGenerator[Database]:
    """The world with few connections that soon give up waiting for a lock."""
    database = Database(Settings(url=url, size=size, lock_timeout=0.1), new_id=new_id)
    usual, world.database = world.database, database
    try:
        yield database
    finally:
        world.database = usual
        await database.close()


def codes(result: ExecutionResult) -> list[Any]:
    return [(error.extensions or {}).get("code") for error in result.errors or ()]


@pytest.mark.parametrize("compiled", [True, False])
async def test_while_another_process_has_the_key_one_is_told_to_ask_again(
    world: World, database_url: str, compiled: bool
) -> None:
    """R36: and then the key is free, for the other did not commit."""
    key = uuid4()
    owner = await customer_of_viewer(world.database, world.context(ANNA), None)
    row = KeyedInput(id_of_key(ANNA.caller, key), b"").of(owner)
    run = world.execution.execute if compiled else world.execution.uncompiled
    claim = "INSERT INTO idempotency_keys (owner_id, id, input_digest, created_at) VALUES ($1, $2, '', now())"
    async with impatient(world, database_url):
        async with elsewhere(database_url, claim, owner, row.id):
            result = await run(JOIN, {"key": str(key)}, None, world.context(ANNA))
            assert codes(result) == ["IDEMPOTENCY_KEY_IN_USE"]
        result = await run(JOIN, {"key": str(key)}, None, world.context(ANNA))
    assert result.data == {"joinProgram": {"__typename": "JoinProgramSuccess", "replayed": False}}


async def test_while_another_process_has_the_member_one_is_told_to_ask_again(world: World, database_url: str) -> None:
    """The key is not used up: the same request succeeds later."""
    member, key = await world.joins("anna"), str(uuid4())
    async with impatient(world, database_url):
        async with elsewhere(database_url, "SELECT FROM members WHERE id = $1 FOR UPDATE", member):
            result = await world.ask(LEAVE, by=ANNA, key=key)
            assert codes(result) == ["OVERLOADED"]
        assert (await world.data(LEAVE, by=ANNA, key=key))["leaveProgram"]["__typename"] == "LeaveProgramSuccess"


def test_no_two_types_have_ids_that_begin_alike() -> None:
    with pytest.raises(TypeError, match="member"):
        name_ids("member", keys=1)


async def test_an_id_with_another_number_of_keys_is_bad_input(world: World) -> None:
    """Not an error of the database."""
    two = "member_" + "A" * 43
    for field in (f'node(id: "{two}")', f'nodes(ids: ["{two}"])'):
        result = await world.ask(f"{{ {field} {{ id }} }}", by=ANNA)
        assert codes(result) == ["BAD_USER_INPUT"]


async def test_what_is_refused_ahead_is_kept_also_where_nothing_is_locked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R36. Tried: looking for its owner only where something is locked, the refusal is dropped, and it is done."""
    ours, key = InTransaction._keyed, str(uuid4())  # pyright: ignore[reportPrivateUsage]

    async def refuses(*_: object) -> CodeNotValid:
        return CodeNotValid("brand-standard")

    async def keyed(self: Any, context: Any, by: Keyed, given: Any, work: Any) -> Any:
        assert by.lock is None
        return await ours(self, context, replace(by, ahead=refuses), given, work)

    with monkeypatch.context() as patch:
        patch.setattr(InTransaction, "_keyed", keyed)
        first = await world.data(JOIN, by=ANNA, key=key)
    again = await world.data(JOIN, by=ANNA, key=key)
    assert first == again == {"joinProgram": {"__typename": "InviteCodeNotValid"}}


async def test_a_key_is_not_for_another_program_though_only_the_token_says_which(world: World) -> None:
    """R36: other input is refused."""
    join = """mutation ($key: UUID!) { joinProgram(input: {idempotencyKey: $key}) { __typename } }"""
    key = str(uuid4())
    for program, expected in (("brand-standard", []), ("taobao-club", ["IDEMPOTENCY_KEY_REUSED"])):
        assert codes(await world.ask(join, by=customer("bella", program=program), key=key)) == expected
