"""The benchmark of importing runs through, and tells what it saw."""

import re
import subprocess
from pathlib import Path

from tests.forked import PYTHON

ROOT = Path(__file__).parents[2]
NUMBER = "([0-9,.]+)"


def test_it_runs_through_and_prints_its_table(server_url: str) -> None:
    """Few orders say nothing about speed; but all of them are played in, or it fails."""
    command = (*PYTHON, "-m", "benchmarks", "import", "--orders", "2000", "--database", server_url)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert told.startswith("2,000 orders of 200 members, with ids")
    assert "seconds     orders   orders/s   memory MiB" in told
    for line in (
        f"playing them in: +{NUMBER} s, {NUMBER} orders/s",
        f"both: +{NUMBER} orders/s",
        f"CPU per order: command {NUMBER} µs",
        f"COPY of the {NUMBER} rows, all keys and checks: {NUMBER} s",
        f"one by one, as reported live with points: {NUMBER} orders/s; the import is {NUMBER} × as fast",
    ):
        found = re.search(line, told)
        assert found is not None, f"{line} is not in\n{told}"
        assert any(float(each.replace(",", "")) > 0 for each in found.groups()), line
