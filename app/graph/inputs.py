"""Inputs made from what graphql-core has coerced, by a plan made once for each kind of input.

strawberry works out anew for each value what its type is; that takes longer than many a command's own work.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
)
from strawberry.types.arguments import InputContext, StrawberryArgument
from strawberry.types.base import StrawberryMaybe, StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

Convert = Callable[[Any, InputContext], Any]
Made = Callable[[Mapping[str, Any], InputContext], dict[str, Any]]
Planned = tuple[str, str, Convert | None]
"""Name in GraphQL, name in Python, and what is to be done with the value, if anything."""
LEAVES = (GraphQLScalarType, GraphQLEnumType)


def plan_inputs(schema: GraphQLSchema) -> None:
    """Have all inputs of a schema made by plans."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            definition: StrawberryObjectDefinition | None = kind.extensions.get("strawberry-definition")
            if definition is not None:
                definition.from_input = _maker(definition, kind)


def _maker(definition: StrawberryObjectDefinition, kind: GraphQLInputObjectType) -> Callable[..., Any]:
    absent = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }
    planned = [
        _planned(field.resolve_type(type_definition=definition), field.python_name, name, kind.fields[name].type)
        for field, name in _named(definition, kind)
    ]

    def make(made: type, value: Mapping[str, Any], context: InputContext) -> Any:
        given: dict[str, Any] = dict(absent)
        for name, python_name, convert in planned:
            if name in value:
                found = value[name]
                given[python_name] = found if convert is None or found is None else convert(found, context)
        return made(**given)

    return make


def _named(definition: StrawberryObjectDefinition, kind: GraphQLInputObjectType) -> list[tuple[StrawberryField, str]]:
    by_field = {id(field.extensions.get("strawberry-definition")): name for name, field in kind.fields.items()}
    return [(field, by_field[id(field)]) for field in definition.fields]


def plan_arguments(definition: GraphQLField, arguments: Sequence[StrawberryArgument], names: Sequence[str]) -> Made:
    """Makes the arguments of a field, by their names in GraphQL, into what its resolver is given."""
    planned = [
        _planned(argument.type, argument.python_name, name, vars(definition.args[name])["type"])
        for argument, name in zip(arguments, names, strict=True)
    ]

    def make(values: Mapping[str, Any], context: InputContext) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, python_name, convert in planned:
            if name in values:
                found = values[name]
                given[python_name] = found if convert is None or found is None else convert(found, context)
        return given

    return make


def _planned(wanted: Any, python_name: str, name: str, kind: Any) -> Planned:
    bare = _bare(kind)
    if isinstance(wanted, StrawberryMaybe):
        return name, python_name, lambda value, context: context.convert(value, wanted, name)
    if isinstance(bare, LEAVES):  # as graphql-core made it
        return name, python_name, None
    if isinstance(bare, GraphQLList) and isinstance(_bare(_inside(bare)), LEAVES):
        return name, python_name, lambda value, _: list(value)
    if (one := _maker_of(bare)) is not None:
        return name, python_name, one
    if isinstance(bare, GraphQLList) and (each := _maker_of(_bare(_inside(bare)))) is not None:
        return (
            name,
            python_name,
            lambda value, context: [None if item is None else each(item, context) for item in value],
        )
    return name, python_name, lambda value, context: context.convert(value, wanted, name)


def _maker_of(kind: Any) -> Convert | None:
    """Makes one of a kind of input; None: it is made by strawberry."""
    definition = kind.extensions.get("strawberry-definition") if isinstance(kind, GraphQLInputObjectType) else None
    if definition is None or definition.from_input is None:
        return None
    return lambda value, context: definition.from_input(definition.origin, value, context)


def _bare(kind: Any) -> Any:
    return _inside(kind) if isinstance(kind, GraphQLNonNull) else kind


def _inside(kind: Any) -> Any:
    return kind.of_type
