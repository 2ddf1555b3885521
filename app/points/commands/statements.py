"""The statements by which a member's points are loaded and written."""

from sqlalchemy import ARRAY, Uuid, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Write, insert_of
from app.points.models import AccountRow, EntryRow, HoldRow, LotRow, LotUseRow
from app.points.queries.conditions import IS_HELD, IS_OPEN
from app.points.rules import EntryKind

INSERT_LOT = insert_of(LotRow)
INSERT_ENTRY = insert_of(EntryRow)
INSERT_USE = insert_of(LotUseRow)
INSERT_HOLD = insert_of(HoldRow)
OPEN_ACCOUNT: Write[AccountRow] = Write(
    AccountRow,
    insert(AccountRow)
    .values(member_id=bindparam("member_id"), available=0, pending=0, held=0, debt=0)
    .on_conflict_do_nothing(index_elements=[col(AccountRow.member_id)]),
)
ACCOUNT: Write[AccountRow] = Write(
    AccountRow, select(AccountRow).where(col(AccountRow.member_id) == bindparam("member_id"))
)
"""No lock of its own: whoever writes has the member's, and reads it after they got that."""
KEEP_ACCOUNT: Write[AccountRow] = Write(
    AccountRow,
    update(AccountRow)
    .where(col(AccountRow.member_id) == bindparam("of_member"))
    .values(
        available=bindparam("new_available"),
        pending=bindparam("new_pending"),
        held=bindparam("new_held"),
        debt=bindparam("new_debt"),
        due_at=bindparam("new_due_at"),
        last_entry_id=bindparam("new_last_entry_id"),
    ),
)
OPEN_LOTS: Write[LotRow] = Write(LotRow, select(LotRow).where(col(LotRow.member_id) == bindparam("member_id"), IS_OPEN))
LOTS: Write[LotRow] = Write(
    LotRow,
    select(LotRow).where(
        col(LotRow.member_id) == bindparam("member_id"),
        col(LotRow.id) == func.any(bindparam("lot_ids", type_=ARRAY(Uuid()))),
    ),
)
LOTS_OF_CAUSE: Write[LotRow] = Write(
    LotRow,
    select(LotRow)
    .where(
        col(LotRow.member_id) == bindparam("member_id"),
        col(LotRow.cause) == bindparam("cause"),
        col(LotRow.cause_id) == bindparam("cause_id"),
    )
    .order_by(col(LotRow.id)),
)
LOTS_BY_RULE: Write[LotRow] = Write(
    LotRow,
    select(LotRow)
    .where(
        col(LotRow.member_id) == bindparam("member_id"),
        col(LotRow.cause) == bindparam("cause"),
        col(LotRow.rule) == bindparam("rule"),
    )
    .order_by(col(LotRow.id)),
)
KEEP_LOT: Write[LotRow] = Write(
    LotRow,
    update(LotRow)
    .where(col(LotRow.member_id) == bindparam("of_member"), col(LotRow.id) == bindparam("of_id"))
    .values(
        remaining=bindparam("new_remaining"),
        state=bindparam("new_state"),
        activates_at=bindparam("new_activates_at"),
        expires_at=bindparam("new_expires_at"),
        reversed=bindparam("new_reversed"),
        owed=bindparam("new_owed"),
        lapsed=bindparam("new_lapsed"),
        extended_by=bindparam("new_extended_by"),
    ),
)
OPEN_HOLDS: Write[HoldRow] = Write(
    HoldRow, select(HoldRow).where(col(HoldRow.member_id) == bindparam("member_id"), IS_HELD).order_by(col(HoldRow.id))
)
HOLD: Write[HoldRow] = Write(
    HoldRow,
    select(HoldRow).where(col(HoldRow.member_id) == bindparam("member_id"), col(HoldRow.id) == bindparam("hold_id")),
)
KEEP_HOLD: Write[HoldRow] = Write(
    HoldRow,
    update(HoldRow)
    .where(col(HoldRow.member_id) == bindparam("of_member"), col(HoldRow.id) == bindparam("of_id"))
    .values(state=bindparam("new_state"), ended_at=bindparam("new_ended_at"), given_back=bindparam("new_given_back")),
)
PAID: Write[LotUseRow] = Write(
    LotUseRow,
    select(LotUseRow)
    .where(
        col(LotUseRow.member_id) == bindparam("member_id"),
        col(LotUseRow.entry_id) == func.any(bindparam("entry_ids", type_=ARRAY(Uuid()))),
    )
    .order_by(col(LotUseRow.entry_id), col(LotUseRow.number)),
)
KEEP_PAID: Write[LotUseRow] = Write(
    LotUseRow,
    update(LotUseRow)
    .where(
        col(LotUseRow.member_id) == bindparam("of_member"),
        col(LotUseRow.entry_id) == bindparam("of_entry"),
        col(LotUseRow.lot_id) == bindparam("of_lot"),
    )
    .values(returned=bindparam("new_returned")),
)
PAYMENT: Write[EntryRow] = Write(
    EntryRow,
    select(EntryRow).where(
        col(EntryRow.member_id) == bindparam("member_id"),
        col(EntryRow.cause) == bindparam("cause"),
        col(EntryRow.cause_id) == bindparam("cause_id"),
        or_(col(EntryRow.kind) == EntryKind.SPENT.name, col(EntryRow.kind) == EntryKind.HELD.name),
    ),
)
