"""Every read of customers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db import Reader, Statement, many_each
from app.db.unique_keys import digest_of

from .models import IdentityRow
from .rules import Identity

IDENTITIES = Statement(
    IdentityRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(IdentityRow.customer_id))).order_by(col(IdentityRow.id)),
    always=("customer_id",),
)


def identity_digest(identity: Identity) -> bytes:
    """What leads from an identity to the customer."""
    return digest_of("identity", identity.issuer, identity.subject)


async def identities_of_customers(db: Reader, customer_ids: Sequence[UUID]) -> list[list[IdentityRow]]:
    """All by which each customer is known, the first one first. May be asked for the same customer twice."""
    distinct = list(dict.fromkeys(customer_ids))
    found = many_each(await db.fetch(IDENTITIES, distinct), distinct, by="customer_id")
    by_customer = dict(zip(distinct, found, strict=True))
    return [by_customer[key] for key in customer_ids]
