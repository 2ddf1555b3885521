"""Taking a coupon of a template's stock, and putting one back (R31)."""

from uuid import UUID

from app.coupons.models import CouponStockRow
from app.coupons.rules.refusals import CouponsOutOfStock
from app.coupons.templates import Template
from app.db import Transaction
from app.errors import Refused
from app.offers.commands.stock import Piece, piece_of_any, stock_in

from .filling import fill_stock

STOCK = stock_in(CouponStockRow, of="template_id", parameter="of_template")
TAKE, PUT_BACK, WITH_ANY_LEFT = STOCK.take, STOCK.put_back, STOCK.with_any_left


async def take_piece(tx: Transaction, *, template: Template, member_id: UUID) -> int | None:
    """Take one piece: the bucket that it is of; None: there is no end of them. May refuse: CouponsOutOfStock, when all
    buckets are empty and the template says of no more. The last thing to be waited for (see `piece_of_any`)."""
    if not template.is_stocked:
        return None
    piece: Piece | None = None
    is_filled = False
    while piece is None:
        piece = await piece_of_any(
            member_id.int % template.buckets,
            take=lambda bucket: _taken(tx, template.id, bucket),
            filled=lambda: _filled(tx, template.id),
        )
        if piece is None and is_filled:
            raise Refused(CouponsOutOfStock(template.program, template.code))
        if piece is None:  # filled by another, maybe, since we looked: so once more
            is_filled = not await fill_stock(tx, template)
    return piece.bucket


async def _filled(tx: Transaction, template_id: UUID) -> list[int]:
    return [row.bucket for row in await tx.run(WITH_ANY_LEFT, of_template=template_id)]


async def _taken(tx: Transaction, template_id: UUID, bucket: int) -> Piece | None:
    rows = await tx.run(TAKE, of_template=template_id, of_bucket=bucket)
    return Piece(bucket, rows[0].taken) if rows else None


async def put_back(tx: Transaction, *, template_id: UUID, bucket: int) -> None:
    """The piece can be taken again."""
    await tx.run(PUT_BACK, of_template=template_id, of_bucket=bucket)
