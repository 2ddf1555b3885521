"""All that staff see of a member: made from the schema, so that it has every field that there is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
    parse,
)

from app.graph import Role, Viewer
from app.graph.bounds import Bounds
from app.schema import schema
from tests.world import World

DEEP = 5
MOST_EXPLAINED = 12
SINCE = '(since: "1960-01-01T00:00:00Z")'
NOT_ALIKE = frozenset(("id", "identities"))
"""Of two members whose lives are the same: ids, and by what they are known. And the code of their program."""
NOT_ASKED = frozenset(("edges", "pageInfo", "audit", "usability"))
"""The nodes are asked for; the record of the whole program is of others, too; what a coupon is for a cart needs one."""
ONCE = frozenset(("takesBack", "order", "refund", "refunds", "giveBack", "hold"))
"""Ways that lead round in circles: not gone on one after the other."""


async def everything_of(world: World, member: str, *, by: Viewer) -> Any:
    """Without what is never alike for two members of the same life; and why points moved the last times."""
    found: dict[str, Any] = {}
    for document in DOCUMENTS:
        found |= (await world.data(document, by=by, member=member))["member"]
    entries = [node["id"] for node in found["pointHistory"]["nodes"]][:MOST_EXPLAINED]
    explained = [(await world.data(EXPLAIN, by=by, entry=entry))["explainPoints"] for entry in entries]
    return _alike(found), _alike(explained)


def _alike(value: Any, above: str = "") -> Any:
    if isinstance(value, list):
        return [_alike(each, above) for each in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    left_out = NOT_ALIKE | {"code"} if above == "program" else NOT_ALIKE
    return {name: _alike(each, name) for name, each in cast(dict[str, Any], value).items() if name not in left_out}


def _fields(kind: GraphQLObjectType, deep: int, above: frozenset[str]) -> Iterator[str]:
    """What to ask for of an object, each field with all beneath it."""
    fields: Mapping[str, GraphQLField] = kind.fields
    for name, field in fields.items():
        roles = getattr(field.extensions.get("strawberry-definition"), "seen_by", None)
        if name in above | NOT_ASKED or (roles is not None and Role.OPERATOR not in roles):
            continue
        needs = [argument for argument, given in field.args.items() if is_required_argument(given)]
        assert needs in ([], ["since"]), f"{kind}.{name} needs {needs}"
        asked = name + (SINCE if needs else "(first: 100)" if "first" in field.args else "")
        beneath: object = get_named_type(field.type)  # pyright: ignore[reportUnknownArgumentType]
        parts: Sequence[GraphQLObjectType] = ()
        if isinstance(beneath, GraphQLUnionType):
            parts = beneath.types
        elif isinstance(beneath, GraphQLObjectType):
            parts = (beneath,)
        if isinstance(beneath, GraphQLInterfaceType):
            yield f"{asked} {{ __typename {' '.join(beneath.fields)} }}"
        elif not parts:
            yield asked
        elif deep:
            inner = [_selection(part, deep - 1, above | {name} if name in ONCE else above) for part in parts]
            yield f"{asked} {{ {' '.join(inner)} }}"


def _selection(kind: GraphQLObjectType, deep: int, above: frozenset[str]) -> str:
    return f"... on {kind.name} {{ {' '.join(('__typename', *_fields(kind, deep, above)))} }}"


def _object(name: str) -> GraphQLObjectType:
    found = schema.core.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def _is_taken(document: str) -> bool:
    """Does the server take a document of that length?"""
    try:
        parse(document, max_lexical_tokens=Bounds().tokens)
    except GraphQLError:
        return False
    return True


def _documents(deep: int) -> list[str]:
    asked = _fields(_object("Member"), deep, frozenset())
    return [f"query Everything($member: ID!) {{ member(id: $member) {{ {each} }} }}" for each in asked]


DOCUMENTS = [
    next(document for document in documents if _is_taken(document))
    for documents in zip(*map(_documents, (DEEP, DEEP - 1)), strict=True)
]
"""One for each field, as deep as the server takes it: all of them are too much for one operation."""
EXPLAIN = f"""query Explain($entry: ID!) {{ explainPoints(entry: $entry) {{
  {_selection(_object("PointsExplanation"), 3, frozenset(("entry",)))} }} }}"""


def lines_of(value: Any, place: str = "") -> Iterator[str]:
    """A line for each thing that is said, with its place."""
    if isinstance(value, dict):
        for name, each in cast(dict[str, Any], value).items():
            yield from lines_of(each, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        listed = cast(Sequence[Any], value)
        yield f"{place}: {len(listed)}"
        for number, each in enumerate(listed):
            yield from lines_of(each, f"{place}[{number}]")
    else:
        yield f"{place}: {value}"
