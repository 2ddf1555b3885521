"""Keeping up how many of a member's invitations came to something."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Integer, String, Uuid, bindparam, func, literal_column
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Transaction, Write
from app.db.rows import table_of
from app.referrals.models import ReferralScoreRow
from app.referrals.rules import score_changes

ROW = table_of(ReferralScoreRow)
CHANGE = bindparam("change", type_=Integer())
COUNT: Write[ReferralScoreRow] = Write(
    ReferralScoreRow,
    insert(ReferralScoreRow)
    .values(
        member_id=bindparam("member_id", type_=Uuid()),
        id=bindparam("id", type_=Uuid()),
        program=bindparam("program", type_=String()),
        period=bindparam("period", type_=String()),
        starts=bindparam("starts", type_=Date()),
        number=func.greatest(CHANGE, literal_column("0", Integer)),  # what is inserted is checked, also if it is not
    )
    .on_conflict_do_update(
        index_elements=[
            col(each) for each in (ReferralScoreRow.member_id, ReferralScoreRow.period, ReferralScoreRow.starts)
        ],
        set_={"number": ROW.c.number + CHANGE},
    ),
)


async def keep_scores(
    tx: Transaction, *, member_id: UUID, program: str, before: date | None, after: date | None
) -> None:
    """An invitation counts on another local day than before, or does now, or does not any more. The member is
    locked."""
    for (period, starts), change in score_changes(before, after).items():
        await tx.run(COUNT, member_id=member_id, id=tx.new_id(), program=program, period=period.name, starts=starts,
                     change=change)  # fmt: skip
