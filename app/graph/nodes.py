"""Things with a global id, and how any of them is found by it: for those only who may see its owner."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import strawberry

from app.errors import BadInput

from .callee import Callee
from .fields import found, identified
from .ids import Key, name_ids, split
from .kinds import Batched
from .loading import load, prepare
from .seeing import Roles
from .types import shows
from .viewer import SIGNED_IN

T = TypeVar("T", bound=type)

MOST = 100


@strawberry.interface(description="Anything that has a global id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Its global id.")


NODES: dict[str, Batched] = {}
"""How the things of each prefix are found: by the member's id, or by (member id, id) of what a member owns."""


def node(
    row: type,
    *,
    prefix: str,
    by_key: Callable[..., Any],
    description: str,
    seen_by: Roles,
    keys: tuple[str, ...] = ("member_id", "id"),
) -> Callable[[T], T]:
    """An object type with a global id, found by it through the batch function `by_key`. The first of the
    columns `keys` is the id of the member whose it is."""

    def declare(cls: T) -> T:
        cls.id = identified(prefix, keys, "Its global id.", seen_by=SIGNED_IN)
        cls.__annotations__["id"] = strawberry.ID
        name_ids(prefix, keys=len(keys))
        NODES[prefix] = Batched(Callee.of(by_key, of_row=False), "id")
        return shows(row, description=description, seen_by=seen_by)(cls)

    return declare


def nodes_seen_through(visible: Callable[..., Any]) -> Callable[..., Any]:
    """A batch function for global ids of any type. `visible` is a batch function that says of members'
    ids whether the viewer may see what is theirs."""
    seeing = Batched(Callee.of(visible, of_row=False), "id")

    async def nodes_by_id(db: Any, ids: Sequence[str], *, context: Any) -> list[Any]:
        """One statement for the owners, and one for each type among the ids."""
        values: dict[str, Any] = {}
        asked: dict[str, dict[Key, str]] = defaultdict(dict)
        owners: dict[str, Any] = {}
        for name in ids:
            try:
                prefix, keys = split(name)
                asked[prefix][keys[0] if len(keys) == 1 else (keys[0], keys[1])] = name
                owners[name] = keys[0]
            except BadInput as bad:
                values[name] = bad
        members = list(dict.fromkeys(owners.values()))
        if not members:
            return [values.get(name) for name in ids]
        seen = await load(seeing, db, members, prepare(seeing, context, {}), {})
        allowed = {member for member, may in zip(members, seen, strict=True) if may}
        for prefix, by_key in asked.items():
            kept = {key: name for key, name in by_key.items() if owners[name] in allowed}
            if kept:
                way = NODES[prefix]
                rows = await load(way, db, list(kept), prepare(way, context, {}), {})
                values |= dict(zip(kept.values(), rows, strict=True))
        return [values.get(name) for name in ids]

    return nodes_by_id


def many_nodes_seen_through(visible: Callable[..., Any]) -> Callable[..., Any]:
    """The same for lists of ids: each key is a tuple of global ids."""
    one_by_one = nodes_seen_through(visible)

    async def many_nodes_by_id(db: Any, lists: Sequence[tuple[str, ...]], *, context: Any) -> list[Any]:
        flat = list(dict.fromkeys(name for ids in lists if len(ids) <= MOST for name in ids))
        by_id = dict(zip(flat, await one_by_one(db, flat, context=context), strict=True))
        return [_listed(ids, by_id) for ids in lists]

    return many_nodes_by_id


def _listed(ids: Sequence[str], by_id: Mapping[str, Any]) -> list[Any] | BadInput:
    """What one list of ids names, in its order; a list in which something is wrong spoils no other."""
    if len(ids) > MOST:
        return BadInput(f"At most {MOST} ids at once.")
    wrong = next((name for name in ids if isinstance(by_id[name], BadInput)), None)
    return [by_id[name] for name in ids] if wrong is None else BadInput(f"'{wrong[:80]}' is not the id of anything.")


def any_node(visible: Callable[..., Any], *, seen_by: Roles) -> Any:
    return found(nodes_seen_through(visible), "Anything, by its id; null if there is no such thing for you.", of=None,
                 seen_by=seen_by)  # fmt: skip


def any_nodes(visible: Callable[..., Any], *, seen_by: Roles) -> Any:
    return found(many_nodes_seen_through(visible), "Many things by their ids, in that order; null where there is no"
                 " such thing for you.", of=None, by="ids", seen_by=seen_by)  # fmt: skip
