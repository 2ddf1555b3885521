"""Shapes of operations, by hypothesis-graphql: what is selected, without arguments."""

from dataclasses import replace
from typing import Any

from graphql import REMOVE, FieldDefinitionNode, Visitor, parse, print_ast, visit
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, mutations, queries

LEFT = frozenset(("once",))
"""Fields that are left to graphql-core: see `test_fallbacks`."""


def shapes(odd: str, real: str, *, number: int, start: int) -> list[str]:
    """Operations without arguments: over the whole odd graph, in which nearly every one meets an error, over parts of
    it in which an error does not take everything along, and over the real one, in which few do."""
    odd, real = without_arguments(odd), without_arguments(real)
    lenient = ["oddOne", "oddsMaybe", "stranger", "crowd", "charters"]
    found: list[str] = []

    @seed(start)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],  # pyright: ignore[reportArgumentType]
    )
    @given(
        st.one_of(
            from_schema(odd),
            *(queries(odd, fields=[name]) for name in lenient),
            from_schema(real),
            mutations(real),
            *(queries(real, fields=[name]) for name in ("me", "members", "node")),
        )
    )
    def each(text: str) -> None:
        found.append(text)

    each()
    return found


def without_arguments(sdl: str) -> str:
    """Hypothesis takes most of its time over them, and ours hit more. Nor with what is left to graphql-core."""

    class Bare(Visitor):
        def leave_field_definition(self, node: FieldDefinitionNode, *_: Any) -> Any:
            return REMOVE if node.name.value in LEFT else replace(node, arguments=())

    return print_ast(visit(parse(sdl), Bare()))
