"""What is reported of an activity, what is known of it, and what it earns."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from fractions import Fraction
from uuid import UUID

from app.benefits.rules.given import Boost, multiplier_of
from app.clock import days_later
from app.errors import Refused
from app.points.rules import expiry, rounded
from app.points.section import CAMPAIGN, Action, ActionRule, PointsSection, Rounding
from app.programs.rules import ProgramVersion
from app.programs.section import ONCE

from .earning import Earned
from .kinds import AHEAD, EARLIEST, LONGEST_ID, FactKind

MOST_ACTIVITIES = 500
"""In one list."""
ACTIVITIES = frozenset(FactKind[action.name] for action in Action)


@dataclass(frozen=True)
class ReportedActivity:
    """What another system says that a customer did."""

    source: str
    external_id: str
    action: Action
    occurred_at: datetime
    channel: str | None = None

    @property
    def kind(self) -> FactKind:
        return FactKind[self.action.name]

    @property
    def digest(self) -> bytes:
        """Of its content: the same content has the same digest (R24). Where it was done is not part of it."""
        return digest_of_activity(self.kind, self.occurred_at)


def digest_of_activity(kind: FactKind, occurred_at: datetime) -> bytes:
    return hashlib.sha256(repr([kind.name, occurred_at.timestamp()]).encode()).digest()


@dataclass(frozen=True)
class ActivityRecorded:
    """The activity is known; `replayed` if it was before."""

    member_id: UUID
    fact_id: UUID
    points: int
    growth: int = 0
    replayed: bool = False


class FactProblem(Enum):
    """Why a fact cannot be."""

    CUSTOMER = "CUSTOMER"
    ID = "ID"
    CHANNEL = "CHANNEL"
    FUTURE = "FUTURE"
    PAST = "PAST"


@dataclass(frozen=True)
class InvalidFact:
    """The fact makes no sense: it would be refused however often it was reported."""

    problem: FactProblem


def checked_activity(activity: ReportedActivity, *, now: datetime) -> ReportedActivity:
    """The activity, if it makes sense. May refuse: InvalidFact."""
    if not 0 < len(activity.external_id) <= LONGEST_ID or not activity.external_id.isprintable():
        raise Refused(InvalidFact(FactProblem.ID))
    if activity.occurred_at > now + AHEAD:
        raise Refused(InvalidFact(FactProblem.FUTURE))
    if activity.occurred_at < EARLIEST:
        raise Refused(InvalidFact(FactProblem.PAST))
    return activity


def points_for(
    rules: Sequence[ActionRule], *, tier: str, boosts: Sequence[Boost] = (), rounding: Rounding
) -> list[Earned]:
    """What each rule of an action gives to who holds that tier, and had those benefits besides, before caps; rounded as
    an order's points are (R12)."""
    exact = [Fraction(rule.points * multiplier_of(rule, tier, boosts), ONCE) for rule in rules]
    return [
        Earned(rule.code, rounded(each, rounding=rounding), exact=each) for rule, each in zip(rules, exact, strict=True)
    ]


def time_of_points(
    rule: str, action: Action, occurred_at: datetime, *, version: ProgramVersion
) -> tuple[datetime, datetime]:
    """When points for an activity become active, and when they lapse (R9): by that rule, or what a campaign added to
    the rules of the action, as late as the last of them."""
    section = version.section(PointsSection)
    rules = section.rules_of(action)
    days = max(each.pending_days for each in rules if each.code == rule or rule.startswith(CAMPAIGN))
    activates_at = days_later(occurred_at, days, zone=version.zone)
    return activates_at, expiry(activates_at, policy=section.expiry, zone=version.zone)
