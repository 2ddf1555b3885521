"""Staff who give points and take them: some of it more than once, and some of it otherwise with the same key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

ADJUST = """mutation Adjust($input: AdjustPointsInput!) { adjustPoints(input: $input) { __typename
  ... on AdjustPointsSuccess { adjustment { id points state } }
  ... on AdjustmentWaiting { adjustment { id points state } } } }"""
FIND = "query Find($program: String) { me(program: $program) { __typename id } }"
A_FEW, MANY = 30, 1500
"""Points within what one may do alone, and above it."""


@dataclass(frozen=True)
class Correction:
    """Somebody of staff gives a member points (above 0), or takes them."""

    customer: str
    program: str
    points: int
    key: UUID
    member: str = ""
    """Global id; found out when it is asked."""
    document: str = ADJUST

    @property
    def variables(self) -> Mapping[str, Any]:
        given = {"idempotencyKey": str(self.key), "member": self.member, "points": self.points, "reason": "a trial"}
        return {"input": given}


@dataclass(frozen=True)
class Find:
    """A customer looks for their membership: so staff learn its id."""

    customer: str
    program: str
    document: str = FIND

    @property
    def variables(self) -> Mapping[str, Any]:
        return {"program": self.program}


def correction_or_again(
    random: Random, known: list[Correction], *, customers: Sequence[str], programs: Sequence[str]
) -> Correction:
    """A new one, which is then known, or the same again, or another with the same key: a mistake of the client's."""
    chance = random.random()
    if chance < 0.6 or not known:
        points = MANY if random.random() < 0.1 else random.randint(1, A_FEW)
        key = UUID(int=random.getrandbits(128), version=4)
        sign = random.choice((1, 1, -1))
        known.append(Correction(random.choice(customers), random.choice(programs), sign * points, key))
        return known[-1]
    again = random.choice(known[-20:])
    return again if chance < 0.9 else replace(again, points=again.points + 1 or 1)
