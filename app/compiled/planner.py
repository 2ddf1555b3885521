"""Plans operations: which steps there are, on which level each, and what belongs to whom."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, TypeGuard

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    is_composite_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from app.graph import Graph
from app.graph.fields import DeclaredField
from app.graph.kinds import Batched, Column, Computed, Counted, Itself
from app.graph.mutation import direct
from app.graph.types import row_of
from app.graph.viewer import EVERYONE

from .arguments import Arguments, Counting
from .batches import BatchStep
from .core import ResolveInfo, core, type_of, utilities
from .plan import FieldPlan, Inline, KeyedBy, Level, NotCompiled, ObjectPlan, Plan, Uses, columns_of
from .steps import ComputeStep, Gate, MutationStep, ResolveStep

MOST_FIELDS = 10_000
"""Fields that one operation may come to, when those of an interface are counted for each of its types."""


class Planner:
    """Plans the root fields of one operation; for a mutation, one of them at a time."""

    def __init__(self, graph: Graph, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._graph = graph
        self._schema = graph.core
        self._operation = operation
        self._definitions = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._fragments = {name: FragmentDetails(d) for name, d in self._definitions.items()}
        self._variables = VariableValues({}, {})
        self._uses: dict[tuple[Any, ...], Uses] = {}
        self._levels: dict[int, Level] = defaultdict(list)
        self._batches: dict[tuple[Any, ...], BatchStep] = {}
        self._roles = EVERYONE
        self._is_certain = True
        """Does what is planned turn up whatever is found, if anything is?"""
        self._fields = 0

    def plans(self, switches: Mapping[str, Any]) -> list[Plan]:
        """`switches`: values of the variables that @skip and @include use."""
        self._variables = VariableValues({}, dict(switches))
        root = self._schema.get_root_type(self._operation.operation)
        collected = collect_fields(self._schema, self._fragments, self._variables, root, self._operation)
        selected = dict(collected.grouped_field_set)
        if self._operation.operation is OperationType.MUTATION:
            return [self._plan(root, {key: details}) for key, details in selected.items()]
        return [self._plan(root, selected)]

    def _plan(self, root: GraphQLObjectType, selected: Mapping[str, list[FieldDetails]]) -> Plan:
        self._levels, self._uses, self._batches = defaultdict(list), {}, {}
        self._roles = EVERYONE
        top = ObjectPlan(root, None, None, None)
        self._fill(top, selected, 0)
        return Plan(top, dict(self._levels), self._roles)

    def _fill(self, plan: ObjectPlan, selected: Mapping[str, list[FieldDetails]], level: int) -> None:
        for key, details in selected.items():
            name = details[0].node.name.value
            plan.order.append(key)
            if name == "__typename":
                plan.constants[key] = plan.shown.name
            elif name.startswith("__"):
                raise NotCompiled("introspection")
            else:
                plan.fields.append(self._field(plan, key, details, level))

    def _field(self, above: ObjectPlan, key: str, details: list[FieldDetails], level: int) -> FieldPlan:
        self._fields += 1
        if self._fields > MOST_FIELDS:
            raise NotCompiled("too many fields")
        nodes = [detail.node for detail in details]
        definition = above.shown.fields[nodes[0].name.value]
        declared = definition.extensions["strawberry-definition"]
        arguments = Arguments(self._graph, self._operation, definition, declared, nodes[0])
        plan = FieldPlan(key, nodes, definition, above.shown, arguments)
        if not isinstance(declared, DeclaredField):
            return self._resolved(above, plan, details, level)
        seen_by = declared.seen_by or frozenset()
        if seen_by != EVERYONE:
            plan.gate, plan.is_gated_alone = Gate(seen_by), not self._is_certain
            self._roles &= seen_by
        kind = declared.way
        if isinstance(kind, Counted):
            return self._counted(above, plan, details, level)
        if isinstance(kind, Batched):
            return self._batched(above, plan, kind, arguments, details, level)
        plan.kind = kind
        kept = kind if isinstance(kind, Computed) or is_made_anew(kind, above) else None
        self._beneath(above, plan, details, level if kept is None else level + 1)
        if kept is not None and any(o.loads() for o in plan.objects.values()):
            plan.step, plan.keyed_by = ComputeStep(kept, arguments), KeyedBy.ROW
            self._levels[level].append((plan.step, [(above, plan)]))
        return plan

    def _batched(
        self,
        above: ObjectPlan,
        plan: FieldPlan,
        kind: Batched,
        arguments: Arguments,
        details: list[FieldDetails],
        level: int,
    ) -> FieldPlan:
        plan.connection = kind if kind.callee.takes_page else None
        if isinstance(kind.key, str | tuple):
            plan.keyed_by, plan.column = KeyedBy.COLUMN, kind.key
        same = (level, kind, arguments.signature)
        if same not in self._batches:
            self._batches[same] = BatchStep(kind, arguments, frozenset())
            self._uses[same] = []
            self._levels[level].append((self._batches[same], self._uses[same]))
        plan.step = self._batches[same]
        self._uses[same].append((above, plan))
        self._beneath(above, plan, details, level + 1)
        wanted = columns_of(plan)
        known = plan.step.columns
        plan.step.columns = None if wanted is None or known is None else known | wanted
        return plan

    def _counted(self, above: ObjectPlan, plan: FieldPlan, details: list[FieldDetails], level: int) -> FieldPlan:
        connection = above.via
        source = connection.connection if connection else None
        if connection is None or source is None or source.total is None:
            return self._resolved(above, plan, details, level)
        return self._batched(above, plan, source.total, Counting(connection.arguments), details, level)

    def _resolved(self, above: ObjectPlan, plan: FieldPlan, details: list[FieldDetails], level: int) -> FieldPlan:
        declared = plan.definition.extensions["strawberry-definition"]
        runs, given = direct(declared), (plan.definition, plan.arguments, self._info(plan))
        step = ResolveStep(*given) if runs is None else MutationStep(*given, declared, runs)
        plan.step, plan.keyed_by = step, KeyedBy.ROW
        self._levels[level].append((plan.step, [(above, plan)]))
        self._beneath(above, plan, details, level + 1)
        return plan

    def _info(self, plan: FieldPlan) -> ResolveInfo:
        """What graphql-core tells a resolver, without what belongs to one execution."""
        return ResolveInfo(
            plan.nodes[0].name.value, plan.nodes, type_of(plan.definition), plan.parent,
            Path(None, plan.key, plan.parent.name), self._schema, self._definitions, None, self._operation,
            self._variables, None, utilities.is_awaitable, None, None,  # pyright: ignore[reportArgumentType]
        )  # fmt: skip

    def _beneath(self, above: ObjectPlan, plan: FieldPlan, details: list[FieldDetails], level: int) -> None:
        named = core.get_named_type(type_of(plan.definition))
        if not is_composite_type(named):
            return
        if isinstance(named, GraphQLObjectType):
            self._object(above, plan, named, details, level)
            return
        plan.info = self._info(plan)
        roles, is_certain, self._is_certain = self._roles, self._is_certain, False
        for kind in self._schema.get_possible_types(named):
            self._roles = EVERYONE
            below = self._object(above, plan, kind, details, level)
            below.roles = self._roles
        self._roles, self._is_certain = roles, is_certain

    def _object(
        self, above: ObjectPlan, plan: FieldPlan, kind: GraphQLObjectType, details: list[FieldDetails], level: int
    ) -> ObjectPlan:
        collected = collect_subfields(self._schema, self._fragments, self._variables, self._operation, kind, details)
        row = above.row if isinstance(plan.kind, Itself) else None
        below = plan.objects[kind.name] = ObjectPlan(kind, row_of(kind) or row, above, plan)
        self._fill(below, collected.grouped_field_set, level)
        return below


def is_made_anew(kind: Inline, above: ObjectPlan) -> TypeGuard[Column]:
    """Is an attribute of the row another object each time it is read? What is found for an object is kept by it."""
    return isinstance(kind, Column) and isinstance(getattr(above.row, kind.name, None), property)
