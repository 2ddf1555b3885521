"""What is asked again and again: a document, with variables that are new each time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from .numbers import FIRST_PROGRAM, MEMBER, NUMBER, PROGRAM
from .script import Explained


@dataclass(frozen=True)
class Asked:
    """One time that it was asked."""

    number: int
    member: int
    at: datetime
    program: int = FIRST_PROGRAM

    def said_in(self, text: str) -> str:
        """A text with its stand-ins replaced."""
        for stand_in, value in ((NUMBER, self.number), (MEMBER, self.member), (PROGRAM, self.program)):
            text = text.replace(stand_in, str(value))
        return text


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
    """How SQL makes of `:number`, `:member` and `:program` what the application makes of them."""
    once: bool = False
    """Happens once to each member of each program, who asks themselves, with a token of their own. Else members are
    chosen by chance, and a system asks."""

    @property
    def body(self) -> str:
        """Of each HTTP request, with the stand-ins."""
        return orjson.dumps({"query": self.document, "variables": self.variables}).decode()

    def variables_of(self, asked: Asked) -> Mapping[str, Any]:
        return orjson.loads(asked.said_in(orjson.dumps(self.variables).decode()))
