"""Errors as the client sees them: its own mistakes in full, ours behind a trace id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLError, OperationDefinitionNode

from app.db.faults import UNAVAILABLE
from app.errors import CallerError, Overloaded
from app.failures import kind_of, place_of
from app.logs import Log

LOG = Log("graph")

INTERNAL = "INTERNAL"
MASKED = "Something went wrong."
BUSY = "The server is busy. Try again shortly."
MOST_REQUEST_ERRORS = 5

Shown = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What was asked for, as far as a log may say it."""

    trace_id: str
    operation: str | None
    development: bool


def shown_errors(errors: Sequence[GraphQLError], asked: Asked) -> list[Shown]:
    """Errors for the answer, each with `extensions.code`. Those that are ours are masked and logged."""
    if is_request_error(errors):
        errors = errors[:MOST_REQUEST_ERRORS]
    coded = [(error, code_of(error)) for error in errors]
    faults = [error for error, code in coded if code == INTERNAL or _is_unavailable(error)]
    if faults:
        _log(((cause_of(fault), fault.path) for fault in faults), asked)
    return [_shown(error, code, asked) for error, code in coded]


def shown_fault(fault: Exception, asked: Asked) -> Shown:
    """The same for what was raised outside of any field."""
    _log([(fault, None)], asked)
    return {"message": MASKED, "extensions": {"code": INTERNAL, "traceId": asked.trace_id}}


def is_request_error(errors: Sequence[GraphQLError]) -> bool:
    """Was nothing executed? Errors of execution say where in the answer they are."""
    return all(error.path is None for error in errors)


def code_of(error: GraphQLError) -> str:
    """Whose mistake it is."""
    cause = cause_of(error)
    if isinstance(cause, CallerError):
        return cause.code
    if _is_unavailable(error):
        return Overloaded.code
    if isinstance(cause, GraphQLError):
        if isinstance(code := (cause.extensions or {}).get("code"), str):
            return code
        if error.path is None:
            return "BAD_USER_INPUT"
    return "BAD_USER_INPUT" if _blames_input(error) else INTERNAL


def cause_of(error: GraphQLError) -> Exception:
    """What was raised first."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_unavailable(error: GraphQLError) -> bool:
    """It was the database that could not, after all retries: the same may be asked again."""
    return isinstance(cause_of(error), UNAVAILABLE)


def _blames_input(error: GraphQLError) -> bool:
    """A variable or an argument, found wrong while its value was made of what the client sent."""
    return bool(error.nodes) and not isinstance(error.nodes[0], FieldNode | OperationDefinitionNode)


def _shown(error: GraphQLError, code: str, asked: Asked) -> Shown:
    shown: Shown = {"message": error.message}
    if error.locations:
        shown["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        shown["path"] = error.path
    if code == INTERNAL:
        return shown | {"message": MASKED, "extensions": {"code": code, "traceId": asked.trace_id}}
    if _is_unavailable(error):
        return shown | {"message": BUSY, "extensions": {"code": code, "traceId": asked.trace_id}}
    shown["extensions"] = {**(error.extensions or {}), "code": code}
    return shown


def _log(faults: Iterable[tuple[Exception, Any]], asked: Asked) -> None:
    """A line for each different fault: what and where, never with what values (R41).

    What an exception says holds values as often as not (of a unique key, say): only development tells it.
    """
    first: dict[tuple[str, str], tuple[Exception, Any]] = {}
    for fault, path in faults:
        first.setdefault((kind_of(fault), place_of(fault)), (fault, path))
    for (kind, place), (fault, path) in first.items():
        known: dict[str, Any] = {"error": kind, "at": place, "path": path, "operation": asked.operation}
        for name in ("sqlstate", "constraint_name"):
            known[name] = getattr(fault, name, None)
        if asked.development:
            known["says"] = str(fault)
        event = "database_unavailable" if isinstance(fault, UNAVAILABLE) else "internal_error"
        LOG.error(event, trace_id=asked.trace_id, **{key: value for key, value in known.items() if value})
