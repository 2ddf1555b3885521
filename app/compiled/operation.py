"""Documents as they came, checked once, and their operations, compiled for each set of switches."""

from collections import OrderedDict
from collections.abc import Mapping

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    visit,
)
from graphql.execution.values import VariableValues
from graphql.language import DirectiveNode, VariableNode, Visitor

from app.failures import kind_of, place_of
from app.graph import Graph
from app.graph.bounds import Checks, checked
from app.logs import Log

from .plan import NotCompiled
from .planner import Planner
from .source import Compiled, compile_plan
from .variables import Variables

LOG = Log("graph")
MOST_SWITCHES = 16
"""Sets of values of @skip and @include variables that one operation is kept compiled for: the latest used."""

OWN, TEXT, SOURCE = 10_000, 100, 20
"""Bytes that a document takes up of itself, for each character of its text, and for each of the source that is
written for it: measured roughly, and enough to keep a bound by."""


class Operation:
    """One operation of a document: compiled for each set of switches, or left to graphql-core for a reason."""

    def __init__(
        self, graph: Graph, document: DocumentNode, definition: OperationDefinitionNode, *, hide_suggestions: bool
    ) -> None:
        self._graph, self._document, self._definition = graph, document, definition
        self.variables = Variables(graph.core, definition, hide_suggestions=hide_suggestions)
        self._switches = switches_of(document, definition)
        self._compiled: OrderedDict[tuple[object, ...], list[Compiled] | str] = OrderedDict()
        self.forgotten = 0
        """Bytes that those of its compiled forms took up which are not kept any more, about."""

    @property
    def weight(self) -> int:
        """Bytes that its compiled forms take up, about."""
        return sum(map(weight_of, self._compiled.values()))

    @property
    def forms(self) -> int:
        """How many it is kept compiled in."""
        return len(self._compiled)

    def forget_oldest(self) -> None:
        """The form that was not asked for the longest."""
        self.forgotten += weight_of(self._compiled.popitem(last=False)[1])

    def compiled(self, variables: VariableValues) -> tuple[list[Compiled], bool]:
        """One for all root fields of a query, one for each of a mutation; and whether that was done only now.

        May raise NotCompiled.
        """
        switches = tuple([variables.coerced.get(name) for name in self._switches]) if self._switches else ()
        known = self._compiled.get(switches)
        is_new = known is None
        if known is None:
            if len(self._compiled) >= MOST_SWITCHES:
                self.forget_oldest()
            known = self._compiled[switches] = self._compile(dict(zip(self._switches, switches, strict=True)))
        elif switches:
            self._compiled.move_to_end(switches)
        if isinstance(known, str):
            raise NotCompiled(known)
        return known, is_new

    def _compile(self, switches: Mapping[str, object]) -> list[Compiled] | str:
        """The parts, or the reason why there are none."""
        if self._definition.operation is OperationType.SUBSCRIPTION:
            return "subscription"
        try:
            plans = Planner(self._graph, self._document, self._definition).plans(switches)
            return [compile_plan(plan) for plan in plans]
        except NotCompiled as left:
            return str(left)
        except GraphQLError:
            return "a switch without a value"
        except (SyntaxError, RecursionError, MemoryError):
            return "nested too deeply"
        except Exception as error:  # what it says may hold what the client sent (R41): only its kind and place
            LOG.error("operation_not_compiled", error=kind_of(error), at=place_of(error))
            return f"bug in the compiler: {kind_of(error)}"


def weight_of(compiled: list[Compiled] | str) -> int:
    """Bytes that it takes up, about; nothing for a reason why there is none."""
    return 0 if isinstance(compiled, str) else SOURCE * sum(len(part.source) for part in compiled)


class Document:
    """One document: what is wrong with it, or its operations."""

    def __init__(self, graph: Graph, text: str, checks: Checks) -> None:
        found = checked(text, checks)
        self.errors: list[GraphQLError] = found if isinstance(found, list) else []
        self.node: DocumentNode | None = None if isinstance(found, list) else found
        self._graph, self._hide_suggestions = graph, checks.hide_suggestions
        self._operations: dict[int, Operation] = {}
        self._named: dict[str | None, Operation] = {}
        """Each by its name; the only one without, too."""
        self._own_weight = OWN + TEXT * len(text)

    @property
    def weight(self) -> int:
        """Bytes that it takes up, about."""
        return self._own_weight + sum(operation.weight for operation in self._operations.values())

    def lighten(self, most: int) -> int:
        """Forget compiled forms until it takes up no more bytes than that, or each operation has but its newest. Gives
        the bytes that those took up which were forgotten since the last time."""
        operations = self._operations.values()
        for operation in operations:
            while operation.forms > 1 and self.weight > most:
                operation.forget_oldest()
        forgotten = sum(operation.forgotten for operation in operations)
        for operation in operations:
            operation.forgotten = 0
        return forgotten

    def operation(self, name: str | None) -> Operation | None:
        """The one that is named, or the only one. Names that there are not leave no trace."""
        known = self._named.get(name)
        if known is None and self.node is not None and (definition := get_operation_ast(self.node, name)) is not None:
            known = self._operations.get(id(definition))
            if known is None:
                known = Operation(self._graph, self.node, definition, hide_suggestions=self._hide_suggestions)
                self._operations[id(definition)] = known
            self._named[name] = known
        return known


def switches_of(document: DocumentNode, definition: OperationDefinitionNode) -> list[str]:
    """Variables of an operation that decide what is selected."""
    found: set[str] = set()

    class Find(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: object) -> None:
            if node.name.value in {"skip", "include"}:
                found.update(a.value.name.value for a in node.arguments or () if isinstance(a.value, VariableNode))

    visit(document, Find())
    return sorted(found & {node.variable.name.value for node in definition.variable_definitions or ()})
