"""The real orders of CDNOW, played into a program of their own: every figure against an independent reckoning."""

from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from app.clock import new_id
from app.db import Database, Settings
from app.facts.importing.terms import Imported
from app.prover import prove
from tests.databases import fresh_database, run
from tests.facts import cdnow
from tests.facts.history import contents, imported
from tests.world import EXAMPLES, World, customer, published

MORNING = datetime(2028, 2, 29, 14, 30, tzinfo=UTC)
"""In New York half past nine, on a day that the next year does not have (R3)."""
CONTENT = cdnow.FILE.read_bytes()
MEMBERS = """SELECT i.subject, m.growth, coalesce(m.tier, 'listener') AS tier, a.available, a.pending,
    (SELECT coalesce(-sum(change), 0) FROM points_entries WHERE member_id = m.id AND kind = 'EXPIRED') AS lapsed
    FROM members AS m JOIN identities AS i USING (customer_id) JOIN points_accounts AS a ON a.member_id = m.id"""
LOTS = """SELECT i.subject, l.activates_at, l.expires_at FROM points_lots AS l
    JOIN members AS m ON m.id = l.member_id JOIN identities AS i USING (customer_id)"""
TWICE = """SELECT customer, day, amount, count(*) FROM (
    SELECT split_part(external_id, '/', 1) AS customer, split_part(external_id, '/', 2) AS day, o.amount, l.quantity
    FROM orders AS o JOIN order_lines AS l ON (l.member_id, l.order_id) = (o.member_id, o.id)
) AS known GROUP BY customer, day, amount, quantity HAVING count(*) > 1"""
AGAINST_TIME = """SELECT count(*) FROM (
    SELECT occurred_at < lag(occurred_at) OVER (PARTITION BY member_id ORDER BY id) AS backwards FROM points_entries
) AS e WHERE backwards"""
PAGE = "{ me { growth tier { code } points { available pending } } }"


@dataclass(frozen=True)
class Played:
    """The orders in a database of their own, which the tests only read: they share it."""

    world: World
    url: str
    first: Imported


@pytest.fixture(scope="module")
async def played(server_url: str) -> AsyncGenerator[Played]:
    async with fresh_database(server_url, "member_center_cdnow") as url:
        database = Database(Settings(url=url), new_id=new_id)
        await database.open()
        world = World(database, await published(database, EXAMPLES / "programs" / "cdnow.toml"), now=MORNING)
        yield Played(world, url, await imported(world, CONTENT, program="cdnow", to_today=True))
        await database.close()


async def test_every_line_is_an_order_also_equal_ones_and_those_of_nothing(played: Played) -> None:
    """R24."""
    assert (played.first.lines, played.first.new, played.first.not_taken) == (6919, 6919, ())
    assert await run(played.url, "SELECT count(*) FROM orders") == [(6919,)]
    assert await run(played.url, "SELECT count(*) FROM orders WHERE amount = 0") == [(8,)]
    assert sum(row["count"] - 1 for row in await run(played.url, TWICE)) == 21


async def test_growth_tiers_and_points_of_every_customer_are_those_reckoned_independently(played: Played) -> None:
    """R2, R9, R12, R16."""
    expected = cdnow.expected(MORNING)
    found = {row["subject"]: row for row in await run(played.url, MEMBERS)}

    assert {name: tuple(row)[1:] for name, row in found.items()} == {
        name: (each.growth, each.tier, each.available, each.pending, each.lapsed) for name, each in expected.items()
    }
    assert Counter(row["tier"] for row in found.values()) == Counter(each.tier for each in expected.values())
    for name in ("growth", "available", "pending", "lapsed"):
        assert sum(row[name] for row in found.values()) == sum(getattr(each, name) for each in expected.values()) > 0


async def test_points_become_active_and_lapse_when_the_calendar_of_new_york_says(played: Played) -> None:
    """R3, R9."""
    found = Counter((row["subject"], row["activates_at"], row["expires_at"]) for row in await run(played.url, LOTS))
    expected = {(name, *times): n for name, each in cdnow.expected(MORNING).items() for times, n in each.lots.items()}

    assert found == {lot: number for lot, number in expected.items() if number}


async def test_the_books_balance_and_are_in_order_of_time(played: Played) -> None:
    """R2, R5."""
    proof = await prove(played.world.database, now=MORNING, programs=played.world.programs)
    assert (proof.members, proof.mismatches) == (2357, [])
    assert await run(played.url, AGAINST_TIME) == [(0,)]


async def test_a_members_page_says_the_same(played: Played) -> None:
    expected = cdnow.expected(MORNING)
    for name in ("19339", "10306", "00004"):
        page = (await played.world.data(PAGE, by=customer(name, program="cdnow")))["me"]
        each = expected[name]
        assert page["growth"] == each.growth
        assert page["tier"] == {"code": each.tier}
        assert page["points"] == {"available": each.available, "pending": each.pending}


async def test_importing_it_again_also_on_another_day_changes_nothing(played: Played) -> None:
    """R24."""
    before = await contents(played.url)
    later = MORNING + timedelta(days=3)
    again = await imported(played.world, CONTENT, program="cdnow", to_today=True, now=later)

    assert (again.new, again.known, again.shift_days) == (0, 6919, played.first.shift_days)
    assert await contents(played.url) == before
