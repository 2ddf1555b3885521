"""Every write of customers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.db import Transaction, Write, insert_of
from app.db.unique_keys import claim

from .models import CustomerRow, IdentityRow
from .queries import identity_digest
from .rules import Identity

INSERT_CUSTOMER = insert_of(CustomerRow)
INSERT_IDENTITY = insert_of(IdentityRow)
LOCK: Write[CustomerRow] = Write(
    CustomerRow,
    select(CustomerRow).where(col(CustomerRow.id) == bindparam("customer_id")).with_for_update(key_share=True),
)
"""Not FOR UPDATE: what is written of the customer meanwhile refers to the row, and need not wait."""


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


async def lock_customer(tx: Transaction, *, customer_id: UUID) -> None:
    """Lock the customer's row until the transaction ends, before any member of theirs: for who joins, and for who must
    be sure that they do not."""
    await tx.run(LOCK, customer_id=customer_id)
