"""A process that is measured, and what it is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import psutil


@dataclass(frozen=True)
class Asked:
    """One kind of request."""

    path: str
    body: str
    """With `@VALUE@` for one of the values, if there are any."""
    answer: str
    """Is in each right answer."""
    values: Sequence[str] = ()
    means: Callable[[bytes], Any] | None = orjson.loads
    """An answer in the words of the product's; None: it says nothing."""


@dataclass(frozen=True)
class Peer:
    """One that is ready."""

    name: str
    port: int
    process: psutil.Process
    ready_after: float
    """Seconds from its start."""
    asked: Mapping[str, Asked]
    """By the name of the workload."""

    @property
    def memory(self) -> int:
        """Resident bytes, of it and of whatever it started."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(each.memory_info().rss for each in family)
