"""Members whom another system knew: since when, the tier they held, growth that is known, and never less afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.facts.importing.stages import NOTHING, Changed
from app.facts.rules import LineRefund, ReportedRefund
from app.prover import prove
from tests.databases import run
from tests.facts.history import contents, file_of, imported, members_imported, rows_of
from tests.world import EXAMPLES, NOON, World, customer

PAGE = "{ me { growth tier { code } points { available pending } } }"
MEMBERS = """SELECT i.subject, m.joined_at, m.member_since, m.registered_at FROM members AS m
    JOIN identities AS i USING (customer_id) ORDER BY 1"""
NO_POINTS = {"available": 0, "pending": 0}


async def page(world: World, subject: str) -> dict[str, Any]:
    return (await world.data(PAGE, by=customer(subject)))["me"]


async def test_who_was_none_is_a_member_since_then_and_who_was_one_stays_one(world: World, database_url: str) -> None:
    """R19."""
    await world.joins("anna", at=NOON - timedelta(days=5))
    result = await members_imported(world, "anna,,2020-01-01,", "bob,v1,2021-06-30,", "cara,,2022-01-31T09:00:00Z,")

    assert (result.new, result.known, result.refused) == (2, 1, 0)
    rows = [tuple(row) for row in await run(database_url, MEMBERS)]
    anna, bob = NOON - timedelta(days=5), datetime(2021, 6, 30, 4, tzinfo=UTC)
    cara = datetime(2022, 1, 31, 9, tzinfo=UTC)
    assert rows == [("anna", anna, anna, anna), ("bob", bob, bob, NOON), ("cara", cara, cara, NOON)]


async def test_one_joins_also_where_one_joins_by_asking(world: World, database_url: str) -> None:
    assert (await members_imported(world, "anna,,2020-01-01,", program="brand-standard")).new == 1
    assert await rows_of(database_url, "members WHERE program = 'brand-standard'") == 1


async def test_the_tier_is_held_until_the_end_of_a_first_period_whatever_the_growth(world: World) -> None:
    """R19: S3's question, for members who exist already."""
    await members_imported(world, "anna,v4,2021-01-01,")
    await imported(world, file_of("anna,2026-01-05,1,30.00"), brings=NOTHING)

    assert await page(world, "anna") == {"growth": 30, "tier": {"code": "v4"}, "points": NO_POINTS}
    world.now = NOON + timedelta(days=360)
    assert (await page(world, "anna"))["tier"] == {"code": "v4"}


async def test_growth_that_is_known_counts_from_now_and_history_is_in_it(world: World, database_url: str) -> None:
    """R19: what they did before brings none, what they do from now on does."""
    await members_imported(world, "anna,,2021-01-01,350")
    await imported(world, file_of("anna,2026-01-05,1,300.00"), brings=NOTHING)
    assert (await page(world, "anna"))["growth"] == 350

    await world.orders("anna", "100", paid=NOON, completed=NOON)
    assert (await page(world, "anna"))["growth"] == 450
    assert await run(database_url, "SELECT growth FROM orders WHERE source = 'history'") == [(0,)]
    assert (await prove(world.database, now=NOON, programs=world.programs)).mismatches == []


async def test_growth_is_entered_only_for_who_has_none_written_here(world: World) -> None:
    await world.orders("anna", "100", paid=NOON - timedelta(days=9), completed=NOON - timedelta(days=9))
    for is_dry in (True, False):
        result = await members_imported(world, "anna,v3,2021-01-01,350", is_dry=is_dry)
        assert [(each.line, each.reason) for each in result.not_taken] == [
            (2, "growth is taken over only for who has none here, and they have: import members before orders")
        ]
        assert (result.new, result.known) == (0, 0)
    assert (await page(world, "anna"))["growth"] == 100
    assert (await page(world, "anna"))["tier"] == {"code": "v1"}, "of a line that is not taken nothing is"
    assert (await members_imported(world, "anna,,2021-01-01,0")).known == 1


@pytest.mark.parametrize("is_dry", [True, False])
async def test_what_differs_from_what_was_taken_over_before_is_told_and_not_taken(
    world: World, database_url: str, is_dry: bool
) -> None:
    """R19: a file that was put right does not pass for known where nothing of it is taken."""
    await members_imported(
        world, "anna,v2,2021-01-01,400", "bob,v2,2021-01-01,", "cara,,2021-01-01,", "dora,v2,2021-01-01,400"
    )
    await imported(world, file_of("cara,2026-01-05,1,30.00", "dora,2026-01-05,1,30.00"), brings=NOTHING)
    before = await contents(database_url)
    told: list[Changed] = []
    lines = ("anna,v2,2021-01-01,500", "bob,v3,2021-01-01,", "cara,,2021-01-01,", "dora,v2,2021-01-01,400")
    more = ("anna,v2,2021-01-01,500", "bob,v1,2021-01-01,20")
    result = await members_imported(world, *lines, is_dry=is_dry, changed=told.append)
    again = await members_imported(world, *more, is_dry=is_dry, changed=told.append)

    assert (result.new, result.known) == (0, 2)
    growth = "growth is taken over once, and differs: 400 before, 500 now"
    assert [(each.line, each.reason) for each in (*result.not_taken, *again.not_taken)] == [
        (2, growth),
        (3, "a tier is taken over once, and differs: v2 before, v3 now"),
        (2, growth),
        (3, "a tier is taken over once, and differs: v2 before, v1 now"),
    ]
    assert told == []
    assert await contents(database_url) == before


