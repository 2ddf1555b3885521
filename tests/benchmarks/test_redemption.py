"""The benchmark of redeemReward runs through, and would say if more were sold than there was, or less."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.effects import WorkNotDone
from benchmarks.figures import Costed, Round
from benchmarks.redemption import check_books
from tests.forked import PYTHON

ROOT = Path(__file__).parents[2]
ALL_SOLD = {"sold": 200, "left": 0, "total": 200, "pieces": 200}


def test_it_runs_through_and_sells_all_and_no_more(server_url: str, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    options = {"--stock": 200, "--members": 100, "--seconds": 1, "--client": "python"}
    named = (str(part) for option in options.items() for part in option)
    chosen = ("--buckets", "1", "--buckets", "8")
    command = (*PYTHON, "-m", "benchmarks", "redemption", *named, *chosen)
    done = subprocess.run(
        (*command, "--database", server_url, "--json", str(file)), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(file.read_bytes())
    assert report["errors"] == 0
    assert set(report["buckets"]) == {"1", "8"}
    for buckets in report["buckets"].values():
        assert [sale["sold"]["round"]["requests"] for sale in buckets["sales"]] == [200]
        assert buckets["sold"]["requests_per_second"] > 0
        assert buckets["sold_out"]["requests_per_second"] > 0
    assert report["proved"].endswith("0 mismatches.")


def told(requests: int, errors: int = 0) -> Costed:
    return Costed(Round(requests, 1.0, 1.0, 1.0, errors), 1.0, None)


def test_books_that_say_what_clients_were_told_are_taken() -> None:
    check_books([ALL_SOLD], told(200), stock=200, code="tea")


@pytest.mark.parametrize(
    ("books", "answers"),
    [
        pytest.param({"sold": 201}, told(200), id="oversold"),
        pytest.param({"sold": 199, "left": 1, "pieces": 199}, told(199), id="not sold out"),
        pytest.param({"pieces": 199}, told(200), id="a piece sold twice"),
        pytest.param({}, told(199), id="somebody was not told"),
        pytest.param({}, told(200, errors=1), id="somebody was told something else"),
    ],
)
def test_anything_else_is_refused(books: Mapping[str, int], answers: Costed) -> None:
    with pytest.raises(WorkNotDone, match="Of 200 pieces of 'tea'"):
        check_books([ALL_SOLD | dict(books)], answers, stock=200, code="tea")
