"""What batch functions gave, sorted by key: quickly where each key has a value, with care where one failed."""

from collections.abc import Callable, Sequence
from typing import Any

from app.db import Failed
from app.graph.kinds import Batched
from app.graph.loading import Slice

from .results import Results, Run

Keep = Callable[[Run, Sequence[Any], Any], Results]
"""The results by key, of keys and of what the function gave for them."""


def keeping(kind: Batched, constant: dict[str, Any] | None, carefully: Keep) -> Keep:
    """`carefully`, or what does the same for what is found by columns of rows, and leaves the rest to it. `constant`:
    the arguments of what is loaded, if they are always the same."""
    if kind.key is None and kind.callee.page is None:
        return _only(carefully)
    if not isinstance(kind.key, str | tuple):
        return carefully
    if kind.callee.page is None:
        return _each(carefully)
    return carefully if constant is None else _pages(kind, constant, carefully)


def _only(carefully: Keep) -> Keep:
    def keep(run: Run, keys: Sequence[Any], outcome: Any) -> Results:
        if outcome.__class__ is Failed or isinstance(outcome, Exception):
            return carefully(run, keys, outcome)
        results = Results()
        results[None] = outcome
        return results

    return keep


def _each(carefully: Keep) -> Keep:
    def keep(run: Run, keys: Sequence[Any], outcome: Any) -> Results:
        if outcome.__class__ is not list or len(outcome) != len(keys):
            return carefully(run, keys, outcome)
        results = Results()
        for key, value in zip(keys, outcome, strict=True):
            if isinstance(value, Exception):
                return carefully(run, keys, outcome)
            results[key] = value
        return results

    return keep


def _pages(kind: Batched, constant: dict[str, Any], carefully: Keep) -> Keep:
    first = constant["first"]

    def keep(run: Run, keys: Sequence[Any], outcome: Any) -> Results:
        if outcome.__class__ is not list or len(outcome) != len(keys):
            return carefully(run, keys, outcome)
        results = Results()
        for key, rows in zip(keys, outcome, strict=True):
            if rows.__class__ is not list:
                return carefully(run, keys, outcome)
            results[key] = Slice(rows[:first], len(rows) > first, key, kind, constant)
        return results

    return keep
