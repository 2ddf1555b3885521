"""Every write of customers."""

from datetime import datetime
from uuid import UUID

from app.db import Transaction, insert_of
from app.db.unique_keys import claim

from .models import CustomerRow, IdentityRow
from .queries import identity_digest
from .rules import Identity

INSERT_CUSTOMER = insert_of(CustomerRow)
INSERT_IDENTITY = insert_of(IdentityRow)


async def customer_known_as(tx: Transaction, *, identity: Identity, now: datetime) -> UUID:
    """The customer's id; a customer not seen before is registered. Two at once register one."""
    new = tx.new_id()
    known = await claim(tx, kind="identity", digest=identity_digest(identity), owner=new)
    if not known.is_new:
        return known.owner
    await tx.run(INSERT_CUSTOMER, id=new, created_at=now)
    await tx.run(
        INSERT_IDENTITY,
        customer_id=new,
        id=tx.new_id(),
        issuer=identity.issuer,
        subject=identity.subject,
        created_at=now,
    )
    return new
