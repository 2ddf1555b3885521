"""What is left to graphql-core: counted by its reason, and answered all the same."""

import asyncio
import gc
from collections.abc import Mapping
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult

from app.compiled import CompiledExecution
from app.graph import Context, Graph
from app.graph.bounds import checks_for
from app.graph.execution import FALLBACK, NOT_COMPILED
from app.schema import EXTENSIONS, schema
from tests.world import NOON, World, customer

from .compare import differences
from .odd_world import Asked, OddWorld

NO_DATABASE: Any = None


async def left(
    odd: OddWorld, text: str, variables: Mapping[str, Any] | None = None
) -> tuple[ExecutionResult, list[str]]:
    """The answer, and the reasons for which it was left to graphql-core."""
    before = odd.execution.counts.copy()
    answers = await odd.answers(Asked(text, variables or {}, "support"))
    assert not differences(answers.fast, answers.uncompiled).wrong
    reasons = [reason for reason in odd.execution.counts - before if reason.startswith(FALLBACK)]
    told = (answers.fast.extensions or {}).get(NOT_COMPILED)
    assert reasons == ([] if told is None else [f"{FALLBACK}{told}"])
    return answers.fast, reasons


async def test_introspection_is_left(odd: OddWorld) -> None:
    result, reasons = await left(odd, "{ __schema { queryType { name } } }")
    assert result.data == {"__schema": {"queryType": {"name": "Query"}}}
    assert reasons == ["fallback: introspection"]


async def test_an_operation_that_also_introspects_is_left_as_a_whole(odd: OddWorld) -> None:
    text = """{ __typename odds { id member { status } } oddOne(number: 2) { text }
    type: __type(name: "Odd") { name } __schema { mutationType { name } } }"""
    result, reasons = await left(odd, text)
    assert reasons == ["fallback: introspection"]
    assert result.data is not None
    assert list(result.data) == ["__typename", "odds", "oddOne", "type", "__schema"]
    assert result.data["type"] == {"name": "Odd"}
    assert [error.path for error in result.errors or ()] == [["oddOne", "text"]]


@pytest.mark.parametrize("text", ["{ __typename }", "{ a: __typename ... { __typename } }", "mutation { __typename }"])
async def test_the_name_of_a_type_is_no_introspection(odd: OddWorld, text: str) -> None:
    result, reasons = await left(odd, text)
    assert result.data
    assert set(result.data.values()) <= {"Query", "Mutation"}
    assert reasons == []


async def test_a_subscription_is_left() -> None:
    """There is none in the graph yet: a graph that has one."""

    @strawberry.type
    class Subscription:
        @strawberry.field(description="An ordinary field of it.")
        def ticks(self) -> int:
            return 1

    execution = CompiledExecution(Graph(extended_by=EXTENSIONS, config=schema.config, subscription=Subscription))
    await execution.execute("subscription { ticks }", None, None, Context(NO_DATABASE, NOON))
    assert execution.counts == {"fallback: subscription": 1}


async def test_where_there_is_no_subscription_to_be_had_nothing_is_executed(odd: OddWorld) -> None:
    result, reasons = await left(odd, "subscription { ticks }")
    assert result.data is None
    assert reasons == []


async def test_only_the_switches_that_ask_for_introspection_are_left(odd: OddWorld) -> None:
    text = 'query ($on: Boolean!) { odds { id } __type(name: "Odd") @include(if: $on) { name } }'
    assert (await left(odd, text, {"on": True}))[1] == ["fallback: introspection"]
    assert (await left(odd, text, {"on": False}))[1] == []


async def test_a_switch_without_a_value_is_left(odd: OddWorld) -> None:
    text = "query ($on: Boolean = true) { odds { id @include(if: $on) } }"
    result, reasons = await left(odd, text, {"on": None})
    assert result.errors
    assert reasons == ["fallback: a switch without a value"]
    assert (await left(odd, text, {"on": False}))[1] == []


async def test_what_is_nested_deeper_than_python_can_be_is_left(odd: OddWorld) -> None:
    text = "{ crowd { nodes { " + "belongings { ... on Member { " * 22 + "id" + " } }" * 22 + " } } }"
    result, reasons = await left(odd, text)
    assert reasons == ["fallback: nested too deeply"]
    assert result.data


