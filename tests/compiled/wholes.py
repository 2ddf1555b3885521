"""Shapes that leave nothing out: beneath each field of the roots all that there is, some levels deep."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    is_abstract_type,
    is_leaf_type,
    visit,
)

from app.compiled.core import core as graphql
from app.compiled.core import type_of

DEEP, DEEPER = 3, frozenset(("member",))
"""Levels of objects beneath a field of the root, and where there is one more; then of each object only of what type it
is."""


def wholes(core: Any) -> Iterator[str]:
    """An operation for each field of the roots, without arguments."""
    for operation in (OperationType.QUERY, OperationType.MUTATION):
        for name, field in core.get_root_type(operation).fields.items():
            selected = _selected(core, type_of(field), DEEP + (name in DEEPER))
            yield f"{operation.value} {{ {name} {selected} }}"


def _selected(core: Any, kind: Any, deep: int) -> str:
    named: Any = graphql.get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if not deep:
        return "{ __typename }"
    if not is_abstract_type(named):
        return f"{{ {_fields(core, named, deep)} }}"
    parts = (f"... on {each.name} {{ {_fields(core, each, deep)} }}" for each in core.get_possible_types(named))
    return f"{{ __typename {' '.join(parts)} }}"


def _fields(core: Any, kind: GraphQLObjectType, deep: int) -> str:
    """Each under a name of its own: those of two types in one place need not be of one kind."""
    fields = kind.fields.items()
    return " ".join(f"{kind.name}_{name}: {name} {_selected(core, type_of(field), deep - 1)}" for name, field in fields)


def fields_in(document: DocumentNode, core: Any) -> set[tuple[str, str]]:
    """What a document asks for, by type and field."""
    found: set[tuple[str, str]] = set()
    info = TypeInfo(core)

    class Note(Visitor):
        def enter_field(self, node: Any, *_: Any) -> None:
            kind: Any = info.get_parent_type()
            if kind is not None:
                found.add((kind.name, node.name.value))

    visit(document, TypeInfoVisitor(info, Note()))
    return found


def fields_of(core: Any) -> set[tuple[str, str]]:
    """All that there is to ask for."""
    kinds = [kind for kind in core.type_map.values() if isinstance(kind, GraphQLObjectType)]
    return {(kind.name, name) for kind in kinds if not kind.name.startswith("__") for name in kind.fields}
