"""The house is in order where import-linter cannot look; and each check would see what breaks it."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import app

from . import house

APP = Path(app.__file__).parent
MIGRATIONS = APP / "db" / "migrations"
ENGINE_ROOM = {APP / "db" / "migrating.py"}
CLOCK = {APP / "clock.py"}

Check = Callable[[ast.AST], list[str]]


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(APP.rglob("*.py")):
        if MIGRATIONS not in path.parents:
            yield path, ast.parse(path.read_text("utf-8"))


def complaints(check: Check, *, but_for: set[Path]) -> dict[str, list[str]]:
    found = {path: check(tree) for path, tree in modules() if path not in but_for}
    return {str(path.relative_to(APP)): bad for path, bad in found.items() if bad}


def test_nothing_but_migrating_uses_a_session_or_an_engine() -> None:
    assert complaints(house.sessions_and_engines, but_for=ENGINE_ROOM) == {}


def test_time_and_ids_are_handed_in() -> None:
    """R4."""
    assert complaints(house.clocks_and_chance, but_for=CLOCK) == {}


def test_imports_go_one_way() -> None:
    assert complaints(house.ways_round_the_order, but_for=set()) == {}


def test_every_module_says_what_it_is() -> None:
    found = {path: house.says_nothing(path, tree) for path, tree in modules()}
    assert len(found) > 100
    assert {path: bad for path, bad in found.items() if bad} == {}


def test_what_fields_read_waits_for_nothing_but_the_database() -> None:
    """Decision 37."""
    rooms = frozenset(("graphql", "queries", "rules"))
    elsewhere = {path for path, _ in modules() if rooms.isdisjoint(path.relative_to(APP).with_suffix("").parts)}
    assert complaints(house.waiting_for_another, but_for=elsewhere) == {}


BOUNDED_OTHERWISE = {
    APP / "compiled" / "coercing.py": "types of the schema",
    APP / "db" / "rows.py": "tables and rows, which are classes",
}


def test_what_is_kept_has_a_bound() -> None:
    """Whatever clients send: what is remembered of it is forgotten again."""
    assert complaints(house.caches_without_bound, but_for=set(BOUNDED_OTHERWISE)) == {}


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (house.caches_without_bound, "@cache\ndef f(code: str) -> int: ..."),
        (house.caches_without_bound, "@lru_cache(maxsize=None)\ndef f(code: str) -> int: ..."),
        (house.caches_without_bound, "@cache\ndef f(code, kind: type) -> int: ..."),
        (house.waiting_for_another, "import asyncio"),
        (house.waiting_for_another, "from asyncio import Lock"),
        (house.sessions_and_engines, "from sqlmodel import Session"),
        (house.sessions_and_engines, "from sqlalchemy.orm import relationship"),
        (house.sessions_and_engines, "import sqlalchemy.orm"),
        (house.sessions_and_engines, "from sqlalchemy.ext.asyncio import create_async_engine"),
        (house.sessions_and_engines, "from sqlalchemy import create_engine"),
        (house.clocks_and_chance, "at = datetime.now(UTC)"),
        (house.clocks_and_chance, "day = date.today()"),
        (house.clocks_and_chance, "from uuid import uuid4"),
        (house.clocks_and_chance, "import random"),
        (house.clocks_and_chance, "at = time.time()"),
        (house.ways_round_the_order, "def f():\n    import app"),
        (house.ways_round_the_order, "async def f():\n    from app import points"),
        (house.ways_round_the_order, "from typing import TYPE_CHECKING"),
        (house.ways_round_the_order, "tier = strawberry.lazy('app.tiers')"),
    ],
)
def test_what_breaks_a_rule_is_seen(check: Check, source: str) -> None:
    assert len(check(ast.parse(source))) == 1


def test_a_module_that_says_nothing_is_seen() -> None:
    assert len(house.says_nothing(Path("helpers.py"), ast.parse("x = 1"))) == 2
