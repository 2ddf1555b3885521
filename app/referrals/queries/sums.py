"""What invitations brought members in all, and what is left of a month's bonuses."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.db import Reader
from app.points.queries.caused import given_by_cause
from app.points.rules import Cause
from app.programs.rules import Programs
from app.referrals.rules import Bonuses, month_of
from app.referrals.section import ReferralsSection

from .rows import capped_numbers


async def bonuses_of_members(db: Reader, member_ids: Sequence[UUID], *, now: datetime) -> list[Bonuses]:
    """Points that invitations brought members, as they count now (R2). One statement."""
    found = await given_by_cause(db, member_ids, cause=Cause.REFERRAL, now=now)
    return [Bonuses(each.pending, each.active) for each in found]


async def monthly_cap_left(
    db: Reader, owners: Sequence[tuple[UUID, str]], *, programs: Programs, now: datetime
) -> list[int | None]:
    """Invitations accepted in this local month that would still bring each a bonus; None: any number. One statement
    for each month that it is somewhere."""
    versions = [programs.for_member(program, key).at(now) for key, program in owners]
    months = list(dict.fromkeys(month_of(now, zone=version.zone) for version in versions))
    used: dict[object, dict[UUID, int]] = {}
    for month in months:
        ids = [key for (key, _), version in zip(owners, versions, strict=True)
               if month_of(now, zone=version.zone) == month]  # fmt: skip
        used[month] = dict(zip(ids, await capped_numbers(db, ids, months=[month]), strict=True))
    left: list[int | None] = []
    for (key, _), version in zip(owners, versions, strict=True):
        cap = version.section(ReferralsSection).monthly_cap
        left.append(None if cap is None else max(0, cap - used[month_of(now, zone=version.zone)][key]))
    return left
