"""Benefits that staff give members for some time, and take away again, and the record of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.benefits import commands as benefits
from app.benefits.queries.grants import grants_by_id
from app.benefits.rules.outcomes import NO_GRANT
from app.customers.rules import Identity
from app.db import Transaction
from app.errors import BadInput, Refused
from app.members.commands import lock_member
from app.programs.rules import Programs
from app.staff.granting import BenefitGranted, BenefitGrantOver, BenefitRevoked, OwnBenefit
from app.staff.queries import identities_known
from app.staff.rules import AuditAction, AuditedKind, Staff

from .auditing import note


async def grant_benefit(
    tx: Transaction,
    *,
    programs: Programs,
    member_id: UUID,
    benefit: str,
    until: datetime,
    reason: str,
    by: Staff,
    now: datetime,
) -> BenefitGranted:
    """Give a member a benefit from now until an instant, whatever their tier. Support and operators do it alone: it
    ends by itself, and quotas hold for it as for any; but nobody does it for themselves.

    May refuse: OwnBenefit. May raise BadInput: there is no such benefit, or the end is not in the future.
    """
    member = await _locked(tx, member_id, by=by)
    version = programs.for_member(member.program, member.id).at(now)
    grant_id = await benefits.grant(
        tx,
        member_id=member_id,
        version=version,
        benefit=benefit,
        until=until,
        reason=reason,
        issuer=by.person.issuer,
        subject=by.person.subject,
        now=now,
    )
    await _note(tx, member, grant_id, action=AuditAction.BENEFIT_GRANTED, reason=reason, by=by, now=now)
    return BenefitGranted(member_id, grant_id)


async def revoke_benefit(
    tx: Transaction, *, member_id: UUID, grant_id: UUID, reason: str, by: Staff, now: datetime
) -> BenefitRevoked:
    """Take it away before its end. What was used of it stays used.

    May refuse: OwnBenefit; BenefitGrantOver. May raise BadInput: there is no such grant.
    """
    member = await _locked(tx, member_id, by=by)
    (found,) = await grants_by_id(tx, [(member_id, grant_id)])
    if found is None:
        raise BadInput(NO_GRANT)
    if found.revoked_at is not None or found.until <= now:
        raise Refused(BenefitGrantOver(member_id, grant_id))
    person = by.person
    await benefits.revoke(tx, member_id=member_id, grant_id=grant_id, reason=reason, issuer=person.issuer,
                          subject=person.subject, now=now)  # fmt: skip
    await _note(tx, member, grant_id, action=AuditAction.BENEFIT_REVOKED, reason=reason, by=by, now=now)
    return BenefitRevoked(member_id, grant_id)


async def _locked(tx: Transaction, member_id: UUID, *, by: Staff) -> Any:
    """The member's row. May refuse: OwnBenefit."""
    member = await lock_member(tx, member_id=member_id)
    (known,) = await identities_known(tx, [member.customer_id])
    if Identity(by.person.issuer, by.person.subject) in known:
        raise Refused(OwnBenefit(member_id))
    return member


async def _note(
    tx: Transaction, member: Any, grant_id: UUID, *, action: AuditAction, reason: str, by: Staff, now: datetime
) -> None:
    await note(tx, owner_id=member.id, program=member.program, by=by, action=action,
               about=(AuditedKind.BENEFIT_GRANT, grant_id), reason=reason, now=now)  # fmt: skip
