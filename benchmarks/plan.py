"""How much is measured, by whom, and of whom."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

from .load import Client
from .numbers import Group, Turned, groups

TRIED = 20
"""Transactions of each of pgbench's clients, before anything is measured, to see that its script does its work."""
WARM = 2.0
"""Seconds that the server is loaded before it is measured."""
MOST_ASKED, MOST_DIRECT = 5_000, 10_000
"""A second, by HTTP and by pgbench: for so many there are turns, where members take turns."""


@dataclass(frozen=True)
class Plan:
    """Of one run of a benchmark."""

    seconds: float
    """Of a round."""
    rounds: int
    members: int
    clients: int
    pool: int
    """Database connections of the server."""
    client: Client
    database: str | None = None
    folder: Path | None = None
    buffers: int | None = None
    """Bytes of PostgreSQL's shared buffers, on an embedded server; None: as PostgreSQL has them by default."""

    @property
    def warm(self) -> float:
        """Seconds."""
        return min(WARM, self.seconds)

    @property
    def tried(self) -> int:
        return TRIED * self.clients

    @property
    def turns_direct(self) -> int:
        """Of a round of pgbench."""
        return ceil(MOST_DIRECT * self.seconds)

    def turns_asked(self, seconds: float) -> int:
        return ceil(MOST_ASKED * seconds)


@dataclass(frozen=True)
class People:
    """Who is in the database."""

    asking: Group
    """By HTTP."""
    direct: Group
    """For whom pgbench writes."""
    few: Group
    """To learn from what a request does."""
    programs: int | None
    """All are members of each of so many, to take turns; None: of the club, and chosen by chance."""

    def turns_of(self, members: Group) -> Turned | None:
        return None if self.programs is None else Turned(members, self.programs)


def people_of(plan: Plan, *, once: bool) -> People:
    """With `once`, as many memberships as there may be requests."""
    if not once:
        return People(*groups(plan.members), None)
    asked = plan.turns_asked(plan.warm) + plan.rounds * plan.turns_asked(plan.seconds)
    programs = max(ceil(asked / plan.members), groups(1)[2].size)
    direct = ceil((plan.tried + plan.rounds * plan.turns_direct) / programs)
    return People(*groups(plan.members, direct), programs)
