"""What looks the same for everybody: it is built once, and kept."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from graphql import GraphQLObjectType

from app.db.rows import is_table
from app.graph.kinds import Column, Computed
from app.graph.viewer import EVERYONE

from .core import type_of, unwrapped
from .lines import Lines
from .plan import FieldPlan, ObjectPlan

MOST_ALIKE = 200
"""Looks that one field keeps, in each language."""
MOST_LOOKS = 20_000
"""Looks that all documents keep: about 10 MB."""


class Looks:
    """What held things look like to one field, in each language."""

    def __init__(self) -> None:
        self._by_language = defaultdict[str, dict[Any, Any]](dict)
        KEPT.fields.add(self)

    def of(self, language: str) -> dict[Any, Any]:
        return self._by_language[language]

    def clear(self) -> None:
        for looks in self._by_language.values():
            looks.clear()


class Told(Looks):
    """What rows' columns tell of all that the process holds: kept until it holds something else."""

    def __init__(self) -> None:
        super().__init__()
        self._held: tuple[Any, ...] = ()

    def of(self, language: str, *held: Any) -> dict[Any, Any]:
        """In a language, by the columns."""
        if held != self._held:
            self._held = held
            self.clear()
        return self._by_language[language]


class Kept:
    """All looks of this process. Documents are kept by what they weigh when they come; looks come later, and aliases
    have their own: so they have a bound of their own."""

    def __init__(self) -> None:
        self.fields = WeakSet[Looks]()
        self._made = 0
        """Since all were forgotten."""

    def room_for(self, looks: dict[Any, Any]) -> None:
        """One more is to be kept beside these."""
        if len(looks) >= MOST_ALIKE:
            looks.clear()
        self._made += 1
        if self._made > MOST_LOOKS:
            self._made = 0
            for field in self.fields:
                field.clear()


KEPT = Kept()


def write_kept(lines: Lines, name: str, looks: str, key: str, shown: Callable[[], str]) -> None:
    """The name is what the looks have for the key; if they have nothing, what is shown, which they keep from then on.
    `shown` writes it: an expression, and the lines that it needs."""
    lines.add(f"{name} = {looks}.get({key})")
    lines.add(f"if {name} is None:")
    lines.depth += 1
    value = shown()
    lines.add(f"{lines.known('kept', KEPT)}.room_for({looks})")
    lines.add(f"{name} = {looks}[{key}] = {value}")
    lines.depth -= 1


def is_fixed(plan: ObjectPlan, *, is_beneath: bool = False) -> bool:
    """Does what is shown depend on nothing but a row that the process holds and never changes, or on what is made of
    nothing but such a row above it?

    Roles do not matter here: who may not see all of an operation gets no answer of the short way. But for what may or
    may not turn up they are looked at when it does.
    """
    if plan.roles != EVERYONE:
        return False
    if not is_beneath and not getattr(plan.row, "__held__", False):
        return False
    return all(
        is_same_for_all(field) and all(is_fixed(below, is_beneath=True) for below in field.objects.values())
        for field in plan.fields
    )


def is_told(above: ObjectPlan, field: FieldPlan) -> bool:
    """Is it one of the things that the process holds, which nothing but columns of a row tell from the others? Where
    they are one of many rows, several will tell the same."""
    if not isinstance(field.kind, Computed) or field.step is not None or above.is_single:
        return False
    callee, shown = field.kind.callee, unwrapped(type_of(field.definition))
    if not isinstance(shown, GraphQLObjectType) or not is_fixed(field.objects[shown.name]):
        return False
    if callee.arguments or not callee.reads or above.row is None or not is_table(above.row):
        return False
    return bool(callee.provided) and all(getattr(kind, "__held__", False) for kind in callee.provided.values())


def is_same_for_all(field: FieldPlan) -> bool:
    """Is a field's value made of nothing but the row, or of the row and the language?"""
    if isinstance(field.kind, Computed):
        callee = field.kind.callee
        return field.step is None and not callee.arguments and set(callee.provided) <= {"language"}
    return isinstance(field.kind, Column)
