"""Counting who tries invite codes, before anything is done: it counts whatever comes of it."""

from typing import Any

from app.db import Reader
from app.graph import Context
from app.members.queries import customer_of_viewer
from app.offers.graphql.trying import counted
from app.referrals.commands import count_attempt


async def joining_counted(db: Reader, context: Context, given: Any) -> None:
    """Of who joins, if it is by an invitation. May raise RateLimited, which is kept under no key."""
    if given.invite_code is not None:
        await counted(db, context, given, count=count_attempt, key_owned_by=customer_of_viewer)


async def accepting_counted(db: Reader, context: Context, given: Any) -> None:
    """Of who accepts one. Likewise."""
    await counted(db, context, given, count=count_attempt)
