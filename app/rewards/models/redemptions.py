"""The tables of what was redeemed, and what became of it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of
from app.rewards.rules.kinds import COUNTED, OPEN, ActorKind, RedemptionState

STATES_COUNTED = ", ".join(sorted(f"'{state.name}'" for state in COUNTED))
STATES_OPEN = ", ".join(sorted(f"'{state.name}'" for state in OPEN))


class RedemptionRow(SQLModel, table=True):
    """One purchase of a reward for points (R35).

    No foreign key to the reward, which is never deleted: it would have everybody who takes of a hot one lock its row.
    """

    __tablename__: ClassVar[Any] = "redemptions"
    __table_args__: ClassVar[Any] = (
        of_member("redemptions"),
        one_of("redemptions", "state", RedemptionState),
        check("redemptions", "points", "points >= 0"),
        check("redemptions", "bucket", "(bucket IS NULL) = (number IS NULL)"),
        check("redemptions", "ended_at", f"(state IN ({STATES_OPEN})) = (ended_at IS NULL)"),
        check("redemptions", "is_restocked", f"NOT (is_restocked AND state IN ({STATES_COUNTED}))"),
        check("redemptions", "canceled", "state <> 'CANCELED' OR bucket IS NULL OR is_restocked"),
        check("redemptions", "restocked", "NOT is_restocked OR bucket IS NOT NULL AND code_shown_at IS NULL"),
        check("redemptions", "coupon", "coupon_id IS NULL OR bucket IS NULL AND NOT needs_confirming"),
        ForeignKeyConstraint(
            ["member_id", "coupon_id"], ["coupons.member_id", "coupons.id"], name="fk_redemptions_coupon"
        ),
        check("redemptions", "amount", "(amount IS NULL) = (currency IS NULL) AND amount > 0"),
        Index(
            "ix_redemptions_counted",
            "member_id",
            "reward_id",
            "redeemed_at",
            postgresql_where=text(f"state IN ({STATES_COUNTED})"),
        ),
        Index("ix_redemptions_program", "program", "state", "id"),
        Index("ix_redemptions_reward", "reward_id", "state", "id"),
    )
    member_id: UUID = key()
    id: UUID = key()
    program: str
    """The member's, for the list of what staff have to do in it."""
    reward_id: UUID = Field(sa_type=Uuid)
    state: str
    points: int
    """What was paid."""
    tier: str
    """Code of the tier that the member held."""
    needs_confirming: bool
    """Whether staff had to confirm it: then it began PENDING, else as both at once."""
    bucket: int | None = None
    number: int | None = Field(default=None, sa_type=BigInteger)
    """Of the stock: what was taken; null if the reward is not stocked."""
    is_restocked: bool = False
    """Whether that went back into the stock."""
    code_shown_at: datetime | None = instant(default=None)
    """When the voucher's code was shown to the member: from then on only staff may take the redemption back."""
    amount: int | None = None
    currency: str | None = None
    """Of a red packet, as it was when it was redeemed: minor units (R12)."""
    coupon_id: UUID | None = Field(default=None, sa_type=Uuid)
    """The coupon that was issued, of a reward that is one."""
    reference: str | None = None
    """Of the sending or paying out, in staff's words."""
    channel: str | None = None
    redeemed_at: datetime = instant()
    ended_at: datetime | None = instant(default=None)
    """When it was fulfilled, cancelled or refunded: the last of these."""
    program_version: int


class RedemptionChangeRow(SQLModel, table=True):
    """A step in the life of a redemption, after how it began, which its own row says. Never changed, never deleted."""

    __tablename__: ClassVar[Any] = "redemption_changes"
    __table_args__: ClassVar[Any] = (
        of_member("redemption_changes"),
        ForeignKeyConstraint(
            ["member_id", "redemption_id"],
            ["redemptions.member_id", "redemptions.id"],
            name="fk_redemption_changes_redemption",
        ),
        one_of("redemption_changes", "from_state", RedemptionState),
        one_of("redemption_changes", "to_state", RedemptionState),
        one_of("redemption_changes", "actor", ActorKind),
        check("redemption_changes", "staff", "(actor = 'STAFF') = (by_issuer IS NOT NULL AND by_subject IS NOT NULL)"),
        UniqueConstraint("member_id", "redemption_id", "to_state", name="uq_redemption_changes_step"),
    )
    member_id: UUID = key()
    id: UUID = key()
    redemption_id: UUID = Field(sa_type=Uuid)
    from_state: str
    to_state: str
    actor: str
    by_issuer: str | None = None
    by_subject: str | None = None
    """Of staff: the name by which they sign in."""
    reason: str | None = None
    reference: str | None = None
    changed_at: datetime = instant()
