"""Attempts on codes that bring coupons (see `offers.commands.attempts`)."""

from datetime import datetime
from uuid import UUID

from app.coupons.models import CouponAttemptsRow
from app.offers.commands import attempts
from app.offers.commands.attempts import Runs, attempts_in

ATTEMPTS = attempts_in(CouponAttemptsRow, codes="coupon codes")
TRY, FORGET = ATTEMPTS.attempt, ATTEMPTS.forget


async def count_attempt(db: Runs, *, owner_id: UUID, key: UUID, now: datetime) -> None:
    """Count that somebody tries a coupon code, whatever comes of it. May raise RateLimited."""
    await attempts.count_attempt(db, ATTEMPTS, owner_id=owner_id, key=key, now=now)


async def forget_coupon_attempts(db: Runs, *, now: datetime) -> None:
    """Delete attempts that do not count any more."""
    await attempts.forget_attempts(db, ATTEMPTS, now=now)
