"""How far an invitation has come, by the invitee's orders: a function of what is known of them, in whatever order that
was reported (R25, R37)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import business_day
from app.points.rules import activation
from app.points.section import PointsSection
from app.programs.rules import ProgramVersion

from .kinds import ReferralState


@dataclass(frozen=True)
class Progress:
    """Where an invitation stands."""

    state: ReferralState = ReferralState.REGISTERED
    order_id: UUID | None = None
    completed_at: datetime | None = None
    theirs_from: datetime | None = None
    """From when the bonuses can be spent (R2)."""


class Order(Protocol):
    """The first order of the invitee that counts."""

    @property
    def id(self) -> UUID: ...
    @property
    def completed_at(self) -> datetime | None: ...


def progressed(
    before: Progress, order: Order | None, *, version: ProgramVersion | None, accepted_at: datetime
) -> Progress:
    """What it comes to with this order, `version` being the rules of the day it was paid; None: no order counts, or
    not any more."""
    if order is None or order.completed_at is None or version is None:
        is_new = before.state is ReferralState.REGISTERED
        return Progress(ReferralState.REGISTERED if is_new else ReferralState.REVERSED)
    window = version.section(PointsSection).return_window_days
    over = activation(order.completed_at, return_window_days=window, zone=version.zone)
    return Progress(ReferralState.QUALIFIED, order.id, order.completed_at, max(over, accepted_at))


def month_of(at: datetime, *, zone: ZoneInfo) -> date:
    """The first day of the local month of an instant (R1)."""
    return business_day(at, zone=zone).replace(day=1)
