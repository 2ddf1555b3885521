"""What the timetable's jobs do, each by itself."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.definition import programs_to_hold
from app.jobs import (
    JOBS,
    NotSettled,
    forget_idempotency_keys,
    prove_everyone,
    prove_touched,
    settle_the_idle,
    touch_the_unproved,
)
from app.points.queries import members_due
from app.worker import PACE, programs_held
from tests.databases import run
from tests.telling import capture_logs
from tests.world import NOON, World, customer

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
JOIN = """mutation Join($key: UUID!) { joinProgram(input: {idempotencyKey: $key}) {
  __typename ... on JoinProgramSuccess { replayed } } }"""
KINDS = "SELECT kind, count(*) FROM points_entries GROUP BY 1"
PROOFS = "SELECT proved_at, mismatches FROM proofs"
HELD = programs_to_hold()


async def test_the_idle_are_settled_each_in_a_transaction_of_their_own(world: World) -> None:
    """R2: and once; those for whom nothing is due are left alone."""
    for number in range(5):
        await world.orders(f"anna-{number}", "100", completed=NOON - number * DAY)
    url = world.database.settings.url
    await settle_the_idle(world.database, now=NOON + 7 * DAY - 2 * DAY - MOMENT, held=HELD)
    assert dict(await run(url, KINDS)) == {"EARNED": 5, "ACTIVATED": 2}
    await settle_the_idle(world.database, now=NOON + 7 * DAY, held=HELD)
    await settle_the_idle(world.database, now=NOON + 7 * DAY, held=HELD)
    assert dict(await run(url, KINDS)) == {"EARNED": 5, "ACTIVATED": 5}
    assert await members_due(world.database, now=NOON + 7 * DAY, limit=10) == []


async def test_one_who_cannot_be_settled_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2: whose books are broken is told; everybody else is settled, however few are looked up together."""
    monkeypatch.setattr("app.jobs.AT_ONCE", 1)
    for number in range(3):
        await world.orders(f"anna-{number}", "100", completed=NOON - number * DAY)
    url = world.database.settings.url
    await run(url, "UPDATE points_accounts SET pending = 0 WHERE due_at = (SELECT min(due_at) FROM points_accounts)")
    with capture_logs() as logs, pytest.raises(NotSettled):
        await settle_the_idle(world.database, now=NOON + 7 * DAY, held=HELD)
    assert [log["event"] for log in logs] == ["not_settled"]
    assert dict(await run(url, KINDS)) == {"EARNED": 3, "ACTIVATED": 2}


async def test_idempotency_keys_are_kept_for_two_days(world: World) -> None:
    """R36: at least 24 hours; then the same key is a new one."""
    keys = [str(uuid4()) for _ in range(3)]
    for number, key in enumerate(keys):
        world.now = NOON + number * DAY
        await world.data(JOIN, by=customer(f"anna-{number}"), key=key)
    await forget_idempotency_keys(world.database, now=NOON + 2 * DAY, held=HELD)
    assert (await world.data(JOIN, by=customer("anna-0"), key=keys[0]))["joinProgram"] == {
        "__typename": "JoinProgramSuccess",
        "replayed": True,
    }
    await forget_idempotency_keys(world.database, now=NOON + 3 * DAY, held=HELD)
    rows = await run(world.database.settings.url, "SELECT created_at FROM idempotency_keys ORDER BY 1")
    assert [row["created_at"] for row in rows] == [NOON + DAY, NOON + 2 * DAY]
    assert (await world.data(JOIN, by=customer("anna-0"), key=keys[0]))["joinProgram"] == {
        "__typename": "AlreadyMember"
    }


async def test_the_prover_tells_what_disagrees(world: World) -> None:
    """R5: who was written to is proved at the next run, everybody within a day; each job by itself."""
    url = world.database.settings.url
    await world.orders("anna", "1100", completed=NOON)
    await prove_touched(world.database, now=NOON, held=HELD)
    assert [(row["proved_at"], row["mismatches"]) for row in await run(url, PROOFS)] == [(NOON, 0)]
    await run(url, "UPDATE members SET tier = 'v5'")
    with capture_logs() as logs:
        await prove_everyone(world.database, now=NOON + DAY, held=HELD)
    assert [(log["event"], log["what"], log["expected"], log["found"]) for log in logs] == [
        ("books_disagree", "members.tier, by its growth", "v2", "v5")
    ]
    assert [(row["proved_at"], row["mismatches"]) for row in await run(url, PROOFS)] == [(NOON + DAY, 1)]
    await run(url, "DELETE FROM proofs")
    await touch_the_unproved(world.database, now=NOON + DAY, held=HELD)
    assert [row["number"] for row in await run(url, "SELECT count(*) AS number FROM touches")] == [1]


def test_who_was_written_to_is_looked_for_often_enough() -> None:
    """R5: within a minute, whatever a worker's pace and the run itself add."""
    (job,) = [job for job in JOBS if job.run is prove_touched]
    assert job.every.total_seconds() + PACE.timetable <= 30


async def test_a_worker_holds_the_programs_that_are_published(world: World) -> None:
    """Jobs and reactions find them there, and also what is published later."""
    async with programs_held(world.database) as held:
        await held.load(world.database)
        assert set(held.programs.codes) == set(world.programs.codes)
