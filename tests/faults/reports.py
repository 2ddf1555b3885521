"""Orders as the shop reports them: paid, completed, in whatever order, more than once, and some otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import Any

MINOR = 100
"""Fen in a yuan: one point and one growth for each yuan, in both programs."""
DAY = timedelta(days=1)
AGES = ((500, 495), (40, 12), (5, 1))
"""Days since payment and completion of orders whose points have lapsed, can be spent, are pending: far enough from
the days on which one becomes the other."""

REPORT = """mutation Report($input: RecordOrderInput!) { recordOrder(input: $input) { __typename
  ... on RecordOrderSuccess { points growth } } }"""


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

    @property
    def channel(self) -> str:
        return channel_of(self.id)


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
            "channel": order.channel,
        }
        if Fact.PAID in self.facts:
            lines = [{"quantity": 1, "amount": f"{amount / MINOR:.2f}"} for amount in order.amounts]
            given |= {"paidAt": order.paid_at.isoformat(), "lines": lines}
        if Fact.COMPLETED in self.facts:
            given["completedAt"] = order.completed_at.isoformat()
        return {"input": given}


def channel_of(order: str) -> str:
    """One order in four is of the fest, a campaign that doubles what it brings."""
    return "fest" if int(order.rpartition("-")[2]) % 4 == 3 else "shop"


def brought_by(order: str, amount: int) -> tuple[int, ...]:
    """Points, and as much growth, of so many fen: by the rule, and what the campaign adds, rounded once."""
    whole = amount // MINOR
    return (whole, 2 * amount // MINOR - whole) if channel_of(order) == "fest" else (whole,)


def first_order(number: int, customer: str, program: str, now: datetime, *, amount: int) -> Order:
    """Who pays with points has some to begin with."""
    paid, completed = AGES[1]
    return Order(f"order-{number}", customer, program, now - paid * DAY, now - completed * DAY, (amount * MINOR,))


def new_order(
    random: Random, number: int, now: datetime, *, customers: Sequence[str], programs: Sequence[str]
) -> Order:
    paid, completed = random.choice(AGES)
    amounts = tuple(random.randint(0, 200 * MINOR) for _ in range(random.randint(1, 3)))
    program = random.choice(programs)
    return Order(f"order-{number}", random.choice(customers), program, now - paid * DAY, now - completed * DAY, amounts)


def report_of(random: Random, orders: Sequence[Order], issuer: str, *, customers: Sequence[str]) -> Report:
    """Of the newest order as often as of any other: so that reports of one order meet."""
    order = orders[-1] if random.random() < 0.5 else random.choice(orders)
    chance = random.random()
    if chance < 0.03:
        order = replace(order, amounts=(*order.amounts, 1))
    elif chance < 0.06:
        order = replace(order, customer=random.choice(customers))
    facts = random.choice(((Fact.PAID,), (Fact.COMPLETED,), (Fact.PAID, Fact.COMPLETED)))
    return Report(order, facts, issuer)
