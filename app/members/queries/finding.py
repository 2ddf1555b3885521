"""Members by their ids, by their tokens, and for those who may see them."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import LargeBinary, select
from sqlmodel import col

from app.customers.rules import Identity
from app.db import Columns, Reader, Statement, one_each
from app.db.unique_keys import UniqueKeyRow, digest_of, owners_of
from app.errors import BadInput
from app.graph import Context, Role, Viewer
from app.graph.ids import key_of
from app.members.asked import key_owner
from app.members.models import MemberRow
from app.members.rules import MemberStatus
from app.programs.asked import program_asked
from app.programs.rules import Programs

ACTIVE = MemberStatus.ACTIVE.name
READING = "members:read"
"""Scope of services that may look at members, and at what is theirs."""

BY_ID = Statement(MemberRow, lambda columns, keys: select(*columns).where(keys.hold(col(MemberRow.id))))
BY_DIGEST = Statement(
    MemberRow,
    lambda columns, keys: select(*columns).where(
        col(MemberRow.id)
        == select(col(UniqueKeyRow.owner)).where(keys.hold(col(UniqueKeyRow.digest))).scalar_subquery()
    ),
    key=LargeBinary(),
    always=("id", "status"),
)


class Known(Protocol):
    """Who is known by an identity, or by a token: that says no issuer or subject that an `Identity` would not have."""

    @property
    def issuer(self) -> str: ...
    @property
    def subject(self) -> str: ...


def membership_digest(program: str, identity: Known) -> bytes:
    """What leads from a token to the membership, in one read."""
    return digest_of("membership", program, identity.issuer, identity.subject)


def customer_digest(program: str, customer_id: UUID) -> bytes:
    """What makes a customer one member of a program, whatever their identities."""
    return digest_of("customer-in-program", program, str(customer_id))


async def membership(
    db: Reader, *, context: Context, program: str | None = None, columns: Columns = None
) -> MemberRow | None:
    """The caller's own membership in a program; None until they join, and after they left."""
    version = program_asked(context, program)
    found = await db.fetch(BY_DIGEST, [membership_digest(version.code, context.viewer)], columns=columns)
    return found[0] if found and found[0].status == ACTIVE else None


async def member_of_customer(db: Reader, *, program: str, customer_id: UUID) -> MemberRow | None:
    """The member of a program that a customer is or was, by whatever identity."""
    found = await db.fetch(BY_DIGEST, [customer_digest(program, customer_id)])
    return found[0] if found else None


async def member_for_simulation(db: Reader, *, context: Context, program: str, member: str | None) -> MemberRow | None:
    """For whom a simulated order is reckoned: the named member, else oneself, if one is a member; else for nobody.

    May raise BadInput: there is no such member for the caller.
    """
    if member is not None:
        key = key_of(member, "member")
        asked = [key] if isinstance(key, UUID) else []
        programs = context.get(Programs)
        (found,) = await members_seen(db, asked, viewer=context.viewer, programs=programs) or [None]
        if found is None or found.program != program:
            raise BadInput("There is no such member in the program.")
        return found
    return await membership(db, context=context, program=program) if context.viewer.role is Role.MEMBER else None


async def members_by_id(db: Reader, ids: Sequence[UUID], *, columns: Columns = None) -> list[MemberRow | None]:
    return one_each(await db.fetch(BY_ID, ids, columns=columns), ids, by="id")


async def members_seen(
    db: Reader, ids: Sequence[UUID], *, viewer: Viewer, programs: Programs, columns: Columns = None
) -> list[MemberRow | None]:
    """Members by id, for those who may see them: their owner, staff of their program, and its services that may read.

    A stranger's member is not found, as if there were none (R43).
    """
    if viewer.role is Role.MEMBER:
        own = await own_members(db, viewer=viewer, programs=programs)
        kept = [key for key in ids if key in own]
        found = await db.fetch(BY_ID, kept, columns=columns) if kept else []
        return one_each(found, ids, by="id")
    if viewer.role is Role.SERVICE and READING not in viewer.scopes:
        return [None] * len(ids)
    wanted = None if columns is None else columns | {"program"}
    rows = one_each(await db.fetch(BY_ID, ids, columns=wanted), ids, by="id")
    return [row if row is not None and row.program in viewer.programs else None for row in rows]


async def own_members(db: Reader, *, viewer: Viewer, programs: Programs) -> set[UUID]:
    """Ids of the caller's memberships, in whatever program."""
    identity = Identity(viewer.issuer, viewer.subject)
    owners = await owners_of(db, [membership_digest(code, identity) for code in programs.codes])
    return {owner for owner in owners if owner is not None}


async def members_visible(db: Reader, ids: Sequence[UUID], *, viewer: Viewer, programs: Programs) -> list[bool]:
    """May the caller see what is theirs?"""
    if viewer.role is Role.MEMBER:
        own = await own_members(db, viewer=viewer, programs=programs)
        return [key in own for key in ids]
    seen = await members_seen(db, ids, viewer=viewer, programs=programs, columns=frozenset())
    return [row is not None for row in seen]


async def customer_of_viewer(db: Reader, context: Context, given: object) -> UUID:
    """Who an idempotency key for joining or leaving belongs to: the customer, who need not be known yet (R36).

    Not the membership, which is what these keys change: a request refused before it began would be another one after.
    """
    return key_owner(Identity(context.viewer.issuer, context.viewer.subject))
