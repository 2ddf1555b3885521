"""Values of variables made ready by a plan made once for each type, where nothing is wrong with them.

What is made is what graphql-core makes; where it would have something to say, `Unplain` is raised and it is asked
instead.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
    is_required_input_field,
)
from graphql.utilities.coerce_input_value import coerce_default_value

Make = Callable[[Any], Any]
PLAIN: Mapping[Any, type] = {GraphQLID: str, GraphQLString: str, GraphQLBoolean: bool}
"""Built-in scalars whose values, if of this class, are taken as they come."""
LARGEST = 2**31


class Unplain(Exception):
    """Let graphql-core see to it."""


def maker(kind: Any) -> Make:
    """Makes values of an input type. May raise Unplain."""
    if isinstance(kind, GraphQLNonNull):
        return _never_null(maker(_inside(kind)))
    if isinstance(kind, GraphQLList):
        return _list(maker(_inside(kind)))
    return _named(kind)


@cache
def _named(kind: Any) -> Make:
    """Of these there are as many as the schema has; what is around them, each document makes anew."""
    if isinstance(kind, GraphQLInputObjectType):
        return _object(kind)
    if kind is GraphQLInt:
        return _int
    if kind in PLAIN:
        return _plain(PLAIN[kind])
    return _leaf(kind) if isinstance(kind, GraphQLScalarType | GraphQLEnumType) else _unknown


def _inside(kind: Any) -> Any:
    return kind.of_type


def _unknown(value: Any) -> Any:
    raise Unplain


def _never_null(make: Make) -> Make:
    def made(value: Any) -> Any:
        if value is None:
            raise Unplain
        return make(value)

    return made


def _list(make: Make) -> Make:
    def made(value: Any) -> Any:
        if value is None:
            return None
        if value.__class__ is not list:
            raise Unplain
        return [make(item) for item in value]

    return made


def _plain(wanted: type) -> Make:
    def made(value: Any) -> Any:
        if value is not None and value.__class__ is not wanted:
            raise Unplain
        return value

    return made


def _int(value: Any) -> Any:
    if value is not None and not (value.__class__ is int and -LARGEST <= value < LARGEST):
        raise Unplain
    return value


def _leaf(kind: GraphQLScalarType | GraphQLEnumType) -> Make:
    coerce: Make = kind.coerce_input_value

    def made(value: Any) -> Any:
        if value is None:
            return None
        try:
            found = coerce(value)
        except Exception:
            raise Unplain from None
        if found is Undefined:
            raise Unplain
        return found

    return made


def _object(kind: GraphQLInputObjectType) -> Make:
    if kind.is_one_of:
        return _unknown
    fields: list[tuple[str, str, Any, Make, bool]] = []

    def made(value: Any) -> Any:
        if value is None:
            return None
        if value.__class__ is not dict:
            raise Unplain
        if not fields:  # not before: a type may have fields of its own kind
            fields.extend(
                (name, field.out_name or name, field, maker(field.type), is_required_input_field(field))
                for name, field in kind.fields.items()
            )
        ready: dict[str, Any] = {}
        known = 0
        for name, out_name, field, make, is_required in fields:
            if name in value:
                known += 1
                ready[out_name] = make(value[name])
            elif is_required:
                raise Unplain
            else:
                default = coerce_default_value(field)
                if default is not Undefined:
                    ready[out_name] = default
        if known != len(value):
            raise Unplain
        return kind.out_type(ready)

    return made
