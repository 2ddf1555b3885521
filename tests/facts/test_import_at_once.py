"""History without points is written by a few statements: in the very rows that one order after the other would be."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.clock import new_id
from app.customers.rules import Identity
from app.db import Database, Settings
from app.facts.commands import record_order
from app.facts.importing import running
from app.facts.importing.playing import play_one_by_one
from app.facts.importing.stages import NOTHING
from app.facts.importing.terms import Imported
from app.facts.rules import Line, ReportedOrder
from app.prover import prove
from tests.databases import fresh_database
from tests.facts import cdnow
from tests.facts.history import file_of, imported, story
from tests.programs.files import shop
from tests.world import EXAMPLES, ISSUER, NOON, NUMBERS, World, published

OTHER = "https://other.example"
OUT_OF_ORDER = set[str]()
"""Members to whom older orders came after newer ones."""
AUTOMATIC = """
[members]
join = "AUTOMATIC"
"""
CAPPED = """
[[tiers.orders]]
code = "each-order"
growth = 7
words = { zh = "每单", en = "Each order" }

[[tiers.caps]]
code = "growth-a-day"
period = "DAY"
growth = 40
rules = ["each-order", "order"]
words = { zh = "每天", en = "A day" }

[[tiers.caps]]
code = "orders-a-month"
period = "MONTH"
times = 3
rules = ["each-order"]
words = { zh = "每月", en = "A month" }
"""


async def both(world: World, monkeypatch: pytest.MonkeyPatch, content: bytes, **more: Any) -> tuple[Imported, Imported]:
    """The same file at once for customers of one issuer, and one by one for those of another."""
    at_once = await imported(world, content, brings=NOTHING, **more)
    with monkeypatch.context() as patch:
        patch.setattr(running, "play", play_one_by_one)
        alone = await imported(world, content, brings=NOTHING, source="other", issuer=OTHER, **more)
    return at_once, alone


async def test_the_real_orders_come_to_the_same_rows(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R19."""
    async with fresh_database(server_url, "member_center_at_once") as url:
        database = Database(Settings(url=url), new_id=new_id)
        world = World(database, await published(database, EXAMPLES / "programs" / "cdnow.toml"))
        header, *lines = cdnow.FILE.read_text().splitlines()
        some = [line for line in lines if line < "04000" or line.startswith("19339")]
        at_once, alone = await both(world, monkeypatch, file_of(*some, header=header), program="cdnow", to_today=True)

        assert at_once == alone
        assert at_once.new > 1000
        assert await story(url) == await story(url, issuer=OTHER)
        assert (await prove(database, now=NOON, programs=world.programs)).mismatches == []
        await database.close()


async def reported_live(world: World, subject: str, *, issuer: str, program: str) -> None:
    """An order that a member paid for a while ago, from another system than those that history is of."""
    at = NOON - timedelta(days=60)
    order = ReportedOrder("live", f"{issuer}-{subject}", at, at, [Line(1, 9_000)])
    async with world.database.transaction() as tx:
        await record_order(tx, programs=world.programs, program=program, identity=Identity(issuer, subject),
                           order=order, now=at)  # fmt: skip


ORDERS = st.lists(
    st.tuples(
        st.sampled_from(["anna", "bob"]),
        st.integers(0, 1100),
        st.integers(0, 40_000),
        st.sampled_from(["", "T09:00:00", "T23:30:00+09:00"]),
    ),
    min_size=1,
    max_size=14,
)


@pytest.mark.parametrize("program", ["taobao-club", "capped"])
@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.generate,),
    print_blob=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(orders=ORDERS, split=st.integers(0, 14), live=st.booleans())
async def test_whatever_the_history_is_it_comes_to_the_same_rows(
    world: World,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    orders: list[tuple[str, int, int, str]],
    split: int,
    live: bool,
) -> None:
    """R19, R27: also when some of it was imported before, or something was reported live; caps and all."""
    seed = next(NUMBERS)
    lines = [
        f"{name}-{seed},{date(2023, 2, 20) + timedelta(days=day)}{time},1,{cents // 100}.{cents % 100:02}"
        for name, day, cents, time in orders
    ]
    if program == "capped" and "shop" not in world.programs.codes:
        await world.publishes(AUTOMATIC + shop() + CAPPED)
    code = "shop" if program == "capped" else program
    if live:
        for issuer in (ISSUER, OTHER):
            await reported_live(world, f"anna-{seed}", issuer=issuer, program=code)
    if live or 0 < split < len(lines):
        OUT_OF_ORDER.update((f"anna-{seed}", f"bob-{seed}"))
    first = random.Random(seed).sample(lines, min(split, len(lines)))
    for content in (file_of(*first), file_of(*lines)):
        at_once, alone = await both(world, monkeypatch, content, program=code)
        assert (at_once.new, at_once.known, at_once.refused) == (alone.new, alone.known, alone.refused)

    here, there = await story(database_url), await story(database_url, issuer=OTHER)
    for told in (here, there):
        # What became of a tier on the way, where older orders come after newer ones, depends on the steps taken; where
        # it leads, which is in the member's row, does not (R25).
        told["tier_changes"] = [row for row in told["tier_changes"] if row[0] not in OUT_OF_ORDER]
    assert repr(here).replace(ISSUER, "") == repr(there).replace(OTHER, "")
    assert (await prove(world.database, now=NOON, programs=world.programs)).mismatches == []
