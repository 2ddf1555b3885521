"""Orders and other facts are one customer's in a program: claimed once, for good (R24)."""

from uuid import UUID

from app.db import Transaction
from app.db.unique_keys import claim
from app.errors import Refused
from app.facts.queries import order_digest, refund_digest
from app.facts.rules import FactConflict


async def claim_order(
    tx: Transaction, *, program: str, source: str, order: str, customer_id: UUID, conflict: FactConflict
) -> bool:
    """Make the order the customer's; was it nobody's before? May refuse with `conflict`: it is another's."""
    digest = order_digest(program, source=source, external_id=order)
    return await claim_for(tx, kind="order", digest=digest, customer_id=customer_id, conflict=conflict)


async def claim_refund(
    tx: Transaction, *, program: str, source: str, order: str, refund: str, customer_id: UUID
) -> bool:
    """Make the order and then the refund of it the customer's; was the refund nobody's before? May refuse:
    FactConflict, one of them is another's."""
    conflict = FactConflict(source, refund)
    await claim_order(tx, program=program, source=source, order=order, customer_id=customer_id, conflict=conflict)
    digest = refund_digest(program, source=source, external_id=refund)
    return await claim_for(tx, kind="refund", digest=digest, customer_id=customer_id, conflict=conflict)


async def claim_for(tx: Transaction, *, kind: str, digest: bytes, customer_id: UUID, conflict: FactConflict) -> bool:
    """Make a key the customer's; was it nobody's before? May refuse with `conflict`: it is another's."""
    owner, is_new = await claim(tx, kind=kind, digest=digest, owner=customer_id)
    if owner != customer_id:
        raise Refused(conflict)
    return is_new
