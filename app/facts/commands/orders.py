"""An order of a member that was paid or completed, and all that follows from it."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.campaigns.section import Kind
from app.clock import NewId
from app.db import Transaction
from app.errors import Refused
from app.facts.models import FactRow
from app.facts.rules import (
    ALL,
    Brings,
    FactConflict,
    FactKind,
    KnownOrder,
    OrderRecorded,
    ReportedOrder,
    refunded_in,
    taken_in,
)
from app.points import commands as points
from app.points.section import PointsSection
from app.programs.rules import Programs, ProgramVersion
from app.tiers import commands as tiers

from .campaigns import BOTH, Earner, looked_at
from .claiming import claim_order
from .earning import credit_order, points_of_order
from .growing import grow_by_order, growth_by_report
from .invited import tell_of_order
from .keeping import FACTS, keep_facts, keep_order, known_order
from .reversing import Reversal, refunded_before
from .whom import Member, is_theirs


async def take_order(
    tx: Transaction,
    *,
    programs: Programs,
    member: Member,
    order: ReportedOrder,
    whenever: bool = False,
    brings: Brings = ALL,
    now: datetime,
    recorded_at: datetime | None = None,
) -> OrderRecorded | None:
    """Take in that an order of a member was paid, completed, or both, in whatever order that is reported (R24, R25).

    Points are pending from payment and scheduled by completion (R9); growth counts as the program says (R15) and
    raises the tier at once (R17); refunds that are known by then take back their part. What it does not bring now, it
    never will (R19). `recorded_at`, if that is not `now`: of history, which is told before its time. The member is
    locked. None: they have left, and the order was not known (one that was goes on, for
    a return); or, but for `whenever`, it is of before they joined. May raise BadInput; may refuse: FactConflict.
    """
    standing = await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now) if brings.points else None
    before = await _known_before(tx, member=member, order=order)
    told_at = recorded_at or now
    new, payment = await _new_facts(tx, before=before, order=order, now=told_at)
    if before is not None and not new:
        return OrderRecorded(member.id, before.id, before.points, before.growth, replayed=True)
    if not is_theirs(before, member=member, order=order, new=new, programs=programs, whenever=whenever):
        return None
    currency = programs.for_member(member.program, member.id).at(now).currency
    known = _to_take_in(before, order, member=member, brings=brings, currency=currency, new_id=tx.new_id)
    if account is None and known.brings_points:
        account = await points.settled_account(tx, member_id=member.id, now=now)
    is_paid_now = FactKind.ORDER_PAID in new
    version = _version_of(before, order=order, programs=programs, member=member)
    is_earning = is_paid_now and account is not None
    earner = await _earner(tx, member, payment, paid_at=order.paid_at, version=version, programs=programs,
                           is_earning=is_earning)  # fmt: skip
    earned = await points_of_order(tx, earner=earner, order=order, version=version) if is_earning else []
    back = await refunded_before(tx, before, lines=order.lines)
    after = refunded_in(taken_in(known, order=order, version=version, earned=earned), refunds=back)
    growth = await growth_by_report(tx, member=standing, earner=earner, before=before, after=after,
                                    lines=order.lines or back.lines, version=version)  # fmt: skip
    after = growth.entered_in(after)
    await keep_order(tx, is_first=before is None, order=after, now=told_at)
    await keep_facts(tx, known=after, kinds=new, order=order, earned=earned, credited_by=earner.written, now=told_at)
    if version is None:
        return OrderRecorded(member.id, after.id, 0, 0)
    reversal = Reversal(after, back, version)
    if account is not None:
        await credit_order(tx, account=account, reversal=reversal, earned=earned if is_paid_now else None, now=now)
    await grow_by_order(tx, member=standing, reversal=reversal, growth=growth, is_paid_now=is_paid_now,
                        programs=programs, manner=tiers.Manner(whenever, brings.gifts), now=now)  # fmt: skip
    await tell_of_order(tx, member=member, order=after, now=now)
    return OrderRecorded(member.id, after.id, after.points, after.growth)


def _to_take_in(
    before: KnownOrder | None, order: ReportedOrder, *, member: Member, brings: Brings, currency: str, new_id: NewId
) -> KnownOrder:
    """What was known of the order, be it nothing. Until it is paid each report says whether it brings points."""
    known = before or KnownOrder(member.id, new_id(), order.source, order.external_id, currency)
    return known if known.paid_at is not None else replace(known, brings_points=brings.points)


def _version_of(
    before: KnownOrder | None, *, order: ReportedOrder, programs: Programs, member: Member
) -> ProgramVersion | None:
    """The rules of the day the order was paid, as they were found when that was reported first: a version published
    since may be in force from a moment before, if it was said to be paid a little ahead of now (R25). None while it is
    not known."""
    if before is not None and before.program_version is not None:
        return programs.version(member.program, before.program_version)
    return None if order.paid_at is None else programs.for_member(member.program, member.id).at(order.paid_at)


async def _known_before(tx: Transaction, *, member: Member, order: ReportedOrder) -> KnownOrder | None:
    """The order as it was known, if it was. May refuse: FactConflict, its id is that of another's order (R24)."""
    conflict = FactConflict(order.source, order.external_id)
    is_new = await claim_order(tx, program=member.program, source=order.source, order=order.external_id,
                               customer_id=member.customer_id, conflict=conflict)  # fmt: skip
    if is_new:
        return None
    return await known_order(tx, member_id=member.id, source=order.source, external_id=order.external_id)


@dataclass(frozen=True)
class _Payment:
    """What is known of the payment of an order, reported or known: what is of whichever fact came first is another
    matter."""

    channel: str | None
    recorded_at: datetime
    fact: FactRow | None = None
    """If it was known before."""


async def _earner(
    tx: Transaction,
    member: Member,
    payment: _Payment,
    *,
    paid_at: datetime | None,
    version: ProgramVersion | None,
    programs: Programs,
    is_earning: bool,
) -> Earner:
    """How the member stood when the order was paid, as it was found when that was recorded."""
    earner = Earner.of(member, programs=programs, channel=payment.channel, recorded_at=payment.recorded_at)
    if version is not None and payment.fact is not None:
        return earner.as_kept(payment.fact.credited_by, version=version)
    if version is None or paid_at is None:
        return earner
    kinds = BOTH if is_earning else frozenset((Kind.GROWTH,))
    ruled = is_earning and version.section(PointsSection).looks_at_tiers
    return await looked_at(tx, earner, version=version, at=paid_at, kinds=kinds, ruled=ruled)


async def _new_facts(
    tx: Transaction, *, before: KnownOrder | None, order: ReportedOrder, now: datetime
) -> tuple[list[FactKind], _Payment]:
    """Which of the facts reported were not known, and what is known of the payment. May refuse: FactConflict, one was
    known with other content (R24)."""
    payment = _Payment(order.channel if order.paid_at is not None else None, now)
    if before is None:
        return order.kinds, payment
    known = {row.kind: row for row in await tx.run(FACTS, of_member=before.member_id, of_order=before.id)}
    told = {kind: known[kind.name].digest for kind in order.kinds if kind.name in known}
    if any(digest != order.digest(kind) for kind, digest in told.items()):
        raise Refused(FactConflict(order.source, order.external_id))
    paid = known.get(FactKind.ORDER_PAID.name)
    new = [kind for kind in order.kinds if kind not in told]
    return new, payment if paid is None else _Payment(paid.channel, paid.recorded_at, paid)
