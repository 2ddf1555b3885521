"""Invite codes, who invited whom as each of the two has it, how many of whose invitations came to something, and
attempts on codes."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, Index, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of

from .rules import ReferralPeriod, ReferralState, Side


class InviteCodeRow(SQLModel, table=True):
    """The code by which a member invites. That it is nobody else's is a row of `unique_keys`."""

    __tablename__: ClassVar[Any] = "invite_codes"
    __table_args__: ClassVar[Any] = (
        of_member("invite_codes"),
        UniqueConstraint("member_id", name="uq_invite_codes_member"),
    )
    member_id: UUID = key()
    id: UUID = key()
    code: str
    made_at: datetime = instant()


class ReferralRow(SQLModel, table=True):
    """That one member invited another, as one of the two has it. The invitee's is written when they accept; the
    inviter's follows it (R37). No foreign key to the other: they are on another machine, perhaps."""

    __tablename__: ClassVar[Any] = "referrals"
    __table_args__: ClassVar[Any] = (
        of_member("referrals"),
        one_of("referrals", "side", Side),
        one_of("referrals", "state", ReferralState),
        check("referrals", "other", "other_id <> member_id"),
        check("referrals", "points", "registration_points >= 0 AND order_points >= 0"),
        check("referrals", "capped", "NOT is_capped OR side = 'INVITER' AND registration_points + order_points = 0"),
        check("referrals", "qualified", "(state = 'QUALIFIED') = (completed_at IS NOT NULL)"),
        check("referrals", "theirs_from", "(completed_at IS NULL) = (theirs_from IS NULL)"),
        check("referrals", "order", "order_id IS NULL OR side = 'INVITEE' AND completed_at IS NOT NULL"),
        Index("uq_referrals_invitee", "member_id", unique=True, postgresql_where=text("side = 'INVITEE'")),
        Index("uq_referrals_inviter", "member_id", "other_id", unique=True),
        check("referrals", "coupons_due_at", "coupons_due_at IS NULL OR theirs_from IS NOT NULL"),
        Index("ix_referrals_coupons_due_at", "coupons_due_at", postgresql_where=text("coupons_due_at IS NOT NULL")),
        Index("ix_referrals_month", "member_id", "month", postgresql_where=text("side = 'INVITER' AND NOT is_capped")),
    )
    member_id: UUID = key()
    id: UUID = key()
    side: str
    """Whose row it is: the inviter's or the invitee's."""
    other_id: UUID = Field(sa_type=Uuid)
    """The member on the other side."""
    state: str
    is_capped: bool = False
    """Of the inviter: the month's bonuses were used up, so it brings none."""
    accepted_at: datetime = instant()
    month: date
    """The first day of the local month in which it was accepted (R1): bonuses of the inviter are counted by it."""
    program_version: int
    """By which this side's bonuses are given."""
    registration_points: int
    order_points: int
    order_id: UUID | None = Field(default=None, sa_type=Uuid)
    """Of the invitee: the order that counts, if one does."""
    completed_at: datetime | None = instant(default=None)
    """When that order was completed."""
    theirs_from: datetime | None = instant(default=None)
    """From when the bonuses can be spent: its return window is over, and the invitation was accepted."""
    coupons_due_at: datetime | None = instant(default=None)
    """From when the coupons among the bonuses are to be given, if they are not yet."""
    revision: int
    """Of the invitee's row, from 1; the inviter's says which one it follows."""


class ReferralScoreRow(SQLModel, table=True):
    """How many of a member's invitations came to something in a period; kept up as they do."""

    __tablename__: ClassVar[Any] = "referral_scores"
    __table_args__: ClassVar[Any] = (
        of_member("referral_scores"),
        one_of("referral_scores", "period", ReferralPeriod),
        UniqueConstraint("member_id", "period", "starts", name="uq_referral_scores_period"),
        check("referral_scores", "number", "number >= 0"),
        Index("ix_referral_scores_top", "program", "period", "starts", text("number DESC"), "member_id"),
    )
    member_id: UUID = key()
    id: UUID = key()
    program: str
    period: str
    starts: date
    """Its first local day; for all time, one before all."""
    number: int


class InviteAttemptsRow(SQLModel, table=True):
    """Codes that somebody has tried of late: a person tries few. Of whoever has a token, member or not."""

    __tablename__: ClassVar[Any] = "invite_attempts"
    __table_args__: ClassVar[Any] = (
        check("invite_attempts", "tries", "cardinality(tries) > 0"),
        Index("ix_invite_attempts_since", "since"),
    )
    owner_id: UUID = key()
    since: datetime = instant()
    """When the first of these attempts was made."""
    tries: list[UUID] = Field(sa_type=ARRAY(Uuid))  # pyright: ignore[reportArgumentType]
    """Idempotency keys of the attempts: a retry is none of its own."""
