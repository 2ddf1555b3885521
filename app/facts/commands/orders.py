"""An order that was paid or completed, and all that follows from it, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.customers.rules import Identity
from app.db import Transaction
from app.db.unique_keys import claim
from app.errors import Refused
from app.facts.queries import order_digest
from app.facts.rules import (
    Earned,
    FactConflict,
    FactKind,
    KnownOrder,
    OrderRecorded,
    ReportedOrder,
    checked,
    growth_counted,
    points_earned,
    taken_in,
)
from app.members.commands import member_for_fact
from app.members.models import MemberRow
from app.members.rules import MemberStatus, NotMember
from app.points import commands as points
from app.points.rules import Cause, lifetime
from app.points.section import PointsSection
from app.programs.rules import Programs, ProgramVersion
from app.tiers import commands as tiers
from app.tiers.queries import tier_code_at
from app.tiers.rules import GrowthCause, ladder_for
from app.tiers.section import TiersSection

from .keeping import FACTS, ORDER, keep_facts, keep_lines, keep_order


async def record_order(
    tx: Transaction, *, programs: Programs, program: str, identity: Identity, order: ReportedOrder, now: datetime
) -> OrderRecorded:
    """Take in that an order was paid, completed, or both, in whatever order that is reported (R24, R25).

    Points are pending from payment and scheduled by completion (R9); growth counts as the program says (R15) and
    raises the tier at once (R17). May raise BadInput; may refuse: NotMember, FactConflict.
    """
    checked(order, now=now)
    present = programs.current(program, now)
    member = await member_for_fact(tx, program=present, identity=identity, channel=order.channel, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now)
    before = await _known_before(tx, program=program, member=member, order=order)
    new = await _new_facts(tx, before=before, order=order)
    if before is not None and not new:
        return OrderRecorded(member.id, before.id, before.points, before.growth, replayed=True)
    if before is None and member.status != MemberStatus.ACTIVE.name:
        raise Refused(NotMember(program))  # an order from before they left goes on: what it brings is kept for a return
    fresh = KnownOrder(member.id, tx.new_id(), order.source, order.external_id, present.currency)
    version = _version_of(before, order=order, programs=programs, program=program)
    earned = await _points_earned(tx, member_id=member.id, order=order, version=version)
    after = taken_in(before or fresh, order=order, version=version, earned=earned)
    await keep_order(tx, is_first=before is None, order=after, now=now)
    await keep_facts(tx, known=after, kinds=new, order=order, now=now)
    if version is None:
        return OrderRecorded(member.id, after.id, 0, 0)
    if FactKind.ORDER_PAID in new:
        await keep_lines(tx, known=after, order=order, earned=earned)
        await _earn(tx, account=account, known=after, version=version, earned=earned, now=now)
    else:
        await _schedule(tx, account=account, known=after, version=version, now=now)
    if growth_counted(before, version=version) is None:
        standing = tiers.StandingMember(member.id, member.growth, member.tier, member.tier_since)
        ladder = ladder_for(member, programs=programs, now=now)
        await _grow(tx, standing=standing, known=after, version=version, ladder=ladder, now=now)
    return OrderRecorded(member.id, after.id, after.points, after.growth)


def _version_of(
    before: KnownOrder | None, *, order: ReportedOrder, programs: Programs, program: str
) -> ProgramVersion | None:
    """The rules of the day the order was paid (R25); None while that is not known."""
    if order.paid_at is not None:
        return programs.at(program, order.paid_at)
    if before is None or before.program_version is None:
        return None
    return programs.version(program, before.program_version)


async def _points_earned(
    tx: Transaction, *, member_id: UUID, order: ReportedOrder, version: ProgramVersion | None
) -> list[Earned]:
    """By the rules of the day the order was paid, for the tier that was held then (R25)."""
    if version is None or order.paid_at is None:
        return []
    section = version.section(PointsSection)
    tier = version.section(TiersSection).ladder[0].code
    if section.looks_at_tiers:
        tier = await tier_code_at(tx, member_id=member_id, at=order.paid_at) or tier
    return points_earned(order.lines, section=section, tier=tier)


async def _known_before(tx: Transaction, *, program: str, member: MemberRow, order: ReportedOrder) -> KnownOrder | None:
    """The order as it was known, if it was. May refuse: FactConflict, its id is that of another's order (R24)."""
    digest = order_digest(program, source=order.source, external_id=order.external_id)
    owner, is_new = await claim(tx, kind="order", digest=digest, owner=member.customer_id)
    if is_new:
        return None
    if owner != member.customer_id:
        raise Refused(FactConflict(order.source, order.external_id))
    member_id = member.id
    rows = await tx.run(ORDER, of_member=member_id, of_source=order.source, of_external_id=order.external_id)
    if not rows:
        return None
    row = rows[0]
    return KnownOrder(
        member_id=member_id,
        id=row.id,
        paid_at=row.paid_at,
        completed_at=row.completed_at,
        amount=row.amount,
        eligible=row.eligible,
        program_version=row.program_version,
        channel=row.channel,
        currency=row.currency,
        points=row.points,
        growth=row.growth,
        refunded=row.refunded,
        source=row.source,
        external_id=row.external_id,
    )


