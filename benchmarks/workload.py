"""What is asked again and again: a document, with variables that are new each time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from .numbers import MEMBER, NUMBER
from .script import Explained


@dataclass(frozen=True)
class Asked:
    """One time that it was asked."""

    number: int
    member: int
    at: datetime


@dataclass(frozen=True)
class Workload:
    """A request of a kind."""

    name: str
    about: str
    document: str
    variables: Mapping[str, Any]
    answer: str
    """Is in each right answer, and in no other."""
    explain: Callable[[Sequence[Asked]], Sequence[Explained]]
    """How SQL makes of `:number` and `:member` what the application makes of them."""

    @property
    def body(self) -> str:
        """Of each HTTP request, with the stand-ins."""
        return orjson.dumps({"query": self.document, "variables": self.variables}).decode()

    def variables_of(self, asked: Asked) -> Mapping[str, Any]:
        text = orjson.dumps(self.variables).decode()
        return orjson.loads(text.replace(NUMBER, str(asked.number)).replace(MEMBER, str(asked.member)))
