"""The tables of what there is of rewards: pieces, and codes.

Places in a queue are counted on for as long as a reward lives, whatever is in it: they are BIGINT.
"""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from app.db.columns import check, key
from app.offers.models import PooledCode


class RewardStockRow(SQLModel, table=True):
    """A part of a reward's stock: as many rows as the reward has buckets, each taken from by a conditional UPDATE, so
    that takers of a hot reward need not wait for one another (R31).

    Of a reward with codes, a bucket is a queue of them: who takes gets the code with the number `taken`, one that comes
    back is put behind the last. So each code has one taker, and none has to be locked to be found.
    """

    __tablename__: ClassVar[Any] = "reward_stock"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["reward_id"], ["rewards.id"], name="fk_reward_stock_reward"),
        check("reward_stock", "left", "left_ >= 0 AND left_ <= total"),
        check("reward_stock", "queue", "taken >= 0 AND left_ = last_number - taken"),
        check("reward_stock", "bucket", "bucket BETWEEN 0 AND 63"),
    )
    reward_id: UUID = key()
    bucket: int = Field(primary_key=True)
    total: int = 0
    """Pieces that were ever put into it."""
    left_: int = 0
    """Pieces that can be taken. `total` less this is what redemptions hold."""
    taken: int = Field(default=0, sa_type=BigInteger)
    """Times a piece was taken: the number of the one that was taken last."""
    last_number: int = Field(default=0, sa_type=BigInteger)
    """Times a piece was put in, or came back: the number of the last in the queue."""


class VoucherCodeRow(PooledCode, table=True):
    """A code of the pool of a reward."""

    __tablename__: ClassVar[Any] = "voucher_codes"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["reward_id"], ["rewards.id"], name="fk_voucher_codes_reward"),
        UniqueConstraint("reward_id", "digest", name="uq_voucher_codes_digest"),
        Index("uq_voucher_codes_number", "reward_id", "bucket", "number", unique=True),
        check("voucher_codes", "taken", "(taken_by IS NULL) = (redemption_id IS NULL)"),
    )
    reward_id: UUID = key()
    id: UUID = key()
    redemption_id: UUID | None = Field(default=None, sa_type=Uuid)
