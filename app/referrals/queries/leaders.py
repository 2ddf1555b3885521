"""The leaderboard: from what is kept up, without counting anything."""

from datetime import date, datetime

from sqlalchemy import Date, Integer, String, bindparam, select
from sqlmodel import col

from app.clock import business_day
from app.db import Page, Reader, Statement
from app.graph import Context, Role
from app.members.queries import membership
from app.programs.asked import program_asked
from app.referrals.models import ReferralScoreRow
from app.referrals.rules import Leader, ReferralPeriod, starts_of

from .invitations import names_of

TOP = Statement(
    ReferralScoreRow,
    lambda columns, _: (
        select(*columns)
        .where(
            col(ReferralScoreRow.program) == bindparam("program", type_=String()),
            col(ReferralScoreRow.period) == bindparam("period", type_=String()),
            col(ReferralScoreRow.starts) == bindparam("starts", type_=Date()),
            col(ReferralScoreRow.number) > 0,
        )
        .order_by(col(ReferralScoreRow.number).desc(), col(ReferralScoreRow.member_id))
        .limit(bindparam("limit", type_=Integer))
    ),
    "program",
    "period",
    "starts",
    "limit",
    always=("member_id", "number"),
)
"""Each machine has its own first so many, by an index."""


async def leaderboard(
    db: Reader,
    *,
    context: Context,
    now: datetime,
    period: ReferralPeriod = ReferralPeriod.MONTH,
    at: date | None = None,
    first: int = 20,
    program: str | None = None,
) -> list[Leader]:
    """Who invited most of those whose orders count, in the local month or year of the day `at` (of today, if none is
    said) or ever: by the names they show, and nothing else. Nobody, for a customer who is no member: names are shown to
    other members. Three statements. May raise BadInput: 'first' is out of bounds."""
    wanted, version = Page.asked(first, None).first, program_asked(context, program)
    is_customer = context.viewer.role is Role.MEMBER
    if is_customer and await membership(db, context=context, program=program, columns=frozenset()) is None:
        return []
    starts = starts_of(period, at or business_day(now, zone=version.zone))
    rows = await db.fetch(TOP, (), version.code, period.name, starts, wanted)
    names = await names_of(db, [row.member_id for row in rows])
    numbers = [row.number for row in rows]
    return [Leader(numbers.index(row.number) + 1, names.get(row.member_id), row.number) for row in rows]
