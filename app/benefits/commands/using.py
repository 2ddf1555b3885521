"""Benefits that other systems have members use: once for each thing, and no more often than they may (R24, R31)."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.benefits.models import BenefitUseRow
from app.benefits.queries.held import State, states_of
from app.benefits.queries.uses import KIND, content_digest, use_digest, use_for
from app.benefits.rules.held import benefit_held
from app.benefits.rules.outcomes import Asked, BenefitNotHeld, BenefitUsed, QuotaUsed, UseConflict, UseGivenBack
from app.benefits.rules.owners import Owner
from app.benefits.rules.seen import first_tier_with
from app.benefits.rules.sources import Held
from app.benefits.section import BenefitsSection
from app.customers.rules import Identity
from app.db import Transaction, Write, insert_of
from app.db.unique_keys import claim
from app.errors import BadInput, Refused
from app.members.commands import lock_known_as
from app.members.rules import MemberStatus, NotMember
from app.programs.rules import Programs, ProgramVersion
from app.tiers import commands as tiers
from app.tiers.section import TiersSection

INSERT = insert_of(BenefitUseRow)
GIVE_BACK: Write[BenefitUseRow] = Write(
    BenefitUseRow,
    update(BenefitUseRow)
    .where(col(BenefitUseRow.member_id) == bindparam("of_member"), col(BenefitUseRow.id) == bindparam("of_id"))
    .values(given_back_at=bindparam("at")),
)


async def use_benefit(
    tx: Transaction,
    *,
    programs: Programs,
    program: ProgramVersion,
    identity: Identity,
    benefit: str,
    asked: Asked,
    now: datetime,
) -> BenefitUsed:
    """Have a member use a benefit that they have now. The same asked again is answered with what the first did, also
    when it was given back since, or they have left.

    May refuse: NotMember, UseConflict, BenefitNotHeld, QuotaUsed. May raise BadInput: the program offers no such
    benefit.
    """
    member = await lock_known_as(tx, program=program, identity=identity)
    if member is None:
        raise Refused(NotMember(program.code))
    known = await use_for(tx, member.id, benefit, asked)
    if known is not None:
        _check_same(known, asked)
        return BenefitUsed(member.id, known.id, replayed=True)
    if member.status != MemberStatus.ACTIVE.name:
        raise Refused(NotMember(program.code))
    standing = await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    (state,) = await states_of(tx, [Owner.of(member, standing)], programs=programs, now=now)
    held = _usable(state, benefit)
    digest = use_digest(member.program, benefit, asked)
    if not (await claim(tx, kind=KIND, digest=digest, owner=member.id)).is_new:
        raise Refused(UseConflict(asked.source, asked.external_id))
    return _write(tx, member, state, held, asked, now=now)


async def give_back_benefit(
    tx: Transaction, *, program: ProgramVersion, identity: Identity, benefit: str, asked: Asked, now: datetime
) -> UseGivenBack:
    """What a benefit was used for was undone: the use counts no more. Also of who has left; once.

    May refuse: NotMember. May raise BadInput: they did not use it for that, and whether somebody else did is not said
    (R43).
    """
    member = await lock_known_as(tx, program=program, identity=identity)
    if member is None:
        raise Refused(NotMember(program.code))
    use = await use_for(tx, member.id, benefit, asked)
    if use is None:
        raise BadInput("The customer did not use that benefit for this.")
    if use.given_back_at is not None:
        return UseGivenBack(member.id, use.id, replayed=True)
    tx.later(GIVE_BACK, of_member=member.id, of_id=use.id, at=max(now, use.used_at))
    return UseGivenBack(member.id, use.id)


def _check_same(use: BenefitUseRow, asked: Asked) -> None:
    if use.digest != content_digest(asked):
        raise Refused(UseConflict(asked.source, asked.external_id))


def _usable(state: State, code: str) -> Held:
    """The benefit as the member has it, if they may use it once more."""
    version = state.holder.ladder
    held = benefit_held(state.holder, code)
    if held is None:
        benefit = version.section(BenefitsSection).by_code.get(code)
        if benefit is None:
            raise BadInput(f"The program offers no benefit {code[:40]!r}.")
        raise Refused(BenefitNotHeld(benefit, first_tier_with(code, version.section(TiersSection))))
    quota = state.seen(held).quota
    if quota is not None and quota.left == 0:
        raise Refused(QuotaUsed(held.benefit, quota.limit, quota.period, quota.resets_at))
    return held


def _write(tx: Transaction, member: Any, state: State, held: Held, asked: Asked, *, now: datetime) -> BenefitUsed:
    quota, use_id = held.benefit.quota, tx.new_id()
    tx.later(
        INSERT,
        member_id=member.id,
        id=use_id,
        program=member.program,
        benefit=held.benefit.code,
        source=asked.source,
        external_id=asked.external_id,
        reference=asked.reference,
        digest=content_digest(asked),
        granted_by=held.source.name,
        granted_by_code=held.by,
        of_tier=held.of_tier,
        quota_times=None if quota is None else quota.times,
        quota_period=None if quota is None else quota.period.name,
        program_version=state.holder.ladder.number,
        used_at=now,
        given_back_at=None,
    )
    return BenefitUsed(member.id, use_id)
