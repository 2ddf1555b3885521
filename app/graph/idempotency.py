"""Idempotency keys: the same key and input give the same outcome, however often they come (R36).

What is stored is the outcome's kind and its ids, never what was shown of it, and never personal data.
"""

import hashlib
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar
from uuid import UUID

import asyncpg
import orjson
from pydantic import TypeAdapter
from sqlalchemy import DateTime, LargeBinary, Select, Text, Uuid, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel, col

from app.clock import DRIVERS_UUID
from app.db import Database, Reader, Statement, Transaction, Write, insert_of
from app.db.writing import whole_row
from app.errors import KeyInUse, KeyReused

from .in_flight import IN_USE

R = TypeVar("R")

KEPT = timedelta(hours=48)
"""How long a key is remembered: at least 24 hours (R36)."""
FORGOTTEN_AT_ONCE = timedelta(minutes=10)
"""Keys made within so long are deleted together."""


class IdempotencyKeyRow(SQLModel, table=True):
    """A key belongs to an owner (member, or customer for joining) and a caller; `id` is a digest of caller and key."""

    __tablename__: ClassVar[Any] = "idempotency_keys"
    owner_id: UUID = Field(sa_type=Uuid, primary_key=True)
    id: UUID = Field(sa_type=Uuid, primary_key=True)
    input_digest: bytes = Field(sa_type=LargeBinary)
    outcome_kind: str | None = None
    outcome: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)  # pyright: ignore[reportArgumentType]


BY_KEY = Statement(
    IdempotencyKeyRow,
    lambda columns, keys: select(*columns).where(
        keys.hold_pair(col(IdempotencyKeyRow.owner_id), col(IdempotencyKeyRow.id))
    ),
    always=("owner_id", "id"),
    pairs=True,
)
CLAIM: Write[IdempotencyKeyRow] = Write(
    IdempotencyKeyRow,
    insert(IdempotencyKeyRow)
    .values(
        owner_id=bindparam("owner_id"),
        id=bindparam("id"),
        input_digest=bindparam("input_digest"),
        created_at=bindparam("created_at"),
    )
    .on_conflict_do_nothing(index_elements=[col(IdempotencyKeyRow.owner_id), col(IdempotencyKeyRow.id)])
    .returning(col(IdempotencyKeyRow.id)),
)
STORE: Write[IdempotencyKeyRow] = Write(
    IdempotencyKeyRow,
    update(IdempotencyKeyRow)
    .where(col(IdempotencyKeyRow.owner_id) == bindparam("of_owner"), col(IdempotencyKeyRow.id) == bindparam("of_key"))
    .values(outcome_kind=bindparam("kind"), outcome=bindparam("data")),
)
KEEP = insert_of(IdempotencyKeyRow)
KEEP_NEW: Write[IdempotencyKeyRow] = Write(
    IdempotencyKeyRow,
    insert(IdempotencyKeyRow)
    .values(whole_row(IdempotencyKeyRow))
    .on_conflict_do_nothing(index_elements=[col(IdempotencyKeyRow.owner_id), col(IdempotencyKeyRow.id)])
    .returning(col(IdempotencyKeyRow.id)),
)
FORGET: Write[IdempotencyKeyRow] = Write(
    IdempotencyKeyRow,
    delete(IdempotencyKeyRow).where(col(IdempotencyKeyRow.created_at) < bindparam("before")),
)

OLDEST = Statement(
    IdempotencyKeyRow,
    lambda _, __: select(col(IdempotencyKeyRow.created_at)).order_by(col(IdempotencyKeyRow.created_at)).limit(1),
    always=("created_at",),
)


class Recorder(Protocol):
    """What runs a write that is a transaction by itself."""

    def run(self, write: Write[R], **values: Any) -> Awaitable[list[R]]: ...


class KeyedInput(NamedTuple):
    """What came with a key, of whomever."""

    id: UUID
    """A digest of caller and key."""
    input_digest: bytes

    def of(self, owner_id: UUID) -> "KeyedRequest":
        return KeyedRequest(owner_id, self.id, self.input_digest)


def id_of_key(caller: str, key: UUID) -> UUID:
    """By which a key of a caller is found."""
    return DRIVERS_UUID(hashlib.sha256(f"{caller}|{key}".encode()).digest()[:16])


class KeyedRequest(NamedTuple):
    """One request that carries a key, and whose that is."""

    owner_id: UUID
    id: UUID
    input_digest: bytes


def digest_of_input(mutation: str, values: Mapping[str, Any]) -> bytes:
    """Of what was asked, but for the key itself."""
    told = orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(mutation.encode() + b"|" + told).digest()


