"""Taking a piece of a reward's stock, and putting one back: under the lock of one row, and for a moment (R31)."""

from uuid import UUID

from sqlalchemy import BigInteger, Integer, Uuid, bindparam, update
from sqlmodel import col

from app.db import Transaction, Write
from app.errors import Refused
from app.offers.commands.stock import Piece, piece_of_any, stock_in, surely
from app.rewards.models import RewardStockRow, VoucherCodeRow
from app.rewards.rules.refusals import OutOfStock

__all__ = ["Piece", "put_back", "surely", "take_code", "take_piece"]

STOCK = stock_in(RewardStockRow, of="reward_id", parameter="of_reward")
TAKE, PUT_BACK, WITH_ANY_LEFT = STOCK.take, STOCK.put_back, STOCK.with_any_left
THE_CODE = (
    col(VoucherCodeRow.reward_id) == bindparam("of_reward", type_=Uuid()),
    col(VoucherCodeRow.bucket) == bindparam("of_bucket", type_=Integer()),
    col(VoucherCodeRow.number) == bindparam("of_number", type_=BigInteger()),
)
TAKE_CODE: Write[VoucherCodeRow] = Write(
    VoucherCodeRow,
    update(VoucherCodeRow)
    .where(*THE_CODE, col(VoucherCodeRow.redemption_id).is_(None))
    .values(taken_by=bindparam("member_id", type_=Uuid()), redemption_id=bindparam("redemption", type_=Uuid()))
    .returning(col(VoucherCodeRow.id)),
)
PUT_CODE_BACK: Write[VoucherCodeRow] = Write(
    VoucherCodeRow,
    update(VoucherCodeRow)
    .where(*THE_CODE, col(VoucherCodeRow.redemption_id) == bindparam("redemption", type_=Uuid()))
    .values(taken_by=None, redemption_id=None, number=bindparam("new_number", type_=BigInteger()))
    .returning(col(VoucherCodeRow.id)),
)


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
    """The code of a piece is that redemption's from now on. Who has the piece is the only one who has its number."""
    rows = await tx.run(TAKE_CODE, of_reward=reward_id, of_bucket=piece.bucket, of_number=piece.number,
                        member_id=member_id, redemption=redemption_id)  # fmt: skip
    if not rows:
        raise LookupError("a piece of the stock has no code")


async def put_back(tx: Transaction, *, reward_id: UUID, piece: Piece, redemption_id: UUID, has_code: bool) -> None:
    """The piece can be taken again, as the last of its bucket."""
    (row,) = await tx.run(PUT_BACK, of_reward=reward_id, of_bucket=piece.bucket)
    if not has_code:
        return
    rows = await tx.run(PUT_CODE_BACK, of_reward=reward_id, of_bucket=piece.bucket, of_number=piece.number,
                        new_number=row.last_number, redemption=redemption_id)  # fmt: skip
    if not rows:
        raise LookupError("a code that goes back was not the redemption's")
