"""Coroutines that go side by side within one task, so that what they read goes to the database together.

Each goes on until it waits for a read (`Asked`). When all do, the reads are sent, and each goes on with its rows. No
tasks are made, and no order is left to chance.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from types import coroutine
from typing import Any, NamedTuple

from .asking import Asked

Rows = list[Any]
Found = Rows | Exception
"""What a read found, or what it failed with."""
Step = Coroutine[Any, Any, Any]
Send = Callable[[Sequence[Asked[Any]]], Awaitable[Sequence[Found]]]
"""Sends several reads. What it raises ends all."""


class Done(NamedTuple):
    """A coroutine has ended, and returned this."""

    value: Any


async def side_by_side(send: Send, steps: Sequence[Step]) -> list[Any]:
    """What each of the coroutines returns, in their order. What one of them raises ends all."""
    results: list[Any] = [None] * len(steps)
    found: Sequence[Any] = results
    going: Sequence[tuple[int, Step]] = list(enumerate(steps))
    try:
        while going:
            waiting: list[tuple[int, Step]] = []
            asked: list[Any] = []
            for (number, step), rows in zip(going, found, strict=True):
                try:
                    wants = step.throw(rows) if isinstance(rows, Exception) else step.send(rows)
                    if wants.__class__ is not Asked:
                        wants = await _until_asked(step, wants)
                except StopIteration as done:
                    wants = Done(done.value)
                if wants.__class__ is Done:
                    results[number] = wants.value
                else:
                    waiting.append((number, step))
                    asked.append(wants)
            going, found = waiting, await send(asked) if asked else ()
    finally:
        for _, step in going:
            step.close()
    return results


@coroutine
def _until_asked(step: Step, awaited: Any) -> Generator[Any, Any, Any]:
    """Lets a coroutine wait for something else than reads, and all the others with it, until it reads or ends."""
    try:
        while awaited.__class__ is not Asked:
            try:
                value = yield awaited
            except BaseException as error:
                awaited = step.throw(error)
            else:
                awaited = step.send(value)
    except StopIteration as done:
        return Done(done.value)
    return awaited