async def claim(tx: Transaction, request: KeyedRequest, outcomes: Mapping[str, type], *, now: datetime) -> Any:
    """None if the key is new and now this request's; else the first outcome, marked `replayed`.

    May raise KeyReused: the key came before with other input; KeyInUse: another process is at work on it still.
    """
    values = {"owner_id": request.owner_id, "id": request.id, "input_digest": request.input_digest, "created_at": now}
    try:
        is_new = await tx.run(CLAIM, **values)
    except asyncpg.LockNotAvailableError:
        raise KeyInUse(IN_USE) from None
    return None if is_new else await recall(tx, request, outcomes)


async def recall(db: Reader, request: KeyedRequest, outcomes: Mapping[str, type]) -> Any:
    """The outcome of a key, marked `replayed`; None: it is new. May raise KeyReused."""
    found = await db.fetch(BY_KEY, [(request.owner_id, request.id)])
    if not found:
        return None
    (row,) = found
    return outcome_of(Kept(row.input_digest, row.outcome_kind, row.outcome), request, outcomes)


async def is_known(db: Reader, *, owner_id: UUID, caller: str, key: UUID) -> bool:
    """Has a caller sent a key of that owner's before? Then what is sent with it now does nothing new."""
    return bool(await db.fetch(BY_KEY, [(owner_id, id_of_key(caller, key))], columns=frozenset(("id",))))


class Kept(NamedTuple):
    """What is kept under a key."""

    input_digest: bytes
    kind: str | None
    outcome: str | None


def with_key(found: Select[Any], owner: Any) -> Select[Any]:
    """The same rows, each with what is kept under the key of the parameter `key_id` of that owner beside it (see
    `kept_beside`). Who locks a row and waits for it may see what was kept before they waited."""
    is_it = (col(IdempotencyKeyRow.owner_id) == owner) & (
        col(IdempotencyKeyRow.id) == bindparam("key_id", type_=Uuid())
    )
    kept: tuple[Any, ...] = (IdempotencyKeyRow.input_digest, IdempotencyKeyRow.outcome_kind, IdempotencyKeyRow.outcome)
    columns: list[Any] = [column.label(f"key_{number}") for number, column in enumerate(map(col, kept))]
    return found.outerjoin(IdempotencyKeyRow, is_it).add_columns(*columns)


def kept_beside(row: Any) -> Kept | None:
    """What was kept, of a row that was found `with_key`."""
    return None if row["key_0"] is None else Kept(row["key_0"], row["key_1"], row["key_2"])


def outcome_of(kept: Kept, request: KeyedRequest, outcomes: Mapping[str, type]) -> Any:
    """May raise KeyReused."""
    if kept.input_digest != request.input_digest:
        raise KeyReused("This idempotency key was used for another request. Take a new key for a new request.")
    if kept.kind is None or kept.outcome is None:
        raise LookupError("a key without an outcome was committed")
    kind = outcomes[kept.kind]
    outcome = _reader(kind).validate_json(kept.outcome)
    return replace(outcome, replayed=True) if hasattr(outcome, "replayed") else outcome


@cache
def _reader(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def keep(tx: Transaction, request: KeyedRequest, outcome: Any, *, now: datetime) -> None:
    """Keep a key with what came of it, for who has looked for it under a lock that all take who have the same owner's
    keys. If it is there all the same, the transaction fails as `is_taken` says: then it is to be done anew."""
    tx.later(KEEP, **_kept(request, outcome, now=now))


def is_taken(error: asyncpg.UniqueViolationError) -> bool:
    """Was it the key that was there already?"""
    return getattr(error, "constraint_name", None) == "pk_idempotency_keys"


async def keep_alone(database: Recorder, request: KeyedRequest, outcome: Any, *, now: datetime) -> bool:
    """Keep a key with an outcome for which nothing was done, in one round trip. False: it is there already."""
    return bool(await database.run(KEEP_NEW, **_kept(request, outcome, now=now)))


def _kept(request: KeyedRequest, outcome: Any, *, now: datetime) -> dict[str, Any]:
    data = orjson.dumps(outcome, default=str).decode()  # str: the driver has UUIDs of its own
    kind = type(outcome).__name__
    key = {"owner_id": request.owner_id, "id": request.id, "input_digest": request.input_digest, "created_at": now}
    return {**key, "outcome_kind": kind, "outcome": data}


async def store(tx: Transaction, request: KeyedRequest, outcome: Any) -> None:
    """Keep what came of the request, in its own transaction."""
    data = orjson.dumps(outcome, default=str).decode()  # str: the driver has UUIDs of its own
    kind = type(outcome).__name__
    await tx.run(STORE, of_owner=request.owner_id, of_key=request.id, kind=kind, data=data)


async def forget_old(database: Database, *, now: datetime) -> None:
    """Delete keys that are older than KEPT, little by little: it may stop anywhere."""
    before = now - KEPT
    while (oldest := await database.fetch(OLDEST)) and oldest[0].created_at < before:
        async with database.transaction() as tx:
            await tx.run(FORGET, before=min(oldest[0].created_at + FORGOTTEN_AT_ONCE, before))
