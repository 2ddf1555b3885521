"""Who may accept whose invitation (R37)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import days_later
from app.errors import Refused
from app.members.rules import MemberStatus
from app.referrals.section import ReferralsSection


@dataclass(frozen=True)
class CodeNotValid:
    """The code is nobody's, or not of somebody whose invitation this member can accept; which of it, is not said."""

    program: str


@dataclass(frozen=True)
class AlreadyInvited:
    """The member has accepted an invitation: one inviter for each."""

    member_id: UUID
    referral_id: UUID


@dataclass(frozen=True)
class NotANewcomer:
    """Invitations are accepted within some days of joining."""

    program: str
    until: datetime
    """Until then, exclusive, they could have been."""


Obstacle = AlreadyInvited | NotANewcomer


class Person(Protocol):
    """A member's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def joined_at(self) -> datetime: ...


def newcomer_until(joined_at: datetime, *, section: ReferralsSection, zone: ZoneInfo) -> datetime:
    """Until when, exclusive, somebody can accept an invitation: by when they joined the first time."""
    return days_later(joined_at, section.newcomer_days, zone=zone)


def obstacle(
    member: Person, *, program: str, referral_id: UUID | None, section: ReferralsSection, zone: ZoneInfo, now: datetime
) -> Obstacle | None:
    """What speaks against a member accepting any invitation, if anything does: it tells nothing of a code.
    `referral_id`: the invitation that they have accepted. May refuse: CodeNotValid, where there are no invitations."""
    if not section.is_offered:
        raise Refused(CodeNotValid(program))
    if referral_id is not None:
        return AlreadyInvited(member.id, referral_id)
    until = newcomer_until(member.joined_at, section=section, zone=zone)
    return NotANewcomer(program, until) if now >= until else None


def is_inviter(inviter: Person | None, *, of: Person) -> bool:
    """Is it somebody who is a member, and joined before the invitee? Nobody joined before themselves, and of those who
    invited one another in a circle somebody would have."""
    return inviter is not None and inviter.status == MemberStatus.ACTIVE.name and inviter.joined_at < of.joined_at
