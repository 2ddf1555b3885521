"""What a process tells of itself: events, and what is known of each, as records of Python's own logging.

Not structlog: it brings rich and greenlet wherever it finds them, and a server carries 5 MiB for years to show a
traceback in colours, once, to somebody else.
"""

import logging
from collections.abc import Mapping
from typing import Any


class Event:
    """The message of a record: a name to look for, and values by name."""

    __slots__ = ("known", "name")

    def __init__(self, name: str, known: Mapping[str, Any]) -> None:
        self.name = name
        self.known = known

    def __str__(self) -> str:
        return " ".join((self.name, *(f"{name}={value}" for name, value in self.known.items())))


class Log:
    """Where a module tells its events: `LOG.error("not_settled", member=id)`. Never with values of people (R41)."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, /, **known: Any) -> None:
        self._tell(logging.INFO, event, known)

    def warning(self, event: str, /, **known: Any) -> None:
        self._tell(logging.WARNING, event, known)

    def error(self, event: str, /, **known: Any) -> None:
        self._tell(logging.ERROR, event, known)

    def _tell(self, level: int, event: str, known: Mapping[str, Any]) -> None:
        self._logger.log(level, Event(event, known))
