"""An order of a member that was paid or completed, and all that follows from it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.errors import Refused
from app.facts.rules import (
    ALL,
    Brings,
    Earned,
    FactConflict,
    FactKind,
    KnownOrder,
    OrderRecorded,
    ReportedOrder,
    grown_in,
    growth_counts_at,
    left_by_caps,
    points_earned,
    taken_in,
)
from app.points import commands as points
from app.points.queries.earned import points_left
from app.points.rules import Cause, lifetime
from app.points.section import PointsSection
from app.programs.rules import Programs, ProgramVersion
from app.tiers import commands as tiers
from app.tiers.queries import tier_code_at
from app.tiers.section import TiersSection

from .claiming import claim_order
from .growing import grow_by_order, growth_of_order, is_brought_along
from .keeping import FACTS, keep_facts, keep_lines, keep_order, known_order
from .reversing import Reversal, refunded_before, take_back_all, targets_of
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
) -> OrderRecorded | None:
    """Take in that an order of a member was paid, completed, or both, in whatever order that is reported (R24, R25).

    Points are pending from payment and scheduled by completion (R9); growth counts as the program says (R15) and
    raises the tier at once (R17). Refunds that are known by then take back their part. The member is locked. None:
    they have left, and the order was not known before; one that was goes on, what it brings is kept for a return. Or
    it is of before they joined (see `counts_for`; not with `whenever`). What it does not bring now, it never
    will (R19). May raise BadInput; may refuse: FactConflict.
    """
    manner = tiers.Manner(is_history=whenever, gives_gifts=brings.gifts)
    standing = await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now) if brings.points else None
    before = await _known_before(tx, member=member, order=order)
    new = await _new_facts(tx, before=before, order=order)
    if before is not None and not new:
        return OrderRecorded(member.id, before.id, before.points, before.growth, replayed=True)
    if not is_theirs(before, member=member, order=order, new=new, programs=programs, whenever=whenever):
        return None
    currency = programs.for_member(member.program, member.id).at(now).currency
    known = before or KnownOrder(member.id, tx.new_id(), order.source, order.external_id, currency)
    if known.paid_at is None:
        known = replace(known, brings_points=brings.points)
    if account is None and known.brings_points:
        account = await points.settled_account(tx, member_id=member.id, now=now)
    version = _version_of(before, order=order, programs=programs, member=member)
    is_paid_now = FactKind.ORDER_PAID in new
    is_earning = is_paid_now and account is not None
    earned = await _points_earned(tx, member_id=member.id, order=order, version=version) if is_earning else []
    after = taken_in(known, order=order, version=version, earned=earned)
    back = await refunded_before(tx, before, lines=order.lines)
    after, counts_at, grown = replace(after, refunded=back.amount), None, list[Earned]()
    if version is not None and growth_counts_at(before, version=version) is None:
        counts_at = growth_counts_at(after, version=version)
    if counts_at is not None and await is_brought_along(tx, member=standing, counts_at=counts_at):
        counts_at = None
    if version is not None and counts_at is not None:
        grown = await growth_of_order(tx, after, order.lines or back.lines, version=version)
        after = grown_in(after, grown=grown)
    await keep_order(tx, is_first=before is None, order=after, now=now)
    await keep_facts(tx, known=after, kinds=new, order=order, now=now)
    if version is None:
        return OrderRecorded(member.id, after.id, 0, 0)
    reversal = Reversal(after, back, version)
    if is_paid_now:
        await keep_lines(tx, known=after, order=order, earned=earned)
    if account is not None and is_paid_now:
        await _earn(tx, account=account, known=after, version=version, earned=earned, now=now)
        await take_back_all(tx, account=account, reversal=reversal, now=now)
    elif account is not None:
        await _schedule(tx, account=account, reversal=reversal, now=now)
    await grow_by_order(tx, member=standing, reversal=reversal, earned=grown, counts_at=counts_at,
                        is_paid_now=is_paid_now, programs=programs, manner=manner, now=now)  # fmt: skip
    return OrderRecorded(member.id, after.id, after.points, after.growth)


def _version_of(
    before: KnownOrder | None, *, order: ReportedOrder, programs: Programs, member: Member
) -> ProgramVersion | None:
    """The rules of the day the order was paid, as they were found when that was reported first: a version published
    since may be in force from a moment before, if it was said to be paid a little ahead of now (R25). None while it is
    not known."""
    if before is not None and before.program_version is not None:
        return programs.version(member.program, before.program_version)
    return None if order.paid_at is None else programs.for_member(member.program, member.id).at(order.paid_at)


async def _points_earned(
    tx: Transaction, *, member_id: UUID, order: ReportedOrder, version: ProgramVersion | None
) -> list[Earned]:
    """By the rules of the day the order was paid, for the tier that was held then, as far as that day's caps leave it
    (R25, R27)."""
    if version is None or order.paid_at is None:
        return []
    section = version.section(PointsSection)
    ladder = version.section(TiersSection)
    tier = ladder.ladder[0].code
    if section.looks_at_tiers:
        tier = await tier_code_at(tx, member_id=member_id, at=order.paid_at, section=ladder) or tier
    earned = points_earned(order.lines, section=section, tier=tier)
    given = [(each.rule, each.amount) for each in earned]
    left = await points_left(tx, member_id=member_id, earned=given, version=version, at=order.paid_at)
    return left_by_caps(earned, left)


async def _known_before(tx: Transaction, *, member: Member, order: ReportedOrder) -> KnownOrder | None:
    """The order as it was known, if it was. May refuse: FactConflict, its id is that of another's order (R24)."""
    conflict = FactConflict(order.source, order.external_id)
    is_new = await claim_order(tx, program=member.program, source=order.source, order=order.external_id,
                               customer_id=member.customer_id, conflict=conflict)  # fmt: skip
    if is_new:
        return None
    return await known_order(tx, member_id=member.id, source=order.source, external_id=order.external_id)


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
    account: points.Books,
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


async def _schedule(tx: Transaction, *, account: points.Books, reversal: Reversal, now: datetime) -> None:
    """A paid order is completed: its points become active when its return window is over (R9)."""
    known, version = reversal.order, reversal.version
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
            targets=await targets_of(tx, account=account, reversal=reversal) if known.refunded else None,
        )
