"""Explanations of movements, asked for as a client does."""

from typing import Any
from uuid import UUID

from app.graph import Viewer
from app.graph.ids import global_id
from app.points.queries import ledgers_of_members
from tests.world import World, customer

STEPS = "steps { code words amount line lot { id } }"
EXPLAIN = f"""query ($entry: ID!) {{ explainPoints(entry: $entry) {{
  amount entry {{ id kind cause change pendingChange heldChange debtChange }} {STEPS}
}} }}"""
MOVED = {"ACTIVATED": ("change",), "CAPTURED": ("heldChange",), "DEBT_PAID": ("debtChange",)}
"""What a movement of a kind moved; of all others what can be spent and what is pending together."""


async def explained(world: World, entry: str, *, by: Viewer | None = None, language: str = "en") -> Any:
    """None: not found."""
    return (await world.data(EXPLAIN, by=by or customer("anna"), language=language, entry=entry))["explainPoints"]


async def all_explained(world: World, member_id: UUID, *, by: Viewer | None = None) -> list[Any]:
    """Every movement of a member, in the order of writing, each with an explanation that adds up to it."""
    entries = await ledgers_of_members(world.database, [member_id])
    found = [await explained(world, global_id("pointsEntry", member_id, entry.id), by=by) for entry in entries]
    for each in found:
        check(each)
    return found


def check(each: Any) -> None:
    """The parts add up to the movement, and every step says something."""
    entry = each["entry"]
    expected = sum(entry[name] for name in MOVED.get(entry["kind"], ("change", "pendingChange")))
    assert expected == each["amount"] != 0, entry
    assert sum(step["amount"] or 0 for step in each["steps"]) == expected, each
    assert all(step["words"] and "{" not in step["words"] for step in each["steps"])


def amounts(each: Any) -> list[tuple[str, int]]:
    """The steps that moved points."""
    return [(step["code"], step["amount"]) for step in each["steps"] if step["amount"] is not None]


def words(each: Any, code: str) -> list[str]:
    return [step["words"] for step in each["steps"] if step["code"] == code]
