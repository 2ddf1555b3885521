"""Random operations: shapes made to hit what is there, by every kind of caller."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    InlineFragmentNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    is_required_argument,
    parse_const_value,
    parse_type,
    parse_value,
    print_ast,
    visit,
)

from app.compiled.core import type_of, unwrapped
from app.graph.seeing import SeenBy

from .odd_world import CALLERS, Asked
from .values import Values

MOST_VARIABLES = 12
SELDOM = frozenset(("visitor", "nobody"))
"""Who has nothing asks seldom."""


class Reshape(Visitor):
    """Arguments, some of them variables; if it is `varied` switches, aliases, fragments, the same field twice."""

    def __init__(self, info: TypeInfo, dice: Random, values: Values, *, varied: bool) -> None:
        super().__init__()
        self._info, self._dice, self._values, self._varied = info, dice, values, varied
        self.given: dict[str, Any] = {}
        self.declared: list[VariableDefinitionNode] = []
        self.fragments: list[FragmentDefinitionNode] = []

    def enter_field(self, node: FieldNode, *_: Any) -> FieldNode:
        field: Any = self._info.get_field_def()
        of = node.name.value
        asked = [] if field is None else [self._argument(name, arg, of) for name, arg in field.args.items()]
        kept = tuple(argument for argument in asked if argument is not None)
        return replace(node, arguments=kept, directives=self._switch())

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> InlineFragmentNode:
        return replace(node, directives=self._switch())

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        if not self._varied:
            return node
        dice, selections = self._dice, list[SelectionNode]()
        for selection in node.selections:
            selections.append(selection)
            if isinstance(selection, FieldNode) and dice.random() < 0.06:
                selections.append(self._again(selection))
        kind: Any = self._info.get_parent_type()
        if kind is not None and dice.random() < 0.08:
            selections = self._apart(selections, kind.name)
        return replace(node, selections=tuple(selections))

    def _again(self, field: FieldNode) -> FieldNode:
        """The same once more: under another name, or to be merged."""
        if self._dice.random() < 0.5:
            return field
        return replace(field, alias=NameNode(value=self._dice.choice(["a", "class", "None", "__x", "s0", "v1"])))

    def _apart(self, selections: list[SelectionNode], kind: str) -> list[SelectionNode]:
        """Some of what is selected, in a fragment, spread once or twice; the rest perhaps in one without a name."""
        at = self._dice.randint(0, len(selections) - 1)
        name = f"F{len(self.fragments)}"
        condition = NamedTypeNode(name=NameNode(value=kind))
        within = SelectionSetNode(selections=tuple(selections[at:]))
        self.fragments.append(
            FragmentDefinitionNode(name=NameNode(value=name), type_condition=condition, selection_set=within)
        )
        spread = FragmentSpreadNode(name=NameNode(value=name), directives=self._switch())
        kept: list[SelectionNode] = [*selections[:at], spread]
        if self._dice.random() < 0.3:
            return [InlineFragmentNode(selection_set=SelectionSetNode(selections=tuple(kept))), spread]
        return kept

    def _switch(self) -> tuple[DirectiveNode, ...]:
        if not self._varied or self._dice.random() > 0.05:
            return ()
        on = self._dice.random() < 0.7
        name = self._dice.choice(["skip", "include"])
        shown = on if name == "include" else not on
        value: ValueNode = BooleanValueNode(value=shown)
        if self._dice.random() < 0.6 and len(self.declared) < MOST_VARIABLES:
            value = self._variable("Boolean!", shown)
        argument = ArgumentNode(name=NameNode(value="if"), value=value)
        return (DirectiveNode(name=NameNode(value=name), arguments=(argument,)),)

    def _argument(self, name: str, argument: Any, of: str) -> ArgumentNode | None:
        kind, required = argument.type, is_required_argument(argument)
        if not required and (not self._varied or self._dice.random() < 0.4):
            return None
        has_default = not required and isinstance(kind, GraphQLNonNull)
        value = self._values.of(f"id of {of}" if name == "id" else name, kind)
        return ArgumentNode(name=NameNode(value=name), value=self._written(value, kind, has_default=has_default))

    def _written(self, value: Any, kind: Any, *, has_default: bool = False) -> ValueNode:
        """A literal, or a variable, or a literal with variables in it."""
        dice = self._dice
        if self._varied and dice.random() < 0.3 and len(self.declared) < MOST_VARIABLES:
            loose = has_default and dice.random() < 0.2
            return self._variable(str(kind.of_type if loose else kind), value)
        inner: Any = unwrapped(kind)
        if value is None or not isinstance(inner, GraphQLInputObjectType | GraphQLList | GraphQLEnumType):
            return parse_value(print_literal(value))
        if isinstance(inner, GraphQLEnumType):
            return EnumValueNode(value=value)
        if isinstance(inner, GraphQLList):
            return ListValueNode(values=tuple(self._written(item, inner.of_type) for item in value))
        fields: dict[str, Any] = {name: type_of(inner.fields[name]) for name in value}
        return ObjectValueNode(
            fields=tuple(
                ObjectFieldNode(name=NameNode(value=name), value=self._written(value[name], field))
                for name, field in fields.items()
            )
        )

    def _variable(self, kind: str, value: Any) -> VariableNode:
        dice, name = self._dice, f"v{len(self.declared)}"
        node = VariableNode(name=NameNode(value=name))
        plain = kind in {"Int", "Int!", "String", "Boolean", "Boolean!"}
        default = (
            parse_const_value(print_literal(value)) if plain and value is not None and dice.random() < 0.1 else None
        )
        self.declared.append(
            VariableDefinitionNode(variable=node, type=parse_type(kind), directives=(), default_value=default)
        )
        if default is None or dice.random() < 0.5:
            lacks = value is None and not kind.endswith("!") and dice.random() < 0.5
            if not lacks:
                self.given[name] = value if dice.random() > 0.01 else dice.choice(["x", 2**31, None, [], {"a": 1}])
        return node


def print_literal(value: Any) -> str:
    """Of a value that is no enum's and has no fields: as in JSON."""
    return orjson.dumps(value).decode()


