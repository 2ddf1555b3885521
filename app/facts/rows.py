"""Rows of orders and refunds as the rules know them."""

from collections.abc import Iterable

from .models import FactRow, OrderLineRow, OrderRow, RefundLineRow
from .rules import KnownOrder, KnownRefund, Line, LineKind, LineRefund


def order_of(row: OrderRow) -> KnownOrder:
    return KnownOrder(
        member_id=row.member_id,
        id=row.id,
        source=row.source,
        external_id=row.external_id,
        currency=row.currency,
        paid_at=row.paid_at,
        completed_at=row.completed_at,
        amount=row.amount,
        eligible=row.eligible,
        eligible_left=row.eligible_left,
        program_version=row.program_version,
        channel=row.channel,
        refunded=row.refunded,
        points=row.points,
        growth=row.growth,
        brings_points=row.brings_points,
    )


def line_of(row: OrderLineRow) -> Line:
    return Line(row.quantity, row.amount, row.sku, row.category, LineKind[row.kind], row.by_points, row.by_coupons)


def refund_of(row: FactRow, lines: Iterable[RefundLineRow]) -> KnownRefund:
    return KnownRefund(row.id, row.occurred_at, [LineRefund(line.number, line.amount) for line in lines])
