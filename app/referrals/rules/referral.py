"""An invitation as one of the two has it: what is written of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from app.programs.rules import ProgramVersion
from app.referrals.section import ReferralsSection, SideBonuses

from .kinds import ReferralState, Side
from .progress import Progress, month_of
from .scoring import counted_on


@dataclass(frozen=True)
class Referral:
    """A row of referrals."""

    member_id: UUID
    id: UUID
    side: str
    other_id: UUID
    state: str
    is_capped: bool
    accepted_at: datetime
    month: date
    program_version: int
    registration_points: int
    order_points: int
    order_id: UUID | None
    completed_at: datetime | None
    theirs_from: datetime | None
    coupons_due_at: datetime | None
    revision: int

    @property
    def progress(self) -> Progress:
        return Progress(ReferralState[self.state], self.order_id, self.completed_at, self.theirs_from)

    def now_at(self, progress: Progress, *, revision: int) -> Self:
        """The same invitation, further on."""
        order_id = progress.order_id if self.side == Side.INVITEE.name else None  # the invitee's, and nobody else's
        return replace(self, state=progress.state.name, order_id=order_id, completed_at=progress.completed_at,
                       theirs_from=progress.theirs_from, revision=revision)  # fmt: skip

    def counted_on(self, *, zone: ZoneInfo) -> date | None:
        """The local day on which it came to something, if it has."""
        return counted_on(self.completed_at, accepted_at=self.accepted_at, zone=zone)


def new_referral(
    side: Side,
    *,
    member_id: UUID,
    referral_id: UUID,
    other_id: UUID,
    accepted_at: datetime,
    version: ProgramVersion,
    is_capped: bool = False,
) -> Referral:
    """An invitation that was accepted, and of which nothing has come yet: with what the program gives for it then."""
    section = version.section(ReferralsSection)
    bonuses = section.inviter if side is Side.INVITER else section.invitee
    given = SideBonuses() if is_capped else bonuses
    return Referral(
        member_id=member_id,
        id=referral_id,
        side=side.name,
        other_id=other_id,
        state=ReferralState.REGISTERED.name,
        is_capped=is_capped,
        accepted_at=accepted_at,
        month=month_of(accepted_at, zone=version.zone),
        program_version=version.number,
        registration_points=given.registration.points if given.registration else 0,
        order_points=given.order.points if given.order else 0,
        order_id=None,
        completed_at=None,
        theirs_from=None,
        coupons_due_at=None,
        revision=1,
    )
