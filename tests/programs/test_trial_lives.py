"""Whole lives under a version that is tried on a part of the members: for those in it everything is as if it were for
all, for the others as if it had never been published (M1)."""

import re
from datetime import timedelta
from pathlib import Path

from app.facts.rules import ALL, Brings
from app.points.section import Action
from app.programs import rules
from tests.databases import run
from tests.world import NOON, World

from .lives import FOR_OTHERS, FOR_US, Life, Lives

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WITHOUT_MEMBER = re.compile(r"\b(?:programs|rules)\.(?:at|current)\([\w.]*\.program\b|by_code\[[\w.]+\.program\]")


async def first_month(lives: Lives) -> None:
    for life in lives.of:
        await life.orders(170, "o1", completed=NOON)
    lives.on(12)
    await lives.settle()
    lives.on(13)
    for life in lives.of:
        await life.orders(90, "late", paid=NOON + 11 * DAY, completed=NOON + 11 * DAY)
        await life.orders(250, "o2", completed=lives.world.now)
        await life.does(Action.REVIEW, 6)
        await life.does(Action.SHARE, 7)
    await lives.compare()
    lives.on(25)
    for life in lives.of:
        await life.refunds("o2", 100)
        await life.adjusts(150)
        await life.adjusts(-120)
        await life.is_set("gold", until=lives.world.now + 20 * DAY)
    await lives.compare()


async def checkout(lives: Lives) -> list[str]:
    """One hold is captured in time, the other one is left until its deadline. The ids of those captured."""
    for life in lives.of:
        await life.holds(30)
    lives.world.now += 20 * MINUTE
    for life in lives.of:
        await life.captures()
    captured = [life.hold for life in lives.of]
    for life in lives.of:
        await life.holds(10)
    lives.world.now += 40 * MINUTE
    await lives.compare()
    return captured


async def staff_at_work(life: Life) -> None:
    await life.is_set_no_more()
    await life.is_set("silver", until=life.world.now + 60 * DAY)
    await life.orders(40, "o3", completed=life.world.now)


async def months(lives: Lives) -> None:
    """Until the end of the trial: tiers are reached, noticed, renewed and lowered."""
    for number, day in enumerate(range(50, 425, 25)):
        lives.on(day)
        if number % 5 == 1:
            await lives.compare()
        await lives.settle()
        for life in lives.of if number % 4 == 0 else ():
            await life.orders(60 + 20 * number, f"of-{day}", completed=lives.world.now)
            await life.does(Action.SHARE, 2)


async def test_who_is_in_it_lives_by_what_is_tried_and_who_is_not_by_what_is_for_all(world: World) -> None:
    """Orders, also late ones, activities up to their caps, refunds, holds, corrections, tiers set, reached, renewed and
    lowered, all that can be read and explained, and the proof of it."""
    lives = Lives(world)
    await lives.begin()
    await first_month(lives)
    captured = await checkout(lives)
    for life in lives.of:
        await staff_at_work(life)
    await months(lives)
    lives.on(425)
    for life, hold in zip(lives.of, captured, strict=True):
        await life.gets_back(hold)
        await life.refunds("of-350", 50)
    await lives.compare()
    lives.on(431)
    await lives.settle()
    for life in lives.of:
        await life.orders(130, "after", completed=world.now)
        await life.orders(130, "very-late", paid=NOON + 400 * DAY, completed=world.now)
    await lives.compare()
    lives.on(900)
    await lives.settle()
    await lives.compare()
    for code, versions in ((FOR_US, {1, 2, 3}), (FOR_OTHERS, {1, 3})):
        assert await reckoned_by(world, code) == versions
    assert {"RAISED", "NOTICED", "RENEWED", "LOWERED", "MANUAL"} <= await kinds_of_changes(world, FOR_US)


async def reckoned_by(world: World, program: str) -> set[int]:
    """Numbers of the versions by which orders were reckoned."""
    sql = f"""SELECT DISTINCT o.program_version AS number FROM orders o JOIN members m ON m.id = o.member_id
        WHERE m.program = '{program}'"""
    return {row["number"] for row in await run(world.database.settings.url, sql)}


async def kinds_of_changes(world: World, program: str) -> set[str]:
    """What became of tiers, by versions that were tried."""
    sql = f"""SELECT DISTINCT c.kind FROM tier_changes c JOIN members m ON m.id = c.member_id
        WHERE m.program = '{program}' AND c.program_version = 2"""
    return {row["kind"] for row in await run(world.database.settings.url, sql)}


async def test_history_is_played_in_by_what_was_for_each_at_its_time(world: World) -> None:
    """R19: with points and without, one by one and at once, of members with growth and a tier from elsewhere."""
    lives = Lives(world)
    await lives.begin()
    lives.on(100)
    days = (-300, -5, 11, 12, 13, 13, 14, 40, 70, 99)
    lines = [f"{(NOON + day * DAY).date()},1,{40 + day % 7 * 30}.50" for day in days]
    for life in lives.of:
        await life.is_taken_over(f"gold,{(NOON - 400 * DAY).date()},35")
        await life.imports(*lines[:5], source="without", brings=Brings(points=False, gifts=False))
        await life.imports(*lines[5:], source="with", brings=ALL)
    await lives.compare()
    for day in range(130, 440, 20):
        lives.on(day)
        await lives.settle()
    await lives.compare()


async def test_history_without_growth_from_elsewhere_grows_by_what_was_for_each(world: World) -> None:
    """R19: at once, up to the caps of each, of which some is filled by what was imported before."""
    lives = Lives(world)
    await lives.begin()
    lives.on(100)
    lines = [f"{(NOON + day * DAY).date()},1,{95 + day % 5 * 20}.00" for day in range(0, 100, 4)]
    for life in lives.of:
        for some in (lines[::2], lines[1::2]):
            await life.imports(*some, source="without", brings=Brings(points=False, gifts=True))
    await lives.compare()


def test_nothing_is_reckoned_for_a_member_by_what_is_for_all() -> None:
    """Whoever has a member at hand asks `Programs.for_member`; imports have a run, which has no member, and a reward is
    kept and shown for all."""
    app = Path(rules.__file__).parent.parent
    kept = ("offers/rules/shown.py", "rewards/rules/offered.py", "rewards/commands/catalogue.py")
    of_all = {app / file for file in kept}
    files = [file for file in app.rglob("*.py") if file.parent.name != "importing" and file not in of_all]
    found = [str(file) for file in files if WITHOUT_MEMBER.search(file.read_text("utf-8"))]
    assert len(files) > 100
    assert found == []
