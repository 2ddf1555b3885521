"""A member who does something themselves: locked first, before the idempotency key is looked for (R36)."""

from functools import partial
from typing import Any
from uuid import UUID

from app.customers.rules import Identity
from app.db import Reader, Transaction
from app.errors import Refused
from app.graph import Context
from app.graph.idempotency import kept_beside
from app.graph.mutation import Lock, Locked
from app.programs.asked import program_asked

from .asked import key_owner
from .commands import lock_asking
from .models import MemberRow
from .queries import membership
from .rules import MemberStatus, NotMember


async def owner_of_membership(db: Reader, context: Context, given: Any) -> UUID:
    """Who the idempotency key of a member's mutation belongs to while they are no member: the customer in the
    program, who need not be known yet."""
    identity = Identity(context.viewer.issuer, context.viewer.subject)
    return key_owner(identity, program=program_asked(context, given.program))


async def _locked(
    tx: Transaction, context: Context, given: Any, key_id: UUID, *, briefly: bool = False
) -> Locked | None:
    identity = Identity(context.viewer.issuer, context.viewer.subject)
    program = program_asked(context, given.program)
    member = await lock_asking(tx, program=program, identity=identity, key_id=key_id, briefly=briefly)
    return None if member is None else Locked(member, member.id, kept_beside(member))


async def _found(db: Reader, context: Context, given: Any) -> UUID | None:
    member = await membership(db, context=context, program=given.program, columns=frozenset())
    return None if member is None else member.id


lock_membership = Lock(take=_locked, find=_found)
"""The caller's membership, also one that has ended, locked until the transaction ends, and what is kept under the key:
in one round trip. Nothing if they never were a member."""
lock_membership_briefly = Lock(take=partial(_locked, briefly=True), find=_found)
"""The same with few columns of the row (see `commands.locking.BRIEFLY`)."""


def locked_member(context: Context, program: str | None) -> MemberRow:
    """What `lock_membership` has locked. May refuse: NotMember, or no longer one: who left since they used a key still
    gets what came of it."""
    if context.locked is None or context.locked.status != MemberStatus.ACTIVE.name:
        raise Refused(NotMember(program_asked(context, program).code))
    return context.locked
