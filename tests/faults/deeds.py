"""Lists of what customers did, as the shop reports them; any of it more than once, and some of it otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

DAY = timedelta(days=1)
ACTION = "SHARE"
POINTS = 10
MOST_A_DAY = 3
"""Shares of a member and local day that earn, in both programs; active at once, for a year."""
AGES = (500, 3, 2)
"""Days since it was done: what lapsed long ago, and what can be spent."""
MOST = 6
"""In a list."""

RECORD = """mutation Deeds($input: RecordActivitiesInput!) { recordActivities(input: $input) { __typename
  ... on RecordActivitySuccess { points replayed } } }"""


@dataclass(frozen=True)
class Deed:
    """Something that a customer did, as it is reported; another report of it may say otherwise."""

    id: str
    customer: str
    program: str
    at: datetime

    @property
    def place(self) -> tuple[str, str]:
        return self.program, self.id


@dataclass(frozen=True)
class Deeds:
    """The shop says what customers did, all in one program."""

    deeds: tuple[Deed, ...]
    issuer: str
    document: str = RECORD

    @property
    def variables(self) -> Mapping[str, Any]:
        sent = [
            {
                "action": ACTION,
                "id": deed.id,
                "customer": {"issuer": self.issuer, "subject": deed.customer},
                "occurredAt": deed.at.isoformat(),
                "channel": "shop",
            }
            for deed in self.deeds
        ]
        return {"input": {"program": self.deeds[0].program, "activities": sent}}


def some_deeds(
    random: Random, known: list[Deed], *, customers: Sequence[str], programs: Sequence[str], issuer: str, now: datetime
) -> Deeds:
    """New ones, which are then known, and known ones again."""
    program = random.choice(programs)
    chosen: list[Deed] = []
    for _ in range(random.randint(1, MOST)):
        before = [deed for deed in known[-20:] if deed.program == program]
        if before and random.random() < 0.4:
            chosen.append(_again(random, random.choice(before), customers))
        else:
            at = now - random.choice(AGES) * DAY - timedelta(seconds=random.randrange(86_400))
            known.append(Deed(f"deed-{len(known)}", random.choice(customers), program, at))
            chosen.append(known[-1])
    return Deeds(tuple(chosen), issuer)


def _again(random: Random, deed: Deed, customers: Sequence[str]) -> Deed:
    chance = random.random()
    if chance < 0.05:
        return replace(deed, at=deed.at - DAY)
    return replace(deed, customer=random.choice(customers)) if chance < 0.1 else deed
