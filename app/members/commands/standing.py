"""Where a member stands."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.db import Transaction, Write
from app.members.models import MemberRow

STANDING = (
    "last_order_at",
    "growth",
    "growth_until",
    "standing_at",
    "standing_due_at",
    "ladder_version",
    "tier",
    "tier_since",
    "tier_until",
    "renewal_growth",
    "notice_at",
    "manual_tier",
    "manual_until",
    "manual_hold",
)
"""Columns that say where a member stands."""
NOTHING_YET = dict.fromkeys(STANDING) | {"growth": 0, "ladder_version": 0, "renewal_growth": 0}
STAND: Write[MemberRow] = Write(
    MemberRow,
    update(MemberRow)
    .where(col(MemberRow.id) == bindparam("of_member"))
    .values({name: bindparam(f"new_{name}") for name in STANDING}),
)


async def stand(tx: Transaction, *, member_id: UUID, standing: Mapping[str, object]) -> None:
    """Write where the member stands: a value for each of `STANDING`. Only `tiers` calls this, under the member's
    lock."""
    await tx.run(STAND, of_member=member_id, **{f"new_{name}": standing[name] for name in STANDING})
