"""Counting who tries codes that bring coupons, before anything is done."""

from typing import Any

from app.coupons.commands.attempts import count_attempt
from app.db import Reader
from app.graph import Context
from app.offers.graphql.trying import counted


async def code_counted(db: Reader, context: Context, given: Any) -> None:
    """May raise RateLimited, which is kept under no key."""
    await counted(db, context, given, count=count_attempt)
