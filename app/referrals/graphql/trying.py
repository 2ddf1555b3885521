"""Counting who tries codes, before anything is done: it counts whatever comes of it."""

from typing import Any

from app.customers.rules import Identity
from app.db import Reader
from app.graph import Context
from app.members.asked import key_owner
from app.referrals.commands import count_attempt


async def joining_counted(db: Reader, context: Context, given: Any) -> None:
    """Of who joins, if it is by an invitation. May raise RateLimited, which is kept under no key."""
    if given.invite_code is not None:
        await accepting_counted(db, context, given)


async def accepting_counted(db: Reader, context: Context, given: Any) -> None:
    """Attempts are a person's, in whatever program. May raise RateLimited."""
    owner = key_owner(Identity(context.viewer.issuer, context.viewer.subject))
    await count_attempt(context.db, owner_id=owner, key=given.idempotency_key, now=context.now)
