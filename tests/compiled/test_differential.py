"""Compiled execution against strawberry and aiodataloader: the same data to the byte, the same errors.

`DIFFERENTIAL=20000` asks for so many operations instead of 1,000, `DIFFERENTIAL_SEED=7` for others. Mutations run
in a transaction that is undone, with ids that start anew: each way finds the database as it was, and writes the same.
"""

import os
import shlex
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from random import Random
from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode, parse

from app.compiled.core import is_required, variable_types
from app.schema import schema
from tests.world import EXAMPLES

from .compare import Differences, differences
from .odd_world import CALLERS, Asked, OddWorld
from .operations import reshaped
from .shapes import shapes
from .values import Values

NUMBER = int(os.environ.get("DIFFERENTIAL", "1000"))
SEED = int(os.environ.get("DIFFERENTIAL_SEED", "0"))
REPLAY = os.environ.get("DIFFERENTIAL_REPLAY")
OF_ONE_SHAPE = 2
"""Each shape is asked so many times, with other arguments and by other callers."""
EXPECTED = frozenset[str]()
"""Reasons for which a generated operation may be left to graphql-core. There is none: introspection is not
generated, and every variable of a switch has a value."""

FILES = {file.stem: file.read_text("utf-8") for file in sorted((EXAMPLES / "operations").glob("*.graphql"))}


async def compared(odd: OddWorld, asked: Asked, tally: Counter[str]) -> list[str]:
    """What is wrong with the answers to one request."""
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
    return [*sorted(left), *(f"{way}: {text}" for way in found for text in found[way].wrong)]


def outcome(found: Differences) -> str:
    return "different" if found.wrong else "another choice of errors" if found.allowed else "equal"


def explained(asked: Asked, wrong: list[str]) -> str:
    """The request, what is wrong, and how to run it alone."""
    again = shlex.quote(orjson.dumps(asdict(asked)).decode())
    told = [asked.text, f"variables {asked.variables}, by {asked.caller} in {asked.language}", *wrong]
    return "\n".join([*told, f"Again: DIFFERENTIAL_REPLAY={again} pytest {__file__}"])


def kind_of_operation(text: str) -> str:
    (operation, *_) = (node for node in parse(text).definitions if isinstance(node, OperationDefinitionNode))
    return operation.operation.value


@pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited:RuntimeWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)  # graphql-core gives some resolvers up before it has begun to wait for them
async def test_random_operations_are_answered_the_same_compiled_or_not(
    odd: OddWorld, played: Callable[[object], None]
) -> None:
    """Data, errors, places, codes: of both builders of the compiled way, for every kind of caller."""
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
        for _ in range(OF_ONE_SHAPE):
            asked = reshaped(shape, dice, odd.graph.core, odd.ids)
            if odd.execution.document(asked.text).errors:
                tally["invalid"] += 1  # two fields came to the same name
                continue
            wrong = await compared(odd, asked, tally)
            tally[kind_of_operation(asked.text)] += 1
            if wrong and len(told) < 3:
                told.append(explained(asked, wrong))
    done = tally["query"] + tally["mutation"]
    played(f"{done} operations of seed {SEED}: {dict(sorted(tally.items()))}")
    assert not told, "\n\n".join(told)
    assert done >= NUMBER
    assert tally["mutation"] > done / 10
    assert tally["without errors"] > done / 4 < tally["with errors"]
    assert all(tally[f"by {caller}"] for caller in CALLERS)


def variables_for(text: str, odd: OddWorld, dice: Random) -> dict[str, Any]:
    """Values for the variables that an example must have, and for some of the others."""
    values = Values(dice, odd.ids, calm=True)
    operation = next(node for node in parse(text).definitions if isinstance(node, OperationDefinitionNode))
    kinds = variable_types(odd.graph.core, operation)
    return {name: values.of(name, kind) for name, kind in kinds.items() if is_required(kind) or dice.random() < 0.5}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("file", FILES)
async def test_every_example_is_compiled_and_answered_the_same(odd: OddWorld, file: str, caller: str) -> None:
    text, dice = FILES[file], Random(SEED)
    for language in ("en", "zh", "en"):
        asked = Asked(text, variables_for(text, odd, dice), caller, language)
        wrong = await compared(odd, asked, Counter())
        assert not wrong, explained(asked, wrong)
