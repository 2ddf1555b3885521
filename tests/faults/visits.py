"""Members who check in, and make up days that they missed; some of it more than once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

CHECK_IN = """mutation CheckIn($input: CheckInInput!) { checkIn(input: $input) { __typename
  ... on CheckInSuccess { alreadyDone checkIn { id day } } } }"""
MAKE_UP = """mutation MakeUp($input: MakeUpCheckInInput!) { makeUpCheckIn(input: $input) { __typename
  ... on MakeUpCheckInSuccess { cost points checkIn { id day } }
  ... on AlreadyCheckedIn { checkIn { id day } } ... on NotEnoughPoints { required available } } }"""
LONGEST_AGO = 9
"""Days back that are made up: so few that they make rows. All of them are in reach of who joined before, also if
midnight is passed meanwhile."""


@dataclass(frozen=True)
class Visit:
    """A member checks in; with a `day` they make that up."""

    key: UUID
    customer: str
    program: str
    day: date | None = None

    @property
    def document(self) -> str:
        return CHECK_IN if self.day is None else MAKE_UP

    @property
    def variables(self) -> Mapping[str, Any]:
        given = {"idempotencyKey": str(self.key), "program": self.program}
        return {"input": given if self.day is None else given | {"day": str(self.day)}}


@dataclass
class Visits:
    """What has been asked for so far."""

    today: date
    made: list[Visit] = field(default_factory=list[Visit])


def some_visit(random: Random, visits: Visits, *, customers: Sequence[str], program: str) -> Visit:
    """A new one, or the same again, or another with the same key."""
    chance = random.random()
    if chance < 0.75 or not visits.made:
        key = UUID(int=random.getrandbits(128), version=4)
        ago = random.randint(1, LONGEST_AGO)
        day = visits.today - timedelta(days=ago) if random.random() < 0.6 else None
        visits.made.append(Visit(key, random.choice(customers), program, day))
        return visits.made[-1]
    again = random.choice(visits.made[-10:])
    if chance < 0.92 or again.day is None:
        return again
    return replace(again, day=again.day - timedelta(days=1))
