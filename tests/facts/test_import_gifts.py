"""Gifts for tiers that CDNOW's real orders reach: asked for, each is given once, however often they are imported."""

import asyncio
from collections import Counter
from functools import partial
from typing import Any

import pytest

from app.clock import new_id
from app.db import Database, Settings
from app.definition import programs_to_hold, read
from app.facts.importing import batches, running
from app.facts.importing.stages import NOTHING
from app.facts.rules import ALL, Brings
from app.jobs import settle_tiers
from app.programs.commands import publish
from app.prover import prove
from tests.databases import fresh_database, run
from tests.facts import cdnow
from tests.facts.history import contents, file_of, imported
from tests.world import EXAMPLES, NOON, World, held_programs

GIFTS = {"collector": 20, "connoisseur": 50, "maestro": 200}
HEADER, *LINES = (
    line for line in cdnow.FILE.read_text().splitlines() if line < "03000" or line[:5] in ("19339", "custo")
)
WHOLE = file_of(*LINES, header=HEADER)
NEWER = file_of(*(line for line in LINES if line.split(",")[1] >= "1997-07-01"), header=HEADER)
"""Of whole days, so that each order has the same name; what is older comes later, then."""
ROWS = """SELECT i.subject, g.tier, g.points FROM tier_gifts AS g
    JOIN members AS m ON m.id = g.member_id JOIN identities AS i USING (customer_id)"""
POINTS = """SELECT i.subject, p.rule, sum(p.change + p.pending_change)::int FROM points_entries AS p
    JOIN members AS m ON m.id = p.member_id JOIN identities AS i USING (customer_id)
    WHERE p.cause = 'TIER_GIFT' AND p.kind <> 'EXPIRED' GROUP BY i.subject, p.rule"""
"""With points, gifts are of the time when the tier was reached: some have lapsed since."""


async def giving(database: Database) -> World:
    """A database in which CDNOW gives for reaching its tiers."""
    text = (EXAMPLES / "programs" / "cdnow.toml").read_text("utf-8")
    for tier, points in GIFTS.items():
        threshold = f"threshold = {cdnow.LADDER[tier]}\n"
        assert text.count(threshold) == 1
        gift = f'gift = {{ points = {points}, words = {{ zh = "升级礼", en = "A gift for the climb" }} }}\n'
        text = text.replace(threshold, threshold + gift)
    async with database.transaction() as tx:
        await publish(tx, definition=read(text), now=NOON, published_by="tests")
    return World(database, await held_programs(database, default=None))


def deserved() -> Counter[tuple[str, str, int]]:
    """Customer, tier and points of each gift, reckoned from the file alone."""
    growth: Counter[str] = Counter()
    for line in LINES:
        name, _, _, amount = line.split(",")
        growth[name] += int(amount.split(".")[0])
    return Counter(
        (name, tier, points)
        for name, reached in growth.items()
        for tier, points in GIFTS.items()
        if reached >= cdnow.LADDER[tier]
    )


async def given(url: str) -> tuple[Counter[Any], Counter[Any]]:
    """By the rows that note gifts, and by the points that were entered for them."""
    rows = Counter(tuple(row) for row in await run(url, ROWS))
    points = ((name, rule.split(".")[2], sum_) for name, rule, sum_ in await run(url, POINTS))
    return rows, Counter(points)


async def settled(world: World) -> None:
    """The worker comes by."""
    held = programs_to_hold()
    await settle_tiers(world.database, now=world.now, held=held)


@pytest.mark.parametrize("brings", [Brings(points=False, gifts=True), ALL], ids=["gifts", "points and gifts"])
async def test_nobody_has_two_gifts_for_a_tier_however_often_orders_are_imported_and_interrupted(
    server_url: str, monkeypatch: pytest.MonkeyPatch, brings: Brings
) -> None:
    """R16, R19, R24: newer orders first, then all of them, stopped in between, and again and again."""
    monkeypatch.setattr(batches, "AT_ONCE", 150)
    monkeypatch.setattr(running, "WITH_POINTS", 5)
    monkeypatch.setattr(running, "WITHOUT_POINTS", 5)
    async with fresh_database(server_url, "member_center_gifts") as url:
        database = Database(Settings(url=url), new_id=new_id)
        world = await giving(database)
        play = partial(imported, world, program="cdnow", to_today=True, brings=brings)
        stopping, done = asyncio.Event(), 0

        def interrupt(more: int, lines: int) -> None:
            nonlocal done
            done += more
            if done >= lines // 2:
                stopping.set()

        await play(NEWER)
        await settled(world)
        half = await play(WHOLE, stopping=stopping, progress=interrupt)
        assert not half.is_whole
        await settled(world)
        whole = await play(WHOLE)
        assert whole.is_whole
        assert min(whole.new, whole.known) > 100

        expected = deserved()
        assert len(expected) > 40
        assert {tier for _, tier, _ in expected} == set(GIFTS)
        assert await given(url) == (expected, expected)
        before = await contents(url)
        await play(WHOLE)
        assert await contents(url) == before
        await settled(world)
        assert await given(url) == (expected, expected)
        assert (await prove(database, now=NOON, programs=world.programs)).mismatches == []
        await database.close()


async def test_a_gift_that_was_not_asked_for_is_not_given_by_asking_later(server_url: str) -> None:
    """R19: the tier was reached by then, and nothing was given for it."""
    async with fresh_database(server_url, "member_center_no_gifts") as url:
        database = Database(Settings(url=url), new_id=new_id)
        world = await giving(database)
        for brings in (NOTHING, Brings(points=False, gifts=True)):
            await imported(world, WHOLE, program="cdnow", to_today=True, brings=brings)
            await settled(world)
        rows, points = await given(url)
        assert rows == Counter((name, tier, 0) for name, tier, _ in deserved())
        assert points == Counter()
        await database.close()
