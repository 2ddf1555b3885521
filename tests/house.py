"""Rules of the house that import-linter cannot see, read from the sources. Each function gives complaints in words."""

import ast
from collections.abc import Iterator
from pathlib import Path

SESSIONS = ("sqlalchemy.orm", "sqlalchemy.ext", "sqlmodel.Session", "sqlmodel.create_engine", "sqlmodel.ext")
ENGINES = ("sqlalchemy.create_engine", "sqlalchemy.engine", "sqlalchemy.ext.asyncio")
CHANCE = ("random", "secrets", "uuid.uuid1", "uuid.uuid4", "uuid_utils")
CLOCKS = frozenset(("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "uuid.uuid4"))
KNOTS = ("typing.TYPE_CHECKING", "strawberry.lazy", "strawberry.LazyType")
FEW = frozenset(("type", "type[Any]"))
"""Annotations of parameters of which there are as many values as stand in the source."""
VAGUE = frozenset(("util", "utils", "helper", "helpers", "manager", "service", "services", "common", "misc"))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a module imports, in full, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def called(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every `name.name` that a module mentions, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.lineno, f"{node.value.id}.{node.attr}"


def sessions_and_engines(tree: ast.AST) -> list[str]:
    """Reads and writes are statements compiled once; an ORM session costs more than the rest of a request."""
    return [f"{line}: {name}" for line, name in imported(tree) if _is_of(name, (*SESSIONS, *ENGINES))]


def clocks_and_chance(tree: ast.AST) -> list[str]:
    """The instant and new ids are handed in (R4)."""
    taken = [(line, name) for line, name in imported(tree) if _is_of(name, CHANCE)]
    taken += [(line, name) for line, name in called(tree) if name in CLOCKS]
    return [f"{line}: {name}" for line, name in taken]


def ways_round_the_order(tree: ast.AST) -> list[str]:
    """Imports go one way, at the top of a module."""
    names = (*imported(tree), *called(tree))
    late = [
        f"{inner.lineno}: an import in a function"
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    return late + [f"{line}: {name}" for line, name in names if _is_of(name, KNOTS)]


def says_nothing(path: Path, tree: ast.Module) -> list[str]:
    """A module says in its first line what it is, and its name is a word of the shop or of the craft."""
    complaints = [] if path.stem not in VAGUE else [f"{path.stem} could be anything"]
    if tree.body and not ast.get_docstring(tree):
        complaints.append("no first line that says what it is")
    return complaints


def _is_of(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def waiting_for_another(tree: ast.AST) -> list[str]:
    """What fields read goes side by side within one task (decision 37): who waits for another waits for ever."""
    return [f"{line}: {name}" for line, name in imported(tree) if _is_of(name, ("asyncio",))]


def caches_without_bound(tree: ast.AST) -> list[str]:
    """What a cache keeps has a bound, or the parameters have: classes of our own, or none at all."""
    return [
        f"{node.lineno}: {node.name} is kept by {', '.join(kinds)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(_never_forgets(each) for each in node.decorator_list)
        for kinds in [[ast.unparse(each.annotation) if each.annotation else "anything" for each in node.args.args]]
        if not set(kinds) <= FEW
    ]


def _never_forgets(decorator: ast.expr) -> bool:
    text = ast.unparse(decorator)
    return text in ("cache", "functools.cache") or "maxsize=None" in text or text.endswith("lru_cache(None)")
