"""What is wrong with a program's file: each problem is a line that names the file's key."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import BadInput

MOST_SHOWN = 100
BARE = re.compile(r"[A-Za-z0-9_-]+")

Place = tuple[str | int, ...]
"""The way to a value in the file: keys, and places in lists from 0."""
Finding = tuple[Place, str]
"""Where something is wrong, and what, in words."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and the file's key: `tiers.ladder[2].name.zh: more than 5 characters`."""

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message


class WrongDefinition(BadInput):
    """A program's file cannot be taken. Its text has a line for each problem, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        lines = [str(problem) for problem in problems[:MOST_SHOWN]]
        if len(problems) > MOST_SHOWN:
            lines.append(f"… and {len(problems) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))
        self.problems = tuple(problems)


def problem_at(section: str, finding: Finding) -> Problem:
    place, message = finding
    return Problem(key_of((section, *place)), message)


def key_of(place: Place) -> str:
    """As one would write it: `tiers.ladder[2].name.zh`. Keys that TOML wants quoted are quoted, so it is one line."""
    written = ""
    for step in place:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            name = step if BARE.fullmatch(step) else json.dumps(step)
            written += f".{name}" if written else name
    return written
