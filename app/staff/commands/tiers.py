"""Tiers that staff set beside those that are earned, and end before their time (R23)."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.customers.rules import Identity
from app.db import Transaction
from app.errors import BadInput, Refused
from app.members.commands import lock_member
from app.programs.rules import Programs
from app.staff.queries import identities_known
from app.staff.rules import AuditAction, AuditedKind, Staff
from app.staff.setting import NoManualTier, OwnTier, TierEnded, TierSet
from app.tiers import commands as tiers
from app.tiers.queries import newest_change
from app.tiers.rules import ManualHold, ladder_for
from app.tiers.section import TiersSection

from .auditing import note


class Member(Protocol):
    """A member's row, locked until the transaction ends."""

    @property
    def id(self) -> UUID: ...
    @property
    def customer_id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def tier(self) -> str | None: ...
    @property
    def manual_tier(self) -> str | None: ...
    @property
    def manual_until(self) -> datetime | None: ...
    @property
    def manual_hold(self) -> str | None: ...


async def set_manual_tier(
    tx: Transaction,
    *,
    programs: Programs,
    member_id: UUID,
    tier: str,
    until: datetime,
    hold: ManualHold,
    reason: str,
    by: Staff,
    now: datetime,
) -> TierSet:
    """Have a member hold a tier from now until an instant, in place of whatever staff set before.

    Support and operators do it alone, unlike many points: it gives nothing that can be spent, no gift either, and ends
    by itself; but nobody does it for themselves. May refuse: OwnTier. May raise BadInput: the end is not in the future,
    or the tier is not on the present ladder.
    """
    if until <= now:
        raise BadInput("'until' must be in the future: a tier that staff sets has an end.")
    member = await lock_member(tx, member_id=member_id)
    await _check_is_of_another(tx, member, by=by)
    ladder = ladder_for(member, programs=programs, now=now).section(TiersSection).ladder
    if tier not in {step.code for step in ladder}:
        raise BadInput(f"The program has no tier {tier[:40]!r}.")
    standing = tiers.StandingMember.of(member)
    await tiers.set_manual_tier(tx, member=standing, programs=programs, tier=tier, until=until, hold=hold,
                                author=_author(by, reason), now=now)  # fmt: skip
    change_id = await _note(tx, member, action=AuditAction.MANUAL_TIER_SET, reason=reason, by=by, now=now)
    return TierSet(member_id, change_id)


async def end_manual_tier(
    tx: Transaction, *, programs: Programs, member_id: UUID, reason: str, by: Staff, now: datetime
) -> TierEnded:
    """End what staff set before its time: from now on the member holds what they have earned.

    May refuse: OwnTier; NoManualTier, there is nothing, or it is over.
    """
    member = await lock_member(tx, member_id=member_id)
    await _check_is_of_another(tx, member, by=by)
    standing = await tiers.settled_standing(tx, member=tiers.StandingMember.of(member), programs=programs, now=now)
    if standing.manual_tier is None:
        raise Refused(NoManualTier(member_id))
    await tiers.end_manual_tier(tx, member=standing, programs=programs, author=_author(by, reason), now=now)
    change_id = await _note(tx, member, action=AuditAction.MANUAL_TIER_ENDED, reason=reason, by=by, now=now)
    return TierEnded(member_id, change_id)


def _author(by: Staff, reason: str) -> tiers.Author:
    return tiers.Author(by.person.issuer, by.person.subject, reason)


async def _check_is_of_another(tx: Transaction, member: Member, *, by: Staff) -> None:
    (known,) = await identities_known(tx, [member.customer_id])
    if Identity(by.person.issuer, by.person.subject) in known:
        raise Refused(OwnTier(member.id))


async def _note(tx: Transaction, member: Member, *, action: AuditAction, reason: str, by: Staff, now: datetime) -> UUID:
    """Record it as done about what was written of the tier last. Gives the id of that."""
    change_id = await newest_change(tx, member_id=member.id)
    if change_id is None:
        raise LookupError("nothing was written of the tier")
    await note(tx, owner_id=member.id, program=member.program, by=by, action=action,
               about=(AuditedKind.TIER_CHANGE, change_id), reason=reason, now=now)  # fmt: skip
    return change_id
