"""How members and requests are numbered: clients, pgbench and this process agree on it."""

from collections.abc import Iterator
from dataclasses import dataclass

NUMBER, MEMBER = "@NUMBER@", "@MEMBER@"
"""Stand in what is asked for a number of twelve digits that is never used again, and for some member's of seven."""


def first_number(run: int) -> int:
    """Those of a run, which is one of 10 to 99, have twelve digits and are no other run's; `script.HEAD` agrees."""
    return run * 10_000_000_000


@dataclass(frozen=True)
class Group:
    """Members by their numbers, which all have seven digits."""

    first: int
    size: int

    @property
    def last(self) -> int:
        return self.first + self.size - 1

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.first + self.size))


def groups(size: int) -> tuple[Group, Group, Group]:
    """Those whom clients write for, those whom pgbench writes for, and a few to learn from what a request does."""
    return Group(1_000_000, size), Group(4_000_000, size), Group(7_000_000, 3)


def subject_of(member: int | str) -> str:
    """What the identity provider calls them."""
    return f"member-{member}"
