"""Invitations whose bonuses have coupons that are to be given by now: for the job that gives them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, all_, bindparam, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.referrals.models import ReferralRow
from app.referrals.rows import referral_of
from app.referrals.rules import Referral

DUE_AT, NOW = col(ReferralRow.coupons_due_at), bindparam("now", type_=INSTANT)
MEMBERS = Statement(
    ReferralRow,
    lambda _, __: (
        select(col(ReferralRow.member_id))
        .where(DUE_AT <= NOW, col(ReferralRow.member_id) != all_(bindparam("but", type_=ARRAY(Uuid()))))
        .order_by(DUE_AT)
        .limit(bindparam("limit", type_=Integer()))
    ),
    "now",
    "but",
    "limit",
    always=("member_id",),
)
"""By the index of what is due: somebody with several comes several times."""
OF_MEMBER = Statement(
    ReferralRow,
    lambda columns, keys: (
        select(*columns).where(keys.hold(col(ReferralRow.member_id)), DUE_AT <= NOW).order_by(col(ReferralRow.id))
    ),
    "now",
)


async def members_with_coupons_to_get(
    db: Reader, *, now: datetime, but: Collection[UUID] = (), limit: int
) -> list[UUID]:
    """Some of them, each once, those who wait longest first; none only if there is nobody. But for some, who may have
    more due than are looked at."""
    return list(dict.fromkeys(row.member_id for row in await db.fetch(MEMBERS, (), now, list(but), limit)))


async def referrals_due(db: Reader, member_id: UUID, *, now: datetime) -> list[Referral]:
    """Those of one member."""
    return [referral_of(row) for row in await db.fetch(OF_MEMBER, [member_id], now)]
