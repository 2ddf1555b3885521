"""One run of a plan, and what its steps found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues

from app.db import OneConnection
from app.graph import Context


@dataclass
class Run:
    """One execution of one plan."""

    context: Context
    """Reads by the `reader`."""
    reader: OneConnection
    variables: VariableValues
    troubled: bool = False
    """Something failed or was denied: the answer must be built with care."""


class Results(dict[Any, Any]):
    """What a step found, by key; and what went wrong, by key."""

    failures: Mapping[Any, Exception] = {}

    def fail(self, run: Run, failures: Mapping[Any, Exception]) -> None:
        run.troubled = True
        self.failures = {**self.failures, **failures}
