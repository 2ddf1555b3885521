"""docs/guide/retries.md as tests read it: its one table, and the programs in it."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide" / "retries.md"
REFUSAL, ERROR, HTTP = "refusal", "error", "HTTP"
SAME_KEY, NEW_KEY, NEVER = "same key", "new key", "do not retry"


class Row(NamedTuple):
    """A line of the table."""

    where: str
    code: str
    again: str
    why: str

    @property
    def line(self) -> str:
        code = self.code if self.where == HTTP else f"`{self.code}`"
        return f"| {self.where} | {code} | {self.again} | {self.why} |"


def rows(where: str) -> list[Row]:
    """Those of the table that are about refusals, errors or HTTP, in order."""
    found = re.findall(r"^\| (\w+) \| `?([\w ]+?)`? \| (.*?) \| (.*?) \|$", GUIDE.read_text("utf-8"), re.MULTILINE)
    return [row for row in (Row(*cells) for cells in found) if row.where == where]


def programs(language: str) -> dict[str, str]:
    """The programs of the guide that have a file's name, by it."""
    blocks = re.findall(rf"^```{language} (\S+)\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return dict(blocks)
