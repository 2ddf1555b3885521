"""Logs are lines of JSON, and never show values (R41)."""

import json
import logging
import subprocess

from app.cli.logs import readable, told
from app.logs import Event

from .forked import PYTHON


def test_events_of_our_own_and_of_libraries_are_lines_of_json_without_values() -> None:
    """R41: the text of an exception may hold anybody's data, so its type is told and its place."""
    ran = subprocess.run([*PYTHON, "-m", "tests.logged"], capture_output=True, text=True, check=True)

    started, library, failed, own, *unfit = [json.loads(line) for line in ran.stderr.splitlines()]
    assert ran.stdout == ""
    assert (started["event"], started["worker"], started["level"]) == ("worker_started", "w1", "info")
    assert library["event"] == "Started"
    assert (failed["event"], failed["error"]) == ("It failed.", "ValueError")
    assert (own["event"], own["error"], own["level"]) == ("own_failure", "ValueError", "error")
    assert [(each["event"], each["by"], each["error"]) for each in unfit] == [
        ("not_written", "library", "TypeError"),
        ("not_written", "library", "TypeError"),
    ]
    assert "ann" not in ran.stderr


def test_who_develops_reads_when_how_grave_what_and_what_is_known_of_it() -> None:
    event = Event("not_ready", {"error": "OSError", "after": 3})
    record = logging.LogRecord("health", logging.WARNING, "health.py", 1, event, None, None)
    record.created = 1_772_000_000.25

    assert readable(told(record)) == "2026-02-25T06:13:20.250000Z  warning  not_ready  error=OSError  after=3"
    assert str(event) == "not_ready error=OSError after=3"  # as where nothing is configured
