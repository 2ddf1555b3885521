"""Coupons among gifts for reaching tiers: whose they are to be is written and told here; coupons follow (R15, R16)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.db import Transaction, Write
from app.outbox import tell
from app.tiers.events import TierGiftMoved
from app.tiers.models import TierGiftRow

KEEP_DUE: Write[TierGiftRow] = Write(
    TierGiftRow,
    update(TierGiftRow)
    .where(col(TierGiftRow.member_id) == bindparam("of_member"), col(TierGiftRow.id) == bindparam("of_gift"))
    .values(is_coupon_due=bindparam("new_due")),
)


class Given(Protocol):
    """A gift's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def coupon(self) -> str | None: ...
    @property
    def is_coupon_due(self) -> bool: ...


async def coupons_due(tx: Transaction, *, member_id: UUID, gifts: Iterable[Given], now: datetime) -> None:
    """The coupons of these are to be the member's: again, of those whose was taken back."""
    await _turn(tx, member_id, [gift for gift in gifts if gift.coupon and not gift.is_coupon_due], due=True, now=now)


async def coupons_undue(tx: Transaction, *, member_id: UUID, gifts: Iterable[Given], now: datetime) -> None:
    """The coupons of these are not the member's any more, as far as they are unused."""
    await _turn(tx, member_id, [gift for gift in gifts if gift.is_coupon_due], due=False, now=now)


async def tell_coupons(tx: Transaction, *, member_id: UUID, gifts: Iterable[UUID], now: datetime) -> None:
    """What becomes of them follows in a transaction of its own: tiers know no coupons."""
    for gift_id in gifts:
        await tell(tx, member_id=member_id, event=TierGiftMoved(member_id, gift_id), now=now)


async def _turn(tx: Transaction, member_id: UUID, gifts: list[Given], *, due: bool, now: datetime) -> None:
    for gift in gifts:
        await tx.run(KEEP_DUE, of_member=member_id, of_gift=gift.id, new_due=due)
    await tell_coupons(tx, member_id=member_id, gifts=[gift.id for gift in gifts], now=now)
