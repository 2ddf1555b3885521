"""Taking a piece of a reward's stock, and putting one back: under the lock of one row, and for a moment (R31)."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Uuid, bindparam, literal_column, select, update
from sqlmodel import col

from app.db import Transaction, Write
from app.errors import Refused
from app.rewards.models import RewardStockRow, VoucherCodeRow
from app.rewards.rules.refusals import OutOfStock

ONE = literal_column("1", Integer())
THE_BUCKET = (
    col(RewardStockRow.reward_id) == bindparam("of_reward", type_=Uuid()),
    col(RewardStockRow.bucket) == bindparam("of_bucket", type_=Integer()),
)
TAKE: Write[RewardStockRow] = Write(
    RewardStockRow,
    update(RewardStockRow)
    .where(*THE_BUCKET, col(RewardStockRow.left_) > literal_column("0", Integer()))
    .values(left_=col(RewardStockRow.left_) - ONE, taken=col(RewardStockRow.taken) + ONE)
    .returning(col(RewardStockRow.taken)),
    surely=True,
)
"""Waits for who is at the same bucket, and then looks again whether anything is left. Who has a piece in hand refuses
nothing any more (see `surely`)."""
PUT_BACK: Write[RewardStockRow] = Write(
    RewardStockRow,
    update(RewardStockRow)
    .where(*THE_BUCKET)
    .values(left_=col(RewardStockRow.left_) + ONE, last_number=col(RewardStockRow.last_number) + ONE)
    .returning(col(RewardStockRow.last_number)),
)
WITH_ANY_LEFT: Write[RewardStockRow] = Write(
    RewardStockRow,
    select(col(RewardStockRow.bucket)).where(
        col(RewardStockRow.reward_id) == bindparam("of_reward", type_=Uuid()),
        col(RewardStockRow.left_) > literal_column("0", Integer()),
    ),
)
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


class Piece(NamedTuple):
    """One piece of a reward's stock."""

    bucket: int
    number: int
    """By which the code is found, if the reward has codes."""


@contextmanager
def surely() -> Generator[None]:
    """What comes once a piece is taken: a refusal would not give it back, so there is none; whatever is raised gives
    up the whole transaction."""
    try:
        yield
    except Refused as refused:
        raise LookupError("refused with a piece in hand") from refused


async def take_piece(tx: Transaction, *, reward_id: UUID, buckets: int, member_id: UUID) -> Piece:
    """Take one piece: of the member's own bucket, else of any. May refuse: OutOfStock, when all of them are empty.

    The last thing to be waited for: who has a piece waits for nobody. Who waited for a bucket and found it empty then
    holds its lock, and goes on to another; since nobody asks for the lock of a bucket that they see to be empty, such
    takers never wait for one another in a circle.
    """
    own = member_id.int % buckets
    piece = await _taken(tx, reward_id, own)
    while piece is None:
        filled = [row.bucket for row in await tx.run(WITH_ANY_LEFT, of_reward=reward_id)]
        if not filled:
            raise Refused(OutOfStock(reward_id))
        for bucket in _from(own, filled):
            piece = await _taken(tx, reward_id, bucket)
            if piece is not None:
                break
    return piece


def _from(own: int, filled: list[int]) -> Iterator[int]:
    """Those after one's own first, so that not all who find theirs empty go on to the same."""
    yield from sorted(bucket for bucket in filled if bucket >= own)
    yield from sorted(bucket for bucket in filled if bucket < own)


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
