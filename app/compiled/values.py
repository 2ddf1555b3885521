"""Writes expressions for what fields have for a row, and what is certain about each."""

from app.db.paging import cursor_of
from app.db.rows import UNCERTAIN, Fact, facts_of
from app.graph.kinds import Column, Computed, Identified, Itself, Placed

from .lines import Lines, attribute, id_source, ids_source, key_source, place_source, places_source
from .plan import FieldPlan, KeyedBy, ObjectPlan
from .starting import provided_source
from .steps import Step

CERTAIN_TEXT = Fact(str, nullable=False)


class Values:
    def __init__(self, lines: Lines, names: dict[Step, str]) -> None:
        self._lines = lines
        self._names = names
        self._lists: dict[str, tuple[str, dict[str, str]]] = {}
        """For the name of a list's item that of the list, and what is made of all of its items at once."""

    def begin_list(self, rows: str, row: str) -> None:
        """What follows is of each row of a list, none of which is null and all of which are alike."""
        self._lists[row] = rows, {}

    def end_list(self, row: str) -> dict[str, str]:
        """What was to be made of all of them at once: sources of lists, and the name of an item of each."""
        return self._lists.pop(row, ("", dict[str, str]()))[1]

    def of(self, above: ObjectPlan, plan: FieldPlan, row: str) -> tuple[str, Fact]:
        """An expression for what a field has for a row, and what is certain about it."""
        if plan.step is not None:
            return self._found(plan.step, above, plan, row), UNCERTAIN
        kind = plan.kind
        if isinstance(kind, Column):
            fact = facts_of(above.row).get(kind.name, UNCERTAIN) if above.row else UNCERTAIN
            return attribute(above, row, kind.name), fact
        if isinstance(kind, Identified):
            return self._id(kind, above, row), CERTAIN_TEXT
        if isinstance(kind, Placed):
            return self._place(above, row), CERTAIN_TEXT
        if isinstance(kind, Itself):
            return row, Fact(None, nullable=False)
        if not isinstance(kind, Computed):
            raise TypeError(f"{plan.key} has no value")
        member = kind.callee.member
        return self._computed(kind, plan, row), UNCERTAIN if member is None else Fact(member, nullable=True)

    def _found(self, step: Step, above: ObjectPlan, plan: FieldPlan, row: str) -> str:
        results = self._names[step]
        if plan.keyed_by is KeyedBy.ROW:
            return f"{results}[id({row})]"
        if plan.keyed_by is KeyedBy.NOTHING:
            return f"{results}[None]"
        return f"{results}.get({key_source(above, row, plan.column)})"

    def _id(self, kind: Identified, above: ObjectPlan, row: str) -> str:
        keys = [attribute(above, row, key) for key in kind.keys]
        if row in self._lists:
            return self._of_all(row, ids_source(kind.prefix, self._lists[row][0], row, keys))
        return id_source(kind.prefix, keys)

    def _place(self, above: ObjectPlan, row: str) -> str:
        if above.is_ordered:
            return f"{self._lines.known('cursor', cursor_of)}({row})"
        key = attribute(above, row, "id")
        if row in self._lists:
            return self._of_all(row, places_source(self._lists[row][0], row, key))
        return place_source(key)

    def _of_all(self, row: str, source: str) -> str:
        """What is made of all rows of a list at once, for one of them."""
        return self._lists[row][1].setdefault(source, self._lines.name("n"))

    def _computed(self, kind: Computed, plan: FieldPlan, row: str) -> str:
        lines, function = self._lines, self._lines.thing("f", kind.callee.function)
        sources = {name: provided_source(lines, "run.context", name, k) for name, k in kind.callee.provided.items()}
        given = [f"{name}={lines.at_start(source)}" for name, source in sources.items()]
        if kind.parameters:
            arguments = lines.thing("a", plan.arguments)
            given.append(f"**{lines.at_start(f'{arguments}.given(run.variables)', plan)}")
        return f"{function}({', '.join([row, *given])})"
