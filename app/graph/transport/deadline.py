"""A time limit for many tasks at once, far cheaper than a timer for each."""

import asyncio
from math import inf


class Deadline:
    """Cancels a task that is still within when its time is up: from `begin` until `end`, where the task is told so.

    One object serves all tasks of one loop side by side; a task may be within it once. The loop is asked for once, and
    the task where it begins: who asks for either by each request, waits longer for that than for all the rest here.
    """

    def __init__(self, *, looks: float) -> None:
        """`looks`: seconds between two looks at who is late; so late a task may be told."""
        self._looks = looks
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ends: dict[asyncio.Task[object], float] = {}
        """By the clock of the loop; `-inf` once the task has been told."""
        self._looking = False

    def begin(self, seconds: float) -> "asyncio.Task[object]":
        """The task that is running has so long. It must come to `end`, whatever happens."""
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("a deadline is for tasks, all of one loop")
        self._ends[task] = loop.time() + seconds
        if not self._looking:
            self._looking = True
            loop.call_later(self._looks, self._look, loop)
        return task

    def again(self, task: "asyncio.Task[object]", seconds: float) -> None:
        """From now on it has so long: it goes on with something else."""
        if self._loop is not None and self._ends[task] != -inf:
            self._ends[task] = self._loop.time() + seconds

    def end(self, task: "asyncio.Task[object]") -> bool:
        """True if it was cancelled here, and by nobody else: that is over now. Only the first time."""
        return self._ends.pop(task, inf) == -inf and task.uncancel() == 0

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task, end in self._ends.items():
            if -inf < end <= now:
                self._ends[task] = -inf
                task.cancel()
        self._looking = bool(self._ends)
        if self._looking:
            loop.call_later(self._looks, self._look, loop)
