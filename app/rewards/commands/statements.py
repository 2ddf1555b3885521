"""Writes of redemptions, compiled once."""

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from app.db import Write, insert_of
from app.rewards.models import RedemptionChangeRow, RedemptionRow

INSERT = insert_of(RedemptionRow)
INSERT_CHANGE = insert_of(RedemptionChangeRow)
THE_REDEMPTION: Write[RedemptionRow] = Write(
    RedemptionRow,
    select(RedemptionRow).where(
        col(RedemptionRow.member_id) == bindparam("member_id"), col(RedemptionRow.id) == bindparam("redemption_id")
    ),
)
KEEP_STEP: Write[RedemptionRow] = Write(
    RedemptionRow,
    update(RedemptionRow)
    .where(col(RedemptionRow.member_id) == bindparam("of_member"), col(RedemptionRow.id) == bindparam("of_redemption"))
    .values(
        state=bindparam("new_state"),
        is_restocked=bindparam("new_restocked"),
        code_shown_at=bindparam("new_code_shown_at"),
        reference=bindparam("new_reference"),
        ended_at=bindparam("new_ended_at"),
    ),
)
