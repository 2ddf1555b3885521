"""The README says what is so: its two lines, its commands, its settings."""

import re
import shlex
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli import CLI
from app.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
INSTALL = "python3 -m venv .venv && .venv/bin/pip install --require-hashes -r requirements-dev.lock && "
BLOCKS = re.findall(r"```\w*\n(.*?)```", README, re.DOTALL)


def commands(group: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its full name."""
    group = group or typer.main.get_command(CLI)
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


@pytest.mark.parametrize(
    "line", [f"{INSTALL}.venv/bin/python -m app dev", f"{INSTALL}.venv/bin/python -m pytest -n 3 --dist loadfile"]
)
def test_each_of_the_two_lines_stands_alone(line: str) -> None:
    assert f"{line}\n" in BLOCKS


def test_its_table_of_commands_is_the_command_line() -> None:
    table = re.findall(r"^\| `([a-z ]+)` \|", README, re.MULTILINE)

    assert sorted(table) == sorted(name for name, _ in commands())


def test_every_command_that_it_shows_exists_with_its_options() -> None:
    known = dict(commands())
    shown = [shlex.split(text) for text in re.findall(r"python -m app ([^)\n`]+)", README)]
    assert len(shown) >= 3
    for words in shown:
        name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known), None)
        assert name is not None or words[0].startswith("-"), words
        options = {option for parameter in known[name].params for option in parameter.opts} if name else {"--help"}
        assert {word for word in words if word.startswith("--")} <= options


def test_its_table_of_settings_is_the_settings() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)

    assert rows == [
        (name.upper(), default_of(field), field.description) for name, field in Settings.model_fields.items()
    ]


def default_of(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.default.value if isinstance(field.default, Enum) else field.default
    return "" if value is None else f"`{str(value).lower()}`"


def test_files_that_it_names_exist() -> None:
    named = re.findall(
        r"`((?:[\w.-]+/)*[\w.-]+\.(?:md|graphql|lock|toml|csv)|\.ci/run|Dockerfile|examples/\w+/)`", README
    )
    assert len(named) >= 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_map_of_the_house_names_every_room() -> None:
    """docs/ARCHITECTURE.md: a folder or module that it leaves out would be found by nobody."""
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"\w+", text.split("```")[1]))
    rooms = {path.name.removesuffix(".py") for path in (ROOT / "app").iterdir()}
    assert {room for room in rooms - named if not room.startswith("_")} == set()


def test_decisions_that_the_map_speaks_of_are_written_down() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    known = {int(path.name[:4]) for path in (ROOT / "docs" / "decisions").iterdir()}
    spoken_of = {int(number) for number in re.findall(r"decision (\d+)", text)}
    assert len(spoken_of) > 5
    assert spoken_of <= known
