"""The table of rewards: what can be redeemed, by whom and when."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, one_of
from app.points.section import Period
from app.rewards.rules.kinds import RewardKind


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
        check("rewards", "coupon", "kind <> 'COUPON' OR NOT is_stocked AND NOT is_confirmed_by_staff"),
        check("rewards", "template", "(kind = 'COUPON') = (template IS NOT NULL)"),
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
    template: str | None = None
    """Of a coupon: the code of its template, of a program's file or an operator's."""
    is_confirmed_by_staff: bool = False
    """Whether staff look at each redemption before it counts as confirmed."""
    created_at: datetime = instant()
    retired_at: datetime | None = instant(default=None)
