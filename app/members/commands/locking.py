"""Locking a member: the first lock of every write. It touches them: the prover looks at their books soon (R5)."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, select
from sqlmodel import col

from app.customers.rules import Identity
from app.db import Transaction, Write
from app.db.unique_keys import UniqueKeyRow
from app.errors import Refused
from app.graph.idempotency import kept_beside, with_key
from app.members.models import MemberRow, TouchRow
from app.members.queries import membership_digest
from app.members.rules import MemberStatus, NotMember
from app.programs.rules import ProgramVersion

from .touching import touch_later

THE_MEMBER = col(MemberRow.id) == bindparam("member_id")
TOUCH = insert(TouchRow).values(member_id=bindparam("member_id", type_=Uuid()), id=bindparam("touch_id", type_=Uuid()))
OWNER = select(col(UniqueKeyRow.owner)).where(col(UniqueKeyRow.digest) == bindparam("digest"))
HOLD: Write[MemberRow] = Write(MemberRow, select(MemberRow).where(THE_MEMBER).with_for_update())
LOCK: Write[MemberRow] = Write(
    MemberRow, select(MemberRow).where(THE_MEMBER).with_for_update().add_cte(TOUCH.cte("touched"))
)
LOCK_KNOWN_AS: Write[MemberRow] = Write(
    MemberRow,
    select(MemberRow).where(col(MemberRow.id) == OWNER.scalar_subquery()).with_for_update(of=MemberRow),
)
BRIEFLY = ("id", "program", "status", "member_since", "ladder_version", "standing_due_at", "manual_until")
"""Columns that say whether somebody is a member, and whether anything of their standing is due: for most of those who
check in that is all there is to know, and each column more is read, sent and decoded with each of them."""


def _asking(*columns: Any) -> Write[MemberRow]:
    rows: Any = select(*columns).where(col(MemberRow.id) == OWNER.scalar_subquery())
    return Write(MemberRow, with_key(rows, col(MemberRow.id)).with_for_update(of=MemberRow))


LOCK_ASKING = _asking(MemberRow)
LOCK_ASKING_BRIEFLY = _asking(*[getattr(MemberRow, name) for name in BRIEFLY])


async def lock_member(tx: Transaction, *, member_id: UUID) -> MemberRow:
    """The member's row, locked until the transaction ends: the first lock of every write. It touches the member: the
    prover looks at their books within a minute (R5)."""
    (member,) = await tx.run(LOCK, member_id=member_id, touch_id=tx.new_id())
    return member


async def hold_member(tx: Transaction, *, member_id: UUID) -> MemberRow | None:
    """The member's row, locked until the transaction ends, for who only looks; None if there is none. Nobody is
    touched by it."""
    found = await tx.run(HOLD, member_id=member_id)
    return found[0] if found else None


async def lock_known_as(tx: Transaction, *, program: ProgramVersion, identity: Identity) -> MemberRow | None:
    """The member of these tokens, who may have left, locked until the transaction ends, and touched; None if there is
    none."""
    found = await tx.run(LOCK_KNOWN_AS, digest=membership_digest(program.code, identity))
    if not found:
        return None
    touch_later(tx, found[0].id)
    return found[0]


async def lock_asking(
    tx: Transaction, *, program: ProgramVersion, identity: Identity, key_id: UUID, briefly: bool = False
) -> MemberRow | None:
    """The same, with what is kept under an idempotency key of the member beside it. Where something is, nothing will be
    written, and they are not touched. `briefly`: with the columns of `BRIEFLY` alone."""
    lock = LOCK_ASKING_BRIEFLY if briefly else LOCK_ASKING
    found = await tx.run(lock, digest=membership_digest(program.code, identity), key_id=key_id)
    if not found:
        return None
    if kept_beside(found[0]) is None:
        touch_later(tx, found[0].id)
    return found[0]


async def member_known_as(tx: Transaction, *, program: ProgramVersion, identity: Identity) -> MemberRow:
    """A member, locked until the transaction ends; nobody becomes one. May refuse: NotMember, or no longer."""
    member = await lock_known_as(tx, program=program, identity=identity)
    if member is None or member.status != MemberStatus.ACTIVE.name:
        raise Refused(NotMember(program.code))
    return member
