"""What operators make through the graph, as domains above read it from memory: a kind is named once, by its domain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .section import Words

T = TypeVar("T")

Made = Mapping[str, Any]
"""Of one kind, by the program's code."""


def nothing_called(_made: Any, _rule: str) -> Words | None:
    return None


@dataclass(frozen=True, eq=False)
class MadeKind(Generic[T]):
    """A kind of thing that operators make, such as campaigns: read as `programs.extra(CAMPAIGNS, code)`."""

    name: str
    none: T
    """Of a program that has none."""
    called: Callable[[T, str], Words | None] = nothing_called
    """How a rule is called by which the ledgers know what it brought, as rules of a file are called there."""
