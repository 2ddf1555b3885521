"""Becoming a member, and being one no longer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String, Uuid, bindparam, insert, update
from sqlmodel import col

from app.customers.commands import customer_known_as, lock_customer, new_customer
from app.customers.rules import Identity
from app.db import Transaction, Write, insert_of
from app.db.rows import table_of
from app.db.unique_keys import UniqueKeyRow, claim
from app.errors import Refused
from app.members.events import MemberJoined
from app.members.models import MemberRow
from app.members.queries import customer_digest, membership_digest
from app.members.rules import AlreadyMember, Joined, Left, MemberStatus
from app.members.section import Join, MembersSection
from app.outbox import tell, tell_first
from app.programs.rules import ProgramVersion

from .locking import TOUCH, lock_known_as, lock_member, member_known_as
from .standing import NOTHING_YET

INSERT = insert_of(MemberRow)
RETURN: Write[MemberRow] = Write(
    MemberRow,
    update(MemberRow)
    .where(col(MemberRow.id) == bindparam("member_id"))
    .values(
        status=MemberStatus.ACTIVE.name,
        left_at=None,
        display_name=bindparam("name"),
        member_since=bindparam("now"),
    ),
)
LEAVE: Write[MemberRow] = Write(
    MemberRow,
    update(MemberRow)
    .where(col(MemberRow.id) == bindparam("member_id"))
    .values(status=MemberStatus.LEFT.name, left_at=bindparam("now")),
)
INVITED: Write[MemberRow] = Write(
    MemberRow,
    update(MemberRow)
    .where(col(MemberRow.id) == bindparam("of_member"), col(MemberRow.invited_by).is_(None))
    .values(invited_by=bindparam("inviter")),
)
KEYS = (
    insert(UniqueKeyRow)
    .values(
        [
            {
                "digest": bindparam(f"of_{whom}", type_=LargeBinary()),
                "kind": bindparam(f"key_of_{whom}", type_=String()),
                "owner": bindparam("member_id", type_=Uuid()),
            }
            for whom in ("customer", "identity")
        ]
    )
    .cte("keys")
)
ENROL_NEW: Write[MemberRow] = Write(
    MemberRow,
    insert(MemberRow)
    .values({column.key: bindparam(column.key, type_=column.type) for column in table_of(MemberRow).columns})
    .returning(*table_of(MemberRow).columns)
    .add_cte(KEYS, TOUCH.cte("touched")),
)
"""Of a customer who was just registered: nobody has their keys."""


async def join_program(
    tx: Transaction,
    *,
    program: ProgramVersion,
    identity: Identity,
    display_name: str | None = None,
    channel: str | None = None,
    now: datetime,
) -> Joined:
    """Make the customer a member, or a member again. May refuse: AlreadyMember."""
    member, is_new = await _enrolled(
        tx, program=program, identity=identity, display_name=display_name, channel=channel, now=now
    )
    if is_new:
        return Joined(member.id)
    if member.status == MemberStatus.ACTIVE.name:
        raise Refused(AlreadyMember(member.id, program.code))
    await tx.run(RETURN, member_id=member.id, name=display_name or member.display_name, now=now)
    await tell(tx, member_id=member.id, event=MemberJoined(member.id, now), now=now)
    return Joined(member.id)


async def keep_inviter(tx: Transaction, *, member_id: UUID, inviter_id: UUID) -> None:
    """Write whose invitation a member accepted; the first stands. Only `referrals` calls this, under the member's
    lock."""
    await tx.run(INVITED, of_member=member_id, inviter=inviter_id)


async def leave_program(tx: Transaction, *, program: ProgramVersion, identity: Identity, now: datetime) -> Left:
    """End the membership; what was earned is kept for a return. May refuse: NotMember."""
    member = await member_known_as(tx, program=program, identity=identity)
    await tx.run(LEAVE, member_id=member.id, now=now)
    return Left(member.id)


async def member_for_fact(
    tx: Transaction,
    *,
    program: ProgramVersion,
    identity: Identity,
    channel: str | None = None,
    now: datetime,
    registered_at: datetime | None = None,
) -> MemberRow | None:
    """Whom a fact is about, locked until the transaction ends: a member, or one who has left; None for who never was
    one. Where the program joins automatically, the first fact makes the customer a member.

    `registered_at`: the present, if `now` is of history (R19).
    To be sure that they are not about to become one, look again with the customer locked (`lock_customer`): joining
    locks them first.
    """
    member = await lock_known_as(tx, program=program, identity=identity)
    if member is None and program.section(MembersSection).join is Join.AUTOMATIC:
        member, _ = await _enrolled(
            tx, program=program, identity=identity, channel=channel, now=now, registered_at=registered_at
        )
    return member


async def take_over_member(
    tx: Transaction, *, program: ProgramVersion, identity: Identity, joined_at: datetime, now: datetime
) -> tuple[MemberRow, bool]:
    """Make a customer a member since an instant of history, unless they are one or have left: the member, locked, and
    whether this made them one (R19)."""
    member = await lock_known_as(tx, program=program, identity=identity)
    if member is not None:
        return member, False
    customer_id = await new_customer(tx, identity=identity, now=joined_at)
    if customer_id is None:
        return await _enrolled(tx, program=program, identity=identity, now=joined_at, registered_at=now)
    new = tx.new_id()
    (member,) = await tx.run(
        ENROL_NEW,
        **_new_member(new, customer_id, program, now=joined_at, registered_at=now),
        of_customer=customer_digest(program.code, customer_id),
        of_identity=membership_digest(program.code, identity),
        key_of_customer="customer-in-program",
        key_of_identity="membership",
        member_id=new,
        touch_id=tx.new_id(),
    )
    await tell_first(tx, member_id=new, event=MemberJoined(new, joined_at), now=joined_at)
    return member, True


async def _enrolled(
    tx: Transaction,
    *,
    program: ProgramVersion,
    identity: Identity,
    display_name: str | None = None,
    channel: str | None = None,
    now: datetime,
    registered_at: datetime | None = None,
) -> tuple[MemberRow, bool]:
    """The member, locked, and whether this made it. Two at once make one: who claims the key second waits.

    The customer is locked first, so that nobody who has just seen that they are no member is overtaken.
    """
    customer_id = await customer_known_as(tx, identity=identity, now=now)
    await lock_customer(tx, customer_id=customer_id)
    new = tx.new_id()
    of_customer = customer_digest(program.code, customer_id)
    owner, is_new = await claim(tx, kind="customer-in-program", digest=of_customer, owner=new)
    await claim(tx, kind="membership", digest=membership_digest(program.code, identity), owner=owner)
    if is_new:
        values = _new_member(new, customer_id, program, now=now, registered_at=registered_at or now)
        await tx.run(INSERT, **values | {"channel": channel, "display_name": display_name})
    member = await lock_member(tx, member_id=owner)
    if is_new:
        await tell(tx, member_id=member.id, event=MemberJoined(member.id, now), now=now)
    return member, is_new


def _new_member(
    new: UUID, customer_id: UUID, program: ProgramVersion, *, now: datetime, registered_at: datetime
) -> dict[str, object]:
    """The row of who becomes a member now."""
    return {
        "id": new,
        "customer_id": customer_id,
        "program": program.code,
        "status": MemberStatus.ACTIVE.name,
        "joined_at": now,
        "member_since": now,
        "left_at": None,
        "channel": None,
        "display_name": None,
        "invited_by": None,
        "registered_at": registered_at,
        **NOTHING_YET,
    }
