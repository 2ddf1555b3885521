"""Bodies of requests: how large, in what pieces, by when; and how long an operation may take."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import pytest

from app.graph.transport import Limits
from app.graph.transport.deadline import Deadline

from .asking import JSON, ask, deliver, piece, post
from .small import handler

SOON = Limits(body=100, service_body=1000, reading=0.05, answering=0.05)
TYPED = [("content-type", JSON)]


async def test_a_body_declared_too_large_is_not_read() -> None:
    answered = await deliver(handler(limits=SOON), [piece(b" " * 101)], headers=[*TYPED, ("content-length", "101")])

    assert (answered.status, answered.read, answered.codes) == (413, 0, ["BAD_USER_INPUT"])
    assert answered.headers["connection"] == "close"


@pytest.mark.parametrize("declared", [[], [("content-length", "5")], [("content-length", "nonsense")]])
async def test_a_body_that_turns_out_too_large_is_read_no_further(declared: list[tuple[str, str]]) -> None:
    pieces = [piece(b" " * 40, more=True)] * 9

    answered = await deliver(handler(limits=SOON), pieces, headers=[*TYPED, *declared])

    assert (answered.status, answered.read) == (413, 3)


async def test_a_body_of_just_the_limit_is_taken() -> None:
    body = b'{"query": "{ greeting }"}'.ljust(100)

    assert (await post(handler(limits=SOON), body)).status == 200
    assert (await post(handler(limits=SOON), body + b" ")).status == 413


@pytest.mark.parametrize("who", ["service", "operator"])
async def test_services_and_operators_may_send_more(who: str) -> None:
    """Facts in lists; files, and the codes of vouchers."""
    body = b'{"query": "{ greeting }"}'.ljust(1000)

    assert (await post(handler(limits=SOON), body, authorization="Bearer member")).status == 413
    assert (await post(handler(limits=SOON), body, authorization=f"Bearer {who}")).status == 200
    assert (await post(handler(limits=SOON), body + b" ", authorization=f"Bearer {who}")).status == 413


async def test_a_body_may_come_in_pieces() -> None:
    pieces = [piece(b'{"query": ', more=True), piece(b'"{ greeting }"', more=True), piece(b"}")]

    assert (await deliver(handler(), pieces, headers=TYPED)).json == {"data": {"greeting": "Hello you"}}


@pytest.mark.parametrize("come", [[], [piece(b'{"query":', more=True)]])
async def test_a_body_that_does_not_arrive_in_time_is_408(come: list[Any]) -> None:
    async with asyncio.timeout(30):
        answered = await deliver(handler(limits=Limits(reading=0.05, answering=3600)), come, headers=TYPED)

    assert (answered.status, answered.codes) == (408, ["REQUEST_TIMEOUT"])
    assert answered.headers["connection"] == "close"


@pytest.mark.parametrize("before", [[], [piece(b'{"query":', more=True)]])
async def test_a_client_that_has_gone_is_not_answered(before: list[Any]) -> None:
    answered = await deliver(handler(), [*before, {"type": "http.disconnect"}], headers=TYPED)

    assert answered.status == 0


async def test_an_operation_that_takes_too_long_is_given_up() -> None:
    async with asyncio.timeout(30):
        answered = await ask(handler(limits=Limits(reading=3600, answering=0.05)), "{ endless }")

    assert (answered.status, answered.codes) == (503, ["OVERLOADED"])


async def within(deadline: Deadline, work: Awaitable[object], *, seconds: float = 0.05) -> str:
    task = deadline.begin(seconds)
    try:
        await work
    except asyncio.CancelledError:
        if not deadline.end(task):
            raise
        return "late"
    finally:
        deadline.end(task)
    return "in time"


def endless() -> Awaitable[object]:
    return asyncio.Event().wait()


async def test_a_deadline_leaves_other_cancellations_alone() -> None:
    task = asyncio.create_task(within(Deadline(looks=1), endless(), seconds=3600))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_task_that_is_cancelled_while_it_is_late_is_cancelled() -> None:
    """As when a server shuts down."""

    async def wait() -> None:
        try:
            await endless()
        except asyncio.CancelledError:
            task.cancel()
            raise

    task = asyncio.create_task(within(Deadline(looks=0.005), wait()))
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_was_late_and_came_to_an_end_all_the_same_goes_on_uncancelled() -> None:
    async def done() -> None:
        with suppress(asyncio.CancelledError):
            await endless()

    async def both() -> tuple[str, int]:
        ended = await within(Deadline(looks=0.005), done())
        task = asyncio.current_task()
        return ended, task.cancelling() if task else -1

    assert await asyncio.create_task(both()) == ("in time", 0)


async def test_a_deadline_that_had_nobody_to_look_at_looks_again() -> None:
    deadline = Deadline(looks=0.005)
    assert await within(deadline, endless()) == "late"
    await within(Deadline(looks=0.02), endless(), seconds=0.2)  # meanwhile the first has found nobody, and stopped

    async with asyncio.timeout(30):
        assert await within(deadline, endless()) == "late"


async def test_a_deadline_holds_for_each_task_by_itself() -> None:
    deadline = Deadline(looks=0.005)

    waits = within(deadline, endless()), within(deadline, asyncio.sleep(0)), within(deadline, endless())
    assert await asyncio.gather(*waits) == ["late", "in time", "late"]


async def test_who_goes_on_with_something_else_has_the_time_for_that() -> None:
    deadline = Deadline(looks=0.005)

    async def gone_on() -> str:
        task = deadline.begin(0.05)
        deadline.again(task, 3600)
        late = await within(Deadline(looks=0.005), endless(), seconds=0.2)
        return f"{late}, then {deadline.end(task)}"

    assert await asyncio.create_task(gone_on()) == "late, then False"
