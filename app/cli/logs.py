"""Logs: a line of JSON for each event in production, readable lines in development. Never values, never SQL (R41)."""

import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from app.failures import kind_of, place_of
from app.logs import Event

COLOURS = {"warning": "\033[33m", "error": "\033[31m", "critical": "\033[31m"}
PLAIN = "\033[0m"

Told = Mapping[str, Any]
NOTHING: Told = {}


def configure_logs(*, for_people: bool) -> None:
    """For the whole process: our own events and those of libraries, on the error stream."""
    logging.raiseExceptions = False  # of a record that cannot be written it would show what it was to say
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(readable if for_people else as_json))
    logging.basicConfig(handlers=[handler], level=logging.WARNING if for_people else logging.INFO, force=True)


class Lines(logging.Formatter):
    """A line for each record, whoever it is from."""

    def __init__(self, shown: Callable[[Told], str]) -> None:
        super().__init__()
        self._shown = shown

    def format(self, record: logging.LogRecord) -> str:
        """Of a record that cannot be written, as those of libraries may be: who told it, and why it cannot."""
        try:
            return self._shown(told(record))
        except Exception as error:
            return self._shown({**_about(record), "event": "not_written", "error": kind_of(error), "by": record.name})


def told(record: logging.LogRecord) -> Told:
    """What a record says. What failed and where is told in place of a traceback: the text of an exception may hold
    anybody's data."""
    said: Any = record.msg
    event, known = (said.name, said.known) if isinstance(said, Event) else (record.getMessage(), NOTHING)
    error = record.exc_info[1] if record.exc_info else None
    failed = {} if error is None else {"error": kind_of(error), "at": place_of(error)}
    return {**known, **failed, "event": event, **_about(record)}


def _about(record: logging.LogRecord) -> Told:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"level": record.levelname.lower(), "timestamp": at}


def as_json(event: Told) -> str:
    return orjson.dumps(event, default=str).decode()


def readable(event: Told) -> str:
    """When, how grave, what, and all that is known of it."""
    known = dict(event)
    at, level, name = known.pop("timestamp"), known.pop("level"), known.pop("event")
    line = "  ".join((at, f"{level:<7}", name, *(f"{key}={value}" for key, value in known.items())))
    return f"{COLOURS[level]}{line}{PLAIN}" if level in COLOURS and sys.stderr.isatty() else line
