"""Refunds as the shop reports them: any of them more than once, before its order or after it, and some otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

RECORD = """mutation Refund($input: RecordRefundInput!) { recordRefund(input: $input) { __typename
  ... on RecordRefundSuccess { replayed } } }"""
MINOR = 100


class Refundable(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def program(self) -> str: ...
    @property
    def paid_at(self) -> datetime: ...
    @property
    def amounts(self) -> tuple[int, ...]: ...


@dataclass(frozen=True)
class Refund:
    """What is given back of an order; another report of it may say otherwise."""

    id: str
    customer: str
    program: str
    order: str
    at: datetime
    lines: tuple[tuple[int, int], ...]
    """The line's place in the order, and how much in fen."""

    @property
    def place(self) -> tuple[str, str]:
        return self.program, self.id


@dataclass(frozen=True)
class Returned:
    """The shop says that something was given back."""

    refund: Refund
    issuer: str
    document: str = RECORD

    @property
    def variables(self) -> Mapping[str, Any]:
        refund = self.refund
        return {
            "input": {
                "program": refund.program,
                "order": refund.order,
                "refund": refund.id,
                "refundedAt": refund.at.isoformat(),
                "currency": "CNY",
                "customer": {"issuer": self.issuer, "subject": refund.customer},
                "lines": [{"line": number, "amount": f"{amount / MINOR:.2f}"} for number, amount in refund.lines],
            }
        }


def refund_or_again(
    random: Random, known: list[Refund], orders: Sequence[Refundable], *, customers: Sequence[str], issuer: str
) -> Returned:
    """A new one, which is then known, or a known one again."""
    if known and random.random() < 0.4:
        return Returned(_again(random, random.choice(known[-20:]), customers), issuer)
    order = random.choice(orders[-20:])
    known.append(_refund(random, len(known), order))
    return Returned(known[-1], issuer)


def _refund(random: Random, number: int, order: Refundable) -> Refund:
    """Of some lines, all or a part: together they may be more than the line, and of a line that there is not."""
    last = len(order.amounts) + (random.random() < 0.05)
    places = sorted(random.sample(range(1, last + 1), random.randint(1, last)))
    amounts = (*order.amounts, 100)
    lines = tuple((place, _part(random, amounts[place - 1])) for place in places)
    at = order.paid_at + timedelta(hours=random.randint(1, 20))
    return Refund(f"refund-{number}", order.customer, order.program, order.id, at, lines)


def _part(random: Random, amount: int) -> int:
    return amount if random.random() < 0.4 else random.randint(0, amount)


def _again(random: Random, refund: Refund, customers: Sequence[str]) -> Refund:
    chance = random.random()
    if chance < 0.05:
        return replace(refund, lines=tuple((place, amount + 1) for place, amount in refund.lines))
    return replace(refund, customer=random.choice(customers)) if chance < 0.1 else refund
