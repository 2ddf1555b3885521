"""The table of coupon templates that operators made."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key


class CouponTemplateRow(SQLModel, table=True):
    """A coupon template as it was made (number 1), and as it was changed since: a reference table that is only added
    to. What cannot be changed is the same in all numbers; the last one that is in force holds."""

    __tablename__: ClassVar[Any] = "coupon_templates"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_coupon_templates_program"),
        check("coupon_templates", "number", "number > 0"),
        check("coupon_templates", "code", "code ~ '^[a-z][a-z0-9-]{0,39}$'"),
    )
    id: UUID = key()
    """Made of the program and the code (`templates.template_id`): so the code is no other template's."""
    number: int = Field(primary_key=True)
    program: str
    code: str
    time_zone: str
    currency: str
    """The program's, which do not change."""
    terms: str = Field(sa_type=Text)
    """A JSON object: all that is said of it, as a program's file says it, with amounts in minor units (R12)."""
    is_retired: bool = False
    effective_from: datetime = instant()
    """From when it is so: `rules.SPREAD` after it was written, when every process knows of it."""
    written_at: datetime = instant()
