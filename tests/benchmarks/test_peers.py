"""The benchmarks of pages run through, with all peers that need nothing but Python; and unequal peers are told."""

import asyncio
import json
import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest

from app import clock
from app.db import Settings
from benchmarks import lives
from benchmarks.database import benchmark_database, run, settle
from benchmarks.keeping import OtherLayout, kept_on
from benchmarks.lives import PROGRAM
from benchmarks.load import Client
from benchmarks.numbers import Group
from benchmarks.page import FIRST, LISTS, PAGE, Beside, People, Scene, compared_on
from benchmarks.peers import postgraphile
from benchmarks.peers.documents import PAGE as PAGE_ASKED
from benchmarks.peers.equal import Unequal, check_equal
from benchmarks.peers.kept import kept
from benchmarks.peers.peer import Asked, Peer
from benchmarks.product import product, viewer_of
from benchmarks.side_by_side import Rounds
from benchmarks.table import as_json, as_text, errors_of
from benchmarks.warming import bring_in, read_so_far
from tests.forked import PYTHON

from .test_load import answering

ROOT = Path(__file__).parents[2]
MEMBERS = 120
HOME = (ROOT / "examples/operations/home.graphql").read_text("utf-8")


@pytest.fixture(scope="module")
def url(server_url: str) -> Generator[str]:
    with benchmark_database(server_url, None) as made:
        asyncio.run(lives.fill(made, Group(FIRST, MEMBERS)))
        yield made


def test_the_product_and_the_hand_written_handler_say_the_same_and_are_measured(url: str) -> None:
    """Rounds of a fraction of a second say nothing about speed; but each answer is looked at, and that all peers give
    the same data is found out before."""
    plan = Rounds(seconds=0.2, rounds=1, clients=2, client=Client.PYTHON, warm=0)
    scene = Scene(People(MEMBERS, 32), plan, frozenset({Beside.HAND_WRITTEN}))
    done = compared_on(url, scene, [PAGE, LISTS[0]])
    assert errors_of(done) == 0
    measured = as_json(done)["measured"]
    assert [len(measured[name]) for name in (PAGE, LISTS[0])] == [3, 3]
    assert all(told["requests_per_second"] > 0 for peers in measured.values() for told in peers.values())
    assert done.sizes[PAGE] > 5_000
    assert "| **member center, compiled** |" in as_text(done)


def test_those_who_live_and_their_copies_have_what_a_page_shows_and_books_that_balance(url: str) -> None:
    numbers = asyncio.run(
        run(url, "SELECT (SELECT count(*) FROM points_entries p WHERE p.member_id = m.id)::int AS entries,"
                 " (SELECT count(*) FROM coupons c WHERE c.member_id = m.id)::int AS coupons FROM members m")
    )  # fmt: skip
    assert {tuple(row) for row in numbers} == {(lives.ENTRIES, lives.COUPONS)}
    assert len(numbers) > MEMBERS
    command = (*PYTHON, "-m", "app", "prove", "--database-url", url)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("document", [PAGE_ASKED, HOME], ids=["of the benchmark", "home.graphql"])
async def test_a_page_reads_what_it_lists_where_that_of_one_member_lies_together(url: str, document: str) -> None:
    """Of movements, coupons and days no row of a table is read, each of which would be in another place of the disk,
    but an index that has all that a list shows (decision 41). Tables must have been vacuumed, as they are in time."""
    await settle(url)
    before = await rows_read(url)
    async with product(Settings(url)) as asked:
        for _ in range(3):  # the third time with what it remembers
            told = await asked.ask(document, {"program": PROGRAM}, by=viewer_of(FIRST), now=clock.now())
            history = told["me"]["pointHistory"]
            assert len(history.get("nodes") or history["edges"]) == 20
    read = {name: rows - before[name] for name, rows in (await rows_read(url)).items()}
    assert {name: read[name] for name in ("points_entries", "coupons", "check_ins")} == {
        "points_entries": 0, "coupons": 0, "check_ins": 0,
    }  # fmt: skip


async def rows_read(url: str) -> dict[str, int]:
    return dict(await run(url, "SELECT relname::text, idx_tup_fetch + seq_tup_read FROM pg_stat_user_tables"))


