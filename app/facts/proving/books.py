"""All that is written of a member's orders and refunds, and of what they did to points and growth."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.db import Reader
from app.facts.models import FactRow, OrderLineRow, OrderRow, RefundLineRow
from app.facts.queries import (
    facts_of_members,
    lines_of_members,
    order_digest,
    orders_of_members,
    refund_digest,
    refund_lines_of_members,
)
from app.facts.rows import line_of, refund_of
from app.facts.rules import FactKind, RefundedOrder
from app.members.proving import Key, by_member
from app.points.proving import PointsBook
from app.points.rules import Cause
from app.tiers.proving import GrowthBook
from app.tiers.rules import GrowthCause

from .growth import GrowthOfFact, opening_of


@dataclass(frozen=True)
class RefundBook:
    """A refund and its lines."""

    fact: FactRow
    lines: Sequence[RefundLineRow]


@dataclass(frozen=True)
class OrderBook:
    """An order with its lines, in their order, the facts that told of it, and its refunds as they were recorded."""

    order: OrderRow
    lines: Sequence[OrderLineRow]
    facts: Sequence[FactRow]
    refunds: Sequence[RefundBook]

    @property
    def refunded(self) -> RefundedOrder:
        refunds = [refund_of(refund.fact, refund.lines) for refund in self.refunds]
        return RefundedOrder([line_of(line) for line in self.lines], refunds)


class LotOfOrder(Protocol):
    """What is written of a lot."""

    @property
    def id(self) -> UUID: ...
    @property
    def rule(self) -> str: ...
    @property
    def earned(self) -> int: ...
    @property
    def reversed(self) -> int: ...
    @property
    def owed(self) -> int: ...
    @property
    def lapsed(self) -> int: ...
    @property
    def program_version(self) -> int: ...
    @property
    def activates_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def extended_by(self) -> UUID | None: ...


@dataclass(frozen=True)
class Effects:
    """What orders and refunds did to a member."""

    lots: Mapping[UUID, Sequence[LotOfOrder]]
    """By the order's id."""
    growth: Mapping[UUID, Sequence[GrowthOfFact]]
    """By the order's id: what it brought."""
    taken_back: Mapping[UUID, Sequence[GrowthOfFact]]
    """By the refund's id: growth that it took back."""
    refunds: frozenset[UUID]
    """Ids of refunds that took back points."""
    opened_at: datetime | None
    """When growth from elsewhere was entered: orders that were imported from before bring none (R19)."""


async def order_books(db: Reader, member_ids: Sequence[UUID]) -> list[list[OrderBook]]:
    """Four statements, however many members."""
    orders = by_member(await orders_of_members(db, member_ids))
    lines: defaultdict[UUID, list[OrderLineRow]] = defaultdict(list)
    for line in await lines_of_members(db, member_ids):
        lines[line.order_id].append(line)
    back: defaultdict[UUID, list[RefundLineRow]] = defaultdict(list)
    for each in await refund_lines_of_members(db, member_ids):
        back[each.fact_id].append(each)
    facts: defaultdict[UUID | None, list[FactRow]] = defaultdict(list)
    refunds: defaultdict[UUID | None, list[RefundBook]] = defaultdict(list)
    for fact in await facts_of_members(db, member_ids):
        if fact.kind == FactKind.REFUND.name:
            refunds[fact.order_id].append(RefundBook(fact, back[fact.id]))
        else:
            facts[fact.order_id].append(fact)
    return [
        [OrderBook(order, lines[order.id], facts[order.id], refunds[order.id]) for order in orders.get(key, ())]
        for key in member_ids
    ]


def effects_of(points: PointsBook, growth: GrowthBook) -> Effects:
    lots: defaultdict[UUID, list[LotOfOrder]] = defaultdict(list)
    for lot in points.lots:
        if lot.cause == Cause.ORDER.name:
            lots[lot.cause_id].append(lot)
    brought: defaultdict[UUID, list[GrowthOfFact]] = defaultdict(list)
    taken_back: defaultdict[UUID, list[GrowthOfFact]] = defaultdict(list)
    for entry in growth.entries:
        if entry.cause == GrowthCause.ORDER.name:
            brought[entry.cause_id].append(entry)
        elif entry.cause == GrowthCause.REFUND.name:
            taken_back[entry.cause_id].append(entry)
    refunds = frozenset(entry.cause_id for entry in points.entries if entry.cause == Cause.REFUND.name)
    return Effects(lots, brought, taken_back, refunds, opening_of(growth))


def order_keys(books: Iterable[OrderBook], *, program: str, customer_id: UUID) -> Iterator[Key]:
    """An order is never for two customers in one program, nor is a refund (R24)."""
    for book in books:
        order = book.order
        digest = order_digest(program, source=order.source, external_id=order.external_id)
        yield Key("unique_keys.owner of the order", order.id, digest, customer_id)
        for fact in (refund.fact for refund in book.refunds):
            digest = refund_digest(program, source=fact.source, external_id=fact.external_id)
            yield Key("unique_keys.owner of the refund", fact.id, digest, customer_id)
