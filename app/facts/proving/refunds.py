"""What must be true of the refunds of a member's orders: each is as it was told, and what they took back is what they
come to together (R10, R11, R15)."""

from collections import Counter
from collections.abc import Iterator

from app.facts.rows import refund_of
from app.facts.rules import RefundedOrder, ReportedRefund, growth_to_take_back, points_to_take_back
from app.members.proving import Claim
from app.points.rules import lifetime
from app.points.section import CAMPAIGN, PointsSection
from app.programs.rules import ProgramVersion
from app.tiers.section import TiersSection

from .books import Effects, OrderBook


def refund_claims(book: OrderBook) -> Iterator[Claim]:
    order = book.order
    for refund in book.refunds:
        fact, lines = refund.fact, refund_of(refund.fact, refund.lines).lines
        told = ReportedRefund(fact.source, fact.external_id, order.external_id, fact.occurred_at, lines)
        yield Claim("facts, by the lines of the refund", fact.id, told.digest.hex(), fact.digest.hex())
        yield Claim("facts.source of the refund, by its order", fact.id, order.source, fact.source)
        yield Claim("refund_lines: order and currency", fact.id, {(order.id, order.currency)},
                    {(line.order_id, line.currency) for line in refund.lines})  # fmt: skip
    refunded = book.refunded
    left = refunded.eligible_left if book.lines else None
    yield Claim("orders.refunded, by its refunds", order.id, refunded.amount, order.refunded)
    yield Claim("orders.eligible_left, by its lines and refunds (R13)", order.id, left, order.eligible_left)


def taken_back_by_the_rules(book: OrderBook, effects: Effects, *, version: ProgramVersion) -> Iterator[Claim]:
    """`version` is the one that the order was paid under."""
    refunded = book.refunded
    yield from _points(book, effects, refunded=refunded, version=version)
    yield from _growth(book, effects, refunded=refunded, version=version)


def _points(book: OrderBook, effects: Effects, *, refunded: RefundedOrder, version: ProgramVersion) -> Iterator[Claim]:
    """What is taken back or owed of each lot: all that refunds come to, but for what had lapsed when they came."""
    section = version.section(PointsSection)
    rules = {rule.code for rule in section.earning}
    known = [lot for lot in effects.lots.get(book.order.id, ()) if not lot.rule.startswith(CAMPAIGN)]
    for lot in known:
        yield Claim("points_lots.rule: is one of the version", lot.id, True, lot.rule in rules)
    if not all(lot.rule in rules for lot in known):
        return
    lots = effects.lots.get(book.order.id, ())
    activates_at, _ = lifetime(book.order.completed_at, section=section, zone=version.zone)
    earned = {lot.rule: lot.earned for lot in lots}
    targets = points_to_take_back(refunded, earned=earned, section=section, activates_at=activates_at)
    for lot in lots:
        found, most = lot.reversed + lot.owed, targets[lot.rule]
        least = max(0, most - lot.lapsed)
        yield Claim("points_lots.reversed and owed, by the refunds (R10)", lot.id, min(max(found, least), most), found)


def _growth(book: OrderBook, effects: Effects, *, refunded: RefundedOrder, version: ProgramVersion) -> Iterator[Claim]:
    """What refunds took back of what the order brought is what they come to (R15)."""
    earned = {entry.rule: entry.change for entry in effects.growth.get(book.order.id, ())}
    back = growth_to_take_back(refunded, earned=earned, section=version.section(TiersSection))
    taken = Counter[str]()
    for refund in book.refunds:
        for entry in effects.taken_back.get(refund.fact.id, ()):
            taken[entry.rule] -= entry.change
    expected = {rule: amount for rule, amount in back.items() if amount}
    yield Claim("growth_entries, by the refunds of the order (R15)", book.order.id, expected, dict(taken))
