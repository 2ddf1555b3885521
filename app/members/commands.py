"""Every write of members: joining, leaving, the lock, and where the member stands."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from app.customers.commands import customer_known_as
from app.customers.rules import Identity
from app.db import Transaction, Write, insert_of
from app.db.unique_keys import UniqueKeyRow, claim
from app.errors import Refused
from app.programs.rules import ProgramVersion

from .models import MemberRow
from .queries import customer_digest, membership_digest
from .rules import AlreadyMember, Joined, Left, MemberStatus, NotMember
from .section import Join, MembersSection

INSERT = insert_of(MemberRow)
LOCK: Write[MemberRow] = Write(
    MemberRow, select(MemberRow).where(col(MemberRow.id) == bindparam("member_id")).with_for_update()
)
LOCK_KNOWN_AS: Write[MemberRow] = Write(
    MemberRow,
    select(MemberRow)
    .where(
        col(MemberRow.id)
        == select(col(UniqueKeyRow.owner)).where(col(UniqueKeyRow.digest) == bindparam("digest")).scalar_subquery()
    )
    .with_for_update(of=MemberRow),
)
RETURN: Write[MemberRow] = Write(
    MemberRow,
    update(MemberRow)
    .where(col(MemberRow.id) == bindparam("member_id"))
    .values(status=MemberStatus.ACTIVE.name, left_at=None, display_name=bindparam("name")),
)
LEAVE: Write[MemberRow] = Write(
    MemberRow,
    update(MemberRow)
    .where(col(MemberRow.id) == bindparam("member_id"))
    .values(status=MemberStatus.LEFT.name, left_at=bindparam("now")),
)
STAND: Write[MemberRow] = Write(
    MemberRow,
    update(MemberRow)
    .where(col(MemberRow.id) == bindparam("member_id"))
    .values(growth=bindparam("new_growth"), tier=bindparam("new_tier"), tier_since=bindparam("new_since")),
)


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
    await tx.run(RETURN, member_id=member.id, name=display_name or member.display_name)
    return Joined(member.id)


async def leave_program(tx: Transaction, *, program: ProgramVersion, identity: Identity, now: datetime) -> Left:
    """End the membership; what was earned is kept for a return. May refuse: NotMember."""
    member = await _locked(tx, program=program, identity=identity)
    if member is None or member.status != MemberStatus.ACTIVE.name:
        raise Refused(NotMember(program.code))
    await tx.run(LEAVE, member_id=member.id, now=now)
    return Left(member.id)


async def member_for_fact(
    tx: Transaction, *, program: ProgramVersion, identity: Identity, channel: str | None = None, now: datetime
) -> MemberRow:
    """Whom a fact is about, locked until the transaction ends: a member, or one who has left. Where the program
    joins automatically, the first fact makes the customer a member. May refuse: NotMember, and never was."""
    member = await _locked(tx, program=program, identity=identity)
    if member is None and program.section(MembersSection).join is Join.AUTOMATIC:
        member, _ = await _enrolled(tx, program=program, identity=identity, channel=channel, now=now)
    if member is None:
        raise Refused(NotMember(program.code))
    return member


async def lock_member(tx: Transaction, *, member_id: UUID) -> MemberRow:
    """The member's row, locked until the transaction ends: the first lock of every write."""
    (member,) = await tx.run(LOCK, member_id=member_id)
    return member


async def stand(tx: Transaction, *, member_id: UUID, growth: int, tier: str | None, since: datetime | None) -> None:
    """Write where the member stands. Only `tiers` calls this, under the member's lock."""
    await tx.run(STAND, member_id=member_id, new_growth=growth, new_tier=tier, new_since=since)


async def _locked(tx: Transaction, *, program: ProgramVersion, identity: Identity) -> MemberRow | None:
    found = await tx.run(LOCK_KNOWN_AS, digest=membership_digest(program.code, identity))
    return found[0] if found else None


async def _enrolled(
    tx: Transaction,
    *,
    program: ProgramVersion,
    identity: Identity,
    display_name: str | None = None,
    channel: str | None = None,
    now: datetime,
) -> tuple[MemberRow, bool]:
    """The member, locked, and whether this made it. Two at once make one: who claims the key second waits."""
    customer_id = await customer_known_as(tx, identity=identity, now=now)
    new = tx.new_id()
    of_customer = customer_digest(program.code, customer_id)
    owner, is_new = await claim(tx, kind="customer-in-program", digest=of_customer, owner=new)
    await claim(tx, kind="membership", digest=membership_digest(program.code, identity), owner=owner)
    if is_new:
        await tx.run(
            INSERT,
            id=new,
            customer_id=customer_id,
            program=program.code,
            status=MemberStatus.ACTIVE.name,
            joined_at=now,
            left_at=None,
            channel=channel,
            display_name=display_name,
            growth=0,
            tier=None,
            tier_since=None,
        )
    return await lock_member(tx, member_id=owner), is_new
