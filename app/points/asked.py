"""What a service asks of holds: whether it may, which hold it means, and whose its idempotency key is."""

from typing import Any, Protocol
from uuid import UUID

from app.db import Reader
from app.errors import BadInput
from app.graph import Context, Viewer
from app.graph.ids import key_of
from app.members.asked import identity_sent, key_owner, source_asked
from app.members.queries import members_by_id
from app.programs.asked import program_asked

from .rules.holding import NO_HOLD

SCOPE = "points:hold"
"""Of services that may hold points, spend what they hold, and give it back."""


class SentCustomer(Protocol):
    @property
    def subject(self) -> str: ...
    @property
    def issuer(self) -> str | None: ...


def source_of_hold(viewer: Viewer, asked: str | None) -> str:
    """The name under which a service holds. May raise Forbidden or BadInput."""
    return source_asked(viewer, asked, scope=SCOPE)


def hold_named(asked: str) -> tuple[UUID, UUID]:
    """Whose hold is meant, and which. May raise BadInput."""
    key = key_of(asked, "pointsHold")
    if isinstance(key, UUID):
        raise BadInput(NO_HOLD)
    return key


async def customer_of_hold(db: Reader, context: Context, given: Any) -> UUID:
    """Who the key for placing a hold belongs to: the customer, who may not be a member yet, and then becomes one: the
    refusal stays (R36). May raise Forbidden or BadInput: the service may not, whatever came of the key before."""
    program = program_asked(context, given.program)
    source_of_hold(context.viewer, given.source)
    customer: SentCustomer = given.customer
    return key_owner(identity_sent(customer.issuer, customer.subject, viewer=context.viewer), program=program)


async def member_of_hold(db: Reader, context: Context, given: Any) -> UUID:
    """Who the key for what happens to a hold belongs to: the member. May raise Forbidden or BadInput: the service may
    not, or there is nobody such in its programs, which is told as of a hold that there is not (R43)."""
    source_of_hold(context.viewer, given.source)
    member_id, _ = hold_named(given.hold)
    (member,) = await members_by_id(db, [member_id], columns=frozenset(("program",)))
    if member is None or member.program not in context.viewer.programs:
        raise BadInput(NO_HOLD)
    return member_id
