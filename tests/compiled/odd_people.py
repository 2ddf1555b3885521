"""Who is in the odd world, and what they have: much, little, nothing, what was undone; of all that there is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.db.paging import cursor_of
from app.graph import Role
from app.graph.ids import global_id
from tests.databases import run
from tests.graph.things import things_of_anna
from tests.world import NOON, World, customer, staff

KEY = "00000000-0000-4000-8000-00000000000{}"
CLUB, BRAND = "taobao-club", "brand-standard"


class Keyed(NamedTuple):
    id: UUID


async def peopled(world: World) -> Mapping[str, list[str]]:
    """Global ids of what there is, by type; `cursors` of entries and members, and of each member's `newest` entry;
    ids of all `things` that Anna has beside, by what they are."""
    things = await things_of_anna(world)
    await _joined(world)
    await _tiered(world)
    await world.looks()
    return await _ids(world.database.settings.url, things.ids)


async def _joined(world: World) -> None:
    """Members with a history, with little, with none, one who left; keys that were used."""
    for number, subject in enumerate(("anna", "ben", "carl", "dora", "emil", "fred", "gina")):
        if subject != "anna":
            await world.joins(subject, name=f"{subject} 会员")
        for nth in range(number % 4):
            paid = NOON - timedelta(days=400 - 130 * nth, hours=number)
            completed = paid + timedelta(days=1) if (number + nth) % 3 else None
            await world.orders(subject, 90 * number + nth, order=f"o{number}{nth}", paid=paid, completed=completed)
    await world.orders(
        "anna", "812.50", order="big", paid=NOON - timedelta(days=20), completed=NOON - timedelta(days=9)
    )
    await world.joins("anna", program=BRAND)
    await world.joins("hans", program=BRAND)
    join = "mutation ($key: UUID!) { joinProgram(input: { idempotencyKey: $key }) { __typename } }"
    leave = "mutation ($key: UUID!) { leaveProgram(input: { idempotencyKey: $key }) { __typename } }"
    await world.data(join, by=customer("anna"), key=KEY.format(1))
    await world.data(join, by=customer("ines"), key=KEY.format(1))
    await world.data(leave, by=customer("dora"), key=KEY.format(2))
    await world.data(leave, by=customer("ben2"), key=KEY.format(2))


async def _tiered(world: World) -> None:
    """Somebody who was raised, then lowered by a refund, and for whom staff set a tier; another who is raised."""
    for subject, amount in (("gina", 3600), ("fred", 1200)):
        completed = NOON - timedelta(days=3)
        await world.orders(subject, amount, order=f"raises-{subject}", paid=completed, completed=completed)
    await world.refunds("gina", "raises-gina", {1: 1000}, refund="lowers-gina")
    gina = (await world.data("{ me { id } }", by=customer("gina")))["me"]["id"]
    given = {"idempotencyKey": KEY.format(3), "member": gina, "tier": "v4", "reason": "A promise."}
    until = (NOON + timedelta(days=30)).isoformat()
    text = "mutation ($input: SetManualTierInput!) { setManualTier(input: $input) { __typename } }"
    await world.data(text, by=staff(Role.SUPPORT, CLUB), input=given | {"until": until})


async def _ids(url: str, things: Mapping[str, str]) -> dict[str, list[str]]:
    anna, bella, *others = await run(url, "SELECT id FROM members ORDER BY id")
    people = [anna, *others, bella]  # who invited Anna had to be there first; the cases count without her
    entries = await run(url, "SELECT member_id, id FROM points_entries ORDER BY id")
    newest = {row["member_id"]: row["id"] for row in entries}
    orders = await run(url, "SELECT member_id, id FROM orders ORDER BY id")
    growth = await run(url, "SELECT member_id, id FROM growth_entries ORDER BY id")
    changes = await run(url, "SELECT member_id, id FROM tier_changes ORDER BY id")
    return {
        "member": [global_id("member", row["id"]) for row in people],
        "pointsEntry": [global_id("pointsEntry", *row) for row in entries],
        "order": [global_id("order", *row) for row in orders],
        "growthEntry": [global_id("growthEntry", *row) for row in growth],
        "tierChange": [global_id("tierChange", *row) for row in changes],
        "newest": [cursor_of(Keyed(newest.get(row["id"], row["id"]))) for row in people],
        "cursors": [cursor_of(Keyed(row["id"])) for row in (*entries, *people[::3])],
        "things": sorted(set(things.values()) - {things["bellas_code"]}),
    } | {name: [value] for name, value in things.items() if name not in ("member", "order")}
