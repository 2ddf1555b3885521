"""Corrections by staff: what one may do alone, what a second one decides, and what is kept of it. No I/O here."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from uuid import UUID

import regex

from app.errors import BadInput, Refused

NO_MEMBER = "There is no such member."
NO_ADJUSTMENT = "There is no such adjustment."
BY_STAFF = "staff"
"""As the rule of its cause, of a coupon that staff issued to one member."""
SHORTEST_REASON, LONGEST_REASON = 3, 500
GRAPHEME = regex.compile(r"\X")
BLANK = regex.compile(r"\s+")
INVISIBLE = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]")
MOST_OF_A_GRAPHEME = 10
"""Characters that one visible character has on average at most."""


class AdjustmentState(Enum):
    """An adjustment moves points once, when it is applied; whoever waits or was rejected moved none."""

    WAITING = "WAITING"
    APPLIED = "APPLIED"
    REJECTED = "REJECTED"


class AuditAction(Enum):
    """What staff did."""

    POINTS_ADJUSTED = "POINTS_ADJUSTED"
    ADJUSTMENT_ASKED = "ADJUSTMENT_ASKED"
    ADJUSTMENT_APPROVED = "ADJUSTMENT_APPROVED"
    ADJUSTMENT_REJECTED = "ADJUSTMENT_REJECTED"
    PROGRAM_PUBLISHED = "PROGRAM_PUBLISHED"
    IMPORT_CREATED = "IMPORT_CREATED"
    IMPORT_PART_ADDED = "IMPORT_PART_ADDED"
    IMPORT_TRIED = "IMPORT_TRIED"
    IMPORT_STARTED = "IMPORT_STARTED"
    MANUAL_TIER_SET = "MANUAL_TIER_SET"
    MANUAL_TIER_ENDED = "MANUAL_TIER_ENDED"
    REWARD_CREATED = "REWARD_CREATED"
    REWARD_CHANGED = "REWARD_CHANGED"
    REWARD_RETIRED = "REWARD_RETIRED"
    REWARD_STOCKED = "REWARD_STOCKED"
    VOUCHER_CODES_ADDED = "VOUCHER_CODES_ADDED"
    REDEMPTION_CONFIRMED = "REDEMPTION_CONFIRMED"
    REDEMPTION_FULFILLED = "REDEMPTION_FULFILLED"
    REDEMPTION_REFUNDED = "REDEMPTION_REFUNDED"
    COUPON_TEMPLATE_CREATED = "COUPON_TEMPLATE_CREATED"
    COUPON_TEMPLATE_CHANGED = "COUPON_TEMPLATE_CHANGED"
    COUPON_TEMPLATE_RETIRED = "COUPON_TEMPLATE_RETIRED"
    COUPON_STOCK_ADDED = "COUPON_STOCK_ADDED"
    COUPON_BUDGET_ADDED = "COUPON_BUDGET_ADDED"
    PARTNER_CODES_ADDED = "PARTNER_CODES_ADDED"
    COUPON_ISSUED = "COUPON_ISSUED"
    COUPON_REVOKED = "COUPON_REVOKED"
    COUPONS_ISSUED = "COUPONS_ISSUED"
    COUPON_CODES_CREATED = "COUPON_CODES_CREATED"
    COUPON_CODES_READ = "COUPON_CODES_READ"
    CAMPAIGN_CREATED = "CAMPAIGN_CREATED"
    CAMPAIGN_PAUSED = "CAMPAIGN_PAUSED"
    CAMPAIGN_RESUMED = "CAMPAIGN_RESUMED"
    CAMPAIGN_ENDED = "CAMPAIGN_ENDED"
    BENEFIT_GRANTED = "BENEFIT_GRANTED"
    BENEFIT_REVOKED = "BENEFIT_REVOKED"


class AuditedKind(Enum):
    """Kinds of things that staff do something about. The value begins their global ids."""

    POINTS_ADJUSTMENT = "pointsAdjustment"
    TIER_CHANGE = "tierChange"
    PROGRAM = "program"
    """As a whole: it has no global id."""
    IMPORT = "import"
    """Of members or orders, into a program: it has no owner in its global id."""
    REWARD = "reward"
    """Of a program: likewise."""
    REDEMPTION = "redemption"
    COUPON = "coupon"
    COUPON_TEMPLATE = "couponTemplate"
    """Of a program: likewise."""
    COUPON_JOB = "couponJob"
    """Of a program: likewise."""
    BENEFIT_GRANT = "benefitGrant"


@dataclass(frozen=True)
class StaffMember:
    """A person of staff, as the issuer of their tokens knows them: the same one in whatever role."""

    issuer: str
    subject: str


@dataclass(frozen=True)
class Staff:
    """A person of staff at work, in the role of the token that they have in hand."""

    person: StaffMember
    role: str


@dataclass(frozen=True)
class Adjusted:
    """Points were given or taken."""

    member_id: UUID
    adjustment_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class AdjustmentAsked:
    """Nothing has moved yet: a second person of staff decides."""

    member_id: UUID
    adjustment_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class AdjustmentApproved:
    """A second person of staff agreed, and the points were given or taken."""

    member_id: UUID
    adjustment_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class AdjustmentRejected:
    """A second person of staff did not agree, and nothing has moved."""

    member_id: UUID
    adjustment_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class OwnAdjustment:
    """Who wants to decide asked for it, or it is of their own points."""

    member_id: UUID
    adjustment_id: UUID


@dataclass(frozen=True)
class AdjustmentDecided:
    """It was applied or rejected before: that happens once."""

    member_id: UUID
    adjustment_id: UUID
    state: AdjustmentState


class Adjustment(Protocol):
    """What there is to decide."""

    @property
    def member_id(self) -> UUID: ...
    @property
    def id(self) -> UUID: ...
    @property
    def state(self) -> str: ...
    @property
    def asked_issuer(self) -> str: ...
    @property
    def asked_subject(self) -> str: ...


class HasAsker(Protocol):
    @property
    def asked_issuer(self) -> str: ...
    @property
    def asked_subject(self) -> str: ...


class HasDecider(Protocol):
    @property
    def decided_issuer(self) -> str | None: ...
    @property
    def decided_subject(self) -> str | None: ...


class HasActor(Protocol):
    @property
    def issuer(self) -> str: ...
    @property
    def subject(self) -> str: ...


def asked_by(row: HasAsker) -> StaffMember:
    return StaffMember(row.asked_issuer, row.asked_subject)


def decided_by(row: HasDecider) -> StaffMember | None:
    if row.decided_issuer is None or row.decided_subject is None:
        return None
    return StaffMember(row.decided_issuer, row.decided_subject)


def done_by(row: HasActor) -> StaffMember:
    return StaffMember(row.issuer, row.subject)


def reason_given(asked: str) -> str:
    """Why, trimmed. May raise BadInput: not 3 to 500 visible characters."""
    reason = asked.strip()
    if len(reason) <= MOST_OF_A_GRAPHEME * LONGEST_REASON and not INVISIBLE.search(reason):
        visible = len(GRAPHEME.findall(BLANK.sub("", reason)))
        if visible >= SHORTEST_REASON and len(GRAPHEME.findall(reason)) <= LONGEST_REASON:
            return reason
    raise BadInput(f"'reason' must have {SHORTEST_REASON} to {LONGEST_REASON} visible characters.")


def needs_second(points: int, *, alone_up_to: int, alone_today: int, is_own: bool) -> bool:
    """Must a second person of staff agree? What one person gives and takes of one member on a local day is added up,
    gifts and takings alike, so that many small adjustments are no way round the limit. Of their own points nobody
    moves anything alone."""
    return is_own or alone_today + abs(points) > alone_up_to


def check_decidable(adjustment: Adjustment, *, by: StaffMember, is_own: bool) -> None:
    """May refuse: AdjustmentDecided, it is not waiting; OwnAdjustment, it is for somebody else to decide."""
    if adjustment.state != AdjustmentState.WAITING.name:
        raise Refused(AdjustmentDecided(adjustment.member_id, adjustment.id, AdjustmentState[adjustment.state]))
    if is_own or asked_by(adjustment) == by:
        raise Refused(OwnAdjustment(adjustment.member_id, adjustment.id))
