"""The prover on check-ins: each kind of corruption is found and named."""

from datetime import date

import pytest

from app.prover import prove
from tests.databases import run
from tests.races.racing import drop_constraint
from tests.statements import Statements
from tests.world import World

from .asking import DAY, checks_in_on, makes_up, program, proves

MARCH = date(2026, 3, 1)
SEVENTH, NINTH = "day = '2026-03-07'", "day = '2026-03-09'"
OF_SEVENTH = f"cause_id = (SELECT id FROM check_ins WHERE {SEVENTH})"
GIVEN = "points_lots of the check-in: points and version by rule"
TAMPERED = {
    "a streak": (f"UPDATE check_ins SET streak = 8, longest = 9 WHERE {SEVENTH}", "check_ins.streak of"),
    "the longest row": (f"UPDATE check_ins SET longest = 10 WHERE {NINTH}", "check_ins.longest of"),
    "a day that is gone": (f"DELETE FROM check_ins WHERE {SEVENTH}", "points_lots of check-ins: each of a day"),
    "a day that nobody missed": (
        f"UPDATE check_ins SET kind = 'DAILY', cost = 0 WHERE {SEVENTH}",
        "check_ins.day: that of the instant (R1)",
    ),
    "a day that nobody checked in on": (
        f"UPDATE check_ins SET kind = 'MADE_UP' WHERE {NINTH}",
        "check_ins.day: was in reach (R30)",
    ),
    "another day": (
        f"UPDATE check_ins SET day = '2026-03-10' WHERE {NINTH}",
        "check_ins.day: that of the instant (R1)",
    ),
    "another instant": (
        f"UPDATE check_ins SET checked_in_at = checked_in_at + interval '1 day' WHERE {NINTH}",
        "check_ins.day: that of the instant (R1)",
    ),
    "a day made up too late": (
        f"UPDATE check_ins SET checked_in_at = checked_in_at + interval '8 days' WHERE {SEVENTH}",
        "check_ins.day: was in reach (R30)",
    ),
    "fewer points": (f"UPDATE check_ins SET points = 4 WHERE {NINTH}", GIVEN),
    "a bonus that is not written": (f"UPDATE check_ins SET bonuses = '[]' WHERE {SEVENTH}", "check_ins.bonuses of"),
    "a bonus of another size": (
        f"UPDATE check_ins SET bonuses = replace(bonuses, ',70,', ',71,') WHERE {SEVENTH}",
        "check_ins.bonuses of",
    ),
    "a bonus that nobody got": (
        f"DELETE FROM points_entries WHERE {OF_SEVENTH} AND rule = 'checkin.milestones.7';"
        f"DELETE FROM points_lots WHERE {OF_SEVENTH} AND rule = 'checkin.milestones.7'",
        GIVEN,
    ),
    "points of another rule": (
        f"UPDATE points_lots SET rule = 'checkin.milestones.9' WHERE {OF_SEVENTH} AND rule = 'checkin.milestones.7'",
        GIVEN,
    ),
    "points for a day that there is not": (
        "UPDATE points_lots SET cause_id = gen_random_uuid() WHERE rule = 'checkin.milestones.7'",
        "points_lots of check-ins: each of a day",
    ),
    "another cost": (f"UPDATE check_ins SET cost = 4 WHERE {SEVENTH}", "points_entries of the made-up day"),
    "a cost that is not the rules'": (f"UPDATE check_ins SET cost = 4 WHERE {SEVENTH}", "check_ins.cost: by the rules"),
    "a cost that was paid for nothing": (
        "UPDATE points_entries SET cause_id = gen_random_uuid() WHERE cause = 'MAKE_UP'",
        "points_entries of made-up days: each of a day",
    ),
    "a cost that nobody paid": (
        "DELETE FROM points_lot_uses WHERE entry_id IN (SELECT id FROM points_entries WHERE cause = 'MAKE_UP');"
        "DELETE FROM points_entries WHERE cause = 'MAKE_UP'",
        "points_entries of the made-up day",
    ),
    "rules that were never published": (
        "UPDATE check_ins SET program_version = 9",
        "check_ins.program_version: is published",
    ),
    "points of rules that were in force at another time": (
        f"UPDATE check_ins SET program_version = 2 WHERE {NINTH}",
        "check_ins.points: for checking in",
    ),
    "a made-up day that was given points": (
        f"UPDATE check_ins SET points = points + 5 WHERE {SEVENTH}",
        "check_ins.points: a made-up day has none of its own",
    ),
}


@pytest.fixture
async def nine_days(world: World) -> World:
    """The seventh was made up, which brought its bonuses; the rules to come give other points."""
    await world.publishes(program(cost=5))
    await world.publishes(program(cost=5, points=6), effective_from=world.now + 400 * DAY)
    await world.joins("anna", program="daily")
    await checks_in_on(world, *(MARCH + n * DAY for n in (0, 1, 2, 3, 4, 5, 7, 8)))
    done = await makes_up(world, MARCH + 6 * DAY, program="daily")
    assert done["points"] == 90
    await proves(world)
    return world


@pytest.mark.parametrize(("change", "named"), TAMPERED.values(), ids=TAMPERED)
async def test_what_was_tampered_with_is_named(nine_days: World, change: str, named: str) -> None:
    """R5, R28-R30"""
    await run(nine_days.database.settings.url, *change.split(";"))
    proof = await prove(nine_days.database, now=nine_days.now, programs=nine_days.programs)
    assert any(mismatch.what.startswith(named) for mismatch in proof.mismatches), [str(m) for m in proof.mismatches]


async def test_more_make_ups_than_may_be_are_named(nine_days: World) -> None:
    """R30: the rules of the version allow three; these would be four."""
    row = "member_id, gen_random_uuid(), '{0}', 'MADE_UP', 1, 1, 0, '[]', 5, program_version, checked_in_at"
    days = ("2026-03-02", "2026-03-03", "2026-03-04")
    await run(
        nine_days.database.settings.url,
        f"DELETE FROM check_ins WHERE day IN {days}",
        *(f"INSERT INTO check_ins SELECT {row.format(day)} FROM check_ins WHERE {SEVENTH}" for day in days),
    )
    proof = await prove(nine_days.database, now=nine_days.now, programs=nine_days.programs)
    assert any(m.what.startswith("check_ins: made up no oftener than may be") for m in proof.mismatches)


async def test_a_day_that_counts_twice_is_named(nine_days: World) -> None:
    """R28"""
    url = nine_days.database.settings.url
    put_back = await drop_constraint(nine_days.database, "check_ins", "uq_check_ins_day")
    try:
        await run(url, f"UPDATE check_ins SET day = '2026-03-08' WHERE {NINTH}")
        proof = await prove(nine_days.database, now=nine_days.now, programs=nine_days.programs)
        assert any(mismatch.what.startswith("check_ins.day: once each (R28)") for mismatch in proof.mismatches)
    finally:
        await put_back()


async def test_however_many_members_their_days_are_read_by_one_statement(world: World, sql: Statements) -> None:
    """Performance: of the prover."""
    for number in range(12):
        await world.joins(f"c{number}")
        await checks_in_on(world, MARCH, who=f"c{number}", program="taobao-club")
    with sql:
        await proves(world)
    assert sum("FROM check_ins" in text for text in sql.texts) <= 2
