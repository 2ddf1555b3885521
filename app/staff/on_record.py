"""What the record must say of what staff did, by what is written of it. No I/O here."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from app.coupons.rules.kinds import CouponActor
from app.coupons.section import Way
from app.rewards.rules.kinds import ActorKind, RedemptionState
from app.tiers.rules import TierChangeKind

from .models import AdjustmentRow
from .rules import BY_STAFF, AdjustmentState, AuditAction


class TierChangeSaid(Protocol):
    """What is written of a change of tier."""

    @property
    def kind(self) -> str: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def by_issuer(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...
    @property
    def entered_at(self) -> datetime: ...


class GrantSaid(Protocol):
    """What is written of a benefit that staff granted."""

    @property
    def reason(self) -> str: ...
    @property
    def by_issuer(self) -> str: ...
    @property
    def by_subject(self) -> str: ...
    @property
    def granted_at(self) -> datetime: ...
    @property
    def revoked_at(self) -> datetime | None: ...
    @property
    def revoke_reason(self) -> str | None: ...
    @property
    def revoked_issuer(self) -> str | None: ...
    @property
    def revoked_subject(self) -> str | None: ...


class RedemptionStep(Protocol):
    """What is written of a step in the life of a redemption."""

    @property
    def to_state(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def by_issuer(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def changed_at(self) -> datetime: ...


class CouponSaid(Protocol):
    """What is written of how a coupon came to be."""

    @property
    def way(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def issued_at(self) -> datetime: ...


class CouponStepSaid(Protocol):
    """What is written of a step in the life of a coupon."""

    @property
    def actor(self) -> str: ...
    @property
    def by_issuer(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def changed_at(self) -> datetime: ...


STEPS = {
    RedemptionState.CONFIRMED.name: AuditAction.REDEMPTION_CONFIRMED.name,
    RedemptionState.FULFILLED.name: AuditAction.REDEMPTION_FULFILLED.name,
    RedemptionState.REFUNDED.name: AuditAction.REDEMPTION_REFUNDED.name,
}
"""What leading a redemption to a state is called in the record."""


def told_of_adjustment(row: AdjustmentRow) -> Iterator[tuple[object, ...]]:
    asked = AuditAction.ADJUSTMENT_ASKED if row.needs_second else AuditAction.POINTS_ADJUSTED
    yield asked.name, row.asked_issuer, row.asked_subject, row.reason, row.asked_at
    if row.decided_at is not None:
        is_applied = row.state == AdjustmentState.APPLIED.name
        decided = AuditAction.ADJUSTMENT_APPROVED if is_applied else AuditAction.ADJUSTMENT_REJECTED
        yield decided.name, row.decided_issuer, row.decided_subject, row.decision_reason, row.decided_at


def told_of_tier(change: TierChangeSaid) -> list[tuple[object, ...]]:
    """What staff did is on record once, what came by itself is not (R23)."""
    if change.by_subject is None:
        return []
    is_set = change.kind == TierChangeKind.MANUAL.name
    action = AuditAction.MANUAL_TIER_SET if is_set else AuditAction.MANUAL_TIER_ENDED
    return [(action.name, change.by_issuer, change.by_subject, change.reason, change.entered_at)]


def told_of_redemption(changes: Iterable[RedemptionStep]) -> Iterator[tuple[object, ...]]:
    """Each step that staff took is on record once (R35)."""
    for change in changes:
        if change.actor == ActorKind.STAFF.name:
            action = STEPS.get(change.to_state)
            yield action, change.by_issuer, change.by_subject, change.reason, change.changed_at


def told_of_grant(grant: GrantSaid) -> Iterator[tuple[object, ...]]:
    """What was given is on record, and then what was taken away."""
    given = AuditAction.BENEFIT_GRANTED.name
    yield given, grant.by_issuer, grant.by_subject, grant.reason, grant.granted_at
    if grant.revoked_at is not None:
        taken = AuditAction.BENEFIT_REVOKED.name
        yield taken, grant.revoked_issuer, grant.revoked_subject, grant.revoke_reason, grant.revoked_at


def told_of_coupon(coupon: CouponSaid) -> list[tuple[object, ...]]:
    """Only what staff issued to one member; what a job issued is on record with the job."""
    is_theirs = coupon.way == Way.GRANT.name and coupon.rule == BY_STAFF
    return [(AuditAction.COUPON_ISSUED.name, coupon.issued_at)] if is_theirs else []


def told_of_revoking(steps: Iterable[CouponStepSaid]) -> Iterator[tuple[object, ...]]:
    """The one step that staff take (R32)."""
    for step in steps:
        if step.actor == CouponActor.STAFF.name:
            action = AuditAction.COUPON_REVOKED.name
            yield action, step.by_issuer, step.by_subject, step.reason, step.changed_at
