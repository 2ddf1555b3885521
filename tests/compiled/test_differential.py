"""Compiled execution against strawberry and aiodataloader: the same data to the byte, the same errors.

`DIFFERENTIAL=20000` asks for so many operations instead of 2,000, `DIFFERENTIAL_SEED=7` for others. Mutations run
in a transaction that is undone, with ids that start anew: each way finds the database as it was, and writes the same.
"""

import os
import shlex
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from random import Random
from typing import Any

import orjson
import pytest
from graphql import (
    DocumentNode,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    ValuesOfCorrectTypeRule,
    parse,
    print_ast,
    separate_operations,
)

from app.compiled import CompiledExecution
from app.compiled.core import is_required, variable_types
from app.compiled.execute import MIB
from app.graph.bounds import Rule
from app.schema import schema
from tests.world import EXAMPLES

from .compare import Differences, differences
from .odd_world import CALLERS, Asked, OddWorld
from .operations import reshaped, who_may
from .shapes import shapes
from .values import Values
from .wholes import fields_in, fields_of, wholes

NUMBER = int(os.environ.get("DIFFERENTIAL", "2000"))
SEED = int(os.environ.get("DIFFERENTIAL_SEED", "0"))
REPLAY = os.environ.get("DIFFERENTIAL_REPLAY")
OF_ONE_SHAPE = 4
"""Each shape is asked so many times, with other arguments and by other callers."""
ENOUGH = 256 * MIB
"""For documents of whatever size to be kept while they are asked again."""
EXPECTED = frozenset[str]()
"""Reasons for which a generated operation may be left to graphql-core. There is none: introspection is not
generated, and every variable of a switch has a value."""

FILES = {file.stem: file.read_text("utf-8") for file in sorted((EXAMPLES / "operations").glob("*.graphql"))}
EXAMPLE = {
    f"{file}: {name}": document
    for file, text in FILES.items()
    for name, document in separate_operations(parse(text, no_location=True)).items()
}
"""Each operation of each file by itself, with its fragments."""


async def compared(odd: OddWorld, asked: Asked, tally: Counter[str], answered: set[str] | None = None) -> list[str]:
    """What is wrong with the answers to one request. Adds the fields of the root that had an answer to `answered`."""
    before = odd.execution.counts.copy()
    answers = await odd.answers(asked)
    left = {reason for reason in odd.execution.counts - before if reason.startswith("fallback")} - EXPECTED
    found = {
        "fast": differences(answers.fast, answers.uncompiled),
        "careful": differences(answers.careful, answers.uncompiled),
    }
    for way, difference in found.items():
        tally[f"{way}: {outcome(difference)}"] += 1
    tally["with errors" if answers.uncompiled.errors else "without errors"] += 1
    tally["data null" if answers.uncompiled.data is None else "data"] += 1
    tally[f"by {asked.caller}"] += 1
    if answered is not None:
        answered |= {key for key, value in (answers.uncompiled.data or {}).items() if value is not None}
    return [*sorted(left), *(f"{way}: {text}" for way in found for text in found[way].wrong)]


def outcome(found: Differences) -> str:
    return "different" if found.wrong else "another choice of errors" if found.allowed else "equal"


def explained(asked: Asked, wrong: list[str]) -> str:
    """The request, what is wrong, and how to run it alone."""
    again = shlex.quote(orjson.dumps(asdict(asked)).decode())
    told = [asked.text, f"variables {asked.variables}, by {asked.caller} in {asked.language}", *wrong]
    return "\n".join([*told, f"Again: DIFFERENTIAL_REPLAY={again} pytest {__file__}"])


def checked_by(odd: OddWorld, *rules: Rule) -> OddWorld:
    """What is made here is valid by all rules but these, which have it left out: to look takes longer than to run it.
    What else were wrong with it would show."""
    checks = replace(odd.checks, rules=rules)
    return replace(odd, execution=CompiledExecution(odd.graph, checks=checks, memory=ENOUGH))


def one_of_each_kind(operation: OperationDefinitionNode, core: Any) -> list[str]:
    """Callers who may see what an operation asks for first, one for each role; and one who may not."""
    return [*{CALLERS[name].role: name for name in reversed(who_may(operation, core))}.values(), "nobody"]


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    return next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))


@pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited:RuntimeWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)  # graphql-core gives some resolvers up before it has begun to wait for them
async def test_random_operations_are_answered_the_same_compiled_or_not(
    odd: OddWorld, played: Callable[[object], None]
) -> None:
    """Data, errors, places, codes: of both builders of the compiled way, for every kind of caller."""
    odd = checked_by(odd, OverlappingFieldsCanBeMergedRule, ValuesOfCorrectTypeRule)
    if REPLAY is not None:
        asked = Asked(**orjson.loads(REPLAY))
        wrong = await compared(odd, asked, Counter())
        assert not wrong, explained(asked, wrong)
        return
    tally: Counter[str] = Counter()
    told: list[str] = []
    dice = Random(SEED)
    number = -(-NUMBER // OF_ONE_SHAPE)
    for shape in shapes(odd.graph.as_str(), schema.as_str(), number=number + number // 12, start=SEED):
        parsed = parse(shape, no_location=True)
        for _ in range(OF_ONE_SHAPE):
            asked = reshaped(parsed, dice, odd.graph.core, odd.ids)
            document = odd.execution.document(asked.text).node
            if document is None:
                tally["invalid"] += 1
                continue
            wrong = await compared(odd, asked, tally)
            tally[operation_of(document).operation.value] += 1
            if wrong and len(told) < 3:
                told.append(explained(asked, wrong))
    done = tally["query"] + tally["mutation"]
    played(f"{done} operations of seed {SEED}: {dict(sorted(tally.items()))}")
    assert not told, "\n\n".join(told)
    assert done >= NUMBER
    assert tally["mutation"] > done / 10
    assert tally["without errors"] > done / 4 < tally["with errors"]
    assert all(tally[f"by {caller}"] for caller in CALLERS)


async def test_every_field_of_the_graph_is_answered_the_same_compiled_or_not(odd: OddWorld) -> None:
    """Beneath each field of the roots all that there is, some levels deep, for all who may see it, and for one who
    may not: chance leaves many fields out."""
    odd = checked_by(odd)
    core, dice, seen, answered = odd.graph.core, Random(SEED), set[tuple[str, str]](), set[str]()
    roots = list(wholes(schema.core))
    for shape in roots:
        asked = reshaped(parse(shape, no_location=True), dice, core, odd.ids, varied=False)
        document = odd.execution.document(asked.text).node
        assert document is not None, odd.execution.document(asked.text).errors
        seen |= fields_in(document, core)
        for caller in one_of_each_kind(operation_of(document), core):
            again = replace(asked, caller=caller)
            wrong = await compared(odd, again, Counter(), answered)
            assert not wrong, explained(again, wrong)
    assert seen >= fields_of(schema.core)
    assert len(answered) > len(roots) / 2


def variables_for(operation: OperationDefinitionNode, odd: OddWorld, dice: Random) -> dict[str, Any]:
    """Values for the variables that an example must have, and for some of the others."""
    values = Values(dice, odd.ids, calm=True)
    kinds = variable_types(odd.graph.core, operation)
    return {name: values.of(name, kind) for name, kind in kinds.items() if is_required(kind) or dice.random() < 0.5}


@pytest.mark.parametrize("name", EXAMPLE)
async def test_every_example_is_compiled_and_answered_the_same(odd: OddWorld, name: str) -> None:
    """For all who may do what it asks for, and one who may not: none of it is left to graphql-core."""
    document, dice = EXAMPLE[name], Random(SEED)
    text, operation = print_ast(document), operation_of(document)
    for caller in one_of_each_kind(operation, odd.graph.core):
        for language in ("en", "zh", "en"):
            asked = Asked(text, variables_for(operation, odd, dice), caller, language)
            wrong = await compared(odd, asked, Counter())
            assert not wrong, explained(asked, wrong)


def test_there_is_an_example_of_each_kind() -> None:
    kinds = Counter(operation_of(document).operation.value for document in EXAMPLE.values())
    assert kinds["query"] > 40 < kinds["mutation"]
