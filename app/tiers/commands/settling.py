"""Settling the tier of somebody for whom nothing else happens: for the job (R2, R17)."""

from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.members.commands import lock_member
from app.programs.rules import Programs

from .standing import settled_standing


async def settle_standing_of(tx: Transaction, *, member_id: UUID, programs: Programs, now: datetime) -> None:
    """Enter what is due of a member's tier. May raise Overloaded: a version is not held here yet."""
    member = await lock_member(tx, member_id=member_id)
    await settled_standing(tx, member=member, programs=programs, now=now)
