"""Every write of customers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String, Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Transaction, Write, insert_of
from app.db.columns import INSTANT
from app.db.unique_keys import UniqueKeyRow, claim

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
CLAIMED = (
    insert(UniqueKeyRow)
    .values(
        digest=bindparam("digest", type_=LargeBinary()),
        kind=bindparam("key_kind", type_=String()),
        owner=bindparam("customer_id", type_=Uuid()),
    )
    .on_conflict_do_nothing(index_elements=[col(UniqueKeyRow.digest)])
    .returning(col(UniqueKeyRow.owner))
    .cte("claimed")
)
AT = bindparam("created_at", type_=INSTANT)
MADE = insert(CustomerRow).from_select(["id", "created_at"], select(CLAIMED.c.owner, AT)).cte("made")
REGISTER: Write[IdentityRow] = Write(
    IdentityRow,
    insert(IdentityRow)
    .from_select(
        ["customer_id", "id", "issuer", "subject", "created_at"],
        select(
            CLAIMED.c.owner,
            bindparam("identity_id", type_=Uuid()),
            bindparam("issuer", type_=String()),
            bindparam("subject", type_=String()),
            AT,
        ),
    )
    .returning(col(IdentityRow.customer_id))
    .add_cte(MADE),
)


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


async def new_customer(tx: Transaction, *, identity: Identity, now: datetime) -> UUID | None:
    """The same in one statement for a customer who is most likely not known: the id of who was registered, and nobody
    else sees before the transaction ends; None, and nothing is written, if they are known."""
    new = tx.new_id()
    made = await tx.run(
        REGISTER,
        digest=identity_digest(identity),
        key_kind="identity",
        customer_id=new,
        identity_id=tx.new_id(),
        issuer=identity.issuer,
        subject=identity.subject,
        created_at=now,
    )
    return new if made else None


async def lock_customer(tx: Transaction, *, customer_id: UUID) -> None:
    """Lock the customer's row until the transaction ends, before any member of theirs: for who joins, and for who must
    be sure that they do not."""
    await tx.run(LOCK, customer_id=customer_id)
