"""Points over time: what they count as at an instant, and what is entered of it when."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from asyncpg import UniqueViolationError

from app.clock import new_id
from app.definition import PRESETS
from app.points.commands.ledger import INSERT_ENTRY
from app.prover import prove
from tests.databases import run
from tests.programs.files import shop
from tests.statements import Statements
from tests.world import NOON, World, customer

from .scenes import everything_happens

CLUB = (PRESETS / "taobao-club.toml").read_text("utf-8")
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
ACTIVE_AT, LAPSES_AT = NOON + 7 * DAY, datetime.fromisoformat("2027-03-08T12:00:00Z")
PAGE = """query Page($within: Int!) { me {
  growth tier { code }
  points { available pending expiring(within: $within) { amount at } }
  pointHistory(first: 20) { nodes { kind change pendingChange balanceAfter pendingAfter occurredAt } }
} }"""
ENTRIES = (
    "SELECT kind, change, pending_change, balance_after, pending_after, occurred_at FROM points_entries ORDER BY id"
)


async def page_at(world: World, now: datetime, *, within: int = 30) -> Any:
    world.now = now
    return (await world.data(PAGE, by=customer("anna"), within=within))["me"]


@pytest.mark.parametrize(
    ("now", "available", "pending"),
    [
        (NOON, 0, 100),
        (ACTIVE_AT - MOMENT, 0, 100),
        (ACTIVE_AT, 100, 0),
        (LAPSES_AT - MOMENT, 100, 0),
        (LAPSES_AT, 0, 0),
    ],
)
async def test_points_count_as_what_they_are_though_no_job_has_run(
    world: World, sql: Statements, now: datetime, available: int, pending: int
) -> None:
    """R2, R9: a read reckons from the times, at the instant itself and just before; it writes nothing."""
    await world.orders("anna", "100", completed=NOON)
    with sql:
        page = await page_at(world, now)
    assert (page["points"]["available"], page["points"]["pending"]) == (available, pending)
    assert not [text for text in sql.texts if not text.lstrip("(").startswith("SELECT")]
    assert [node["kind"] for node in page["pointHistory"]["nodes"]] == ["EARNED"]


async def test_points_of_an_order_that_is_not_completed_stay_pending(world: World) -> None:
    """R9: from payment on, and for as long as it takes."""
    await world.orders("anna", "100", order="o-1")
    page = await page_at(world, NOON + 2000 * DAY)
    assert (page["points"]["available"], page["points"]["pending"], page["growth"]) == (0, 100, 0)
    await world.completes("anna", "o-1")
    page = await page_at(world, world.now + 7 * DAY)
    assert (page["points"]["available"], page["points"]["pending"], page["growth"]) == (100, 0, 100)


@pytest.mark.parametrize(
    ("now", "within", "expiring"),
    [
        (LAPSES_AT - 30 * DAY, 30, [100]),
        (LAPSES_AT - 30 * DAY - MOMENT, 30, []),
        (LAPSES_AT - 30 * DAY, 29, []),
        (LAPSES_AT - 31 * DAY, 31, [100]),
        (LAPSES_AT - MOMENT, 1, [100]),
        (LAPSES_AT, 30, []),
        (ACTIVE_AT - MOMENT, 3000, []),
    ],
)
async def test_points_that_lapse_soon_are_said_to(
    world: World, now: datetime, within: int, expiring: list[int]
) -> None:
    """R2: those that can be spent now."""
    await world.orders("anna", "100", completed=NOON)
    page = await page_at(world, now, within=within)
    assert [each["amount"] for each in page["points"]["expiring"]] == expiring


async def test_what_was_due_is_dated_when_it_was_due_and_in_order(world: World) -> None:
    """R2, R5: a write settles first; balances follow from one another."""
    await world.orders("anna", "100", paid=NOON - DAY, completed=NOON)
    await world.orders("anna", "20", completed=NOON + 2 * DAY, now=NOON + 2 * DAY)
    world.now = LAPSES_AT + MOMENT
    await world.orders("anna", "3", paid=LAPSES_AT - DAY)
    assert [tuple(row) for row in await run(world.database.settings.url, ENTRIES)] == [
        ("EARNED", 0, 100, 0, 100, NOON - DAY),
        ("EARNED", 0, 20, 0, 120, NOON),
        ("ACTIVATED", 100, -100, 100, 20, ACTIVE_AT),
        ("ACTIVATED", 20, -20, 120, 0, ACTIVE_AT + 2 * DAY),
        ("EXPIRED", -100, 0, 20, 0, LAPSES_AT),
        ("EARNED", 0, 3, 20, 3, LAPSES_AT - DAY),
    ]
    assert (await prove(world.database, now=world.now, programs=world.programs)).holds


async def test_reading_and_settling_say_the_same_at_every_instant(world: World) -> None:
    """R2, R5: available and pending, hours around each instant at which something happens."""
    for days, amount in ((0, "100"), (3, "50"), (10, "7")):
        await world.orders("anna", amount, paid=NOON - 10 * DAY, completed=NOON - 10 * DAY + days * DAY)
    recorded = await world.orders("anna", "1", paid=NOON - 10 * DAY)
    events = [NOON + days * DAY for days in (-3, 0, 7, 362, 365, 372)]
    for now in [event + hours * timedelta(hours=1) for event in events for hours in (-1, 0, 1)]:
        page = await page_at(world, max(now, NOON))
        await world.settles(recorded.member_id)
        settled = await page_at(world, world.now)
        assert settled["points"] == page["points"]
        account = await run(world.database.settings.url, "SELECT available, pending FROM points_accounts")
        assert [tuple(row) for row in account] == [(page["points"]["available"], page["points"]["pending"])]
        assert (await prove(world.database, now=world.now, programs=world.programs)).holds
    last = await page_at(world, NOON + 373 * DAY)
    assert (last["points"]["available"], last["points"]["pending"]) == (0, 1)


async def test_growth_and_tier_stay_when_points_lapse(world: World) -> None:
    """R15: growth only ever measures. It counts for ever here: what lapses by its own rules is another matter (R18)."""
    await world.publishes(CLUB.replace('kind = "ROLLING", months = 12', 'kind = "LIFETIME"'), effective_from=NOON - DAY)
    await world.orders("anna", "1100", completed=NOON)
    before = await page_at(world, NOON)
    await world.orders("anna", "1", now=LAPSES_AT)
    after = await page_at(world, LAPSES_AT)
    assert (before["growth"], before["tier"]) == (after["growth"], after["tier"]) == (1100, {"code": "v2"})
    assert (after["points"]["available"], after["points"]["pending"]) == (0, 1)


async def test_with_yearly_clearing_points_lapse_on_the_local_new_year(world: World) -> None:
    """R9: at midnight in Shanghai, which is 16:00 in UTC; what is active from that instant on lasts a year."""
    await world.publishes(shop().replace("[points]\n", '[points]\nexpiry = { kind = "YEARLY" }\n'))
    await world.joins("anna", program="shop")
    midnight = datetime.fromisoformat("2026-12-31T16:00:00Z")
    world.now = midnight - 7 * DAY
    await world.orders("anna", "10", program="shop", completed=world.now - MOMENT)
    await world.orders("anna", "5", program="shop", completed=world.now)
    found: list[int] = []
    for now in (midnight - MOMENT, midnight, midnight + 365 * DAY - MOMENT, midnight + 365 * DAY):
        world.now = now
        text = 'query { me(program: "shop") { points { available } } }'
        found.append((await world.data(text, by=customer("anna")))["me"]["points"]["available"])
    assert found == [10, 5, 5, 0]


async def test_an_order_of_nothing_is_an_order_that_earns_nothing(world: World) -> None:
    """R26: amount 0.00; no lot, no entry of 0."""
    recorded = await world.orders("anna", "0", completed=NOON)
    assert (recorded.points, recorded.growth, recorded.replayed) == (0, 0, False)
    url = world.database.settings.url
    for table, number in (("orders", 1), ("order_lines", 1), ("facts", 2), ("points_lots", 0), ("growth_entries", 0)):
        assert len(await run(url, f"SELECT FROM {table}")) == number
    assert (await prove(world.database, now=world.now, programs=world.programs)).holds


async def test_movements_are_only_ever_added(world: World, sql: Statements) -> None:
    """R5: whatever happens, and though lots, holds and the account change."""
    with sql:
        await everything_happens(world)
    changes = [text for text in sql.texts if text.startswith(("UPDATE", "DELETE"))]
    assert any("points_lots" in text for text in changes)
    assert [text for text in changes if "points_entries" in text] == []


async def test_of_one_cause_a_movement_of_a_kind_is_written_once(world: World) -> None:
    """R5: whoever spends, gives back or takes back for the same once more fails, and leaves nothing."""
    await everything_happens(world)
    url = world.database.settings.url
    before = await run(url, "SELECT * FROM points_entries ORDER BY id")
    for kind in ("SPENT", "GIVEN_BACK", "REVERSED", "CAPTURED", "RELEASED", "EARNED", "EXPIRED", "DEBT_PAID"):
        (one, *_) = [row for row in before if row["kind"] == kind]
        with pytest.raises(UniqueViolationError, match="uq_points_entries"):
            await written_again(world, one)
    assert await run(url, "SELECT * FROM points_entries ORDER BY id") == before


async def written_again(world: World, row: Any) -> None:
    """The same with another id."""
    async with world.database.transaction() as tx:
        await tx.run(INSERT_ENTRY, **dict(row) | {"id": new_id()})
