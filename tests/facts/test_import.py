"""Order history from a file: all of it, once, by the program's own rules, however often and from wherever."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from app.facts.importing import batches, running
from app.facts.importing.reading import Mapped
from app.facts.importing.terms import Imported
from app.prover import prove
from tests.databases import run
from tests.facts.history import contents, file_of, imported, rows_of, story
from tests.world import NOON, World, customer

PAGE = "{ me { growth tier { code } points { available pending } } }"
ORDERS = "SELECT external_id, amount, paid_at, completed_at FROM orders ORDER BY external_id"
AGAINST_TIME = """SELECT count(*) FROM (
    SELECT occurred_at < lag(occurred_at) OVER (PARTITION BY member_id ORDER BY id) AS backwards FROM points_entries
) AS e WHERE backwards"""


def counts(result: Imported) -> tuple[int, int, int]:
    return result.new, result.known, len(result.not_taken)


def many_orders(*, customers: int, busy: int) -> bytes:
    """Customers with three orders each, months apart, and one with very many."""
    first = date(2024, 6, 1)
    dates = [
        (f"c{number}", first + timedelta(days=number * 7 + nth * 170))
        for number in range(customers)
        for nth in range(3)
    ]
    dates += [("busy", first + timedelta(days=nth)) for nth in range(busy)]
    return file_of(*(f"{name},{day},1,{100 + day.day}.{day.month:02}" for name, day in dates))


async def test_an_order_is_paid_and_completed_at_noon_of_its_day(world: World, database_url: str) -> None:
    """R1: the day is one of the program's time zone, here Shanghai's."""
    await imported(world, file_of("anna,2025-07-31,2,120.50"))

    ((known_as, amount, paid, completed),) = await run(database_url, ORDERS)
    assert (known_as, amount, paid) == ("anna/2025-07-31/1", 12050, datetime(2025, 7, 31, 4, tzinfo=UTC))
    assert completed == paid


async def test_a_time_counts_as_it_is_written(world: World, database_url: str) -> None:
    written = ("2025-07-31T01:30:00+09:00", "2025-07-30 20:30", "2025-07-30T16:30:00.000Z")
    await imported(world, file_of(*(f"anna,{at},1,1.00" for at in written)))

    rows = await run(database_url, ORDERS)
    assert {row["paid_at"] for row in rows} == {
        datetime(2025, 7, 30, 16, 30, tzinfo=UTC),
        datetime(2025, 7, 30, 12, 30, tzinfo=UTC),
    }
    assert {row["external_id"] for row in rows} == {"anna/2025-07-31/1", "anna/2025-07-30/1", "anna/2025-07-31/2"}


async def test_equal_lines_are_orders_of_their_own_and_nothing_paid_is_an_order(
    world: World, database_url: str
) -> None:
    result = await imported(
        world, file_of("anna,2026-01-05,1,10.00", "anna,2026-01-05,1,10.00", "anna,2026-01-06,1,0.00")
    )

    assert counts(result) == (3, 0, 0)
    assert [(row["external_id"], row["amount"]) for row in await run(database_url, ORDERS)] == [
        ("anna/2026-01-05/1", 1000),
        ("anna/2026-01-05/2", 1000),
        ("anna/2026-01-06/1", 0),
    ]
    page = (await world.data(PAGE, by=customer("anna")))["me"]
    assert page == {"growth": 20, "tier": {"code": "v1"}, "points": {"available": 20, "pending": 0}}


async def test_a_file_with_ids_and_without_quantities_is_read_by_its_columns(world: World, database_url: str) -> None:
    content = file_of("8,2026-01-05,anna,10.00", header="number,on,who,paid")
    mapped = Mapped(customer="who", date="on", amount="paid", quantity=None, order="number")
    await imported(world, content, mapped=mapped)

    assert [row["external_id"] for row in await run(database_url, ORDERS)] == ["8"]


async def test_repeating_changes_nothing_on_that_day_or_later(world: World, database_url: str) -> None:
    """R24."""
    content = many_orders(customers=20, busy=0)
    first = await imported(world, content, to_today=True)
    before = await contents(database_url)

    for later in (timedelta(), timedelta(days=40)):
        again = await imported(world, content, to_today=True, now=NOON + later)
        assert counts(again) == (0, 60, 0)
        assert again.shift_days == first.shift_days
        assert await contents(database_url) == before


@pytest.mark.parametrize("how", ["stopped", "cancelled"])
async def test_what_was_interrupted_and_repeated_is_as_if_it_had_not_been(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """R24: also within the orders of a member that are more than one transaction takes."""
    monkeypatch.setattr(running, "WITH_POINTS", 10)
    monkeypatch.setattr(batches, "AT_ONCE", 25)
    content = many_orders(customers=15, busy=45)
    await imported(world, content, to_today=True)
    stopping, done = asyncio.Event(), 0

    def interrupt(more: int, _: int) -> None:
        nonlocal done
        done += more
        if done >= 40:
            stopping.set() if how == "stopped" else importing.cancel()

    import_other = partial(imported, world, content, source="other", issuer="https://other.example", to_today=True)
    importing = asyncio.ensure_future(import_other(stopping=stopping, progress=interrupt))
    await asyncio.wait([importing])
    assert importing.cancelled() is (how == "cancelled")
    assert 0 < await rows_of(database_url, "orders WHERE source = 'other'") < 90
    assert await rows_of(database_url, "imports WHERE finished_at IS NULL") == 1

    again = await import_other()
    assert again.is_whole
    assert again.new > 0
    assert again.known > 0
    assert await rows_of(database_url, "imports WHERE finished_at IS NULL") == 0
    assert await story(database_url, issuer="https://other.example") == await story(database_url)


async def test_entries_are_in_order_of_time_and_dated_when_they_were_due(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2: history is played as if each order had been reported when it happened, however the file is sorted."""
    monkeypatch.setattr(running, "WITH_POINTS", 10)
    monkeypatch.setattr(batches, "AT_ONCE", 25)
    header, *lines = many_orders(customers=10, busy=30).decode().splitlines()
    await imported(world, file_of(*reversed(lines), header=header))

    assert await rows_of(database_url, "points_entries WHERE kind = 'EXPIRED'") > 10
    assert await run(database_url, AGAINST_TIME) == [(0,)]
    assert (await prove(world.database, now=NOON, programs=world.programs)).mismatches == []


