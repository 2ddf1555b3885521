"""What is wrong with the books after a run: what clients were told, against the database in SQL and arithmetic."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.graph.ids import global_id
from tests.databases import run

from .correction_books import moved_by_corrections, stored_corrections, wrong_corrections
from .deed_books import earned_by_deeds, stored_deeds, wrong_deeds
from .deeds import Deed
from .operations import LASTING, MINOR, Fact, Report, Wish
from .playing import History
from .refund_books import by_order, stored_refunds, taken_back, wrong_refunds
from .refunds import Refund, Returned
from .sale_books import Held, stored_sales, taken_by_sales, wrong_sales

RETURN_WINDOW = timedelta(days=7)
A_YEAR = timedelta(days=365)
LADDER = ((5000, "v4"), (1000, "v3"), (200, "v2"))
"""Of both programs: growth, and the tier from there on."""
GROWTH_OF_DEED = 7
MEMBERS = """
SELECT members.*, subject,
    (SELECT coalesce(sum(remaining), 0) FROM points_lots WHERE member_id = members.id
        AND activates_at <= '{now}' AND expires_at > '{now}') AS available,
    (SELECT coalesce(sum(remaining), 0) FROM points_lots WHERE member_id = members.id
        AND (activates_at IS NULL OR activates_at > '{now}')) AS pending,
    (SELECT coalesce(sum(held), 0) FROM points_accounts WHERE member_id = members.id) AS held,
    (SELECT coalesce(sum(earned), 0) FROM points_lots WHERE member_id = members.id) AS earned,
    (SELECT count(*) FROM tier_changes WHERE member_id = members.id AND kind IN ('RAISED', 'CORRECTED')) AS changes,
    (SELECT count(*) FROM outbox_events WHERE member_id = members.id
        AND kind IN ('tier-reached', 'tier-corrected')) AS told
FROM members JOIN identities USING (customer_id)"""
ORDERS = """
SELECT external_id, program, subject, paid_at, completed_at,
    ARRAY(SELECT amount FROM order_lines WHERE order_id = orders.id ORDER BY number) AS amounts,
    (SELECT coalesce(sum(owed), 0) FROM points_lots WHERE cause_id = orders.id) AS owed
FROM orders JOIN members ON members.id = member_id JOIN identities USING (customer_id)"""

Place = tuple[str, str]
"""Customer and program."""


@dataclass(frozen=True)
class Known:
    """What is known of an order: whose it is, and which facts with what content."""

    customer: str
    paid: tuple[datetime, tuple[int, ...]] | None
    completed: datetime | None
    refunds: tuple[Refund, ...] = field(default=(), compare=False)
    owed: int = field(default=0, compare=False)
    """Of what refunds come to, what could not be taken back."""

    @property
    def whole(self) -> int:
        """Yuan, as far as they are paid."""
        return sum(self.paid[1]) // MINOR if self.paid else 0

    @property
    def kept(self) -> int:
        """What refunds left of that."""
        return self.whole - taken_back(self.whole, self.paid[1], self.refunds) if self.paid else 0


async def wrong_books(history: History, database: str, *, now: datetime) -> list[str]:
    members = await run(database, MEMBERS.format(now=(now + LASTING).isoformat()))
    orders = await run(database, ORDERS)
    refunds = await stored_refunds(database)
    refunded = by_order(refunds)
    known = {
        (row["program"], row["external_id"]): _stored(row, refunded.get((row["program"], row["external_id"]), ()))
        for row in orders
    }
    whose = {place: order.customer for place, order in known.items()}
    deeds, sales = await stored_deeds(database), await stored_sales(database)
    corrections = await stored_corrections(database)
    return [
        *_orders(history, known, len(orders)),
        *wrong_deeds(history, deeds),
        *wrong_refunds(history, refunds, whose=whose),
        *wrong_sales(history, sales),
        *wrong_corrections(history, corrections),
        *_memberships(history, members),
        *_balances(members, known, deeds, corrections, sales, now),
    ]


def _stored(row: Any, refunds: Sequence[Refund]) -> Known:
    paid = (row["paid_at"], tuple(row["amounts"])) if row["paid_at"] else None
    return Known(row["subject"], paid, row["completed_at"], tuple(refunds), row["owed"])


def _orders(history: History, known: Mapping[Place, Known], stored: int) -> Iterator[str]:
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


def _memberships(history: History, members: Sequence[Any]) -> Iterator[str]:
    """A membership begins once, by a wish or by a report, and changes with each wish that was granted."""
    found = defaultdict[Place, list[Any]](list)
    for row in members:
        found[row["subject"], row["program"]].append(row)
    granted = defaultdict[Place, set[tuple[object, str]]](set)
    for operation, answer, _ in history.answered:
        if isinstance(operation, Wish):
            place = operation.customer, operation.program
            granted[place].add((operation.key, answer.kind))
            if answer.member is not None and answer.member not in [
                global_id("member", row["id"]) for row in found[place]
            ]:
                yield f"told of another member: {answer} to {operation}"
    for place in found.keys() | granted.keys():
        kinds = Counter(kind for _, kind in granted[place])
        rows = found[place]
        if len(rows) > 1:
            yield f"{place} is a member {len(rows)} times"
        by_order = sum(row["channel"] != "app" for row in rows)
        active = by_order + kinds["JoinProgramSuccess"] - kinds["LeaveProgramSuccess"]
        if active != sum(row["status"] == "ACTIVE" for row in rows):
            yield f"{place} joined by {by_order} orders, wishes {dict(kinds)}, and is {[row['status'] for row in rows]}"


def _balances(
    members: Sequence[Any],
    known: Mapping[Place, Known],
    deeds: Sequence[Deed],
    corrections: Sequence[Any],
    sales: Sequence[Held],
    now: datetime,
) -> Iterator[str]:
    """Points and growth of a member are those of the orders, activities and corrections that are known, less what
    sales took."""
    by_sales = taken_by_sales(sales)
    by_deeds = earned_by_deeds(deeds, now=now)
    did = Counter((deed.customer, deed.program) for deed in deeds)
    by_staff = moved_by_corrections(corrections)
    theirs = defaultdict[Place, list[Known]](list)
    for (program, _), order in known.items():
        theirs[order.customer, program].append(order)
    for row in members:
        orders = theirs[row["subject"], row["program"]]
        by_deed = GROWTH_OF_DEED * did[row["subject"], row["program"]]
        growth = by_deed + sum(order.kept for order in orders if order.completed)
        earned, available = by_deeds.get((row["subject"], row["program"]), (0, 0))
        given, moved = by_staff.get((row["subject"], row["program"]), (0, 0))
        held, spent = by_sales.get((row["subject"], row["program"]), (0, 0))
        expected = {
            "earned": earned + given + sum(order.whole for order in orders),
            "pending": sum(order.kept for order in orders if _since_activation(order, now) < timedelta()),
            "available": available
            + moved
            + sum(order.kept + order.owed for order in orders if timedelta() <= _since_activation(order, now) < A_YEAR)
            - held
            - spent,
            "held": held,
            "growth": growth,
            "tier": next((code for least, code in LADDER if growth >= least), None),
            "told": row["changes"],
        }
        wrong = {name: (value, row[name]) for name, value in expected.items() if value != row[name]}
        if wrong:
            yield f"{row['subject']} in {row['program']}, expected and found: {wrong}"


def _since_activation(order: Known, now: datetime) -> timedelta:
    return now - order.completed - RETURN_WINDOW if order.completed else -RETURN_WINDOW
