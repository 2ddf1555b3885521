"""What must be true of a member's orders: facts, lines, points and growth say the same of them (R5, R9, R12, R24)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from app.campaigns.section import Kind
from app.facts.models import OrderRow
from app.facts.rows import line_of, order_of
from app.facts.rules import FactKind, ReportedOrder, growth_counts_at, growth_earned, points_earned
from app.members.proving import Claim, Published
from app.points.rules import lifetime
from app.points.section import PointsSection
from app.programs.rules import ProgramVersion
from app.tiers.section import TiersSection

from .books import Effects, OrderBook
from .campaigns import Added, campaign_claims, of_rules, ruled_claims
from .credited import Standings, Then, credited_claims
from .refunds import refund_claims, taken_back_by_the_rules


class HasOrdered(Protocol):
    @property
    def last_order_at(self) -> datetime | None: ...


def last_order_claims(books: Sequence[OrderBook], member: HasOrdered) -> Iterator[Claim]:
    last = max((book.order.paid_at for book in books if book.order.paid_at is not None), default=None)
    yield Claim("members.last_order_at, by the orders", None, last, member.last_order_at)


def order_claims(
    books: Sequence[OrderBook], effects: Effects, standings: Standings, *, published: Published
) -> Iterator[Claim]:
    for book in books:
        yield from _sums(book, effects)
        yield from _told(book)
        yield from refund_claims(book)
        yield from _by_the_rules(book, effects, standings, published=published)
    orders = {book.order.id for book in books}
    refunds = {refund.fact.id for book in books for refund in book.refunds}
    for what, causes, known in (
        ("points_lots.cause_id: is an order of the member", effects.lots, orders),
        ("growth_entries.cause_id: is an order of the member", effects.growth, orders),
        ("growth_entries.cause_id: is a refund of the member", effects.taken_back, refunds),
        ("points_entries.cause_id: is a refund of the member", effects.refunds, refunds),
    ):
        for cause in causes:
            yield Claim(what, cause, True, cause in known)


def _sums(book: OrderBook, effects: Effects) -> Iterator[Claim]:
    order = book.order
    points = sum(lot.earned for lot in effects.lots.get(order.id, ()))
    amount = sum(line.amount for line in book.lines) if book.lines else None
    yield Claim("orders.points, by its lots", order.id, points, order.points)
    yield Claim("orders.points, by its lines", order.id, sum(line.points for line in book.lines), order.points)
    eligible = sum(line_of(row).eligible for row in book.lines) if book.lines else None
    yield Claim("orders.amount, by its lines", order.id, amount, order.amount)
    yield Claim("orders.eligible, by its lines (R13)", order.id, eligible, order.eligible)


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


def _by_the_rules(book: OrderBook, effects: Effects, standings: Standings, *, published: Published) -> Iterator[Claim]:
    """By those of the version that the order was paid under; left out while that is not held here yet."""
    order = book.order
    if order.program_version is None:
        return
    yield Claim("orders.program_version: is published", order.id, True, published.exists(order.program_version))
    version = published.version(order.program_version)
    if version is not None:
        yield from _times(order, effects, version=version)
        yield from _growth(book, effects, version=version)
        yield from _brought(book, effects, standings, version=version, published=published)
        yield from taken_back_by_the_rules(book, effects, version=version)


def _growth(book: OrderBook, effects: Effects, *, version: ProgramVersion) -> Iterator[Claim]:
    """What an order brought is what the rules of its version give, as far as caps left it (R15, R27)."""
    order, section = book.order, version.section(TiersSection)
    entries = effects.growth.get(order.id, ())
    found = {entry.rule: entry.change for entry in entries}
    yield Claim("orders.growth, by its entries", order.id, sum(found.values()), order.growth)
    counts_at = growth_counts_at(order_of(order), version=version)
    if effects.opened_at is not None and counts_at is not None and counts_at < effects.opened_at and not found:
        return
    if counts_at is None:
        yield Claim("growth_entries: count when the version says", order.id, {}, found)
        return
    lines = [line_of(row) for row in book.lines]
    given = {each.rule: each.amount for each in growth_earned(lines, section=section) if each.amount}
    capped = {cap_rule for cap_rule in given if any(cap.holds(cap_rule) for cap in section.caps)}
    expected = {rule: min(amount, found.get(rule, 0)) if rule in capped else amount for rule, amount in given.items()}
    expected = {rule: amount for rule, amount in expected.items() if amount}
    yield Claim("growth_entries, by the rules", order.id, expected, of_rules(found))


def _brought(
    book: OrderBook, effects: Effects, standings: Standings, *, version: ProgramVersion, published: Published
) -> Iterator[Claim]:
    """What the order brought to who stood as it is kept of them, and what campaigns added (R12, R25)."""
    order, lines = book.order, [line_of(row) for row in book.lines]
    paid = next((fact for fact in book.facts if fact.kind == FactKind.ORDER_PAID.name), None)
    if paid is None:
        return
    then = Then(paid, standings.joined_at, version, published)
    section, ladder, stood = version.section(PointsSection), version.section(TiersSection), then.stood
    kinds = frozenset(Kind) if order.brings_points else frozenset((Kind.GROWTH,))
    yield from credited_claims(then, standings, kinds=kinds, version=version,
                               ruled=order.brings_points and section.looks_at_tiers)  # fmt: skip
    lots = {lot.rule: lot.earned for lot in effects.lots.get(order.id, ())}
    entries = {entry.rule: entry.change for entry in effects.growth.get(order.id, ())}
    gives = points_earned(lines, section=section, tier=stood.tier, boosts=stood.boosts) if order.brings_points else ()
    points = Added("points_lots", order.id, lots, gives, section.caps, section.rounding)
    yield from ruled_claims(points)
    yield from campaign_claims(points, Kind.POINTS, then)
    if entries:
        growth = Added("growth_entries", order.id, entries, growth_earned(lines, section=ladder), ladder.caps)
        yield from campaign_claims(growth, Kind.GROWTH, then)


def _times(order: OrderRow, effects: Effects, *, version: ProgramVersion) -> Iterator[Claim]:
    """Points are scheduled by completion (R9), growth counts when the version says."""
    activates_at, expires_at = lifetime(order.completed_at, section=version.section(PointsSection), zone=version.zone)
    for lot in effects.lots.get(order.id, ()):
        expected = (version.number, activates_at, expires_at if lot.extended_by is None else lot.expires_at)
        found = (lot.program_version, lot.activates_at, lot.expires_at)
        yield Claim("points_lots: version and times, by its order", order.id, expected, found)
    counts_at = growth_counts_at(order_of(order), version=version)
    for entry in effects.growth.get(order.id, ()):
        expected = (version.number, order.paid_at, counts_at)
        yield Claim("growth_entries: version and times, by its order", order.id, expected,
                    (entry.program_version, entry.earned_at, entry.counts_at))  # fmt: skip