async def test_the_same_file_again_changes_nothing(world: World, database_url: str) -> None:
    """R19: also a day later, and with orders in between."""
    lines = ("anna,v4,2021-01-01,350", "bob,,2022-01-01,20", "cara,v2,2023-01-01,")
    await members_imported(world, *lines)
    await imported(world, file_of("anna,2026-01-05,1,30.00"), brings=NOTHING)
    before = await contents(database_url)

    for later in (timedelta(), timedelta(days=1)):
        again = await members_imported(world, *lines, now=NOON + later)
        assert (again.new, again.known, again.refused) == (0, 3, 0)
        assert await contents(database_url) == before


async def test_of_lines_that_say_different_things_of_a_customer_the_first_is_taken(world: World) -> None:
    lines = ("anna,v2,2021-01-01,", "bob,,2021-01-01,", "anna,v4,2021-01-01,", "anna,v2,2021-01-01,")
    result = await members_imported(world, *lines)

    assert (result.new, result.known, [each.line for each in result.not_taken]) == (2, 1, [4])
    assert "line 2" in result.not_taken[0].reason
    assert (await page(world, "anna"))["tier"] == {"code": "v2"}


async def test_who_has_left_is_not_made_a_member_again(world: World) -> None:
    await world.joins("anna")
    await world.leaves("anna")
    result = await members_imported(world, "anna,v4,2021-01-01,")
    assert ["has left" in each.reason for each in result.not_taken] == [True]
    assert await world.data("{ me { growth } }", by=customer("anna")) == {"me": None}


async def test_a_live_members_tier_is_not_lower_after_a_back_fill(world: World) -> None:
    """R19: though with older growth the tier would have been reached, and its period have ended, before."""
    at = NOON - timedelta(days=20)
    await world.orders("anna", "2500", paid=at, completed=at)
    before = (await page(world, "anna"))["tier"]["code"]
    history = [f"anna,{(NOON - timedelta(days=days)).date()},1,600.00" for days in range(390, 800, 40)]
    await imported(world, file_of(*history), brings=NOTHING)

    after = (await page(world, "anna"))["tier"]["code"]
    assert after >= before > "v1"
    assert (await prove(world.database, now=NOON, programs=world.programs)).mismatches == []


async def test_history_brings_no_points_and_no_gifts_unless_asked(world: World, database_url: str) -> None:
    """R19: and a refund that comes later takes back no point that was not given."""
    mapped = file_of("anna,2026-01-05,1,2500.00")
    await imported(world, mapped, brings=NOTHING)
    for table in ("points_entries", "points_lots", "points_accounts"):
        assert await rows_of(database_url, table) == 0, table

    refund = ReportedRefund("history", "back", "anna/2026-01-05/1", NOON, [LineRefund(1, 100_000)])
    await world.reports_of("anna", refund)
    assert await rows_of(database_url, "points_entries") == 0
    assert (await page(world, "anna")) == {"growth": 1500, "tier": {"code": "v2"}, "points": NO_POINTS}
    assert await rows_of(database_url, "tier_gifts WHERE points > 0") == 0


async def test_a_dry_run_changes_nothing_whatsoever_and_is_exact(world: World, database_url: str) -> None:
    """R19: what it tells is what the import then does."""
    await world.orders("anna", "150", paid=NOON - timedelta(days=9), completed=NOON - timedelta(days=9))
    before = await contents(database_url)
    people = ("bob,v3,2021-01-01,", "anna,,2021-01-01,", "dora,v1,x,")
    orders = file_of(
        "anna,2026-01-05,1,1400.00", "cara,2026-01-06,1,50.00", "cara,2026-01-07,1,x", "anna,2026-02-01,1,1"
    )
    told: list[Changed] = []

    of_members = await members_imported(world, *people, is_dry=True, changed=told.append)
    of_orders = await imported(world, orders, brings=NOTHING, is_dry=True, changed=told.append)

    assert await contents(database_url) == before
    assert sorted(told, key=lambda each: each.customer) == [
        Changed("anna", False, "v1", "v2", 150, 1551, 2),
        Changed("bob", True, "v1", "v3", 0, 0, 0),
        Changed("cara", True, "v1", "v1", 0, 50, 1),
    ]
    assert of_orders.moves == {("v1", "v1"): 1, ("v1", "v2"): 1}
    assert [each.line for each in (*of_members.not_taken, *of_orders.not_taken)] == [4, 4]
    await imported(world, orders, brings=NOTHING)
    assert (await page(world, "anna"))["growth"] == 1551


async def test_a_dry_run_takes_a_customer_whole(world: World, monkeypatch: Any) -> None:
    """More orders than a batch, and than a transaction otherwise."""
    monkeypatch.setattr("app.facts.importing.batches.AT_ONCE", 3)
    monkeypatch.setattr("app.facts.importing.running.WITHOUT_POINTS", 2)
    told: list[Changed] = []
    lines = [f"anna,2026-01-{day:02},1,30.00" for day in range(1, 21)]
    await imported(world, file_of(*lines, "bob,2026-01-05,1,1.00"), brings=NOTHING, is_dry=True, changed=told.append)

    assert {(each.customer, each.growth_after, each.orders) for each in told} == {("anna", 600, 20), ("bob", 1, 1)}


async def test_the_demo_file_of_members_can_be_imported(world: World) -> None:
    content = (EXAMPLES / "data" / "demo_members.csv").read_text().splitlines()
    result = await members_imported(world, *content[1:], header=content[0])
    assert (result.new, result.refused) == (3, 0)