async def _new_facts(tx: Transaction, *, before: KnownOrder | None, order: ReportedOrder) -> list[FactKind]:
    """Which of the facts reported were not known. May refuse: FactConflict, one was, with other content (R24)."""
    if before is None:
        return order.kinds
    rows = await tx.run(FACTS, of_member=before.member_id, of_order=before.id)
    known = {row.kind: row.digest for row in rows}
    if any(known.get(kind.name, order.digest(kind)) != order.digest(kind) for kind in order.kinds):
        raise Refused(FactConflict(order.source, order.external_id))
    return [kind for kind in order.kinds if kind.name not in known]


async def _earn(
    tx: Transaction,
    *,
    account: points.Account,
    known: KnownOrder,
    version: ProgramVersion,
    earned: Sequence[Earned],
    now: datetime,
) -> None:
    """Pending points for a paid order."""
    section = version.section(PointsSection)
    activates_at, expires_at = lifetime(known.completed_at, section=section, zone=version.zone)
    earnings = [
        points.Earning(
            amount=each.amount,
            cause=Cause.ORDER,
            cause_id=known.id,
            rule=each.rule,
            program_version=version.number,
            at=known.paid_at or now,
            activates_at=activates_at,
            expires_at=expires_at,
        )
        for each in earned
    ]
    await points.earn(tx, account=account, earnings=earnings, now=now)


async def _schedule(
    tx: Transaction, *, account: points.Account, known: KnownOrder, version: ProgramVersion, now: datetime
) -> None:
    """A paid order is completed: its points become active when its return window is over (R9)."""
    activates_at, expires_at = lifetime(known.completed_at, section=version.section(PointsSection), zone=version.zone)
    if activates_at is not None and expires_at is not None:
        await points.schedule(
            tx,
            account=account,
            cause=Cause.ORDER,
            cause_id=known.id,
            activates_at=activates_at,
            expires_at=expires_at,
            now=now,
        )


async def _grow(
    tx: Transaction,
    *,
    standing: tiers.StandingMember,
    known: KnownOrder,
    version: ProgramVersion,
    ladder: ProgramVersion,
    now: datetime,
) -> None:
    """The order's growth, if what the program counts it at has happened by now (R15)."""
    counted = growth_counted(known, version=version)
    if counted is None:
        return
    for each in counted.earned:
        grown = tiers.Grown(
            amount=each.amount, cause=GrowthCause.ORDER, cause_id=known.id, rule=each.rule, counts_at=counted.at
        )
        standing = await tiers.grow(tx, member=standing, program=version, ladder=ladder, grown=grown, now=now)
