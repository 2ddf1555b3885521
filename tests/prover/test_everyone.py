"""Everybody is proved within a day, whether or not anything happens; who disagrees is named until it is mended."""

import asyncio
from datetime import datetime, timedelta
from itertools import count
from math import nan
from typing import Any
from uuid import UUID

import pytest

from app.clock import new_id
from app.members.proving import Mismatch
from app.members.queries import members_by_id
from app.prover import touch_the_unproved
from app.prover.commands import keep_agreeing, keep_confirmed
from app.prover.gauges import FIGURES
from app.worker import Pace, work
from tests.telling import capture_logs
from tests.world import NOON, World

from .going import (
    BREAK,
    DAY,
    HOUR,
    MEND,
    MINUTE,
    due_proved,
    figures,
    figures_told,
    members_proved,
    proofs,
    rows,
    touched_proved,
    waiting,
)


async def test_everybody_is_proved_within_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R5: at any hour of the days to come nobody's proof is a day old, though a run proves only a few."""
    monkeypatch.setattr("app.prover.rounds.MOST_DUE", 6)
    monkeypatch.setattr("app.prover.rounds.AT_ONCE", 3)
    for number in range(15):
        await world.joins(f"customer {number}")
    for number in range(5):
        await world.joins(f"customer {number}", program="brand-standard")
    await touched_proved(world)
    most = 0.0
    for _ in range(3 * 24):
        world.now += HOUR
        before = members_proved()
        await due_proved(world)
        most = max(most, members_proved() - before)
        ((oldest, number),) = await rows(world, "SELECT min(proved_at), count(*) FROM proofs")
        assert number == 20
        assert world.now - oldest < DAY
    assert 6 <= most <= 12


async def test_nobody_is_proved_again_who_was_proved_just_now(world: World) -> None:
    await world.joins("anna")
    await touched_proved(world)
    before = members_proved()
    world.now += timedelta(hours=19)
    await due_proved(world)
    assert members_proved() == before


async def test_the_oldest_proofs_come_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.prover.rounds.MOST_DUE", 1)
    monkeypatch.setattr("app.prover.rounds.AT_ONCE", 1)
    for subject in ("carl", "anna", "bella"):
        world.now += MINUTE
        await world.joins(subject)
        await touched_proved(world)
    order: list[str] = []
    for _ in range(3):
        world.now += DAY
        await due_proved(world)
        order += [subject for subject, (at, _) in (await proofs(world)).items() if at == world.now]
    assert order == ["carl", "anna", "bella"]


async def test_who_disagrees_is_named_by_log_and_metric_until_they_are_mended(world: World) -> None:
    """R5: found within a day though nobody wrote; told once; cleared at the next run after it was mended."""
    anna, _ = await world.joins("anna"), await world.joins("bella")
    await touched_proved(world)
    assert await figures(world) == (0, 0, 0)
    await rows(world, f"{BREAK} WHERE id = '{anna}'")
    world.now += 21 * HOUR
    assert await figures(world) == (0, 21 * 3600, 0)
    with capture_logs() as logs:
        await due_proved(world)
        world.now += MINUTE
        await due_proved(world)
    assert [
        (log["event"], log["member"], log["mismatches"], log["what"], log["expected"], log["found"]) for log in logs
    ] == [("books_disagree", str(anna), 2, "members.growth, by its growth", "0", "1")]
    assert await figures(world) == (1, 60, 0)
    kept = await rows(world, "SELECT member_id, program, what, expected, found, found_at FROM mismatches ORDER BY what")
    assert [tuple(row) for row in kept] == [
        (anna, "taobao-club", f"members.{what}, by its growth", "0", "1", NOON + 21 * HOUR)
        for what in ("growth", "renewal_growth")
    ]
    await rows(world, f"{MEND} WHERE id = '{anna}'")
    world.now += MINUTE
    await due_proved(world)
    assert await figures(world) == (0, 120, 0)
    assert await rows(world, "SELECT * FROM mismatches") == []


