"""What clients ask for: people who join and leave, a shop that reports orders and what else its customers do and sells
for points, staff who correct; any of it more than once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import Any
from uuid import UUID

from .corrections import Correction, Find, correction_or_again
from .deeds import Deed, Deeds, some_deeds
from .refunds import Refund, Returned, refund_or_again
from .sales import BUYERS, Deciding, Placing, Sales, some_sale

PROGRAMS = ("trial-club", "trial-brand")
"""The first is joined with the first order, the second by those who ask to."""
CUSTOMERS = tuple(f"customer-{number}" for number in range(12))
MINOR = 100
"""Fen in a yuan: one point and one growth for each yuan, in both programs."""
DAY = timedelta(days=1)

JOIN = """mutation Join($input: JoinProgramInput!) { joinProgram(input: $input) { __typename
  ... on JoinProgramSuccess { member { id } } ... on AlreadyMember { member { id } } } }"""
LEAVE = """mutation Leave($input: LeaveProgramInput!) { leaveProgram(input: $input) { __typename
  ... on LeaveProgramSuccess { member { id } } } }"""
REPORT = """mutation Report($input: RecordOrderInput!) { recordOrder(input: $input) { __typename
  ... on RecordOrderSuccess { points growth } } }"""


@dataclass(frozen=True)
class Wish:
    """Somebody wants to join, or to leave."""

    document: str
    customer: str
    program: str
    key: UUID
    name: str | None = None

    @property
    def variables(self) -> Mapping[str, Any]:
        given: dict[str, Any] = {"idempotencyKey": str(self.key), "program": self.program}
        if self.document is JOIN:
            given |= {"displayName": self.name, "channel": "app"}
        return {"input": given}


class Fact(Enum):
    PAID = "PAID"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True)
class Order:
    """An order as it is reported; another report of it may say otherwise."""

    id: str
    customer: str
    program: str
    paid_at: datetime
    completed_at: datetime
    amounts: tuple[int, ...]
    """Of its lines, in fen."""

    @property
    def amount(self) -> int:
        return sum(self.amounts)


@dataclass(frozen=True)
class Report:
    """The shop says of an order that it was paid, completed, or both."""

    order: Order
    facts: tuple[Fact, ...]
    issuer: str
    document: str = REPORT

    @property
    def variables(self) -> Mapping[str, Any]:
        order = self.order
        given: dict[str, Any] = {
            "program": order.program,
            "order": order.id,
            "currency": "CNY",
            "customer": {"issuer": self.issuer, "subject": order.customer},
            "channel": "shop",
        }
        if Fact.PAID in self.facts:
            lines = [{"quantity": 1, "amount": f"{amount / MINOR:.2f}"} for amount in order.amounts]
            given |= {"paidAt": order.paid_at.isoformat(), "lines": lines}
        if Fact.COMPLETED in self.facts:
            given["completedAt"] = order.completed_at.isoformat()
        return {"input": given}


Operation = Wish | Report | Deeds | Returned | Correction | Find | Placing | Deciding

AGES = ((500, 495), (40, 12), (5, 1))
"""Days since payment and completion of orders whose points have lapsed, can be spent, are pending: far enough from
the days on which one becomes the other."""
LASTING = timedelta(hours=12)
"""Longer than a run: what staff give is active when they do, which is later than when the run began."""


REFUNDS = 0.2
"""How many of the reports are of refunds."""
DEEDS = 0.2
"""How many of the reports are not of orders."""
CORRECTIONS = 0.1
"""How many of what are no wishes are corrections by staff."""


def operations(
    random: Random, *, number: int, wishes: float, sales: float, issuer: str, now: datetime
) -> Iterator[Operation]:
    """So many, the same for the same seed; `wishes` is how many of them are wishes, from 0 to 1, `sales` how many of
    what are neither wishes nor corrections are about points that the shop is paid with."""
    wished: list[Wish] = []
    orders = [_first_order(number, customer, now) for number, customer in enumerate(CUSTOMERS[:BUYERS])]
    done: list[Deed] = []
    refunds: list[Refund] = []
    sold = Sales()
    corrected: list[Correction] = []
    yield from [Report(order, tuple(Fact), issuer) for order in orders]
    for _ in range(number - BUYERS):
        if random.random() < wishes:
            yield _wish_or_again(random, wished)
        elif random.random() < CORRECTIONS:
            yield correction_or_again(random, corrected, customers=CUSTOMERS, programs=PROGRAMS)
        elif random.random() < sales:
            yield some_sale(random, sold, customers=CUSTOMERS, programs=PROGRAMS)
        elif random.random() < REFUNDS:
            yield refund_or_again(random, refunds, orders, customers=CUSTOMERS, issuer=issuer)
        elif random.random() < DEEDS:
            yield some_deeds(random, done, customers=CUSTOMERS, programs=PROGRAMS, issuer=issuer, now=now)
        else:
            if random.random() < 0.5:
                orders.append(_order(random, len(orders), now))
            if random.random() < 0.1:  # before anything else is reported of it, or long after
                yield refund_or_again(random, refunds, orders[-1:], customers=CUSTOMERS, issuer=issuer)
            else:
                yield _report(random, orders, issuer)


def _wish_or_again(random: Random, wished: list[Wish]) -> Wish:
    """A new one, or the same again, or another with the same key."""
    chance = random.random()
    if chance < 0.6 or not wished:
        wished.append(_wish(random))
        return wished[-1]
    again = random.choice(wished)
    return again if chance < 0.9 else _altered(again)


def _wish(random: Random) -> Wish:
    kind = JOIN if random.random() < 0.7 else LEAVE
    key = UUID(int=random.getrandbits(128), version=4)
    return Wish(kind, random.choice(CUSTOMERS), random.choice(PROGRAMS), key)


def _altered(wish: Wish) -> Wish:
    """Another wish with the same key: a mistake of the client's."""
    if wish.document is JOIN:
        return replace(wish, name="Another Name")
    return replace(wish, program=next(program for program in PROGRAMS if program != wish.program))


def _first_order(number: int, customer: str, now: datetime) -> Order:
    """Who pays with points has some to begin with."""
    paid, completed = AGES[1]
    return Order(f"order-{number}", customer, PROGRAMS[0], now - paid * DAY, now - completed * DAY, (500 * MINOR,))


def _order(random: Random, number: int, now: datetime) -> Order:
    paid, completed = random.choice(AGES)
    amounts = tuple(random.randint(0, 200 * MINOR) for _ in range(random.randint(1, 3)))
    program = random.choice(PROGRAMS)
    return Order(f"order-{number}", random.choice(CUSTOMERS), program, now - paid * DAY, now - completed * DAY, amounts)


def _report(random: Random, orders: list[Order], issuer: str) -> Report:
    """Of the newest order as often as of any other: so that reports of one order meet."""
    order = orders[-1] if random.random() < 0.5 else random.choice(orders)
    chance = random.random()
    if chance < 0.03:
        order = replace(order, amounts=(*order.amounts, 1))
    elif chance < 0.06:
        order = replace(order, customer=random.choice(CUSTOMERS))
    facts = random.choice(((Fact.PAID,), (Fact.COMPLETED,), (Fact.PAID, Fact.COMPLETED)))
    return Report(order, facts, issuer)
