"""What is wrong with orders after a run: what clients were told of each, against the database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.databases import run

from .playing import History
from .refund_books import by_order, taken_back
from .refunds import Refund, Returned
from .reports import Fact, Report, brought_by

ORDERS = """
SELECT external_id, program, subject, paid_at, completed_at,
    ARRAY(SELECT amount FROM order_lines WHERE order_id = orders.id ORDER BY number) AS amounts,
    (SELECT coalesce(sum(owed), 0) FROM points_lots WHERE cause_id = orders.id) AS owed
FROM orders JOIN members ON members.id = member_id JOIN identities USING (customer_id)"""

Place = tuple[str, str]
"""Program and id."""


@dataclass(frozen=True)
class Known:
    """What is known of an order: whose it is, and which facts with what content."""

    customer: str
    paid: tuple[datetime, tuple[int, ...]] | None
    completed: datetime | None
    refunds: tuple[Refund, ...] = field(default=(), compare=False)
    owed: int = field(default=0, compare=False)
    """Of what refunds come to, what could not be taken back."""

    id: str = field(default="order-0", compare=False)

    @property
    def brought(self) -> tuple[int, ...]:
        """Points, and as much growth: by the rule, and by a campaign."""
        return brought_by(self.id, sum(self.paid[1])) if self.paid else ()

    @property
    def whole(self) -> int:
        """All of it."""
        return sum(self.brought)

    @property
    def is_left(self) -> bool:
        """Is it paid, and is anything of it not refunded?"""
        return self.paid is not None and taken_back(sum(self.paid[1]), self.paid[1], self.refunds) < sum(self.paid[1])

    @property
    def kept(self) -> int:
        """What refunds left of that."""
        amounts = self.paid[1] if self.paid else ()
        return sum(part - taken_back(part, amounts, self.refunds) for part in self.brought)


async def stored_orders(database: str, refunds: Sequence[Refund]) -> tuple[Mapping[Place, Known], int]:
    """By place; and how many there are."""
    rows = await run(database, ORDERS)
    refunded = by_order(refunds)
    known = {
        (row["program"], row["external_id"]): _stored(row, refunded.get((row["program"], row["external_id"]), ()))
        for row in rows
    }
    return known, len(rows)


def _stored(row: Any, refunds: Sequence[Refund]) -> Known:
    paid = (row["paid_at"], tuple(row["amounts"])) if row["paid_at"] else None
    return Known(row["subject"], paid, row["completed_at"], tuple(refunds), row["owed"], row["external_id"])


def wrong_orders(history: History, known: Mapping[Place, Known], stored: int) -> Iterator[str]:
    """Every fact that was acknowledged is there as it was told, and none besides (R24)."""
    if stored != len(known):
        yield f"{stored} orders have {len(known)} ids"
    told: dict[Place, Known] = {}
    for operation, answer, _ in history.answered:
        if isinstance(operation, Report) and answer.kind == "RecordOrderSuccess":
            place = operation.order.program, operation.order.id
            reported = _reported(operation)
            before = told.get(place, Known(reported.customer, None, None))
            told[place] = Known(before.customer, before.paid or reported.paid, before.completed or reported.completed)
            if _conflict(told[place], reported):
                yield f"acknowledged with two contents: {told[place]}, {reported}"
        if isinstance(operation, Returned) and answer.kind == "RecordRefundSuccess":
            refund = operation.refund  # an order may be known by its refund first
            told.setdefault((refund.program, refund.order), Known(refund.customer, None, None))
    for place in told.keys() | known.keys():
        if told.get(place) != known.get(place):
            yield f"{place} was told to be {told.get(place)} and is {known.get(place)}"
    for operation, answer, _ in history.answered:
        if isinstance(operation, Report) and answer.kind == "FactConflict":
            place = operation.order.program, operation.order.id
            if place not in known or not _conflict(known[place], _reported(operation)):
                yield f"refused as a conflict with {known.get(place)}: {operation}"


def _reported(report: Report) -> Known:
    order = report.order
    paid = (order.paid_at, order.amounts) if Fact.PAID in report.facts else None
    return Known(order.customer, paid, order.completed_at if Fact.COMPLETED in report.facts else None)


def _conflict(one: Known, other: Known) -> bool:
    def differ(first: object, second: object) -> bool:
        return first is not None and second is not None and first != second

    return one.customer != other.customer or differ(one.paid, other.paid) or differ(one.completed, other.completed)