async def test_a_worker_tells_where_the_prover_stands(world: World) -> None:
    """Each worker by itself, whichever of them runs the jobs: none goes on telling what it found hours ago."""
    await world.joins("anna")
    await rows(world, BREAK)
    await touched_proved(world)
    await world.joins("bella")
    stopping, looks = asyncio.Event(), count(1)

    def clock() -> datetime:
        """Is looked at by the outbox and by the gauges in turn; after some of that it is enough."""
        if next(looks) == 6:
            stopping.set()
        return world.now + HOUR

    for gauge in FIGURES:
        gauge.set(nan)
    pace = Pace(idle=0.001, gauges=0.001)
    given: dict[str, Any] = {"reactions": {}, "jobs": (), "held": None, "new_id": new_id, "stopping": stopping}
    await work(world.database, clock=clock, pace=pace, **given)
    assert figures_told() == (1, 3600, 1)


async def test_what_was_found_under_the_lock_is_not_overwritten_by_who_read_without_it(world: World) -> None:
    """A run that read a member's books before they were broken writes down its proof after they were found to be."""
    anna = await world.joins("anna")
    await touched_proved(world)
    (member,) = await members_by_id(world.database, [anna])
    assert member is not None
    async with world.database.transaction() as tx:
        await keep_confirmed(tx, member=member, found=[_mismatch(anna, 1)], now=world.now)
    async with world.database.transaction() as tx:
        await keep_agreeing(tx, [member], now=world.now + MINUTE)
    assert await proofs(world) == {"anna": (world.now, 1)}


async def test_a_proof_is_never_replaced_by_an_older_one(world: World) -> None:
    anna = await world.joins("anna")
    await touched_proved(world)
    (member,) = await members_by_id(world.database, [anna])
    assert member is not None
    async with world.database.transaction() as tx:
        await keep_agreeing(tx, [member], now=world.now - MINUTE)
    assert await proofs(world) == {"anna": (world.now, 0)}


async def test_of_a_member_in_ruins_some_mismatches_are_kept_and_all_are_counted(world: World) -> None:
    """Bounded, whatever happened to somebody; and what is new is told, what was known keeps its date."""
    anna = await world.joins("anna")
    (member,) = await members_by_id(world.database, [anna])
    assert member is not None
    async with world.database.transaction() as tx:
        new = await keep_confirmed(tx, member=member, found=[_mismatch(anna, 1), _mismatch(anna, 1)], now=world.now)
        assert len(new) == 2
    found = [_mismatch(anna, number) for number in range(50)]
    async with world.database.transaction() as tx:
        new = await keep_confirmed(tx, member=member, found=found, now=world.now + MINUTE)
    assert [each.what for each in new] == [f"number {number}" for number in range(20) if number != 1]
    kept = await rows(world, "SELECT what, found_at, expected FROM mismatches ORDER BY found_at, id")
    assert [(row["what"], row["found_at"]) for row in kept[:2]] == [
        ("number 1", world.now),
        ("number 0", world.now + MINUTE),
    ]
    assert (len(kept), {len(row["expected"]) for row in kept}) == (20, {500})
    assert (await proofs(world))["anna"] == (world.now + MINUTE, 50)


def _mismatch(member_id: UUID, number: int) -> Mismatch:
    return Mismatch(member_id, f"number {number}", "x" * 1000, "y")


async def test_who_came_into_the_database_by_another_way_is_proved_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R5: every member, not only those who joined as we have it."""
    monkeypatch.setattr("app.prover.rounds.LOOKED_AT_ONCE", 2)
    for number in range(5):
        await world.joins(f"customer {number}")
    await touched_proved(world)
    await rows(world, "DELETE FROM proofs WHERE member_id IN (SELECT member_id FROM proofs ORDER BY member_id LIMIT 3)")
    await touch_the_unproved(world.database)
    assert await waiting(world) == 3
    await touched_proved(world)
    assert len(await proofs(world)) == 5
    await touch_the_unproved(world.database)
    assert await waiting(world) == 0
