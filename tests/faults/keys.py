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


NOT_A_MEMBER = "NotAMember"
"""An outcome that is the customer's: whoever has joined since has no such key."""


def wrong_keys(told: Iterable[tuple[Keyed, Answer]]) -> Iterator[str]:
    """What was asked for of an answer is what its outcome is, and changes no more."""
    outcomes = defaultdict[tuple[UUID, bool], list[tuple[Keyed, Answer]]](list)
    refused: list[Keyed] = []
    for operation, answer in told:
        of = outcomes[operation.key, answer.kind == NOT_A_MEMBER]
        if answer.kind == REUSED:
            refused.append(operation)
        elif answer.data is None:
            yield f"told {answer.code}: {operation}"
        elif (operation, answer) not in of:
            of.append((operation, answer))
    for (key, _), different in outcomes.items():
        if len(different) > 1:
            yield f"key {key} has {len(different)} outcomes: {different}"
    for operation in refused:
        known = [first for is_no_member in (False, True) for first, _ in outcomes[operation.key, is_no_member]]
        if all(first == operation for first in known):
            yield f"its key was new, and is told to be used: {operation}"
