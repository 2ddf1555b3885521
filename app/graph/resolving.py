"""How graphql-core asks a declared field: by one function for all of them. strawberry's own are eight closures for each
field, made for extensions and handlers that a declared field has not; of a thousand fields they are 2 MB."""

from functools import partial
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter, get_arguments

from .context import Info
from .fields import DeclaredField


def resolve_declared(schema: GraphQLSchema, converter: GraphQLCoreConverter) -> None:
    """Have all declared fields of a schema that was just built asked that way."""
    for kind in schema.type_map.values():
        for field in kind.fields.values() if isinstance(kind, GraphQLObjectType) else ():
            declared = field.extensions.get(converter.DEFINITION_BACKREF)
            if isinstance(declared, DeclaredField):
                field.resolve = partial(_resolved, converter, declared)


def _resolved(converter: GraphQLCoreConverter, field: DeclaredField, source: Any, info: Any, /, **given: Any) -> Any:
    told = Info(_raw_info=info, _field=field)
    args, arguments = get_arguments(
        field=field,
        source=source,
        info=told,
        kwargs=given,
        config=converter.config,
        scalar_registry=converter.scalar_registry,
    )
    return field.get_result(source, told, args, arguments)
