"""All that staff see of a member: made from the schema, so that it has every field that there is."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLUnionType, get_named_type, is_leaf_type, is_required_argument

from app.graph import Role, Viewer
from app.schema import schema
from tests.world import World

DEEP = 5
SINCE = 'since: "1960-01-01T00:00:00Z"'
NOT_ALIKE = frozenset(("id", "identities"))
"""Of two members whose lives are the same: ids, and by what they are known. And the code of their program."""
NOT_ASKED = frozenset(("edges", "pageInfo", "audit"))
"""The nodes are asked for; the record of the whole program is of others, too."""
ONCE = frozenset(("takesBack", "order", "refund", "refunds", "giveBack", "hold"))
"""Ways that lead round in circles: not gone on one after the other."""


async def everything_of(world: World, member: str, *, by: Viewer) -> Any:
    """Without what is never alike for two members of the same life; and why each movement of points was made."""
    found: dict[str, Any] = {}
    for document in DOCUMENTS:
        found |= (await world.data(document, by=by, member=member))["member"]
    entries = [node["id"] for node in found["pointHistory"]["nodes"]]
    explained = [(await world.data(EXPLAIN, by=by, entry=entry))["explainPoints"] for entry in entries]
    return _alike(found), _alike(explained)


def _alike(value: Any, above: str = "") -> Any:
    if isinstance(value, list):
        return [_alike(each, above) for each in value]
    if not isinstance(value, dict):
        return value
    left_out = NOT_ALIKE | {"code"} if above == "program" else NOT_ALIKE
    return {name: _alike(each, name) for name, each in value.items() if name not in left_out}


def _fields(kind: Any, deep: int, seen: frozenset[str]) -> Iterator[str]:
    for name, field in kind.fields.items():
        declared = field.extensions.get("strawberry-definition")
        roles = getattr(declared, "seen_by", None)
        if (roles is not None and Role.OPERATOR not in roles) or name in seen | NOT_ASKED:
            continue
        needed = [argument for argument, given in field.args.items() if is_required_argument(given)]
        assert needed in ([], ["since"]), (kind, name, needed)
        given = f"({SINCE})" if needed else "(first: 100)" if "first" in field.args else ""
        of = get_named_type(field.type)
        if is_leaf_type(of):
            yield f"{name}{given}"
        elif deep:
            beneath = seen | {name} if name in ONCE else seen
            parts = of.types if isinstance(of, GraphQLUnionType) else (of,)
            chosen = " ".join(f"... on {part.name} {{ {_selection(part, deep - 1, beneath)} }}" for part in parts)
            yield f"{name}{given} {{ {chosen} }}" if len(parts) > 1 else f"{name}{given} {{ {_only(chosen)} }}"


def _only(chosen: str) -> str:
    return chosen.partition("{")[2].rpartition("}")[0]


def _selection(kind: Any, deep: int, seen: frozenset[str]) -> str:
    return " ".join(("__typename", *_fields(kind, deep, seen)))


DOCUMENTS = [
    f"query Everything($member: ID!) {{ member(id: $member) {{ {chosen} }} }}"
    for chosen in _fields(schema.core.type_map["Member"], DEEP, frozenset())
]
"""One for each field: all of them are too much for one operation."""
EXPLAIN = f"""query Explain($entry: ID!) {{ explainPoints(entry: $entry) {{
  {_selection(schema.core.type_map["PointsExplanation"], 3, frozenset(("entry",)))} }} }}"""


def lines_of(value: Any, place: str = "") -> Iterator[str]:
    """A line for each thing that is said, with its place."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from lines_of(each, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        yield f"{place}: {len(value)}"
        for number, each in enumerate(value):
            yield from lines_of(each, f"{place}[{number}]")
    else:
        yield f"{place}: {value}"
