"""A member who does something themselves: locked first, before the idempotency key is looked for (R36)."""

from typing import Any
from uuid import UUID

from app.customers.rules import Identity
from app.db import Reader, Transaction
from app.errors import Refused
from app.graph import Context
from app.programs.asked import program_asked

from .asked import key_owner
from .commands import lock_known_as
from .models import MemberRow
from .rules import MemberStatus, NotMember


async def owner_of_membership(db: Reader, context: Context, given: Any) -> UUID:
    """Who the idempotency key of a member's mutation belongs to: the customer in the program, read from nowhere."""
    identity = Identity(context.viewer.issuer, context.viewer.subject)
    return key_owner(identity, program=program_asked(context, given.program))


async def lock_membership(tx: Transaction, context: Context, given: Any) -> MemberRow | None:
    """The caller's membership, locked until the transaction ends; None if they are no member."""
    identity = Identity(context.viewer.issuer, context.viewer.subject)
    member = await lock_known_as(tx, program=program_asked(context, given.program), identity=identity)
    return member if member is not None and member.status == MemberStatus.ACTIVE.name else None


def locked_member(context: Context, program: str | None) -> MemberRow:
    """What `lock_membership` has locked. May refuse: NotMember."""
    if context.locked is None:
        raise Refused(NotMember(program_asked(context, program).code))
    return context.locked
