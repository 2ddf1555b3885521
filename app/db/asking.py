"""One read, ready to be sent: alone, or together with those that others wait for."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .rows import Row

R = TypeVar("R")


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


class Asked(Generic[R]):
    """One read. Awaited by one of several that go side by side (see `beside`), it is sent with those of the others."""

    __slots__ = ("number", "placed", "text")

    def __init__(self, text: Text, placed: Sequence[Any], number: int) -> None:
        self.text = text
        self.placed = placed
        self.number = number
        """Of keys."""

    def __await__(self) -> Generator["Asked[R]", list[R], list[R]]:
        return (yield self)
