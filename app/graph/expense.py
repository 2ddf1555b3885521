"""How much an operation asks for, measured in its document; fragments count wherever they are spread."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

TOO_EXPENSIVE = "QUERY_TOO_EXPENSIVE"
INTROSPECTION = frozenset(("__schema", "__type"))
"""Fields whose depth graphql-core limits by a rule of its own."""


@dataclass(frozen=True)
class Expense:
    """What a selection asks for."""

    depth: int = 0
    """Fields within fields."""
    selections: int = 0
    """Fields, spreads and inline fragments; what fragments contain, wherever they are spread."""
    aliases: int = 0
    directives: int = 0

    def beside(self, other: "Expense") -> "Expense":
        return Expense(
            max(self.depth, other.depth),
            self.selections + other.selections,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


NOTHING = Expense()


def too_expensive(message: str, node: FieldNode | OperationDefinitionNode | None = None) -> GraphQLError:
    return GraphQLError(message, node, extensions={"code": TOO_EXPENSIVE})


class Measure:
    """Measures the operations of one document, each fragment once."""

    def __init__(self, document: DocumentNode, *, nesting: int) -> None:
        self._nesting = nesting
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[str, Expense] = {}
        self._open: set[str] = set()

    def of(self, operation: OperationDefinitionNode) -> Expense:
        """May raise GraphQLError: nested too deeply."""
        within = self._within(operation.selection_set, 0)
        return within.beside(Expense(directives=len(operation.directives or ())))

    def _within(self, selected: SelectionSetNode | None, level: int) -> Expense:
        if level > self._nesting:
            raise too_expensive(f"The operation is nested more than {self._nesting} levels deep.")
        total = NOTHING
        for selection in selected.selections if selected is not None else ():
            total = total.beside(self._one(selection, level + 1))
        return total

    def _one(self, selection: SelectionNode, level: int) -> Expense:
        own = Expense(selections=1, directives=len(selection.directives or ()))
        if isinstance(selection, FragmentSpreadNode):
            return own.beside(self._fragment(selection.name.value, level))
        if isinstance(selection, InlineFragmentNode):
            return own.beside(self._within(selection.selection_set, level))
        if not isinstance(selection, FieldNode):
            return own
        inner = self._within(selection.selection_set, level)
        depth = 1 if selection.name.value in INTROSPECTION else inner.depth + 1
        return own.beside(
            Expense(depth, inner.selections, inner.aliases + (selection.alias is not None), inner.directives)
        )

    def _fragment(self, name: str, level: int) -> Expense:
        if name in self._open:
            raise GraphQLError(f"Fragment '{name}' spreads itself.", self._fragments[name])
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self._within(self._selected(name), level)
            self._open.remove(name)
        return self._known[name]

    def _selected(self, name: str) -> SelectionSetNode | None:
        fragment = self._fragments.get(name)
        return fragment.selection_set if fragment is not None else None

    def roots(self, operation: OperationDefinitionNode) -> dict[str, str]:
        """The fields at the root by the name that they have in the answer."""
        fields = self._fields([operation.selection_set])
        return {name_of(field): field.name.value for field in fields}

    def overlaps(self, operation: OperationDefinitionNode) -> int:
        """How many pairs of fields meet in one place of the answer: validation compares each pair."""
        total = 0
        places = [[operation.selection_set]]
        while places:
            meeting: dict[str, list[FieldNode]] = {}
            for field in self._fields(places.pop()):
                meeting.setdefault(name_of(field), []).append(field)
            total += sum(len(fields) ** 2 for fields in meeting.values() if len(fields) > 1)
            within = ([field.selection_set for field in fields if field.selection_set] for fields in meeting.values())
            places += filter(None, within)
        return total

    def _fields(self, selected: Iterable[SelectionSetNode]) -> Iterator[FieldNode]:
        """The fields of selections that meet in one place, those in fragments among them."""
        for selections in selected:
            for selection in selections.selections:
                if isinstance(selection, FieldNode):
                    yield selection
                elif isinstance(selection, InlineFragmentNode):
                    yield from self._fields([selection.selection_set])
                elif isinstance(selection, FragmentSpreadNode):
                    yield from self._fields(filter(None, [self._selected(selection.name.value)]))


def name_of(field: FieldNode) -> str:
    """What the field is called in the answer."""
    return (field.alias or field.name).value
