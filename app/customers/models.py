"""Who a person is: a customer, and the identities by which they are known."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import SQLModel

from app.db.columns import instant, key


class CustomerRow(SQLModel, table=True):
    __tablename__: ClassVar[Any] = "customers"
    id: UUID = key()
    created_at: datetime = instant()


class IdentityRow(SQLModel, table=True):
    """What an identity provider calls the customer. That it is nobody else's is a row of `unique_keys`."""

    __tablename__: ClassVar[Any] = "identities"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_identities_customer"),
        UniqueConstraint("customer_id", "issuer", "subject", name="uq_identities_customer_subject"),
    )
    customer_id: UUID = key()
    id: UUID = key()
    issuer: str
    subject: str
    created_at: datetime = instant()
