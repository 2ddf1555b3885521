"""What executes operations, seen from where requests come in."""

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from graphql import ExecutionResult

from .context import Context

FALLBACK = "fallback: "
"""Begins the name under which operations are counted that are left to graphql-core; the reason follows."""
NOT_COMPILED = "notCompiled"
"""Their answers' extension that gives the reason; shown in development."""


class Execute(Protocol):
    """Executes one operation of a document, given as text: the only one, or the one of that name."""

    def __call__(
        self, text: str, variables: Mapping[str, Any] | None, name: str | None, context: Context, /
    ) -> Awaitable[ExecutionResult]: ...
