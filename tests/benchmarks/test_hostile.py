"""The benchmark of documents that nobody sent before runs through; and each of them is another."""

import re
import subprocess
from pathlib import Path

from benchmarks.hostile import hostile
from tests.forked import PYTHON

ROOT = Path(__file__).parents[2]
NUMBER = "([0-9,.]+)"


def test_it_runs_through_and_every_document_is_answered(server_url: str) -> None:
    """A hundred of them say nothing about memory; but each is answered with data, and so is each known page."""
    command = (*PYTHON, "-m", "benchmarks", "hostile", "--documents", "100", "--seconds", "1", "--database", server_url)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert re.match(f"100 documents, each sent once, in {NUMBER} s: 0 wrong,", told), told
    assert re.search(f"MiB: {NUMBER} before, {NUMBER} after a twentieth, {NUMBER} after half, {NUMBER} after all", told)
    pages = f"requests/s, p50 {NUMBER} ms, p99 {NUMBER} ms, 0 wrong"
    for when in ("alone", "beside them", "after them"):
        found = re.search(f"the known page {when}: {NUMBER} {pages}", told)
        assert found is not None, f"{when} is not in\n{told}"
        assert float(found[1]) > 0


def test_no_two_documents_are_alike() -> None:
    made = [hostile(number) for number in range(200)]
    shapes = {re.sub(r"\d+", "", each) for each in made}
    assert len(set(made)) == len(made)
    assert len(shapes) > len(made) / 2, "also but for their names"
