"""The days on which members checked in, or that they made up."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Date, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of

from .rules.kinds import CheckInKind


class CheckInRow(SQLModel, table=True):
    """A day of a member: one a local day (R28). A member's ids rise in the order of writing.

    `streak`, `longest`, `points` and `bonuses` change when a day before is made up: no more than the days of the
    window are (R30).
    """

    __tablename__: ClassVar[Any] = "check_ins"
    __table_args__: ClassVar[Any] = (
        of_member("check_ins"),
        UniqueConstraint("member_id", "day", name="uq_check_ins_day", postgresql_include=["id", "streak", "points"]),
        one_of("check_ins", "kind", CheckInKind),
        check("check_ins", "streak", "streak >= 1 AND longest >= streak"),
        check("check_ins", "points", "points >= 0"),
        check("check_ins", "cost", "cost >= 0 AND (cost = 0 OR kind = 'MADE_UP')"),
    )
    member_id: UUID = key()
    id: UUID = key()
    day: date = Field(sa_type=Date)
    """The local date (R1)."""
    kind: str
    streak: int
    """Length of the run of days that ends on this one, as it is by now."""
    longest: int
    """The longest run up to this day, as it is by now."""
    points: int
    """All that were given for this day: for checking in, and bonuses."""
    bonuses: str = Field(sa_type=Text)
    """Those among them that were given for what the day reached (see `rows`)."""
    cost: int
    """Points paid for making it up."""
    program_version: int
    """The rules by which it was entered."""
    checked_in_at: datetime = instant()
    """The instant: for a day that was made up, that of making it up."""