def reshaped(
    shape: DocumentNode, dice: Random, core: Any, ids: Mapping[str, list[str]], *, varied: bool = True
) -> Asked:
    """One request of the shape of an operation; one that is not varied makes sense."""
    info = TypeInfo(core)
    values = Values(dice, ids, calm=not varied or dice.random() < 0.7, sparing=not varied)
    shaper = Reshape(info, dice, values, varied=varied)
    document: DocumentNode = visit(shape, TypeInfoVisitor(info, shaper))
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    operation = replace(operation, variable_definitions=tuple(shaper.declared))
    document = replace(document, definitions=(operation, *shaper.fragments))
    caller = caller_of(operation, dice, core)
    return Asked(print_ast(document), shaper.given, caller, dice.choice(["en", "en", "zh"]))


def caller_of(operation: OperationDefinitionNode, dice: Random, core: Any) -> str:
    """Anybody, but oftener one who may do what is asked first."""
    likely = [name for name in who_may(operation, core) if name not in SELDOM]
    return dice.choice(likely if likely and dice.random() < 0.6 else list(CALLERS))


def who_may(operation: OperationDefinitionNode, core: Any) -> list[str]:
    """Callers who may see what an operation asks for first."""
    first = operation.selection_set.selections[0]
    fields = core.get_root_type(operation.operation).fields
    field = fields.get(first.name.value) if isinstance(first, FieldNode) else None
    shown = field.extensions["strawberry-definition"].directives if field is not None else ()
    roles = {role for directive in shown if isinstance(directive, SeenBy) for role in directive.roles}
    return [name for name, viewer in CALLERS.items() if viewer.role in roles]
