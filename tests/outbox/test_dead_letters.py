"""Dead letters are seen, put back by hand, and counted; what is done is forgotten in time."""

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from prometheus_client import REGISTRY
from rich.console import Console

from app import outbox
from app.cli.letters import dead_letters_shown
from app.clock import new_id
from app.db import Database, Page, Transaction
from app.outbox import Told, rules

from .world import MEMBER, NOW, Clock, Happened, a_worker, effects_of, rows_of, the_row, told, work_off

GAUGES = ("outbox_waiting", "outbox_dead", "outbox_oldest_seconds")


async def fail(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
    raise ValueError


async def until_dead(database: Database, clock: Clock) -> None:
    worker = a_worker(database, clock, reaction=fail)
    for _ in range(rules.MOST_ATTEMPTS):
        await work_off(worker)
        clock.goes_on()


@pytest.fixture
async def dead(database: Database, clock: Clock, url: str) -> Any:
    """A dead event, as its row."""
    await told(database, Happened(1))
    await until_dead(database, clock)
    return await the_row(url)


async def test_dead_letters_are_listed_newest_first_and_page_by_page(database: Database, clock: Clock) -> None:
    ids = [(await told(database, Happened(n), member_id=new_id()))[0] for n in range(5)]
    await until_dead(database, clock)

    first = await outbox.dead_letters(database, page=Page(first=2))
    rest = await outbox.dead_letters(database, page=Page(first=10, after=ids[-2]))
    assert [row.id for row in first[:2]] == ids[:-3:-1]
    assert len(first) == 3
    assert [row.id for row in rest] == ids[-3::-1]


async def test_only_dead_events_are_dead_letters(database: Database, clock: Clock) -> None:
    await told(database, Happened(1))
    assert await outbox.dead_letters(database, page=Page()) == []
    await work_off(a_worker(database, clock))
    assert await outbox.dead_letters(database, page=Page()) == []


async def test_the_list_names_event_and_failure_and_not_what_was_in_it(database: Database, dead: Any) -> None:
    """R41"""
    shown = StringIO()
    Console(file=shown, width=200).print(await dead_letters_shown(database, page=Page()))

    assert all(text in shown.getvalue() for text in (str(dead["id"]), str(MEMBER), "trial.happened", "ValueError"))
    assert "number" not in shown.getvalue()


async def test_an_event_that_is_put_back_is_tried_from_the_first_attempt_on(
    database: Database, clock: Clock, url: str, dead: Any
) -> None:
    async with database.transaction() as tx:
        assert await outbox.requeue(tx, member_id=MEMBER, event_id=dead["id"], now=clock())
    row = await the_row(url)
    assert (row["state"], row["attempts"], row["ended_at"], row["due_at"]) == ("WAITING", 0, None, clock())

    await work_off(a_worker(database, clock))
    assert await effects_of(url) == [dead["id"]]


async def test_only_a_dead_event_of_that_member_is_put_back(
    database: Database, clock: Clock, url: str, dead: Any
) -> None:
    async with database.transaction() as tx:
        assert not await outbox.requeue(tx, member_id=new_id(), event_id=dead["id"], now=clock())
        assert await outbox.requeue(tx, member_id=MEMBER, event_id=dead["id"], now=clock())
        assert not await outbox.requeue(tx, member_id=MEMBER, event_id=dead["id"], now=clock())
    await work_off(a_worker(database, clock))
    async with database.transaction() as tx:
        assert not await outbox.requeue(tx, member_id=MEMBER, event_id=dead["id"], now=clock())

    assert (await the_row(url))["state"] == "DONE"


@pytest.mark.usefixtures("dead")
async def test_the_gauges_tell_how_many_wait_and_are_dead_and_since_when(database: Database, clock: Clock) -> None:
    await told(database, Happened(2), Happened(3), now=clock())
    clock.goes_on(timedelta(seconds=90))
    await outbox.measure(database, now=clock())
    assert [REGISTRY.get_sample_value(name) for name in GAUGES] == [2, 1, 90]

    await work_off(a_worker(database, clock))
    await outbox.measure(database, now=clock())
    assert [REGISTRY.get_sample_value(name) for name in GAUGES] == [0, 1, 0]


async def test_done_events_are_forgotten_after_a_week_and_no_others(database: Database, clock: Clock, url: str) -> None:
    for _ in range(3):
        await told(database, Happened(1), Happened(2), member_id=new_id())
    await work_off(a_worker(database, clock))
    (young,) = await told(database, Happened(3))
    clock.goes_on(timedelta(days=1))
    await work_off(a_worker(database, clock))
    (waiting,) = await told(database, Happened(4))

    assert await outbox.forget_done(database, now=NOW + rules.KEPT_DONE) == 0
    assert await outbox.forget_done(database, now=NOW + rules.KEPT_DONE + timedelta(seconds=1)) == 6
    assert [row["id"] for row in await rows_of(url)] == [young, waiting]


async def test_dead_events_are_never_forgotten_by_themselves(database: Database, url: str, dead: Any) -> None:
    await outbox.forget_done(database, now=NOW + timedelta(days=1000))

    assert (await the_row(url))["id"] == dead["id"]
