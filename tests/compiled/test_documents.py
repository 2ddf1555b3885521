"""Documents that were sent before: kept checked and compiled, and never more of them than memory is given for."""

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any
from weakref import ref

import pytest

from app.compiled import CompiledExecution
from app.compiled.execute import MIB
from app.compiled.operation import MOST_SWITCHES
from app.schema import schema
from tests.world import World, customer

KIB = 1024
MEMORY = 512 * KIB


def leaves(number: int) -> str:
    return f"query Q{number} {{ me {{ {' '.join(['id status growth'] * 100)} }} }}"


def pages(number: int) -> str:
    fields = (f"a{page}: pointHistory(first: {page + 1}) {{ nodes {{ id order {{ points }} }} }}" for page in range(40))
    return f"query Q{number} {{ me {{ {' '.join(fields)} }} }}"


def small(number: int) -> str:
    return f"{{ q{number}: me {{ id }} }}"


def wrong(number: int) -> str:
    return f"{{ q{number}: me {{ {' '.join(f'nothing{n}' for n in range(50))} }} }}"


def broken(number: int) -> str:
    return f"{{ q{number}: me {{ id " + "# " * 400


async def test_switches_take_no_more_memory_than_is_given(world: World) -> None:
    """Promise 4: twice as many as are kept, again and again."""
    execution, context, names = CompiledExecution(schema, memory=MEMORY), world.context(customer("anna")), "abcde"
    declared = " ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: pointHistory @include(if: ${name}) {{ nodes {{ id rule }} }}" for name in names)
    asked = [{name: bool(number >> place & 1) for place, name in enumerate(names)} for number in range(2 ** len(names))]
    assert len(asked) == 2 * MOST_SWITCHES
    for on in asked + asked:
        result = await execution.execute(f"query ({declared}) {{ me {{ id {fields} }} }}", on, None, context)
        assert result.errors is None
        assert execution.weight <= MEMORY // 8
    assert execution.counts == {"compiled": len(asked) * 2}


@pytest.mark.parametrize(("memory", "most"), [(10 * MIB, MOST_SWITCHES), (4 * MIB, MOST_SWITCHES - 1)])
async def test_for_switches_that_are_used_it_is_not_compiled_again_whatever_others_send(
    world: World, memory: int, most: int
) -> None:
    """And what it was compiled to for these is gone, however seldom the collector looks; whether there are too many of
    them, or they take up too much."""
    execution, context, names = CompiledExecution(schema, memory=memory), world.context(customer("anna")), "abcdefgh"
    declared = " ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: status @include(if: ${name})" for name in names)
    text = f"query ({declared}) {{ me {{ growth {fields} points {{ available }} tier {{ code name }} }} }}"

    async def built(number: int) -> Any:
        on = {name: bool(number >> place & 1) for place, name in enumerate(names)}
        await execution.execute(text, on, None, context)
        operation = execution.document(text).operation(None)
        assert operation is not None
        values = operation.variables.coerce(on)
        assert not isinstance(values, list)
        parts, is_new = operation.compiled(values)
        assert not is_new
        assert operation.forms <= most
        return parts[0].build

    known, first = await built(0), ref(await built(1))
    gc.disable()
    try:
        for number in range(2, 2 ** len(names)):
            await built(number)
            assert await built(0) is known
        assert first() is None
    finally:
        gc.enable()


STREAMS: dict[str, tuple[Callable[[int], str], int]] = {
    "many fields": (leaves, 20),
    "many lists": (pages, 6),
    "small ones": (small, 150),
    "wrong ones": (wrong, 60),
    "broken ones": (broken, 1_000),
}
"""Documents, and how many of them would take up several times the memory that is given."""


async def test_what_was_sent_before_is_neither_checked_nor_compiled_again(world: World) -> None:
    await world.joins("anna")
    execution, text = CompiledExecution(schema), "query ($on: Boolean!) { me { id status @include(if: $on) } }"
    for on in (True, False, True):
        await execution.execute(text, {"on": on}, None, world.context(customer("anna")))
    document = execution.document(text)
    operation = document.operation(None)
    assert operation is not None
    values = operation.variables.coerce({"on": True})
    assert not isinstance(values, list)
    parts, is_new = operation.compiled(values)
    assert not is_new
    assert parts is operation.compiled(values)[0]
    assert document is execution.document(text)


async def test_the_latest_used_are_kept(world: World) -> None:
    execution = CompiledExecution(schema, memory=300 * KIB)
    first = execution.document("{ me { id } }")
    for number in range(200):
        execution.document(small(number))
        assert execution.document("{ me { id } }") is first
    seldom = execution.document("{ me { status } }")
    for number in range(200):
        execution.document(small(number))
    assert execution.document("{ me { status } }") is not seldom
    assert execution.weight <= 300 * KIB


def test_what_was_forgotten_is_gone_however_seldom_the_collector_looks() -> None:
    """Promise 4. What is compiled refers to itself; a server has the collector look seldom, and a stream of documents
    took up hundreds of megabytes before it did."""
    execution = CompiledExecution(schema, memory=300 * KIB)
    operation = execution.document(small(0)).operation(None)
    assert operation is not None
    values = operation.variables.coerce({})
    assert not isinstance(values, list)
    built = ref(operation.compiled(values)[0][0].build)
    del operation
    gc.disable()
    try:
        for number in range(1, 60):  # more than twice as many as are kept
            execution.document(small(number))
        assert built() is None
    finally:
        gc.enable()


async def test_a_document_that_is_too_large_is_executed_and_drives_out_no_other(world: World) -> None:
    """Whether it is large of itself, or only once it is compiled."""
    await world.joins("anna")
    execution, context = CompiledExecution(schema, memory=MEMORY), world.context(customer("anna"))
    kept = execution.document("{ me { id } }")
    for number in range(5):
        for text in (f"{{ me {{ status }} }} # {'x' * 2_000}{number}", pages(number)):
            result = await execution.execute(text, None, None, context)
            assert result.data is not None
            assert execution.weight == kept.weight
            assert execution.document("{ me { id } }") is kept


@pytest.mark.parametrize("stream", STREAMS)
async def test_a_stream_of_documents_takes_no_more_memory_than_is_given(world: World, stream: str) -> None:
    """Promise 4. Also what is compiled, and what is wrong with documents; measured, not only reckoned."""
    document, number = STREAMS[stream]
    execution, context, memory = CompiledExecution(schema, memory=MEMORY), world.context(customer("anna")), MEMORY
    await execution.execute(document(0), None, None, context)
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for each in range(1, number + 1):
            await execution.execute(document(each), None, None, context)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert execution.weight <= memory
    assert after - before < 2 * memory


async def test_names_of_operations_that_there_are_not_take_no_memory(world: World) -> None:
    execution, context = CompiledExecution(schema), world.context(customer("anna"))
    text = "query A { me { id } } query B { me { status } }"
    await execution.execute(text, None, "A", context)
    weight = execution.weight
    for number in range(100):
        result = await execution.execute(text, None, f"Q{number}", context)
        assert result.data is None
    assert execution.weight == weight
