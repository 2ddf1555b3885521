"""Members sought, as staff's clients do."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.graph import Viewer
from app.graph.ids import global_id
from tests.databases import run
from tests.world import World

from .correcting import SARA

NODE = "{ id growth joinedAt lastOrderAt points { available } tier { code } }"
LIST = f"""query List($program: String, $filter: MembersFilter, $order: MembersOrder, $first: Int!, $after: String) {{
  members(program: $program, filter: $filter, orderBy: $order, first: $first, after: $after) {{
    totalCount
    pageInfo {{ hasNextPage endCursor }}
    edges {{ cursor node {NODE} }}
  }}
}}"""
PAGE = LIST.replace("    totalCount\n", "")


async def page(world: World, *, by: Viewer = SARA, first: int = 100, text: str = LIST, **asked: Any) -> Any:
    return (await world.data(text, by=by, first=first, **asked))["members"]


async def found(world: World, *, by: Viewer = SARA, **asked: Any) -> list[str]:
    """Ids of those who are found, in the order of the list; they are as many as are counted."""
    listed = await page(world, by=by, **asked)
    ids = [edge["node"]["id"] for edge in listed["edges"]]
    assert listed["totalCount"] == len(ids)
    return ids


async def paged(world: World, *, first: int, **asked: Any) -> list[Any]:
    """All of a list, page by page, each after the last one's end."""
    listed = await page(world, first=first, text=PAGE, **asked)
    edges = list(listed["edges"])
    while listed["pageInfo"]["hasNextPage"]:
        assert len(listed["edges"]) == first
        assert listed["pageInfo"]["endCursor"] == edges[-1]["cursor"]
        listed = await page(world, first=first, text=PAGE, after=edges[-1]["cursor"], **asked)
        edges += listed["edges"]
    return edges


def ids_of(edges: list[Any]) -> list[str]:
    return [edge["node"]["id"] for edge in edges]


async def written(world: World, member_id: UUID, values: Mapping[str, str]) -> None:
    """As if it had come to be so: SQL for columns of the member's row."""
    changes = ", ".join(f"{name} = {value}" for name, value in values.items())
    await run(world.database.settings.url, f"UPDATE members SET {changes} WHERE id = '{member_id}'")


def as_ids(*members: UUID) -> list[str]:
    return [global_id("member", member) for member in members]
