"""Whichever input with a key is first has one outcome, the same each time; other input is refused (R36)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol
from uuid import UUID

from .playing import Answer

REUSED = "IDEMPOTENCY_KEY_REUSED"


class Keyed(Protocol):
    """An operation with a key; two of them are equal if they ask for the same."""

    @property
    def key(self) -> UUID: ...
    @property
    def customer(self) -> str: ...


def wrong_keys(told: Iterable[tuple[Keyed, Answer]]) -> Iterator[str]:
    """What was asked for of an answer is what its outcome is, and changes no more."""
    outcomes = defaultdict[UUID, list[tuple[Keyed, Answer]]](list)
    refused: list[Keyed] = []
    for operation, answer in told:
        if answer.kind == REUSED:
            refused.append(operation)
        elif answer.data is None:
            yield f"told {answer.code}: {operation}"
        elif (operation, answer) not in outcomes[operation.key]:
            outcomes[operation.key].append((operation, answer))
    for key, different in outcomes.items():
        if len(different) > 1:
            yield f"key {key} has {len(different)} outcomes: {different}"
    for operation in refused:
        if not outcomes[operation.key] or operation == outcomes[operation.key][0][0]:
            yield f"its key was new, and is told to be used: {operation}"