async def test_history_may_come_after_what_was_reported_live(world: World) -> None:
    """R2, R25: the books balance, and the page says what it would have said."""
    await world.orders("anna", "900", paid=NOON - timedelta(days=20), completed=NOON - timedelta(days=20))
    await imported(world, file_of("anna,2025-05-31,1,200.00", "anna,2024-05-31,1,300.00", "anna,2026-02-28,1,50.00"))

    page = (await world.data(PAGE, by=customer("anna")))["me"]
    assert page == {"growth": 1150, "tier": {"code": "v2"}, "points": {"available": 1100, "pending": 50}}
    assert (await prove(world.database, now=NOON, programs=world.programs)).mismatches == []


async def test_shifting_makes_the_last_order_today_and_never_later_than_now(world: World, database_url: str) -> None:
    """R1: at 8 in the morning of Shanghai, noon is still to come."""
    content = file_of("anna,1997-03-30,1,10.00", "anna,1998-06-30,1,10.00")
    morning = datetime(2026, 2, 28, 0, tzinfo=UTC)
    first = await imported(world, content, to_today=True, now=morning)
    rows = await run(database_url, ORDERS)

    assert [row["paid_at"] for row in rows] == [datetime(2024, 11, 28, 4, tzinfo=UTC), morning]
    assert [row["external_id"] for row in rows] == ["anna/1997-03-30/1", "anna/1998-06-30/1"]
    again = await imported(world, content, to_today=True, now=morning + timedelta(hours=9))
    assert (again.shift_days, *counts(again)) == (first.shift_days, 0, 2, 0)


async def test_a_file_put_right_or_gone_on_with_is_moved_as_the_first_of_its_source(world: World) -> None:
    """R24: also those of the last day, whose noon was still to come when the first began."""
    lines = ["anna,1998-06-29,1,10.00", "anna,1998-06-30,1,10.00"]
    morning = datetime(2026, 2, 28, 0, tzinfo=UTC)
    first = await imported(world, file_of(*lines, "bob,1998-06-29,1,x"), to_today=True, now=morning)
    assert counts(first) == (2, 0, 1)

    right = file_of(*lines, "bob,1998-06-29,1,5.00", "bob,1998-07-01,1,5.00")
    again = await imported(world, right, to_today=True, now=morning + timedelta(hours=9))
    assert (again.shift_days, *counts(again)) == (first.shift_days, 1, 2, 1)
    assert [(each.line, "future" in each.reason) for each in again.not_taken] == [(5, True)]
    later = await imported(world, right, now=morning + timedelta(days=2))
    assert (later.shift_days, *counts(later)) == (first.shift_days, 1, 3, 0)


@pytest.mark.parametrize("first", [False, True])
async def test_the_shift_is_that_of_the_first_import_of_the_file(world: World, first: bool) -> None:
    content = file_of("anna,2025-12-01,1,10.00")
    fixed = (await imported(world, content, to_today=first)).shift_days

    again = await imported(world, content, to_today=not first)
    assert (again.shift_days, *counts(again)) == (fixed, 0, 1, 0)
    elsewhere = await imported(world, content, to_today=not first, source="elsewhere")
    assert elsewhere.shift_days != fixed
