"""The ledger of growth, what became of tiers, and what was given for reaching them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of

from .rules.kinds import EntryManner, GrowthCause, TierChangeKind


class GrowthEntryRow(SQLModel, table=True):
    """One movement of growth. Never changed, never deleted; growth is never spent (R15)."""

    __tablename__: ClassVar[Any] = "growth_entries"
    __table_args__: ClassVar[Any] = (
        of_member("growth_entries"),
        one_of("growth_entries", "cause", GrowthCause),
        one_of("growth_entries", "manner", EntryManner),
        check("growth_entries", "growth_after", "growth_after >= 0"),
        check("growth_entries", "reverses", "(cause = 'REFUND') = (reverses IS NOT NULL)"),
        check("growth_entries", "taken_back", "(reverses IS NOT NULL) = (change < 0)"),
        ForeignKeyConstraint(
            ["member_id", "reverses"],
            ["growth_entries.member_id", "growth_entries.id"],
            name="fk_growth_entries_reverses",
        ),
        UniqueConstraint("member_id", "cause", "cause_id", "rule", name="uq_growth_entries_cause"),
        Index("ix_growth_entries_earned", "member_id", "earned_at"),
    )
    member_id: UUID = key()
    id: UUID = key()
    change: int
    growth_after: int
    """All growth that was entered so far, whether it counts at any time or not."""
    cause: str
    cause_id: UUID = Field(sa_type=Uuid)
    rule: str
    manner: str
    """Whether what it leads to is told and given for (R19)."""
    program_version: int
    """The rules by which it was reckoned: the original's also for what reverses it."""
    earned_at: datetime = instant()
    """When the order was paid, or the thing done: caps are filled by it (R25)."""
    counts_at: datetime = instant()
    """From when it counts: the original's date also for what reverses it (R15)."""
    reverses: UUID | None = Field(default=None, sa_type=Uuid)
    """The entry of which this takes back all or a part."""


class TierChangeRow(SQLModel, table=True):
    """What became of a member's tier, in the order in which it was entered. Never changed, never deleted."""

    __tablename__: ClassVar[Any] = "tier_changes"
    __table_args__: ClassVar[Any] = (
        of_member("tier_changes"),
        one_of("tier_changes", "kind", TierChangeKind),
        one_of("tier_changes", "cause", GrowthCause),
        check("tier_changes", "cause_id", "(cause IS NULL) = (cause_id IS NULL)"),
        check(
            "tier_changes",
            "reason",
            "kind <> 'MANUAL' OR (reason IS NOT NULL AND by_issuer IS NOT NULL AND by_subject IS NOT NULL)",
        ),
        check("tier_changes", "manual_tier", "(kind IN ('MANUAL', 'MANUAL_ENDED')) = (manual_tier IS NOT NULL)"),
        Index(
            "uq_tier_changes_notice",
            "member_id",
            "to_tier",
            "tier_until",
            unique=True,
            postgresql_where=text("kind = 'NOTICED'"),
        ),
    )
    member_id: UUID = key()
    id: UUID = key()
    kind: str
    from_tier: str
    to_tier: str
    """The tier earned before and after."""
    held_tier: str
    """The tier held after: the earned one, unless staff has set another."""
    tier_since: datetime | None = instant(default=None)
    tier_until: datetime | None = instant(default=None)
    """Since and until when the earned tier is held; the period of which notice is given; until when staff set it."""
    growth: int
    """Growth that counted."""
    cause: str | None = None
    cause_id: UUID | None = Field(default=None, sa_type=Uuid)
    """What brought or took the growth; null: time, an edit of the ladder, an import, or staff."""
    program_version: int
    """The rules whose ladder it was."""
    changed_at: datetime = instant()
    """When it came to be so: also for what is entered later. A correction, a notice, and what staff does are of when
    they are entered."""
    entered_at: datetime = instant()
    manual_tier: str | None = None
    """Code of the tier that staff set, or that is over."""
    manual_hold: str | None = None
    reason: str | None = None
    by_issuer: str | None = None
    by_subject: str | None = None


class TierGiftRow(SQLModel, table=True):
    """What a member was given for reaching a tier: once ever, also after a fall and a second rise (R16)."""

    __tablename__: ClassVar[Any] = "tier_gifts"
    __table_args__: ClassVar[Any] = (
        of_member("tier_gifts"),
        UniqueConstraint("member_id", "tier", name="uq_tier_gifts_tier"),
        check("tier_gifts", "points", "points >= 0"),
        check("tier_gifts", "coupon", "NOT is_coupon_due OR coupon IS NOT NULL"),
        check("tier_gifts", "revoked", "revoked BETWEEN 0 AND points"),
    )
    member_id: UUID = key()
    id: UUID = key()
    tier: str
    points: int
    """0: the gift is a coupon alone; or the tier was reached by history that was played in, which gives nothing unless
    asked (R19)."""
    revoked: int = 0
    """Points of it that were unused when the tier turned out to rest on growth that was taken back (R15)."""
    coupon: str | None = None
    """Code of the coupon template of which one is given; null: none is."""
    is_coupon_due: bool = False
    """Whether that coupon is to be the member's: not since the tier turned out to rest on growth that was taken back,
    and again since it was reached again. Coupons follow (see `events.TierGiftMoved`)."""
    program_version: int
    given_at: datetime = instant()
