"""Invitations that were accepted, each with the name that the other side shows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col

from app.db import Page, Reader, many_each, one_each
from app.db.counting import number_of_each, numbers_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.members.queries import members_by_id
from app.members.rules import MemberStatus
from app.points.rules import Cause
from app.referrals.models import ReferralRow
from app.referrals.rules import InvitationSeen
from app.referrals.rules.seen import shown_state

from .rows import ACCEPTED, BY_ID, IS_INVITER, Pair

INVITED = newest_of_each(ReferralRow, owner=col(ReferralRow.member_id), key=col(ReferralRow.id), extra=IS_INVITER)
COUNTS = number_of_each(ReferralRow, owner=col(ReferralRow.member_id), extra=IS_INVITER)


async def invitations_of_members(db: Reader, member_ids: Sequence[UUID], *, page: Page) -> list[list[InvitationSeen]]:
    """Whom members invited, the last that came to be known first. Two statements."""
    rows = await db.fetch(INVITED, member_ids, page.after, page.limit)
    return many_each(await _seen(db, rows), member_ids, by="member_id")


async def numbers_of_invitations(db: Reader, member_ids: Sequence[UUID]) -> list[int]:
    return await numbers_each(db, COUNTS, member_ids)


async def accepted_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[InvitationSeen | None]:
    """The invitations that members accepted themselves. Two statements."""
    return one_each(await _seen(db, await db.fetch(ACCEPTED, member_ids)), member_ids, by="member_id")


async def invitations_by_id(db: Reader, ids: Sequence[Pair]) -> list[InvitationSeen | None]:
    """Invitations by (member id, id). Two statements."""
    return pair_each(await _seen(db, await db.fetch(BY_ID, ids)), ids)


async def invitations_of_entries(db: Reader, entries: Sequence[tuple[UUID, str, UUID]]) -> list[InvitationSeen | None]:
    """The invitations that movements of points are of: two statements, if any is."""
    ids = list(dict.fromkeys((owner, key) for owner, by, key in entries if by == Cause.REFERRAL.name))
    found = dict(zip(ids, await invitations_by_id(db, ids), strict=True)) if ids else {}
    return [found.get((owner, key)) for owner, _, key in entries]


async def names_of(db: Reader, member_ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """The names that members show; none of who has left."""
    ids = list(dict.fromkeys(member_ids))
    rows = await members_by_id(db, ids, columns=frozenset(("display_name", "status"))) if ids else []
    active = MemberStatus.ACTIVE.name
    return {row.id: row.display_name if row.status == active else None for row in rows if row is not None}


async def _seen(db: Reader, rows: Sequence[Any]) -> list[InvitationSeen]:
    names = await names_of(db, [row.other_id for row in rows])
    return [
        InvitationSeen(
            row.member_id,
            row.id,
            row.side,
            names.get(row.other_id),
            shown_state(row.state, is_capped=row.is_capped),
            row.accepted_at,
            row.registration_points + row.order_points,
            row.theirs_from,
        )
        for row in rows
    ]
