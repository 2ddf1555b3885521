"""The tables of rewards: what can be redeemed, its stock and pool of codes, and what was redeemed."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of
from app.points.section import Period

from .rules.kinds import COUNTED, OPEN, ActorKind, RedemptionState, RewardKind

STATES_COUNTED = ", ".join(sorted(f"'{state.name}'" for state in COUNTED))
STATES_OPEN = ", ".join(sorted(f"'{state.name}'" for state in OPEN))


class RewardRow(SQLModel, table=True):
    """Something that the shop gives for points: a reference table. It is retired, never deleted (R20)."""

    __tablename__: ClassVar[Any] = "rewards"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_rewards_program"),
        UniqueConstraint("program", "code", name="uq_rewards_code"),
        one_of("rewards", "kind", RewardKind),
        one_of("rewards", "period", Period),
        check("rewards", "code", "code ~ '^[a-z][a-z0-9-]{1,39}$'"),
        check("rewards", "points", "points >= 0"),
        check("rewards", "window", "closes_at > opens_at"),
        check("rewards", "limit", "(per_member IS NULL) = (period IS NULL) AND per_member > 0"),
        check("rewards", "buckets", "buckets BETWEEN 1 AND 64"),
        check("rewards", "amount", "(kind = 'RED_PACKET') = (amount IS NOT NULL) AND amount > 0"),
        check("rewards", "currency", "(amount IS NULL) = (currency IS NULL)"),
        check("rewards", "voucher", "kind <> 'VOUCHER' OR is_stocked"),
        Index("ix_rewards_program", "program", "id"),
    )
    id: UUID = key()
    program: str
    code: str
    """The operator's own name for it: it stays as it is, also when the reward is retired."""
    kind: str
    name_zh: str
    name_en: str
    description_zh: str = ""
    description_en: str = ""
    points: int
    """What it costs a member for whose tier no other price is set."""
    tier_points: str | None = Field(default=None, sa_type=Text)
    """A JSON object: what it costs those who hold a tier, by the tier's code."""
    tiers_from: str | None = None
    """Code of the least tier that may redeem it; null: all may."""
    opens_at: datetime | None = instant(default=None)
    """It can be redeemed from this instant on (R2); null: since ever."""
    closes_at: datetime | None = instant(default=None)
    """It can be redeemed before this instant; null: without end."""
    is_stocked: bool
    """Whether there is only so much of it."""
    buckets: int = 8
    """Over how many rows its stock is spread: so many can take of it at the same time."""
    per_member: int | None = None
    period: str | None = None
    """A member may redeem it so many times in each such period of the local calendar (R1); null: as often as they
    like."""
    amount: int | None = None
    """Of a red packet: minor units of `currency` (R12)."""
    currency: str | None = None
    is_confirmed_by_staff: bool = False
    """Whether staff look at each redemption before it counts as confirmed."""
    created_at: datetime = instant()
    retired_at: datetime | None = instant(default=None)


class RewardStockRow(SQLModel, table=True):
    """A part of a reward's stock: as many rows as the reward has buckets, each taken from by a conditional UPDATE, so
    that takers of a hot reward need not wait for one another (R31).

    Of a reward with codes, a bucket is a queue of them: who takes gets the code with the number `taken`, one that comes
    back is put behind the last. So each code has one taker, and none has to be locked to be found.
    """

    __tablename__: ClassVar[Any] = "reward_stock"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["reward_id"], ["rewards.id"], name="fk_reward_stock_reward"),
        check("reward_stock", "left", "left_ >= 0 AND left_ <= total"),
        check("reward_stock", "queue", "taken >= 0 AND left_ = last_number - taken"),
        check("reward_stock", "bucket", "bucket BETWEEN 0 AND 63"),
    )
    reward_id: UUID = key()
    bucket: int = Field(primary_key=True)
    total: int = 0
    """Pieces that were ever put into it."""
    left_: int = 0
    """Pieces that can be taken. `total` less this is what redemptions hold."""
    taken: int = 0
    """Times a piece was taken: the number of the one that was taken last."""
    last_number: int = 0
    """Times a piece was put in, or came back: the number of the last in the queue."""


class VoucherCodeRow(SQLModel, table=True):
    """A code of the pool of a reward. Who has it may use it: it is in no log, outcome, event or audit entry."""

    __tablename__: ClassVar[Any] = "voucher_codes"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["reward_id"], ["rewards.id"], name="fk_voucher_codes_reward"),
        UniqueConstraint("reward_id", "digest", name="uq_voucher_codes_digest"),
        Index("uq_voucher_codes_number", "reward_id", "bucket", "number", unique=True),
        check("voucher_codes", "taken", "(taken_by IS NULL) = (redemption_id IS NULL)"),
    )
    reward_id: UUID = key()
    id: UUID = key()
    digest: bytes = Field(sa_type=LargeBinary)
    """SHA-256 of the code: the same code is never taken up twice for a reward."""
    code: str
    bucket: int
    number: int
    """Its place in the queue of its bucket, from 1."""
    taken_by: UUID | None = Field(default=None, sa_type=Uuid)
    """The member who has it; a plain column, for the pool is not a member's."""
    redemption_id: UUID | None = Field(default=None, sa_type=Uuid)
    added_at: datetime = instant()


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
        check("redemptions", "amount", "(amount IS NULL) = (currency IS NULL) AND amount > 0"),
        Index(
            "ix_redemptions_counted",
            "member_id",
            "reward_id",
            "redeemed_at",
            postgresql_where=text(f"state IN ({STATES_COUNTED})"),
        ),
        Index("ix_redemptions_program", "program", "id"),
        Index("ix_redemptions_open", "program", "id", postgresql_where=text(f"state IN ({STATES_OPEN})")),
        Index("ix_redemptions_reward", "reward_id", "id"),
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
    number: int | None = None
    """Of the stock: what was taken; null if the reward is not stocked."""
    is_restocked: bool = False
    """Whether that went back into the stock."""
    code_shown_at: datetime | None = instant(default=None)
    """When the voucher's code was shown to the member: from then on only staff may take the redemption back."""
    amount: int | None = None
    currency: str | None = None
    """Of a red packet, as it was when it was redeemed: minor units (R12)."""
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
