"""Shapes of operations, by hypothesis-graphql: what is selected, without arguments."""

from dataclasses import replace
from typing import Any

from graphql import REMOVE, FieldDefinitionNode, Visitor, build_schema, parse, print_ast, visit
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, mutations, queries

LEFT = frozenset(("once",))
"""Fields that are left to graphql-core: see `test_fallbacks`."""


def shapes(odd: str, real: str, *, number: int, start: int) -> list[str]:
    """Operations without arguments: over the whole odd graph, in which nearly every one meets an error, over parts of
    it in which an error does not take everything along, and over the real one, in which few do: over all of it, and
    over what is beneath each field of its roots."""
    odd, real = without_arguments(odd), without_arguments(real)
    lenient = ["oddOne", "oddsMaybe", "stranger", "crowd", "charters"]
    graph = build_schema(real)
    ways = [(queries, graph.query_type), (mutations, graph.mutation_type)]
    each_root = [way(real, fields=[name]) for way, root in ways if root is not None for name in root.fields]
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
        st.sampled_from(
            [
                st.one_of(from_schema(odd), *(queries(odd, fields=[name]) for name in lenient)),
                st.one_of(from_schema(real), *(queries(real, fields=[name]) for name in ("me", "members", "node"))),
                st.sampled_from(each_root).flatmap(itself),
            ]
        ).flatmap(itself)
    )
    def each(text: str) -> None:
        found.append(text)

    each()
    return found


def itself(way: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return way


def without_arguments(sdl: str) -> str:
    """Hypothesis takes most of its time over them, and ours hit more. Nor with what is left to graphql-core."""

    class Bare(Visitor):
        def leave_field_definition(self, node: FieldDefinitionNode, *_: Any) -> Any:
            return REMOVE if node.name.value in LEFT else replace(node, arguments=())

    return print_ast(visit(parse(sdl), Bare()))