async def test_what_comes_to_more_fields_than_are_planned_is_left(odd: OddWorld) -> None:
    fields = " ".join(f"a{number}: id" for number in range(3_400))
    result, reasons = await left(odd, f"{{ nodes(ids: []) {{ {fields} }} }}")
    assert reasons == ["fallback: too many fields"]
    assert result.data == {"nodes": []}


async def test_an_iterator_where_there_should_be_a_list_is_left_where_it_is_needed_twice(odd: OddWorld) -> None:
    assert (await left(odd, "{ odds { once { right } } }"))[1] == []
    result, reasons = await left(odd, "{ odds { once { right left { id } } } }")
    assert reasons == ["fallback: bug: TypeError"]
    assert result.data
    assert len(result.data["odds"][0]["once"]) == 2


async def test_a_mutation_whose_answer_cannot_be_made_is_not_run_again(odd: OddWorld) -> None:
    """It was done: that is an error at the field, and what is beside it stands."""
    text = """mutation { fail { id } tryToTouch { ... on TouchSuccess { once { left { id } } } } touch { id } }"""
    before = odd.execution.counts.copy()
    answers = await odd.answers(Asked(text, {}, "support"))
    assert answers.fast.data is None
    assert [(error.path, type(error.original_error)) for error in answers.fast.errors or ()] == [
        (["fail"], ValueError),
        (["tryToTouch"], TypeError),
    ]
    assert not [reason for reason in odd.execution.counts - before if reason.startswith("fallback")]


async def test_a_name_that_no_operation_has_is_told_and_leaves_no_trace(odd: OddWorld) -> None:
    document = odd.execution.document("query A { odds { id } } query B { odds { id } }")
    weight = document.weight
    assert [document.operation(name) for name in ("C", "", None)] == [None] * 3
    assert document.weight == weight
    assert document.operation("A") is document.operation("A") is not document.operation("B")


async def test_introspection_is_refused_in_production_before_anything_runs(world: World) -> None:
    hidden = CompiledExecution(schema)
    shown = CompiledExecution(schema, checks=checks_for(schema.core, development=True))
    text = "{ __schema { queryType { name } } }"
    for execution, is_shown in ((hidden, False), (shown, True)):
        for way in (execution.execute, execution.uncompiled):
            result = await way(text, None, None, world.context(customer("anna")))
            assert bool(result.data) is is_shown


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_uncompiled_the_member_page_is_the_same(world: World, language: str) -> None:
    """The switch COMPILED=false: no answer says so, but it is counted."""
    text = "{ me { id tier { name } points { available pending } pointHistory { nodes { id } totalCount } } }"
    await world.orders("anna", "120")
    contexts = [world.context(customer("anna"), language=language) for _ in range(2)]
    compiled = await world.execution.execute(text, None, None, contexts[0])
    counted = world.execution.counts["compiled"]
    uncompiled = await world.execution.uncompiled(text, None, None, contexts[1])
    assert compiled.data == uncompiled.data
    assert not contexts[0].loaders
    assert contexts[1].loaders
    assert world.execution.counts["compiled"] == counted == 1
    assert world.execution.counts["uncompiled"] == 1
    assert compiled.extensions is uncompiled.extensions is None


async def test_what_a_field_that_was_given_up_fails_with_is_not_logged(
    odd: OddWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """R41: asyncio would log what the exception says, which may hold anything."""
    text = """query ($known: ID!, $ids: [ID!]!) { node(id: $known) { id } nodes(ids: $ids) { id }
        simulateOrder(lines: [{ quantity: 1, amount: "1" }], currency: "USD") { points } }"""
    known = odd.ids["order"]
    variables = {"known": known[0], "ids": [known[1], "nonsense"]}
    for caller in ("support", "anna", "auditor"):
        answers = await odd.answers(Asked(text, variables, caller))
        assert [error.path for error in answers.uncompiled.errors or ()] == [["simulateOrder"]]
        del answers  # its errors hold on to what failed
        for _ in range(20):
            await asyncio.sleep(0)
        gc.collect()
    assert "never retrieved" not in caplog.text
