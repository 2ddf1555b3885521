"""Rows of referrals, for commands and for who proves them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, bindparam, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.ledgers import all_of_each
from app.referrals.models import InviteCodeRow, ReferralRow, ReferralScoreRow
from app.referrals.rows import referral_of
from app.referrals.rules import Referral, Side

Pair = tuple[UUID, UUID]
IS_INVITEE = col(ReferralRow.side) == Side.INVITEE.name
IS_INVITER = col(ReferralRow.side) == Side.INVITER.name
BY_ID = Statement(
    ReferralRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(ReferralRow.member_id), col(ReferralRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
ACCEPTED = Statement(
    ReferralRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(ReferralRow.member_id)), IS_INVITEE),
    always=("member_id", "id"),
)
FOLLOWED = Statement(
    ReferralRow,
    lambda columns, keys: select(*columns).where(
        keys.hold_pair(col(ReferralRow.member_id), col(ReferralRow.other_id)), IS_INVITER
    ),
    always=("member_id", "other_id"),
    pairs=True,
)
"""By (inviter, invitee)."""
WITH_BONUS = Statement(
    ReferralRow,
    lambda _, keys: (
        select(col(ReferralRow.member_id), func.count().label("number"))
        .where(
            keys.hold(col(ReferralRow.member_id)),
            col(ReferralRow.month) == func.any(bindparam("months", type_=ARRAY(Date))),
            IS_INVITER,
            ~col(ReferralRow.is_capped),
        )
        .group_by(col(ReferralRow.member_id))
    ),
    "months",
    always=("member_id",),
)
REFERRALS = all_of_each(ReferralRow, col(ReferralRow.member_id), col(ReferralRow.id))
SCORES = all_of_each(ReferralScoreRow, col(ReferralScoreRow.member_id), col(ReferralScoreRow.id))
CODES = Statement(
    InviteCodeRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(InviteCodeRow.member_id))),
    always=("member_id",),
)


async def accepted_by(db: Reader, *, member_id: UUID) -> Referral | None:
    """The invitation that a member accepted."""
    found = await db.fetch(ACCEPTED, [member_id])
    return referral_of(found[0]) if found else None


async def followed_by(db: Reader, *, inviter_id: UUID, invitee_id: UUID) -> Referral | None:
    """The inviter's side of an invitation, once it has followed."""
    return (await followed_by_pairs(db, [(inviter_id, invitee_id)])).get((inviter_id, invitee_id))


async def followed_by_pairs(db: Reader, pairs: Sequence[Pair]) -> dict[Pair, Referral]:
    """The inviters' sides of invitations that have followed, by inviter and invitee."""
    rows = await db.fetch(FOLLOWED, pairs) if pairs else []
    return {(row.member_id, row.other_id): referral_of(row) for row in rows}


async def capped_numbers(db: Reader, member_ids: Sequence[UUID], *, months: Sequence[date]) -> list[int]:
    """How many invitations that were accepted in one of these local months bring each inviter a bonus."""
    rows: list[Any] = list(await db.fetch(WITH_BONUS, member_ids, list(months)))
    found = {row["member_id"]: row["number"] for row in rows}
    return [found.get(key, 0) for key in member_ids]


async def referrals_of_owners(db: Reader, member_ids: Sequence[UUID]) -> list[ReferralRow]:
    """All of members, each member's together."""
    return await db.fetch(REFERRALS, member_ids)


async def scores_of_owners(db: Reader, member_ids: Sequence[UUID]) -> list[ReferralScoreRow]:
    """All scores of members, each member's together."""
    return await db.fetch(SCORES, member_ids)


async def codes_of_owners(db: Reader, member_ids: Sequence[UUID]) -> list[InviteCodeRow]:
    return await db.fetch(CODES, member_ids)
