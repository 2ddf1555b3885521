"""Clients as they should be: they ask again, with the same key or order, until they are told what came of it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .coupons import Claiming, Using
from .operations import Operation
from .privileges import Campaigning
from .purchases import Redeeming, Stepping
from .sales import Deciding, Placing

CLIENTS = 8
MOST_ATTEMPTS = 40
AT_LEAST = 30.0
"""Seconds that clients of a server go on, however quickly they are refused: while the database is away, all are at
once."""

DEFINITE = frozenset(("BAD_USER_INPUT", "FORBIDDEN", "UNAUTHENTICATED", "IDEMPOTENCY_KEY_REUSED"))
"""Codes after which asking again is of no use."""


@dataclass(frozen=True)
class Answer:
    """What came back: data of a mutation's one field, or the code of an error."""

    data: Mapping[str, Any] | None
    code: str = ""

    @property
    def is_definite(self) -> bool:
        return self.data is not None or self.code in DEFINITE

    @property
    def kind(self) -> str:
        """The type of the answer, or the code of the error."""
        return self.data["__typename"] if self.data is not None else self.code

    @property
    def member(self) -> str | None:
        """The id of the member it speaks of."""
        return self.data["member"]["id"] if self.data is not None and "member" in self.data else None


Ask = Callable[[Operation], Awaitable[Answer]]
"""Asks once. LOST is the code of what was not answered at all."""
LOST = "LOST"


class Told(NamedTuple):
    """An operation, and what its client was told in the end."""

    operation: Operation
    answer: Answer
    before: int
    """How many had been told something before it was asked for the first time."""


@dataclass
class History:
    """What was asked and answered, in the order of the answers."""

    answered: list[Told] = field(default_factory=list[Told])
    repeated: Counter[str] = field(default_factory=Counter[str])
    """Answers after which a client asked again."""
    unanswered: list[Operation] = field(default_factory=list[Operation])
    """Operations that a client gave up on."""


async def play(
    operations: Iterable[Operation], ask: Ask, history: History, *, clients: int = CLIENTS, at_least: float = 0
) -> None:
    """All operations, by so many clients side by side; what comes of them is added to the history. `at_least`: seconds
    that a client goes on asking, if need be."""
    waiting = iter(operations)

    async def client() -> None:
        for operation in waiting:
            await _play_one(operation, ask, history, at_least=at_least)

    async with asyncio.TaskGroup() as together:
        for _ in range(clients):
            together.create_task(client())


async def _play_one(operation: Operation, ask: Ask, history: History, *, at_least: float) -> None:
    if isinstance(operation, Deciding | Stepping | Using) and not operation.is_possible:
        return
    before, attempts, clock = len(history.answered), 0, asyncio.get_running_loop().time
    patient_until = clock() + at_least
    while attempts < MOST_ATTEMPTS or clock() < patient_until:
        attempts += 1
        answer = await ask(operation)
        if answer.is_definite:
            if isinstance(operation, Placing | Redeeming | Claiming | Campaigning):
                operation.learn(answer.data)
            history.answered.append(Told(operation, answer, before))
            return
        history.repeated[answer.code] += 1
    history.unanswered.append(operation)
