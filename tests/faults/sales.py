"""What the shop sells for points: holds are placed, captured, released, and given back of; any of it more than once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from random import Random
from typing import Any
from uuid import UUID

MOST = (10, 10, 200)
"""Points of a hold at most: nearly everybody has so few, some so many."""
BUYERS = 5
"""So many of the customers pay with points, mostly in the first program: so that their wishes meet."""

PLACE = """mutation Place($input: PlaceHoldInput!) { placeHold(input: $input) { __typename
  ... on PlaceHoldSuccess { hold { id points } } ... on NotEnoughPoints { required available } } }"""
CAPTURE = """mutation Capture($input: CaptureHoldInput!) { captureHold(input: $input) { __typename
  ... on CaptureHoldSuccess { hold { id } } ... on HoldEnded { state } } }"""
RELEASE = """mutation Release($input: ReleaseHoldInput!) { releaseHold(input: $input) { __typename
  ... on ReleaseHoldSuccess { hold { id } } ... on HoldEnded { state } } }"""
GIVE_BACK = """mutation GiveBack($input: GiveBackPointsInput!) { giveBackPoints(input: $input) { __typename
  ... on GiveBackPointsSuccess { giveBack { id points } hold { id } }
  ... on MoreThanLeft { left } ... on HoldNotCaptured { state } } }"""

Ids = dict[UUID, str]
"""Of holds, by the keys with which they were placed; filled in when clients are told."""


@dataclass(frozen=True)
class Placing:
    """The shop wants points held for a customer, until they have decided."""

    key: UUID
    customer: str
    program: str
    points: int
    ids: Ids = field(compare=False, repr=False)
    document: str = PLACE

    @property
    def variables(self) -> Mapping[str, Any]:
        customer = {"subject": self.customer}
        given = {"idempotencyKey": str(self.key), "reference": str(self.key), "customer": customer}
        return {"input": {**given, "program": self.program, "points": self.points}}

    def learn(self, data: Mapping[str, Any] | None) -> None:
        """The hold's id, from what the client was told."""
        if data is not None and data["__typename"] == "PlaceHoldSuccess":
            self.ids[self.key] = data["hold"]["id"]


class Step(Enum):
    """What becomes of a hold; by the document that asks for it."""

    CAPTURE = CAPTURE
    RELEASE = RELEASE
    GIVE_BACK = GIVE_BACK


@dataclass(frozen=True)
class Deciding:
    """The shop goes on with a hold."""

    key: UUID
    step: Step
    placing: Placing
    points: int | None = None
    """Of giving back: without it all that is left."""

    @property
    def document(self) -> str:
        return self.step.value

    @property
    def customer(self) -> str:
        return self.placing.customer

    @property
    def is_possible(self) -> bool:
        """Only who was told of the hold can go on with it."""
        return self.placing.key in self.placing.ids

    @property
    def variables(self) -> Mapping[str, Any]:
        given: dict[str, Any] = {"idempotencyKey": str(self.key), "hold": self.placing.ids[self.placing.key]}
        if self.step is Step.GIVE_BACK:
            given |= {"cancelledBy": "SHOP", "points": self.points}
        return {"input": given}


Sale = Placing | Deciding


@dataclass
class Sales:
    """What has been asked for so far."""

    placed: list[Placing] = field(default_factory=list[Placing])
    decided: list[Deciding] = field(default_factory=list[Deciding])
    ids: Ids = field(default_factory=dict[UUID, str])


def some_sale(random: Random, sales: Sales, *, customers: Sequence[str], programs: Sequence[str]) -> Sale:
    """A new one, or the same again, or another with the same key, which is a mistake of the shop's."""
    chance = random.random()
    if chance < 0.2 or len(sales.placed) < 5:
        key = UUID(int=random.getrandbits(128), version=4)
        points = random.randint(1, random.choice(MOST))
        program = programs[0] if random.random() < 0.8 else random.choice(programs)
        sales.placed.append(Placing(key, random.choice(customers[:BUYERS]), program, points, sales.ids))
        return sales.placed[-1]
    if chance < 0.27:
        again = random.choice(sales.placed[-10:])
        return again if random.random() < 0.8 else replace(again, points=again.points + 1)
    if chance < 0.35 and sales.decided:
        repeated = random.choice(sales.decided[-10:])
        return repeated if random.random() < 0.8 else replace(repeated, step=random.choice(tuple(Step)))
    sales.decided.append(_deciding(random, random.choice(sales.placed[-6:])))
    return sales.decided[-1]


def _deciding(random: Random, placing: Placing) -> Deciding:
    key = UUID(int=random.getrandbits(128), version=4)
    step = random.choice((*[Step.CAPTURE] * 3, Step.RELEASE, *[Step.GIVE_BACK] * 4))
    some = random.randint(1, placing.points) if step is Step.GIVE_BACK and random.random() < 0.7 else None
    return Deciding(key, step, placing, some)
