"""One read, ready to be sent: alone, or together with those that others wait for."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar

from .rows import Row

R = TypeVar("R")
MOST_JOINED = 12
"""Reads in one statement."""


@dataclass(eq=False, slots=True)
class Text:
    """What is sent to read some columns. The same object each time, and told from others by that."""

    sql: str
    order: tuple[int, ...]
    """Which argument each of its places takes."""
    place: Callable[[Sequence[Any]], Sequence[Any]]
    """Puts the arguments in that order."""
    record: type[Row]
    columns: Sequence[tuple[str, str]] | None = None
    """Names and SQL types of what comes back, once the database has said so."""


class Asked(tuple[Text, Sequence[Any], int], Generic[R]):
    """One read: what is sent, the arguments in its order, and the number of keys. Awaited by one of several that go
    side by side (see `beside`), it is sent with those of the others. A tuple, because that is made without Python."""

    __slots__ = ()

    text = property(itemgetter(0))
    placed = property(itemgetter(1))
    number = property(itemgetter(2))

    def __await__(self) -> Generator["Asked[R]", list[R], list[R]]:
        return (yield self)


def are_one(asked: Sequence[Asked[Any]]) -> bool:
    """Do reads go as one statement? If each is of one thing's: of many, to make each row as wide as those of all takes
    longer than a round trip, and a list is to take as many statements whether it is short or long."""
    if len(asked) > MOST_JOINED:
        return False
    if len(asked) > 1:
        for each in asked:
            if each.number > 1:
                return False
    return True
