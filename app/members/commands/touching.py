"""Who is to be looked at by the prover, and who was."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, delete
from sqlmodel import col

from app.db import Transaction, Write, insert_of
from app.members.models import TouchRow
from app.members.rules import Touch

INSERT_TOUCH = insert_of(TouchRow)
FORGET_TOUCH: Write[TouchRow] = Write(
    TouchRow,
    delete(TouchRow).where(
        col(TouchRow.member_id) == bindparam("of_member"), col(TouchRow.id) == bindparam("of_touch")
    ),
)


def touch_later(tx: Transaction, member_id: UUID) -> None:
    """Have the prover look at a member who was just locked to write: it goes with what is written, in its statement."""
    tx.unread(INSERT_TOUCH, member_id=member_id, id=tx.new_id())


async def touch_members(tx: Transaction, member_ids: Iterable[UUID]) -> None:
    """Have the prover look at these members soon, though nobody wrote."""
    await tx.run_many(INSERT_TOUCH, [{"member_id": member_id, "id": tx.new_id()} for member_id in member_ids])


async def forget_touches(tx: Transaction, touches: Iterable[Touch]) -> None:
    """These were looked at. Who was touched meanwhile has another touch, which stays."""
    rows = [{"of_member": touch.member_id, "of_touch": touch.id} for touch in sorted(touches)]
    await tx.run_many(FORGET_TOUCH, rows)
