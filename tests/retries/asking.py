"""Mutations that carry an idempotency key, as the schema has them, each with a document that asks for all it shows."""

from collections.abc import Iterator
from typing import Any

from graphql import build_schema, get_named_type, is_leaf_type, is_object_type, is_required_argument

from app.graph import Role, Viewer
from app.schema import schema
from app.tokens import DevelopmentIssuer
from tests.world import World

SCHEMA: Any = build_schema(schema.as_str())
named: Any = get_named_type
KEY = "idempotencyKey"


def input_of(mutation: str) -> Any:
    """The type of a mutation's `input`."""
    return named(SCHEMA.mutation_type.fields[mutation].args["input"].type)


KEYED = tuple(name for name in SCHEMA.mutation_type.fields if KEY in input_of(name).fields)
"""In the schema's order."""


def document(mutation: str, role: Role) -> str:
    """It shows the code of a refusal, and of a success whatever the role may see, two levels deep."""
    kinds: list[Any] = SCHEMA.get_possible_types(named(SCHEMA.mutation_type.fields[mutation].type))
    refusal = SCHEMA.type_map["Refusal"]
    shown = [f"... on {kind.name} {{ {fields(kind, role, 2)} }}" for kind in kinds if refusal not in kind.interfaces]
    if len(shown) < len(kinds):  # something is refused
        shown.insert(0, "... on Refusal { code message }")
    asked = f"{mutation}(input: $input) {{ __typename {' '.join(shown)} }}"
    return f"mutation Do($input: {input_of(mutation).name}!) {{ {asked} }}"


def fields(kind: Any, role: Role, levels: int) -> str:
    return " ".join(("__typename", *_fields(kind, role, levels)))


def _fields(kind: Any, role: Role, levels: int) -> Iterator[str]:
    for name, field in kind.fields.items():
        if role.value not in seen_by(field) or any(is_required_argument(each) for each in field.args.values()):
            continue
        of = named(field.type)
        if is_leaf_type(of):
            yield name
        elif levels > 1 and is_object_type(of):
            yield f"{name} {{ {fields(of, role, levels - 1)} }}"


def seen_by(field: Any) -> set[str]:
    """Roles, by the directive."""
    (directive,) = (each for each in field.ast_node.directives if each.name.value == "seenBy")
    return {value.value for value in directive.arguments[0].value.values}


async def does(world: World, mutation: str, *, by: Viewer, **given: Any) -> Any:
    """What a mutation answers that must succeed; in this process."""
    answer = (await world.data(document(mutation, by.role), by=by, input=given))[mutation]
    assert "code" not in answer, answer
    return answer


def token_of(viewer: Viewer, issuer: DevelopmentIssuer, world: World) -> str:
    """As the identity provider would sign it."""
    return issuer.token(
        subject=viewer.subject,
        now=world.now,
        role=viewer.role,
        program=viewer.program,
        programs=viewer.programs,
        sources=viewer.sources,
        scopes=viewer.scopes,
    )
