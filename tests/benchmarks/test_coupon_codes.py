"""The benchmark of codes runs through, and tells what it saw."""

import re
import subprocess
from pathlib import Path

from tests.forked import PYTHON

ROOT = Path(__file__).parents[2]


def test_it_runs_through_and_tells_how_long_it_took(server_url: str) -> None:
    """Few codes say nothing about speed; but all of them are made, or it fails."""
    command = (*PYTHON, "-m", "benchmarks", "coupon-codes", "--codes", "300", "--database", server_url)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for line in (
        r"300 codes of 100 bits: [0-9.]+ s, [0-9,]+ codes/s",
        r"COPY of the same rows at once: [0-9.]+ s; the job takes [0-9.]+ × as long",
        r"memory of the process at most: [0-9]+ MiB",
    ):
        assert re.search(line, done.stdout), f"{line} is not in\n{done.stdout}"
