"""What tests start as processes, forked from one, are processes of their own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from .forked import PYTHON

TOLD = ("-m", "tests.forked.told")


@pytest.mark.parametrize("python", [PYTHON, (sys.executable,)], ids=["forked", "whole"])
def test_it_is_given_what_any_process_is_and_ends_as_it_wants(python: tuple[str, ...], tmp_path: Path) -> None:
    """By a fork as by a whole Python; one after the other."""
    for code in (0, 7):
        env = {**os.environ, "SAID": f"words {code}", "PYTHONPATH": os.getcwd()}
        command = (*python, *TOLD, str(code), "and more")
        done = subprocess.run(command, env=env, cwd=tmp_path, input="a line", capture_output=True, text=True)
        told = json.loads(done.stdout)
        assert told["arguments"] == [str(code), "and more"]
        assert (told["folder"], told["variable"]) == (str(tmp_path), f"words {code}")
        assert (done.returncode, done.stderr) == (code, "heard a line\n")


def started() -> tuple["subprocess.Popen[bytes]", Any]:
    """One that waits, and what it told."""
    process = subprocess.Popen((*PYTHON, *TOLD, "0"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def test_several_go_on_side_by_side() -> None:
    first, second = started(), started()
    assert first[1]["pid"] != second[1]["pid"]
    for process, _ in (second, first):
        process.communicate(timeout=60)
        assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_ends_it_and_whoever_asked_for_it(number: signal.Signals) -> None:
    """Whichever of them it is sent to."""
    process, told = started()
    os.kill(told["pid"], number)
    process.communicate(timeout=60)
    assert process.returncode == -number

    process, told = started()
    child = psutil.Process(told["pid"])
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == -number
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running()


def test_what_fails_shows_where_and_ends_with_one() -> None:
    done = subprocess.run((*PYTHON, *TOLD, "no number"), input=b"", capture_output=True)
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(b"invalid literal for int() with base 10: 'no number'")
