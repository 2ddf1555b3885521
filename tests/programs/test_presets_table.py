"""docs/presets.md says what is so: its figures are those of the files, and each cell names tests that there are.

Tried: a test renamed, a cell emptied, a preset left out, a threshold changed; each is told.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from app.definition import PRESETS, read_file
from app.tiers.section import TiersSection
from tests.world import EXAMPLES

ROOT = EXAMPLES.parent
CODES = sorted(file.stem for file in PRESETS.glob("*.toml"))
TABLES = re.findall(r"(?:^\|.*\|\n)+", (ROOT / "docs" / "presets.md").read_text("utf-8"), re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NONE = re.compile(r"none: \w.{10,}")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def table(number: int) -> Mapping[str, Mapping[str, str]]:
    """By the first cell of the row, and the preset that is named in the head of the column."""
    head, _, *lines = TABLES[number].splitlines()
    codes = re.findall(r"`([\w-]+)`", head)
    return {first: dict(zip(codes, rest, strict=True)) for first, *rest in map(cells, lines)}


FIGURES, SHOWN = table(0), table(1)


@cache
def defined_in(path: str) -> Mapping[str, ast.AST]:
    """What pytest would run of a file, by name."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {each.name: each for each in functions if each.name.startswith("test_")}


def wrong_of(code: str, cell: str) -> Iterator[str]:
    """What is wrong with a cell that says what shows something of a preset."""
    if NONE.fullmatch(cell):
        return
    named = NAMED.findall(cell)
    if cell != ", ".join(f"`{path}::{test}`" for path, test in named) or not named:
        yield f"neither tests nor why there are none: {cell!r}"
    for path, test in named:
        if not (ROOT / path).is_file() or test not in defined_in(path):
            yield f"there is no {path}::{test}"
        elif f'"{code}"' not in (source := (ROOT / path).read_text("utf-8")) and "PRESETS" not in source:
            yield f"{path} is not about {code}"


@pytest.mark.parametrize("of", [FIGURES, SHOWN])
def test_each_preset_has_a_column(of: Mapping[str, Mapping[str, str]]) -> None:
    """M2."""
    assert {tuple(sorted(row)) for row in of.values()} == {tuple(CODES)}


@pytest.mark.parametrize("capability", SHOWN)
def test_each_cell_names_tests_that_there_are(capability: str) -> None:
    """M2: a capability of the mission, and of each preset what shows it."""
    assert re.match(r"M\d+(, M\d+)*: \w", capability)
    assert [wrong for code, cell in SHOWN[capability].items() for wrong in wrong_of(code, cell)] == []


@pytest.mark.parametrize("code", CODES)
def test_its_figures_are_those_of_the_files(code: str) -> None:
    """What is told of a ladder: thresholds, gifts, notice and grace."""
    section = read_file(PRESETS / f"{code}.toml").section(TiersSection)
    assert "/".join(str(tier.threshold) for tier in section.ladder) in FIGURES["ladder"][code]
    assert FIGURES["told before, grace"][code] == f"{section.notice_days} days, {section.grace_days} days"
    gifts = [tier.gift.points for tier in section.ladder if tier.gift is not None]
    assert [int(number) for number in re.findall(r"\b\d+\b", FIGURES["given for reaching a tier"][code])] == gifts or (
        code == "taobao-club" and not gifts
    )
