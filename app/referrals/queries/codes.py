"""Invite codes: whose one is, and what members have."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.db import Reader, one_each
from app.db.unique_keys import digest_of, owners_of
from app.members.queries import members_by_id
from app.programs.rules import Programs
from app.referrals.rules import Person, ReferralSeen
from app.referrals.section import ReferralsSection

from .rows import CODES, codes_of_owners


def code_digest(program: str, code: str) -> bytes:
    """What makes a code one member's in a program."""
    return digest_of("invite-code", program, code)


async def inviter_by_code(db: Reader, *, program: str, code: str) -> Person | None:
    """Whose code it is, be they a member still or not. Two statements, if it is anybody's."""
    (owner,) = await owners_of(db, [code_digest(program, code)])
    return None if owner is None else (await members_by_id(db, [owner]))[0]


async def codes_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[str | None]:
    """The codes by which members invite."""
    rows = one_each(await codes_of_owners(db, member_ids), member_ids, by="member_id")
    return [None if row is None else row.code for row in rows]


async def referrals_of_members(
    db: Reader, owners: Sequence[tuple[UUID, str]], *, programs: Programs, now: datetime
) -> list[ReferralSeen | None]:
    """What invitations are to members, by their ids and programs; None where nothing is given for any."""
    member_ids = [key for key, _ in owners]
    codes = one_each(await db.fetch(CODES, member_ids), member_ids, by="member_id")
    found: list[ReferralSeen | None] = []
    for (key, program), row in zip(owners, codes, strict=True):
        section: ReferralsSection = programs.version_for(program, key, now).sections[ReferralsSection]
        code = None if row is None else row.code
        link = None if code is None else section.link_of(code)
        found.append(ReferralSeen(key, program, code, link, section.monthly_cap) if section.is_offered else None)
    return found
