"""Taking a coupon of a template's stock, with its code if there are any, and putting one back (R31)."""

from uuid import UUID

from app.coupons.models import PartnerCodeRow
from app.coupons.rules.coupon import Coupon
from app.coupons.rules.refusals import CouponsOutOfStock
from app.coupons.templates import Template
from app.db import Transaction
from app.errors import Refused
from app.offers.commands.codes import codes_in, put_code_back_in, take_code_of
from app.offers.commands.stock import Piece, piece_of_any

from .filling import PIECES, fill_stock

CODES = codes_in(PartnerCodeRow, of="template_id", taker="coupon_id")
INSERT_CODES, TAKE_CODE, PUT_CODE_BACK = CODES.insert, CODES.take, CODES.put_back
TAKE, PUT_BACK, WITH_ANY_LEFT = PIECES.take, PIECES.put_back, PIECES.with_any_left


async def take_piece(tx: Transaction, *, template: Template, member_id: UUID) -> Piece | None:
    """Take one piece; None: there is no end of them. May refuse: CouponsOutOfStock, when all
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
    return piece


async def _filled(tx: Transaction, template_id: UUID) -> list[int]:
    return [row.bucket for row in await tx.run(WITH_ANY_LEFT, of_template=template_id)]


async def _taken(tx: Transaction, template_id: UUID, bucket: int) -> Piece | None:
    rows = await tx.run(TAKE, of_template=template_id, of_bucket=bucket)
    return Piece(bucket, rows[0].taken) if rows else None


async def take_code(tx: Transaction, *, template: Template, piece: Piece, member_id: UUID, coupon_id: UUID) -> None:
    """The partner's code of a piece is that coupon's from now on."""
    await take_code_of(tx, CODES, pool=template.id, piece=piece, member_id=member_id, taker=coupon_id)


async def put_back(tx: Transaction, coupon: Coupon) -> None:
    """What it took can be taken again, its code as the last of its bucket."""
    if coupon.bucket is None:
        return
    (row,) = await tx.run(PUT_BACK, of_template=coupon.template_id, of_bucket=coupon.bucket)
    if coupon.number is not None:
        piece = Piece(coupon.bucket, coupon.number)
        await put_code_back_in(tx, CODES, pool=coupon.template_id, piece=piece, taker=coupon.id,
                               new_number=row.last_number)  # fmt: skip
