"""The benchmark of checkIn runs through: members and tokens of their own, each once in each program."""

import asyncio
import json
import re
import subprocess
from pathlib import Path

from benchmarks import crowd
from benchmarks.database import benchmark_database, run
from benchmarks.numbers import Group
from tests.forked import PYTHON

ROOT = Path(__file__).parents[2]


def test_it_runs_through_without_an_error(server_url: str, tmp_path: Path) -> None:
    """A round of a second says nothing about speed; but every request and every transaction does what it must: an
    answer that says that the day was done before would be an error."""
    file = tmp_path / "report.json"
    options = {"--seconds": 1, "--rounds": 1, "--members": 1000, "--clients": 4, "--client": "python"}
    named = (str(part) for option in options.items() for part in option)
    command = (*PYTHON, "-m", "benchmarks", "check-in", *named, "--database", server_url, "--json", str(file))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(file.read_bytes())
    assert report["errors"] == 0
    assert report["http"]["requests_per_second"] > 0
    assert report["pgbench"]["requests_per_second"] > 0
    assert report["effects"]["check_ins"] == {"inserted": 1, "updated": 0, "deleted": 0}
    assert report["effects"]["points_entries"]["inserted"] == 1
    assert report["effects"]["idempotency_keys"]["inserted"] == 1
    assert report["first_seen"] is not None
    assert "tokens that it has seen before" in done.stdout
    assert re.search("all processes of the benchmark scheduled as (batch|ordinary) work", done.stdout)


def test_a_crowd_is_made_of_members_whose_books_balance(server_url: str) -> None:
    """Each is a member of each program, and found by their token."""
    with benchmark_database(server_url, None) as url:
        asyncio.run(crowd.fill(url, [Group(1_000_000, 20), Group(4_000_000, 10)], programs=2))
        command = (*PYTHON, "-m", "app", "prove", "--database-url", url)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        rows = asyncio.run(run(url, "SELECT program, count(*)::int FROM members GROUP BY 1 ORDER BY 1"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [tuple(row) for row in rows] == [("club-1000", 30), ("club-1001", 30), ("taobao-club", 8)]
