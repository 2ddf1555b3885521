"""How members, programs and requests are numbered: clients, pgbench and this process agree on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

NUMBER, MEMBER, PROGRAM = "@NUMBER@", "@MEMBER@", "@PROGRAM@"
"""Stand in what is asked for a number that is never used again, for some member's, and for some program's."""
VALUE = "@VALUE@"
"""Likewise for a text that belongs to the member; all are of one length."""
KEY = f"00000000-0000-4000-8000-{NUMBER}"
"""Of idempotency: each request's own."""
DIGITS = {NUMBER: 12, MEMBER: 7, PROGRAM: 4}
"""Each has so many, so that no text's length depends on it."""
STAND_IN = re.compile(f"({'|'.join(DIGITS)})")
FIRST_PROGRAM = 1000


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


@dataclass(frozen=True)
class Turns:
    """What may happen once to a member of a program: each of the members of each program, one after the other, the
    program being the one that changes last. `clients.py`, `load.lua` and `script.HEAD_IN_TURN` agree."""

    first: int
    size: int
    """So many of all, from this one on."""

    @property
    def end(self) -> int:
        return self.first + self.size


class Turned:
    """All turns of members in so many programs, being given out."""

    def __init__(self, members: Group, programs: int) -> None:
        self._left = members.size * programs
        self._next = 0

    def take(self, size: int) -> Turns:
        """The next so many. May raise ValueError: there are not so many."""
        if size > self._left:
            raise ValueError(f"There are {self._left} turns left, not {size}.")
        taken = Turns(self._next, size)
        self._left -= size
        self._next += size
        return taken


def groups(size: int, others: int | None = None) -> tuple[Group, Group, Group]:
    """Those whom clients write for, those whom pgbench writes for, and a few to learn from what a request does."""
    return Group(1_000_000, size), Group(4_000_000, others or size), Group(7_000_000, 3)


def subject_of(member: int | str) -> str:
    """What the identity provider calls them."""
    return f"member-{member}"


def code_of(program: int | str) -> str:
    """Of the program with that number."""
    return f"club-{program}"
