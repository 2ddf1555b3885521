"""The tables of campaigns that operators made: reference tables, small and the same for every member."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKeyConstraint, Text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, one_of

from .rules import Change


class CampaignRow(SQLModel, table=True):
    """A campaign that an operator made. Never changed and never deleted: ledgers know it by its code (R20)."""

    __tablename__: ClassVar[Any] = "campaigns"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_campaigns_program"),
        check("campaigns", "code", "code ~ '^[a-z][a-z0-9-]{0,39}$'"),
    )
    program: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    content: str = Field(sa_type=Text)
    """JSON, as `section.Campaign` writes it."""
    words_zh: str = Field(sa_type=Text)
    """What it is in words, as its members read it: with the names of tiers and benefits when it was made."""
    words_en: str = Field(sa_type=Text)
    created_at: datetime = instant()


class CampaignChangeRow(SQLModel, table=True):
    """What was done to campaigns of a program, one after the other. Only ever added to; who did it is in the record of
    what staff do."""

    __tablename__: ClassVar[Any] = "campaign_changes"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_campaign_changes_program"),
        one_of("campaign_changes", "change", Change),
        check("campaign_changes", "number", "number >= 1"),
        check("campaign_changes", "effective_from", "effective_from > changed_at"),
    )
    program: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    """1 for the first that was done to any campaign of the program, then 2 and so on."""
    code: str
    """Of a campaign that an operator made, which is the first that was done to it, or of one of the program's file."""
    change: str
    effective_from: datetime = instant()
    """From when it is in force: a moment later, so that every process knows of it; never before an earlier one."""
    changed_at: datetime = instant()
