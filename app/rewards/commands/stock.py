"""Taking a piece of a reward's stock, and putting one back: under the lock of one row, and for a moment (R31)."""

from uuid import UUID

from app.db import Transaction
from app.errors import Refused
from app.offers.commands.codes import codes_in, put_code_back_in, take_code_of
from app.offers.commands.stock import Piece, piece_of_any, stock_in, surely
from app.rewards.models import RewardStockRow, VoucherCodeRow
from app.rewards.rules.refusals import OutOfStock

__all__ = ["CODES", "STOCK", "Piece", "put_back", "surely", "take_code", "take_piece"]

STOCK = stock_in(RewardStockRow, of="reward_id", parameter="of_reward")
TAKE, PUT_BACK, WITH_ANY_LEFT = STOCK.take, STOCK.put_back, STOCK.with_any_left
ADD = STOCK.add
CODES = codes_in(VoucherCodeRow, of="reward_id", taker="redemption_id")
INSERT_CODES, TAKE_CODE, PUT_CODE_BACK = CODES.insert, CODES.take, CODES.put_back


async def take_piece(tx: Transaction, *, reward_id: UUID, buckets: int, member_id: UUID) -> Piece:
    """Take one piece: of the member's own bucket, else of any. May refuse: OutOfStock, when all of them are empty. The
    last thing to be waited for (see `piece_of_any`)."""

    async def filled() -> list[int]:
        return [row.bucket for row in await tx.run(WITH_ANY_LEFT, of_reward=reward_id)]

    piece = await piece_of_any(
        member_id.int % buckets, take=lambda bucket: _taken(tx, reward_id, bucket), filled=filled
    )
    if piece is None:
        raise Refused(OutOfStock(reward_id))
    return piece


async def _taken(tx: Transaction, reward_id: UUID, bucket: int) -> Piece | None:
    rows = await tx.run(TAKE, of_reward=reward_id, of_bucket=bucket)
    return Piece(bucket, rows[0].taken) if rows else None


async def take_code(tx: Transaction, *, reward_id: UUID, piece: Piece, member_id: UUID, redemption_id: UUID) -> None:
    """The code of a piece is that redemption's from now on."""
    await take_code_of(tx, CODES, pool=reward_id, piece=piece, member_id=member_id, taker=redemption_id)


async def put_back(tx: Transaction, *, reward_id: UUID, piece: Piece, redemption_id: UUID, has_code: bool) -> None:
    """The piece can be taken again, as the last of its bucket."""
    (row,) = await tx.run(PUT_BACK, of_reward=reward_id, of_bucket=piece.bucket)
    if has_code:
        await put_code_back_in(tx, CODES, pool=reward_id, piece=piece, taker=redemption_id, new_number=row.last_number)
