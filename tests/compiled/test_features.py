"""Nothing that the schema uses is without a case, which is asked both ways by everybody (see `test_semantics`)."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    EnumValueNode,
    ExecutionResult,
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    is_specified_scalar_type,
    visit,
)
from graphql.language import DirectiveNode

from app.compiled.core import core

from .odd_world import OddWorld
from .test_semantics import CASES, asked_by

FEATURES = (
    *("aliases", "arguments", "variables with defaults", "named fragments", "inline fragments"),
    *("@skip with a variable", "@include with a variable", "interfaces", "unions", "lists", "lists of lists"),
    *("edges", "nodes", "pageInfo", "totalCount", "node", "enums in answers", "enums in arguments"),
    *("custom scalars in answers", "custom scalars in variables", "__typename", "fields that merge", "mutations"),
)
OF_CONNECTIONS = frozenset(("edges", "nodes", "pageInfo", "totalCount"))


class Notes(Visitor):
    """Which of the features a document uses."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._info = info

    def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
        keys = Counter((each.alias or each.name).value for each in node.selections if isinstance(each, FieldNode))
        self.found |= {"fields that merge"} if any(times > 1 for times in keys.values()) else set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.found |= {"aliases"} if node.alias else set()
        self.found |= {"arguments"} if node.arguments else set()
        self.found |= {node.name.value} & {"__typename", *OF_CONNECTIONS}
        root: Any = self._info.get_parent_type()
        if isinstance(root, GraphQLObjectType):
            self.found |= {"node"} if (root.name, node.name.value) == ("Query", "node") else set()
            self.found |= {"mutations"} if root.name == "Mutation" else set()
        self._note_type(self._info.get_type())

    def _note_type(self, kind: Any) -> None:
        named: Any = core.get_named_type(kind)
        kinds = {GraphQLInterfaceType: "interfaces", GraphQLUnionType: "unions", GraphQLEnumType: "enums in answers"}
        self.found |= {name for each, name in kinds.items() if isinstance(named, each)}
        if isinstance(named, GraphQLScalarType) and not is_specified_scalar_type(named):
            self.found.add("custom scalars in answers")
        plain: Any = core.get_nullable_type(kind)
        if isinstance(plain, GraphQLList):
            self.found.add("lists")
            self.found |= (
                {"lists of lists"} if isinstance(core.get_nullable_type(plain.of_type), GraphQLList) else set()
            )

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.found.add("named fragments")

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> None:
        self.found.add("inline fragments")

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if any(isinstance(argument.value, VariableNode) for argument in node.arguments or ()):
            self.found.add(f"@{node.name.value} with a variable")

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        self.found |= {"variables with defaults"} if node.default_value else set()
        named: Any = core.get_named_type(self._info.get_input_type())
        if isinstance(named, GraphQLScalarType) and not is_specified_scalar_type(named):
            self.found.add("custom scalars in variables")

    def enter_enum_value(self, node: EnumValueNode, *_: Any) -> None:
        self.found.add("enums in arguments")


@pytest.mark.parametrize("feature", FEATURES)
async def test_what_the_schema_uses_has_a_case(odd: OddWorld, feature: str) -> None:
    for rule in CASES:
        document = odd.execution.document(asked_by(odd, rule, "anna").text).node
        if document is not None:
            info = TypeInfo(odd.graph.core)
            notes = Notes(info)
            visit(document, TypeInfoVisitor(info, notes))
            if feature in notes.found:
                return
    pytest.fail(f"no case has {feature}")


def nulled_above(result: ExecutionResult) -> bool:
    """Is something null because of an error deeper in it?"""
    value: Any = result.data
    path = result.errors[0].path if result.errors else None
    for part in path or ():
        if value is None:
            return True
        value = value[part]
    return False


def in_part(result: ExecutionResult) -> bool:
    errors = result.errors or ()
    is_placed = all(error.path and error.locations for error in errors)
    return bool(errors) and is_placed and any(value is not None for value in (result.data or {}).values())


def with_code(code: str) -> Callable[[ExecutionResult], bool]:
    return lambda result: code in {(error.extensions or {}).get("code") for error in result.errors or ()}


def of_type(kind: str) -> Callable[[ExecutionResult], bool]:
    return lambda result: kind in {(value or {}).get("__typename") for value in (result.data or {}).values()}


ANSWERS: dict[str, tuple[str, str, Callable[[ExecutionResult], bool]]] = {
    "null propagation": ("a null goes up to the item of a list", "anna", nulled_above),
    "partial errors with path and locations": ("one key of a batch fails", "support", in_part),
    "roles": ("a field that some may not see", "anna", with_code("FORBIDDEN")),
    "a variable that cannot be coerced": (
        "a variable of the wrong type",
        "anna",
        lambda result: result.data is None and "Variable '$by'" in str(result.errors),
    ),
    "the success of a mutation": ("a mutation's success, then its fields", "support", of_type("TouchSuccess")),
    "the refusal of a mutation": ("joining, though a member", "anna", of_type("AlreadyMember")),
}


@pytest.mark.parametrize("what", ANSWERS)
async def test_what_answers_may_hold_is_held_by_a_case(odd: OddWorld, what: str) -> None:
    rule, caller, holds = ANSWERS[what]
    answers = await odd.answers(asked_by(odd, rule, caller))
    assert [holds(answer) for answer in answers.all] == [True] * 3
