"""Writes the source that calls a batch function: what is the same for each request is bound once."""

from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import Any

from app.graph.kinds import GlobalKey
from app.graph.loading import without_context

from .arguments import MISSING
from .batches import BatchStep, awaited, failing
from .lines import Lines


def write_start(lines: Lines, step: BatchStep, name: str) -> None:
    """A function `(run, keys)` of that name."""
    lines.text += [
        f"def {name}(run, keys):",
        "    try:",
        "        context = run.context",
        f"        return {_call(lines, step)}",
        "    except Exception as error:",
        f"        return {lines.known('failing', failing)}(error)",
    ]


def provided_source(lines: Lines, context: str, name: str, kind: Any) -> str:
    """`Context.provide`, written out."""
    if getattr(kind, "__held__", False):
        return f"{context}.held[{lines.known('T', kind)}]"
    return context if name == "context" else f"{context}.{name}"


def _call(lines: Lines, step: BatchStep) -> str:
    callee = step.kind.callee
    function = lines.thing("f", callee.function)
    given = [] if iscoroutinefunction(callee.function) else [function]
    given += ["context.db", *_key(lines, step)]
    given += [f"{name}={provided_source(lines, 'context', name, kind)}" for name, kind in callee.provided.items()]
    always = _always(step)
    plain = step.arguments.plain if step.kind.key is None and callee.page is None else None
    if always is not None:
        given += [f"{name}={lines.thing('c', value)}" for name, value in always.items()]
    elif plain is not None:
        constants, asked = plain
        always = without_context(step.kind, constants, step.columns)
        given += [f"{name}={lines.thing('c', value)}" for name, value in always.items()]
        given += [_asked(lines, *each) for each in asked]
    else:
        given.append(f"**{lines.thing('step', step)}.given(run)")
    called = function if iscoroutinefunction(callee.function) else lines.known("awaited", awaited)
    return f"{called}({', '.join(given)})"


def _asked(lines: Lines, variable: str, name: str, default: Any) -> str:
    """An argument that is a variable as it is."""
    if default is MISSING:
        return f"{name}=run.variables.coerced[{variable!r}]"
    return f"{name}=run.variables.coerced.get({variable!r}, {lines.thing('c', default)})"


def _key(lines: Lines, step: BatchStep) -> list[str]:
    """What stands for the keys."""
    if step.kind.key is None:
        return []
    return [f"[{lines.thing('step', step)}.key(run)]"] if isinstance(step.kind.key, GlobalKey) else ["keys"]


def constant_of(step: BatchStep) -> dict[str, Any] | None:
    """Arguments of what is loaded, if they are the same for every run."""
    constant = step.arguments.constant
    return None if constant is None else step.kind.loading(constant)


def _always(step: BatchStep) -> Mapping[str, Any] | None:
    """What the function is given for them; None if they are not the same, or are wrong."""
    constant = constant_of(step)
    if constant is None:
        return None
    try:
        return without_context(step.kind, constant, step.columns)
    except Exception:
        return None
