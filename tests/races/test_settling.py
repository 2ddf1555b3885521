"""Settling a member from many sides at once: what is due is entered once (R2, R5)."""

from datetime import timedelta

import pytest

from app.points.commands import settle_member
from app.points.queries import members_due
from tests.world import World

from .racing import (
    CROWD,
    at_once,
    balanced,
    comes_twice,
    drop_constraint,
    fails,
    rows,
    without_member_lock,
)

DAY = timedelta(days=1)
LOTS = 10
TWICE = "SELECT FROM points_entries GROUP BY member_id, cause, cause_id, rule, kind HAVING count(*) > 1"


async def what_is_due_is_entered_once(world: World) -> None:
    """R2: jobs of several workers and new orders of the member, a year later; each lot lapses once."""
    subject = f"anna-{len(await rows(world, 'SELECT FROM members'))}"
    began = world.now
    for _ in range(LOTS):
        await world.orders(subject, "10", completed=began)
    ((member_id,),) = await rows(world, "SELECT id FROM members ORDER BY id DESC LIMIT 1")
    world.now = began + 400 * DAY
    try:
        assert await members_due(world.database, now=world.now, limit=10) == [member_id]
        await at_once(_settled(world, member_id) for _ in range(CROWD - LOTS))
        world.now += 400 * DAY
        work = [_settled(world, member_id) for _ in range(CROWD - LOTS)]
        orders = [world.orders(subject, "10", completed=world.now) for _ in range(LOTS)]
        await at_once([*work, *orders])
        found = await rows(
            world, f"SELECT kind, count(*) FROM points_entries WHERE member_id = '{member_id}' GROUP BY 1"
        )
        assert dict(found) == {"EARNED": 2 * LOTS, "ACTIVATED": LOTS, "EXPIRED": LOTS}
        await balanced(world)
        assert await members_due(world.database, now=world.now, limit=10) == []
    finally:
        world.now = began


async def _settled(world: World, member_id: object) -> None:
    async with world.database.transaction() as tx:
        await settle_member(tx, member_id=member_id, now=world.now)  # pyright: ignore[reportArgumentType]


async def test_what_is_due_is_entered_once(crowd: World) -> None:
    """R2, R5."""
    await what_is_due_is_entered_once(crowd)


async def test_without_locks_it_goes_wrong(crowd: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without them, the constraint on an entry's cause refuses what would come twice: somebody is told an error."""
    without_member_lock(monkeypatch)
    assert await fails(what_is_due_is_entered_once, crowd)


async def test_without_locks_and_constraint_it_is_entered_twice(crowd: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R5: every effect has a unique cause, in the database too."""
    without_member_lock(monkeypatch)
    put_back = await drop_constraint(crowd.database, "points_entries", "uq_points_entries_cause")
    try:
        assert await comes_twice(what_is_due_is_entered_once, crowd, TWICE)
    finally:
        await put_back()