async def test_what_pages_are_read_of_is_brought_into_memory_and_nothing_else(url: str) -> None:
    await settle(url)
    before = await read_so_far(url)
    async with product(Settings(url)) as asked:
        for member in range(FIRST, FIRST + 10):
            await asked.ask(PAGE_ASKED, {"program": PROGRAM}, by=viewer_of(member), now=clock.now())
    brought = await bring_in(url, before, pages=10)
    ((lists, entries),) = await run(
        url, "SELECT pg_relation_size('pk_points_entries') + pg_relation_size('ix_coupons_open')"
             " + pg_relation_size('uq_check_ins_day'), pg_relation_size('points_entries')"
    )  # fmt: skip
    assert lists < brought < lists + entries


def test_a_database_that_was_kept_is_filled_once_and_refused_when_the_migrations_make_another(server_url: str) -> None:
    filled: list[str] = []
    name = f"kept_{os.getpid()}"
    try:
        for _ in range(2):
            with kept_on(server_url, name, fill=filled.append):
                assert len(filled) == 1
        with kept_on(server_url, name, fill=filled.append) as kept:
            asyncio.run(run(kept, "DROP INDEX ix_coupons_open", "SELECT 1"))
        with pytest.raises(OtherLayout, match="ix_coupons_open"), kept_on(server_url, name, fill=filled.append):
            pass
    finally:
        asyncio.run(run(server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", "SELECT 1"))


def test_views_for_postgraphile_show_every_member_and_what_they_have(url: str) -> None:
    """That its answers are equal is found out whenever the benchmark runs with it: it needs npm."""
    asyncio.run(postgraphile.make_views(url, asyncio.run(kept(url))))
    (row,) = asyncio.run(
        run(url, "SELECT count(*)::int AS members, count(*) FILTER (WHERE available > 0)::int AS rich,"
                 " count(*) FILTER (WHERE growth_remaining > 0 AND ratio < 1)::int AS climbing,"
                 " (SELECT count(*)::int FROM beside.coupons) AS coupons,"
                 " (SELECT count(*)::int FROM beside.memberships) AS memberships"
                 " FROM beside.members m JOIN beside.accounts a ON a.member_id = m.id")
    )  # fmt: skip
    known = row["members"]
    assert known > MEMBERS
    assert 0 < row["climbing"] < known
    assert (row["rich"], row["coupons"], row["memberships"]) == (known, known * lives.COUPONS, known)


def test_what_npm_installs_for_postgraphile_is_pinned_and_names_no_registry() -> None:
    lock = json.loads((postgraphile.FOLDER / "package-lock.json").read_text("utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages["node_modules/postgraphile"]["version"].startswith("5.1.")
    assert packages["node_modules/node"]["version"].startswith("22.")
    assert all("integrity" in about and "resolved" not in about for about in packages.values())


@pytest.mark.parametrize(
    ("said", "where"),
    [
        pytest.param('{"data": {"points": [1, 3]}}', r"\.data\.points\[1\]: 2 and 3", id="another value"),
        pytest.param('{"data": {"points": [1]}}', r"\.data\.points: \[1, 2\] and \[1\]", id="too few"),
        pytest.param('{"data": {"points": [1, 2], "more": 1}}', r"\.data\.more: None and 1", id="more than asked"),
        pytest.param('{"data": null}', "first says", id="nothing"),
    ],
)
def test_peers_that_do_not_say_the_same_are_told_and_not_measured(said: str, where: str) -> None:
    asked = {PAGE: Asked("/", "{}", "data")}
    with answering(lambda _: '{"data": {"points": [1, 2]}}') as (one, _), answering(lambda _: said) as (other, _):
        peers = [Peer(name, port, psutil.Process(), 0, asked) for name, port in (("first", one), ("second", other))]
        with pytest.raises(Unequal, match=where):
            check_equal(peers, PAGE, tokens=["abc"], places=[0])
        check_equal(peers[:1] * 2, PAGE, tokens=["abc"], places=[0])


def test_who_asks_is_spread_over_all_and_each_turn_has_others() -> None:
    people = People(members=100, asking=10)
    turns = [people.numbers(turn=turn) for turn in range(10)]
    assert list(turns[0]) == list(range(FIRST, FIRST + 100, 10))
    assert sorted(number for turn in turns for number in turn) == list(range(FIRST, FIRST + 100))
    assert list(People(members=5, asking=10).numbers(turn=3)) == list(range(FIRST, FIRST + 5))
