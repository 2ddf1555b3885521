"""The worker as a process: what signals do to it."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from app.clock import now
from app.db import Database
from app.worker import stopped_by_signals
from tests.forked import PYTHON
from tests.outbox.world import LONG, Clock, Happened, a_worker, effects_of, effects_table, told, work_off

ROOT = Path(__file__).parents[1]


@pytest.fixture
async def url(database_url: str) -> AsyncGenerator[str]:
    """The database, with a table for effects."""
    async with effects_table(database_url) as url:
        yield url


async def test_a_signal_stops_and_a_second_one_does_what_it_did_before() -> None:
    stopping, came = asyncio.Event(), list[int]()
    before = signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
    try:
        with stopped_by_signals(stopping):
            os.kill(os.getpid(), signal.SIGTERM)
            await stopping.wait()
            assert came == []
            os.kill(os.getpid(), signal.SIGTERM)
            assert came == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


async def process(how: str, url: str) -> asyncio.subprocess.Process:
    arguments = (*PYTHON, "-m", "tests.outbox.process", how, url)
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe, cwd=ROOT)


async def test_a_process_that_is_killed_between_effect_and_mark_loses_and_doubles_nothing(
    database: Database, url: str
) -> None:
    (event_id,) = await told(database, Happened(1), now=now())
    worker = await process("die", url)
    assert await worker.wait() == -signal.SIGKILL
    assert await effects_of(url) == []

    await work_off(a_worker(database, Clock(now() + LONG)))
    assert await effects_of(url) == [event_id]


async def test_a_process_that_is_told_to_stop_finishes_what_it_holds(database: Database, url: str) -> None:
    (event_id,) = await told(database, Happened(1), now=now())
    worker = await process("wait", url)
    assert worker.stdin is not None
    assert worker.stdout is not None
    while b"at work" not in await worker.stdout.readline():  # log lines come before
        assert not worker.stdout.at_eof()
    worker.send_signal(signal.SIGTERM)
    worker.stdin.write(b"go on\n")
    await worker.communicate()

    assert worker.returncode == 0
    assert await effects_of(url) == [event_id]
