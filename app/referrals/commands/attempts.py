"""Attempts on invite codes (see `offers.commands.attempts`)."""

from datetime import datetime
from uuid import UUID

from app.offers.commands import attempts
from app.offers.commands.attempts import MOST, WITHIN, Runs, attempts_in
from app.referrals.models import InviteAttemptsRow

__all__ = ["MOST", "WITHIN", "count_attempt", "forget_attempts"]

ATTEMPTS = attempts_in(InviteAttemptsRow, codes="invite codes")
TRY, FORGET = ATTEMPTS.attempt, ATTEMPTS.forget


async def count_attempt(db: Runs, *, owner_id: UUID, key: UUID, now: datetime) -> None:
    """Count that somebody tries an invite code, whatever comes of it. May raise RateLimited."""
    await attempts.count_attempt(db, ATTEMPTS, owner_id=owner_id, key=key, most=MOST, now=now)


async def forget_attempts(db: Runs, *, now: datetime) -> None:
    """Delete attempts that do not count any more."""
    await attempts.forget_attempts(db, ATTEMPTS, now=now)
