"""What must be unique across members: one row for each, found by a digest, naming the owner.

A unique index over all members would need all machines to agree once there are several; a row keyed
by its own digest lives on one of them. The digest also keeps identities out of the index.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import LargeBinary, PrimaryKeyConstraint, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel, col

from .reading import Reader
from .statements import Statement, one_each
from .transactions import Transaction
from .writing import Write


class UniqueKeyRow(SQLModel, table=True):
    """`kind` says what is unique, for people who look; the digest covers it."""

    __tablename__: ClassVar[Any] = "unique_keys"
    __table_args__: ClassVar[Any] = (
        PrimaryKeyConstraint("digest", name="pk_unique_keys", postgresql_include=["owner"]),
    )
    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    kind: str
    owner: UUID


OWNERS = Statement(
    UniqueKeyRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(UniqueKeyRow.digest))),
    always=("digest",),
    key=LargeBinary(),
)
CLAIM: Write[UniqueKeyRow] = Write(
    UniqueKeyRow,
    insert(UniqueKeyRow)
    .values(digest=bindparam("digest"), kind=bindparam("kind"), owner=bindparam("owner"))
    .on_conflict_do_nothing(index_elements=[col(UniqueKeyRow.digest)])
    .returning(col(UniqueKeyRow.owner)),
)


@lru_cache(maxsize=10_000)
def digest_of(kind: str, *parts: str) -> bytes:
    """A digest of what is unique. Parts are told apart by their lengths, so `a, bc` is not `ab, c`."""
    told = "".join([f"{len(part)}:{part}" for part in (kind, *parts)])
    return hashlib.sha256(told.encode()).digest()


async def owners_of(db: Reader, digests: Sequence[bytes]) -> list[UUID | None]:
    """The owner behind each digest, or None."""
    rows = one_each(await db.fetch(OWNERS, digests), digests, by="digest")
    return [None if row is None else row.owner for row in rows]


class Claimed(NamedTuple):
    """Who has a key, and whether that was settled just now."""

    owner: UUID
    is_new: bool


async def claim(tx: Transaction, *, kind: str, digest: bytes, owner: UUID) -> Claimed:
    """Make `owner` the owner of a key, unless somebody is; who claims it at the same time waits for the first."""
    if await tx.run(CLAIM, digest=digest, kind=kind, owner=owner):
        return Claimed(owner, is_new=True)
    (first,) = await owners_of(tx, [digest])
    if first is None:
        raise LookupError("a unique key vanished")
    return Claimed(first, is_new=False)
