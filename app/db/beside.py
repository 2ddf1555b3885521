"""Coroutines that go side by side within one task, so that what they read goes to the database together.

Each goes on until it waits for a read (`Asked`). When all do, the reads are sent, and each goes on with its rows. No
tasks are made, and no order is left to chance.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from types import coroutine
from typing import Any, NamedTuple

from .asking import Asked


@dataclass(frozen=True, slots=True)
class Failed:
    """What a coroutine raised, or a read failed with, in place of what it gives."""

    error: Exception


Rows = list[Any]
Found = Rows | Failed
Step = Coroutine[Any, Any, Any]
Send = Callable[[Sequence[Asked[Any]]], Awaitable[Sequence[Found]]]
"""Sends several reads. What it raises ends all."""


class Done(NamedTuple):
    """A coroutine has ended, and returned this."""

    value: Any


async def side_by_side(send: Send, steps: Sequence[Step]) -> list[Any]:
    """What each of the coroutines returns, or `Failed`, in their order. What is no `Exception` ends all."""
    outcomes: list[Any] = [None] * len(steps)
    going: Sequence[int] = range(len(steps))
    found: Sequence[Any] = outcomes
    try:
        while going:
            waiting: list[int] = []
            asked: list[Any] = []
            for number, rows in zip(going, found, strict=True):
                step = steps[number]
                try:
                    wants: Any = step.throw(rows.error) if rows.__class__ is Failed else step.send(rows)
                    if wants.__class__ is not Asked:
                        wants = await _until_asked(step, wants)
                except StopIteration as done:
                    outcomes[number] = done.value
                except Exception as error:
                    outcomes[number] = Failed(error)
                else:
                    if wants.__class__ is Done:
                        outcomes[number] = wants.value
                    else:
                        waiting.append(number)
                        asked.append(wants)
            going, found = waiting, await send(asked) if asked else ()
    except BaseException:
        for step in steps:
            step.close()
        raise
    return outcomes


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
