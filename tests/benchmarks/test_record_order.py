"""The benchmark of recordOrder runs through, and would say if its peer did less than the product."""

import asyncio
import json
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from benchmarks.comparison import check_peer
from benchmarks.database import benchmark_database
from benchmarks.effects import Changes, WorkNotDone, check_rows
from benchmarks.numbers import Group
from benchmarks.pgbench import Pgbench, PgbenchError
from benchmarks.script import HEAD, Script
from tests.forked import PYTHON

ROOT = Path(__file__).parents[2]
CLAIM = "INSERT INTO unique_keys (digest, kind, owner) VALUES (sha256(:{}::text::bytea), 'order', gen_random_uuid())"
ADDED = {"unique_keys": Changes(inserted=1)}


def test_it_runs_through_without_an_error(server_url: str, tmp_path: Path) -> None:
    """A round of a second says nothing about speed; but every request and every transaction does what it must."""
    file = tmp_path / "report.json"
    options = {"--seconds": 1, "--rounds": 1, "--members": 10, "--clients": 4, "--client": "python"}
    named = (str(part) for option in options.items() for part in option)
    command = (
        *PYTHON,
        "-m",
        "benchmarks",
        "record-order",
        *named,
        "--database",
        server_url,
        "--json",
        str(file),
    )
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(file.read_bytes())
    assert report["errors"] == 0
    assert report["http"]["requests_per_second"] > 0
    assert report["pgbench"]["requests_per_second"] > 0
    assert report["effects"]["orders"] == {"inserted": 1, "updated": 0, "deleted": 0}
    assert report["effects"]["order_lines"]["inserted"] == 2


@pytest.fixture(scope="module")
def url(server_url: str) -> Generator[str]:
    with benchmark_database(server_url, None) as made:
        yield made


def peer(url: str, *statements: str) -> Pgbench:
    text = HEAD + "".join(f"{statement};\n" for statement in statements)
    return Pgbench(url, Script(text, {}, len(statements), len(statements)), Group(1_000_000, 5), clients=2)


def test_a_peer_that_does_the_same_is_taken(url: str) -> None:
    asyncio.run(check_peer(peer(url, CLAIM.format("number")), ADDED, run=11))


def test_a_peer_that_does_less_is_refused(url: str) -> None:
    idle = peer(url, CLAIM.format("number"), "UPDATE unique_keys SET kind = 'x' WHERE kind = 'no such'")
    with pytest.raises(WorkNotDone, match="updated=1"):
        asyncio.run(check_peer(idle, {"unique_keys": Changes(inserted=1, updated=1)}, run=12))


def test_a_peer_that_does_its_work_only_sometimes_is_refused(url: str) -> None:
    """As one that inserts what is there already, and goes on."""
    repeating = peer(url, CLAIM.format("member") + " ON CONFLICT DO NOTHING")
    with pytest.raises(WorkNotDone, match="not the same number each"):
        asyncio.run(check_peer(repeating, ADDED, run=13))


def test_a_peer_whose_statement_fails_is_refused(url: str) -> None:
    with pytest.raises(PgbenchError, match="duplicate key"):
        asyncio.run(check_peer(peer(url, CLAIM.format("member")), ADDED, run=14))


def test_rows_that_are_missing_after_a_round_are_seen() -> None:
    check_rows({"unique_keys": 5}, {"unique_keys": 16}, each=ADDED, least=10, most=12)
    for rows in (14, 18):
        with pytest.raises(WorkNotDone, match="unique_keys"):
            check_rows({"unique_keys": 5}, {"unique_keys": rows}, each=ADDED, least=10, most=12)
