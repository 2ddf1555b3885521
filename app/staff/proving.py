"""What must be true of corrections by staff: each moved points once or not at all, and is on record (R5)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.benefits.proving import BenefitBook
from app.clock import business_day
from app.coupons.proving import CouponBook
from app.coupons.section import CouponsSection
from app.db import Reader
from app.graph import Role
from app.members.proving import Claim, Published, by_member
from app.points.proving import PointsBook
from app.points.rules import Cause, EntryKind
from app.points.rules.caps import period_of
from app.points.section import Period, PointsSection
from app.rewards.proving import RedemptionBook
from app.tiers.proving import GrowthBook

from .models import AdjustmentRow, AuditRow
from .on_record import (
    told_of_adjustment,
    told_of_coupon,
    told_of_grant,
    told_of_redemption,
    told_of_revoking,
    told_of_tier,
)
from .queries import every_adjustment, every_audit
from .rules import AdjustmentState, AuditAction, AuditedKind

Moved = tuple[str, int, datetime]
"""Cause of the movement, points, when."""


@dataclass(frozen=True)
class CorrectionsBook:
    """All that staff did about a member."""

    adjustments: Sequence[AdjustmentRow]
    audit: Sequence[AuditRow]


async def corrections_books(db: Reader, member_ids: Sequence[UUID]) -> list[CorrectionsBook]:
    """Two statements, however many members."""
    adjustments = by_member(await every_adjustment(db, member_ids))
    audit: defaultdict[UUID, list[AuditRow]] = defaultdict(list)
    for row in await every_audit(db, member_ids):
        audit[row.owner_id].append(row)
    return [CorrectionsBook(adjustments.get(key, ()), audit.get(key, ())) for key in member_ids]


def corrections_claims(
    book: CorrectionsBook,
    points: PointsBook,
    growth: GrowthBook,
    redemptions: RedemptionBook,
    benefits: BenefitBook,
    coupons: CouponBook,
    *,
    program: str,
    published: Published,
) -> Iterator[Claim]:
    yield from _moved(book, points)
    yield from _on_record(book, growth, redemptions, benefits, coupons, program)
    yield from _alone(book, points, published)
    yield from _by_hand(book, published)


def _moved(book: CorrectionsBook, points: PointsBook) -> Iterator[Claim]:
    """What was applied moved its points once, what was not moved none; and no correction is nobody's."""
    moved: defaultdict[UUID, list[Moved]] = defaultdict(list)
    for entry in points.entries:
        if entry.kind == EntryKind.ADJUSTED.name:
            moved[entry.cause_id].append((entry.cause, entry.change, entry.occurred_at))
    for row in book.adjustments:
        is_applied = row.state == AdjustmentState.APPLIED.name
        expected = [(Cause.ADJUSTMENT.name, row.points, row.decided_at or row.asked_at)] if is_applied else []
        yield Claim("points_entries of the adjustment", row.id, expected, moved.pop(row.id, []))
    for cause_id in moved:
        yield Claim("points_entries.cause_id: is an adjustment of the member", cause_id, True, False)


def _on_record(
    book: CorrectionsBook,
    growth: GrowthBook,
    redemptions: RedemptionBook,
    benefits: BenefitBook,
    coupons: CouponBook,
    program: str,
) -> Iterator[Claim]:
    """Who did what, when and why is there once more, as it was done; and nothing else is."""
    about: defaultdict[tuple[str, UUID], list[tuple[object, ...]]] = defaultdict(list)
    for each in book.audit:
        told = (each.action, each.issuer, each.subject, each.reason, each.at)
        about[each.about_kind, each.about_id].append(told)
        yield Claim("audit_entries.program", each.id, program, each.program)
    for row in book.adjustments:
        found = about.pop((AuditedKind.POINTS_ADJUSTMENT.name, row.id), [])
        yield Claim("audit_entries of the adjustment", row.id, set(told_of_adjustment(row)), set(found))
        yield Claim("audit_entries of the adjustment: number", row.id, len(list(told_of_adjustment(row))), len(found))
        yield Claim("points_adjustments.program", row.id, program, row.program)
    for change in growth.changes:
        found = about.pop((AuditedKind.TIER_CHANGE.name, change.id), [])
        yield Claim("audit_entries of the change of tier", change.id, told_of_tier(change), found)
    for row in redemptions.redemptions:
        found = about.pop((AuditedKind.REDEMPTION.name, row.id), [])
        told = list(told_of_redemption(each for each in redemptions.changes if each.redemption_id == row.id))
        yield Claim("audit_entries of the redemption", row.id, set(told), set(found))
        yield Claim("audit_entries of the redemption: number", row.id, len(told), len(found))
    for grant in benefits.grants:
        found = about.pop((AuditedKind.BENEFIT_GRANT.name, grant.id), [])
        yield Claim("audit_entries of the benefit granted", grant.id, list(told_of_grant(grant)), found)
    for coupon in coupons.coupons:
        found = about.pop((AuditedKind.COUPON.name, coupon.id), [])
        steps = [each for each in coupons.changes if each.coupon_id == coupon.id]
        issued = [(action, at) for action, _, _, _, at in found if action == AuditAction.COUPON_ISSUED.name]
        yield Claim("audit_entries of the coupon: issued", coupon.id, told_of_coupon(coupon), issued)
        revoked = [told for told in found if told[0] != AuditAction.COUPON_ISSUED.name]
        yield Claim("audit_entries of the coupon: revoked", coupon.id, list(told_of_revoking(steps)), revoked)
    for _, about_id in about:
        yield Claim("audit_entries.about_id: there is such a thing", about_id, True, False)


def _alone(book: CorrectionsBook, points: PointsBook, published: Published) -> Iterator[Claim]:
    """What one person moved alone on a local day is within the limit of that day's last version."""
    versions = {entry.cause_id: entry.program_version for entry in points.entries}
    together: defaultdict[tuple[str, str, date], list[AdjustmentRow]] = defaultdict(list)
    for row in book.adjustments:
        if not row.needs_second:
            together[row.asked_issuer, row.asked_subject, row.asked_on].append(row)
    for rows in together.values():
        held = [published.version(versions.get(row.id, 0)) for row in rows]
        limits = [version.section(PointsSection).adjustments.alone_up_to for version in held if version is not None]
        if len(limits) == len(rows):
            total = sum(abs(row.points) for row in rows)
            yield Claim("points_adjustments: within what one may do alone in a day", rows[-1].id, True,
                        total <= max(limits))  # fmt: skip
    for row in book.adjustments:
        if published.held is not None:
            day = business_day(row.asked_at, zone=published.held.in_force[-1].zone)
            yield Claim("points_adjustments.asked_on, by asked_at (R1)", row.id, day, row.asked_on)


def _by_hand(book: CorrectionsBook, published: Published) -> Iterator[Claim]:
    """What one person of support issued by hand on a local day is within the limit of one of that day's versions."""
    issued: defaultdict[tuple[object, ...], list[tuple[UUID, int]]] = defaultdict(list)
    for row in book.audit:
        if (
            published.held is not None
            and row.action == AuditAction.COUPON_ISSUED.name
            and row.role == Role.SUPPORT.name
        ):
            version = published.held.at(row.at)
            span = period_of(row.at, Period.DAY, zone=version.zone)
            limit = version.section(CouponsSection).by_hand.support_a_day
            issued[row.issuer, row.subject, span].append((row.id, limit))
    for each in issued.values():
        yield Claim("audit_entries: coupons within what support issues in a day", each[-1][0], True,
                    len(each) <= max(limit for _, limit in each))  # fmt: skip
