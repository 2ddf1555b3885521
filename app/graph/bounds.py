"""What a document may cost and contain, checked before it runs.

The one place for the cost of requests: limits now; a cost for each field and budgets of callers will be here too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    get_named_type,
    is_input_object_type,
    parse,
    specified_rules,
    validate,
)
from graphql.language import SKIP

from .expense import INTROSPECTION, TOO_EXPENSIVE, Measure, too_expensive
from .mutations import does_many

Rule = type[ASTValidationRule]


@dataclass(frozen=True)
class Bounds:
    """The most that one document may have, or one of its operations. Fragments count wherever they are spread."""

    characters: int = 64 * 1024
    tokens: int = 2_000
    comments: int = 500
    definitions: int = 100
    """Operations and fragments of one document."""
    nesting: int = 60
    """Fields, inline fragments and spreads within each other."""
    depth: int = 15
    """Fields within fields."""
    selections: int = 1_000
    root_fields: int = 20
    overlaps: int = 10_000
    """Pairs of fields with one place in the answer, which validation compares with each other."""
    aliases: int = 50
    directives: int = 50
    errors: int = 5
    """Validation stops there: nobody reads thousands."""


@dataclass(frozen=True)
class Checks:
    """What every document is held to; put together once for a schema."""

    schema: GraphQLSchema
    bounds: Bounds
    rules: tuple[Rule, ...]
    value_moving: frozenset[str]
    """Mutations of which an operation may have only one: codes are not to be tried a hundred at a time."""
    hide_suggestions: bool
    """Also of those who execute: graphql-core hints at names when it reads variables."""


class NoIntrospection(ASTValidationRule):
    """The schema is not shown."""

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        if node.name.value not in INTROSPECTION:
            return None
        self.report_error(GraphQLError("Introspection is off on this server.", node))
        return SKIP


class NoNullCharacter(ASTValidationRule):
    """PostgreSQL keeps no text with a null character in it."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\0" in node.value:
            self.report_error(GraphQLError("Text must not contain the null character.", node))


def does_move_value(field: Any) -> bool:
    """Does a mutation move value? Those that do take an idempotency key, in their input or beside it (R36), or a list
    of facts that carry ids of their own (R24)."""
    if does_many(field.extensions.get("strawberry-definition")):
        return True
    inputs: list[Any] = [get_named_type(argument.type) for argument in field.args.values()]
    within = (kind.fields for kind in inputs if is_input_object_type(kind))
    return any("idempotencyKey" in names for names in (field.args, *within))


def checks_for(
    schema: GraphQLSchema,
    *,
    development: bool,
    bounds: Bounds | None = None,
    moves_value: Callable[[Any], bool] = does_move_value,
) -> Checks:
    """In production there is no introspection, and there are no hints at names."""
    mutations: Mapping[str, Any] = schema.mutation_type.fields if schema.mutation_type is not None else {}
    own = (NoNullCharacter,) if development else (NoNullCharacter, NoIntrospection)
    return Checks(
        schema,
        bounds or Bounds(),
        (*own, *specified_rules),
        frozenset(name for name, field in mutations.items() if moves_value(field)),
        hide_suggestions=not development,
    )


def checked(text: str, checks: Checks) -> DocumentNode | list[GraphQLError]:
    """The document, or what is wrong with it. What asks for too much is not validated: that could take seconds."""
    bounds = checks.bounds
    try:
        document = parse(
            text,
            max_lexical_tokens=bounds.tokens,
            max_comments=bounds.comments,
            max_source_length=bounds.characters,
        )
        check_expense(document, checks)
    except GraphQLError as error:
        return [_without_trace(error)]
    errors = validate(
        checks.schema, document, checks.rules, max_errors=bounds.errors, hide_suggestions=checks.hide_suggestions
    )
    return errors or document


def check_expense(document: DocumentNode, checks: Checks) -> None:
    """May raise GraphQLError: QUERY_TOO_EXPENSIVE, or two mutations that move value in one operation."""
    if len(document.definitions) > checks.bounds.definitions:
        raise too_expensive(f"The document has more than {checks.bounds.definitions} operations and fragments.")
    measure = Measure(document, nesting=checks.bounds.nesting)
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            _compare(operation, measure, checks.bounds)
            if operation.operation is OperationType.MUTATION:
                _one_moves_value(operation, measure, checks.value_moving)


def _compare(operation: OperationDefinitionNode, measure: Measure, bounds: Bounds) -> None:
    def limit(found: int, most: int, what: str) -> None:
        if found > most:
            raise too_expensive(f"The operation has more than {most} {what}.", operation)

    expense = measure.of(operation)
    limit(expense.depth, bounds.depth, "levels of fields")
    limit(expense.selections, bounds.selections, "fields and fragments")
    limit(expense.aliases, bounds.aliases, "aliases")
    limit(expense.directives, bounds.directives, "directives")
    limit(len(measure.roots(operation)), bounds.root_fields, "root fields")
    limit(measure.overlaps(operation), bounds.overlaps, "pairs of fields in one place")


def _one_moves_value(operation: OperationDefinitionNode, measure: Measure, moving: frozenset[str]) -> None:
    names = [name for name in measure.roots(operation).values() if name in moving]
    if len(names) > 1:
        listed = ", ".join(sorted(set(names)))
        raise GraphQLError(f"An operation may have one field that moves value. Send these one by one: {listed}.")


def _without_trace(error: GraphQLError) -> GraphQLError:
    """The error is kept with the document: its frames must not be. Limits of the parser say so only in words."""
    if error.message.endswith("Parsing aborted."):
        error.extensions = {"code": TOO_EXPENSIVE}
    return error.with_traceback(None)
