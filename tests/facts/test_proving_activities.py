"""What the prover says of activities and caps: books that were tampered with are named (R5, R24, R25, R27)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.prover import Proof, prove
from tests.databases import run
from tests.statements import Statements
from tests.world import NOON, World

from .activities import DAY, capped_club, did, points

ORDERS = 'code = "orders-a-day"\nperiod = "DAY"\npoints = 150\nrules = ["order"]'
TWICE = 'code = "shares-a-month"\nperiod = "MONTH"\ntimes = 2\nrules = ["share"]'
LOT = "(SELECT id FROM points_lots WHERE rule = '{}' ORDER BY id LIMIT 1)"
AT = NOON + 10 * DAY


async def proof_of(world: World) -> Proof:
    return await prove(world.database, now=world.now, programs=world.programs)


async def busy(world: World) -> None:
    """Orders and activities up to their caps, by the rules of two versions; reviews have no cap."""
    await world.publishes(capped_club(ORDERS, TWICE, rule=('tiers = { v2 = "1.5" }',)), effective_from=AT - DAY)
    world.now = AT + 20 * DAY
    await world.orders("anna", "100", paid=AT, order="o-1", completed=AT + DAY)
    await world.orders("anna", "100", paid=AT, order="o-2")
    early = [did("r-0"), did("s-0", "SHARE"), did("l-0", "LOGIN", at=AT)]
    await points(world, *early, did("r-1", at=AT), *(did(f"s-{n}", "SHARE", at=AT) for n in range(1, 4)))


async def test_books_that_nobody_touched_are_proved(world: World) -> None:
    """R27: also when a later version has lower caps, which hold for later days alone."""
    await busy(world)
    assert await proof_of(world) == Proof(1, [])
    await world.publishes(capped_club(ORDERS.replace("150", "1"), TWICE), effective_from=world.now)
    world.now += DAY
    assert await proof_of(world) == Proof(1, [])
    ((found,),) = await run(world.database.settings.url, "SELECT sum(earned) FROM points_lots WHERE rule = 'order'")
    assert found == 150


def both(*changes: str) -> str:
    """The lot and its entries say the same, so that only caps and rules disagree."""
    return "; ".join(changes)


TAMPERED = {
    "an activity that is gone": (
        "DELETE FROM facts WHERE external_id = 'r-1'",
        "points_lots.cause_id: is an activity of the member",
    ),
    "an activity at another time": (
        "UPDATE facts SET occurred_at = occurred_at - interval '1 hour' WHERE external_id = 'r-1'",
        "facts.digest of the activity",
    ),
    "another action": ("UPDATE facts SET kind = 'SHARE' WHERE external_id = 'r-1'", "facts.digest of the activity"),
    "an activity of an order": (
        "UPDATE facts SET order_id = (SELECT id FROM orders LIMIT 1) WHERE external_id = 'r-1'",
        "facts.order_id of the activity",
    ),
    "a key of another customer": (
        f"UPDATE unique_keys SET owner = '{uuid4()}' WHERE kind = 'activity'",
        "unique_keys.owner of the activity",
    ),
    "a key that is gone": ("DELETE FROM unique_keys WHERE kind = 'activity'", "unique_keys.owner of the activity"),
    "points by another rule": (
        f"UPDATE points_lots SET rule = 'profile' WHERE id = {LOT.format('review')}",
        "points_lots.rule: is one for the action",
    ),
    "points that a rule gives and nobody has": (
        "DELETE FROM points_entries WHERE rule = 'review'; DELETE FROM points_lots WHERE rule = 'review'",
        "points_lots of the activity, by the rule review",
    ),
    "more points than the rule gives": (
        "UPDATE points_lots SET earned = earned + 11, remaining = remaining + 11 WHERE rule = 'review'",
        "points_lots.earned, by its rule",
    ),
    "fewer points than the rule gives": (
        "UPDATE points_lots SET earned = earned - 1, remaining = remaining - 1 WHERE rule = 'review'",
        "points_lots.earned, by its rule",
    ),
    "the rules of another day": (
        f"UPDATE points_lots SET program_version = 1 WHERE id <> {LOT.format('review')} AND rule = 'review'",
        "points_lots: version and times, by its activity",
    ),
    "rules that were never published": (
        "UPDATE points_lots SET program_version = 9 WHERE rule = 'review'",
        "points_lots.program_version: is published",
    ),
    "earned at another time": (
        "UPDATE points_lots SET earned_at = earned_at - interval '1 hour' WHERE rule = 'review'",
        "points_lots: version and times, by its activity",
    ),
    "active too early": (
        "UPDATE points_lots SET activates_at = activates_at - interval '1 hour' WHERE rule = 'review'",
        "points_lots: version and times, by its activity",
    ),
    "lapsing too late": (
        "UPDATE points_lots SET expires_at = expires_at + interval '1 hour' WHERE rule = 'review'",
        "points_lots: version and times, by its activity",
    ),
    "a cap of points exceeded": (
        "UPDATE points_lots SET earned = earned + 1, remaining = remaining + 1 WHERE rule = 'order' AND earned = 50",
        "points_lots: within the cap orders-a-day",
    ),
    "a cap of how often exceeded": (
        "UPDATE points_lots SET rule = 'share' WHERE rule = 'review' AND program_version = 2;"
        "UPDATE points_entries SET rule = 'share' WHERE rule = 'review' AND program_version = 2",
        "points_lots: within the cap shares-a-month",
    ),
}


@pytest.mark.parametrize(("change", "named"), TAMPERED.values(), ids=TAMPERED)
async def test_what_was_tampered_with_is_named(world: World, change: str, named: str) -> None:
    await busy(world)
    await run(world.database.settings.url, *change.split(";"))
    proof = await proof_of(world)
    assert any(mismatch.what.startswith(named) for mismatch in proof.mismatches), [str(m) for m in proof.mismatches]


async def test_caps_are_proved_in_the_order_of_writing(world: World) -> None:
    """R25: what was earned first by another version, and of a later hour, leaves less to what was written after it."""
    await world.publishes(capped_club(ORDERS), effective_from=AT - DAY)
    await world.publishes(capped_club(ORDERS.replace("150", "90")), effective_from=AT + timedelta(hours=1))
    world.now = AT + 20 * DAY
    assert (await world.orders("anna", "80", paid=AT + timedelta(hours=1))).points == 80
    assert (await world.orders("anna", "100", paid=AT)).points == 70
    assert (await world.orders("anna", "100", paid=AT + timedelta(hours=2))).points == 0
    assert await proof_of(world) == Proof(1, [])


async def test_activities_cost_the_same_statements_however_many_members(world: World, sql: Statements) -> None:
    counts: list[int] = []
    for number in (1, 30):
        await points(world, *(did(f"r-{number}-{n}", who=f"c{n}") for n in range(number)))
        with sql:
            assert await proof_of(world) == Proof(number, [])
        counts.append(sql.count)
    assert counts[0] == counts[1]
