"""What must be true of a member's orders: facts, lines, points and growth say the same of them (R5, R9, R12, R24)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Reader
from app.members.proving import Claim, Key, Published, by_member
from app.points.proving import PointsBook
from app.points.rules import lifetime
from app.points.section import PointsSection
from app.tiers.proving import GrowthBook
from app.tiers.section import CountsAt, TiersSection

from .models import FactRow, OrderLineRow, OrderRow
from .queries import facts_of_members, lines_of_members, order_digest, orders_of_members
from .rules import FactKind, Line, LineKind, ReportedOrder

ORDER = "ORDER"


@dataclass(frozen=True)
class OrderBook:
    """An order with its lines, in their order, and the facts that told of it."""

    order: OrderRow
    lines: Sequence[OrderLineRow]
    facts: Sequence[FactRow]


@dataclass(frozen=True)
class Effects:
    """What orders did to a member, by the order's id."""

    lots: Mapping[UUID, Sequence[tuple[int, int, datetime | None, datetime | None]]]
    """Points, the version they are of, when they are active and when they lapse."""
    growth: Mapping[UUID, Sequence[tuple[int, int, datetime]]]
    """Growth, the version it is of, and when it counts."""


async def order_books(db: Reader, member_ids: Sequence[UUID]) -> list[list[OrderBook]]:
    """Three statements, however many members."""
    orders = by_member(await orders_of_members(db, member_ids))
    lines: defaultdict[UUID, list[OrderLineRow]] = defaultdict(list)
    for line in await lines_of_members(db, member_ids):
        lines[line.order_id].append(line)
    facts: defaultdict[UUID, list[FactRow]] = defaultdict(list)
    for fact in await facts_of_members(db, member_ids):
        if fact.order_id is not None and fact.kind != FactKind.REFUND.name:
            facts[fact.order_id].append(fact)
    return [[OrderBook(o, lines[o.id], facts[o.id]) for o in orders.get(key, ())] for key in member_ids]


def effects_of(points: PointsBook, growth: GrowthBook) -> Effects:
    lots: defaultdict[UUID, list[tuple[int, int, datetime | None, datetime | None]]] = defaultdict(list)
    for lot in points.lots:
        if lot.cause == ORDER:
            lots[lot.cause_id].append((lot.earned, lot.program_version, lot.activates_at, lot.expires_at))
    entries: defaultdict[UUID, list[tuple[int, int, datetime]]] = defaultdict(list)
    for entry in growth.entries:
        if entry.cause == ORDER:
            entries[entry.cause_id].append((entry.change, entry.program_version, entry.counts_at))
    return Effects(lots, entries)


def order_keys(books: Iterable[OrderBook], *, program: str, customer_id: UUID) -> Iterator[Key]:
    """An order is never for two customers in one program (R24)."""
    for book in books:
        order = book.order
        digest = order_digest(program, source=order.source, external_id=order.external_id)
        yield Key("unique_keys.owner of the order", order.id, digest, customer_id)


def order_claims(books: Sequence[OrderBook], effects: Effects, *, published: Published) -> Iterator[Claim]:
    for book in books:
        yield from _sums(book, effects)
        yield from _told(book)
        yield from _by_the_rules(book.order, effects, published=published)
    known = {book.order.id for book in books}
    for what, causes in (("points_lots", effects.lots), ("growth_entries", effects.growth)):
        for cause in causes:
            yield Claim(f"{what}.cause_id: is an order of the member", cause, True, cause in known)


def _sums(book: OrderBook, effects: Effects) -> Iterator[Claim]:
    order = book.order
    points = sum(each[0] for each in effects.lots.get(order.id, ()))
    growth = sum(each[0] for each in effects.growth.get(order.id, ()))
    amount = sum(line.amount for line in book.lines) if book.lines else None
    yield Claim("orders.points, by its lots", order.id, points, order.points)
    yield Claim("orders.points, by its lines", order.id, sum(line.points for line in book.lines), order.points)
    yield Claim("orders.growth, by its growth entries", order.id, growth, order.growth)
    eligible = sum(line_of(row).eligible for row in book.lines) if book.lines else None
    yield Claim("orders.amount, by its lines", order.id, amount, order.amount)
    yield Claim("orders.eligible, by its lines (R13)", order.id, eligible, order.eligible)


def line_of(row: OrderLineRow) -> Line:
    return Line(row.quantity, row.amount, row.sku, row.category, LineKind[row.kind], row.by_points, row.by_coupons)


def _told(book: OrderBook) -> Iterator[Claim]:
    """The order is what its facts told: they are known by a digest of their content (R24)."""
    order = book.order
    lines = [line_of(row) for row in book.lines]
    told = ReportedOrder(order.source, order.external_id, order.paid_at, order.completed_at, lines)
    expected = {kind.name: (told.at(kind), told.digest(kind).hex()) for kind in told.kinds}
    found = {fact.kind: (fact.occurred_at, fact.digest.hex()) for fact in book.facts}
    yield Claim("facts, by the order", order.id, expected, found)
    numbers = [line.number for line in book.lines]
    yield Claim("order_lines.number", order.id, list(range(1, len(numbers) + 1)), numbers)
    yield Claim("order_lines.currency", order.id, {order.currency} if numbers else set(),
                {line.currency for line in book.lines})  # fmt: skip


def _by_the_rules(order: OrderRow, effects: Effects, *, published: Published) -> Iterator[Claim]:
    """Points are scheduled by completion (R9), growth counts when the version that the order was paid under says."""
    lots, growth = effects.lots.get(order.id, ()), effects.growth.get(order.id, ())
    if order.program_version is None:
        return
    yield Claim("orders.program_version: is published", order.id, True, published.exists(order.program_version))
    version = published.version(order.program_version)
    if version is None:
        return
    times = lifetime(order.completed_at, section=version.section(PointsSection), zone=version.zone)
    for _, number, *found in lots:
        yield Claim("points_lots: version and times, by its order", order.id, (version.number, *times),
                    (number, *found))  # fmt: skip
    is_paid = version.section(TiersSection).counts_at is CountsAt.PAID
    for _, number, at in growth:
        counts_at = order.paid_at if is_paid else order.completed_at
        yield Claim("growth_entries: version and time, by its order", order.id, (version.number, counts_at),
                    (number, at))  # fmt: skip
