"""Something that a customer did, and what it earns, in one transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.db import Transaction, Write
from app.errors import Refused
from app.facts.models import FactRow
from app.facts.queries import activity_digest
from app.facts.rules import Bringing, Earned, FactConflict
from app.facts.rules.activities import (
    ActivityRecorded,
    ReportedActivity,
    points_for,
    time_of_points,
)
from app.points import commands as points
from app.points.queries.earned import earned_by, points_left
from app.points.rules import Cause
from app.points.section import PointsSection
from app.programs.rules import Programs, ProgramVersion
from app.tiers import commands as tiers
from app.tiers.queries import growth_of_cause
from app.tiers.rules import GrowthCause

from .campaigns import Earner, looked_at
from .claiming import claim_for
from .growing import grow_by_activity
from .keeping import INSERT_FACT
from .whom import Member, counts_for, is_active

FACT: Write[FactRow] = Write(
    FactRow,
    select(FactRow).where(
        col(FactRow.member_id) == bindparam("of_member"),
        col(FactRow.kind) == bindparam("of_kind"),
        col(FactRow.source) == bindparam("of_source"),
        col(FactRow.external_id) == bindparam("of_external_id"),
    ),
)


async def take_activity(
    tx: Transaction,
    *,
    programs: Programs,
    member: Member,
    activity: ReportedActivity,
    whenever: bool = False,
    now: datetime,
) -> ActivityRecorded | None:
    """Take in that a member did something, and credit what the rules of that day give for it, as far as that day's
    caps leave it (R24, R25, R27). The member is locked. None: it was not known before, and they have left or, but for
    `whenever`, it was before they joined (see `counts_for`). May refuse: FactConflict.
    """
    standing = await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now)
    kind, source, external_id = activity.kind, activity.source, activity.external_id
    digest = activity_digest(member.program, kind=kind, source=source, external_id=external_id)
    conflict = FactConflict(source, external_id)
    is_new = await claim_for(tx, kind="activity", digest=digest, customer_id=member.customer_id, conflict=conflict)
    known = None if is_new else await _known(tx, member_id=member.id, activity=activity)
    if known is not None:
        return known
    if not is_active(member) or not (whenever or counts_for(member, programs=programs, at=[activity.occurred_at])):
        return None
    version = programs.for_member(member.program, member.id).at(activity.occurred_at)
    earner = Earner.of(member, programs=programs, channel=activity.channel, recorded_at=now)
    is_ruled = any(rule.tiers for rule in version.section(PointsSection).rules_of(activity.action))
    earner = await looked_at(tx, earner, version=version, at=activity.occurred_at, ruled=is_ruled)
    fact_id = await _keep(tx, member_id=member.id, activity=activity, credited_by=earner.written, now=now)
    left = await _points_left(tx, earner=earner, activity=activity, version=version)
    earnings = [_earning(each, activity=activity, cause_id=fact_id, version=version) for each in left]
    await points.earn(tx, account=account, earnings=earnings, now=now)
    growth = await grow_by_activity(tx, member=standing, earner=earner, activity=activity, fact_id=fact_id,
                                    version=version, now=now)  # fmt: skip
    return ActivityRecorded(member.id, fact_id, sum(each.amount for each in left), growth)


async def _known(tx: Transaction, *, member_id: UUID, activity: ReportedActivity) -> ActivityRecorded | None:
    """What came of the activity when it was first reported, if it was. May refuse: FactConflict, it was told otherwise
    then (R24)."""
    found = await tx.run(FACT, of_member=member_id, of_kind=activity.kind.name, of_source=activity.source,
                         of_external_id=activity.external_id)  # fmt: skip
    if not found:
        return None
    (fact,) = found
    if fact.digest != activity.digest:
        raise Refused(FactConflict(activity.source, activity.external_id))
    (earned,) = await earned_by(tx, [(member_id, fact.id)], cause=Cause.ACTIVITY)
    grown = await growth_of_cause(tx, member_id=member_id, cause=GrowthCause.ACTIVITY, cause_id=fact.id)
    growth = sum(entry.change for entry in grown)
    return ActivityRecorded(member_id, fact.id, earned, growth, replayed=True)


async def _points_left(
    tx: Transaction, *, earner: Earner, activity: ReportedActivity, version: ProgramVersion
) -> list[Earned]:
    """By the rules and the campaigns of when it was done, for how they stood then, what the caps of that day leave
    (R25, R27)."""
    section, at = version.section(PointsSection), activity.occurred_at
    rules, stood = section.rules_of(activity.action), earner.stood(version)
    given = points_for(rules, tier=stood.tier, boosts=stood.boosts, rounding=section.rounding)
    bringing = Bringing(given, earner.open(version, at=at).points if rules else (), section.rounding)
    left = await points_left(tx, member_id=earner.member_id, earned=bringing.given, adding=bringing.adding,
                             version=version, at=at)  # fmt: skip
    return bringing.left_by(left)


def _earning(left: Earned, *, activity: ReportedActivity, cause_id: UUID, version: ProgramVersion) -> points.Earning:
    at = activity.occurred_at
    activates_at, expires_at = time_of_points(left.rule, activity.action, at, version=version)
    return points.Earning(
        amount=left.amount,
        cause=Cause.ACTIVITY,
        cause_id=cause_id,
        rule=left.rule,
        program_version=version.number,
        at=at,
        activates_at=activates_at,
        expires_at=expires_at,
    )


async def _keep(
    tx: Transaction, *, member_id: UUID, activity: ReportedActivity, credited_by: str | None, now: datetime
) -> UUID:
    fact_id = tx.new_id()
    await tx.run(
        INSERT_FACT,
        member_id=member_id,
        id=fact_id,
        kind=activity.kind.name,
        source=activity.source,
        external_id=activity.external_id,
        order_id=None,
        occurred_at=activity.occurred_at,
        digest=activity.digest,
        channel=activity.channel,
        recorded_at=now,
        credited_by=credited_by,
    )
    return fact_id
