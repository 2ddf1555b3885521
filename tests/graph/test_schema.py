"""The schema as front-end people meet it: committed, described, and saying who may see what."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    print_schema,
)

from app.schema import schema

COMMITTED = Path(__file__).parent.parent.parent / "schema.graphql"


def described_things(graph: Any) -> Iterator[tuple[str, str | None]]:
    """Every type, field, argument, enum value, directive, with its description."""
    for name, kind in graph.type_map.items():
        if name.startswith("__"):
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{key}", value.description) for key, value in kind.values.items())
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for key, field in kind.fields.items():
                yield f"{name}.{key}", field.description
                arguments: dict[str, Any] = getattr(field, "args", {})
                yield from ((f"{name}.{key}({name_})", a.description) for name_, a in arguments.items())
    for directive in graph.directives:
        yield f"@{directive.name}", directive.description
        yield from ((f"@{directive.name}({key})", a.description) for key, a in directive.args.items())


def test_the_committed_schema_is_that_of_the_code() -> None:
    """`python -m app schema > schema.graphql` writes it."""
    assert COMMITTED.read_text("utf-8") == schema.as_str() + "\n"


def test_everything_in_the_schema_is_described() -> None:
    things = dict(described_things(build_schema(schema.as_str())))
    assert len(things) > 150
    assert [name for name, text in things.items() if not text or not text.strip()] == []


def test_descriptions_are_sentences_and_not_the_librarys_own() -> None:
    things = dict(described_things(build_schema(schema.as_str())))
    built_in = {"String", "Int", "Boolean", "ID", "Float"}
    own = {name: text for name, text in things.items() if name not in built_in and not name.startswith("@")}
    assert [name for name, text in own.items() if text and not text.strip().endswith((".", "!", "?"))] == []


def test_every_field_says_who_may_see_it() -> None:
    """Denied by default: a field without roles does not get into the schema."""
    printed = schema.as_str()
    for kind in schema.core.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name.startswith("__"):
            continue
        block = printed[printed.index(f"type {kind.name} ") :]
        block = block[: block.index("\n}")]
        assert block.count("@seenBy(roles: [") == len(kind.fields), kind.name


def test_the_schema_can_be_printed_and_built_again() -> None:
    once = print_schema(build_schema(schema.as_str()))
    assert print_schema(build_schema(once)) == once
