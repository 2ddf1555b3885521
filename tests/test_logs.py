"""Logs are lines of JSON, and never show values (R41)."""

import json
import subprocess

from .forked import PYTHON


def test_events_of_our_own_and_of_libraries_are_lines_of_json_without_values() -> None:
    """R41: the text of an exception may hold anybody's data, so its type is told and its place."""
    ran = subprocess.run([*PYTHON, "-m", "tests.logged"], capture_output=True, text=True, check=True)

    started, library, failed, own = [json.loads(line) for line in ran.stderr.splitlines()]
    assert ran.stdout == ""
    assert (started["event"], started["worker"], started["level"]) == ("worker_started", "w1", "info")
    assert library["event"] == "Started"
    assert (failed["event"], failed["error"]) == ("It failed.", "ValueError")
    assert (own["event"], own["error"], own["level"]) == ("own_failure", "ValueError", "error")
    assert "ann" not in ran.stderr
