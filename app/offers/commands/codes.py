"""A pool of somebody else's codes beside a stock in buckets: each is taken up once in a program, and given once (R31).

A bucket is a queue of them: who takes a piece of it gets the code with the piece's number, one that comes back is put
behind the last. So each code has one taker, and none has to be locked to be found. A domain has a table of that shape,
and its statements are made for it here.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Transaction, Write, in_columns, insert_many_of
from app.db.rows import table_of
from app.db.unique_keys import UniqueKeyRow, digest_of
from app.errors import BadInput
from app.offers.models import PooledCode
from app.offers.rules.pool_codes import read_codes
from app.offers.rules.spreading import dealt
from app.programs.money import MOST

from .stock import Piece, Stock, add_to_buckets

R = TypeVar("R", bound=PooledCode)


KEYS = func.unnest(bindparam("keys", type_=ARRAY(LargeBinary()))).table_valued("digest").render_derived(name="k")
CLAIM_CODES: Write[UniqueKeyRow] = Write(
    UniqueKeyRow,
    insert(UniqueKeyRow)
    .from_select(
        ["digest", "kind", "owner"],
        select(
            literal_column("k.digest", LargeBinary()),
            literal_column("'pool-code'", Text()),
            bindparam("of_pool", type_=Uuid()),
        )
        .select_from(KEYS)
        .order_by(literal_column("k.digest")),
    )
    .on_conflict_do_nothing(index_elements=[col(UniqueKeyRow.digest)])
    .returning(col(UniqueKeyRow.digest)),
)
"""In the order of the keys: so two who send the same codes never wait crosswise."""


@dataclass(frozen=True)
class Codes(Generic[R]):
    """The statements of a table of codes."""

    insert: Write[R]
    take: Write[R]
    put_back: Write[R]
    of: str
    taker: str


@dataclass(frozen=True)
class Sent:
    """Codes that were sent to a pool."""

    new: Mapping[bytes, str]
    """Those that are the pool's from now on, by their own digests."""
    known: int
    """How many the program has, or had, in this pool or in another."""
    repeated: int
    """How many came once more."""


@dataclass(frozen=True)
class Taken:
    """What came of codes that were sent: so many are new, were there before, or came once more."""

    added: int
    known: int
    repeated: int
    left_before: int
    """How many were free."""


def codes_in(model: type[R], *, of: str, taker: str) -> Codes[R]:
    """Statements for a table: `of` is the column of what it is a pool of, `taker` that of what took a code."""
    rows: Any = table_of(model).c
    pool = rows[of] == bindparam("of_pool", type_=Uuid())
    place = (
        pool,
        rows.bucket == bindparam("of_bucket", type_=Integer()),
        rows.number == bindparam("of_number", type_=BigInteger()),
    )
    new_taker = bindparam("new_taker", type_=Uuid())
    take = (
        update(model)
        .where(*place, rows[taker].is_(None))
        .values({rows.taken_by: bindparam("member_id", type_=Uuid()), rows[taker]: new_taker})
        .returning(rows.id)
    )
    put_back = (
        update(model)
        .where(*place, rows[taker] == bindparam("of_taker", type_=Uuid()))
        .values({rows.taken_by: None, rows[taker]: None, rows.number: bindparam("new_number", type_=BigInteger())})
        .returning(rows.id)
    )
    return Codes(
        insert=insert_many_of(model),
        take=Write(model, take),
        put_back=Write(model, put_back),
        of=of,
        taker=taker,
    )


async def claim_codes(tx: Transaction, *, program: str, pool: UUID, sent: Sequence[str]) -> Sent:
    """Make codes the pool's that no pool of the program has, or had. Of two who send the same at the same time one
    waits for the other, and is told that it is known; before anybody waits for the stock.

    May raise BadInput: there is something wrong with what was sent; which code it is is told by its place, never by
    itself.
    """
    read = read_codes(sent)
    codes = dict.fromkeys(read)
    keys = {_key(program, code): code for code in codes}
    claimed = {row.digest for row in await tx.run(CLAIM_CODES, keys=sorted(keys), of_pool=pool)}
    new = {hashlib.sha256(code.encode()).digest(): code for key, code in keys.items() if key in claimed}
    return Sent(new, known=len(codes) - len(new), repeated=len(read) - len(codes))


def _key(program: str, code: str) -> bytes:
    """What makes a code one pool's in a program. It is not remembered by this process, as other keys are: who has a
    code may use it."""
    return digest_of.__wrapped__("pool-code", program, code)


async def add_codes_to(
    tx: Transaction,
    stock: Stock[Any],
    codes: Codes[Any],
    *,
    pool: UUID,
    buckets: Sequence[Any],
    sent: Sent,
    now: datetime,
) -> Taken:
    """Take up what was claimed for a pool. `buckets`: all rows of its stock, which are locked.

    May raise BadInput: there would be more than can be counted.
    """
    new = sent.new
    if sum(bucket.total for bucket in buckets) + len(new) > MOST:
        raise BadInput(f"There can be at most {MOST} codes.")
    left = [bucket.left_ for bucket in buckets]
    last = [bucket.last_number for bucket in buckets]
    rows: list[dict[str, Any]] = []
    for bucket, (digest, code) in zip(dealt(left, len(new)), new.items(), strict=True):
        last[bucket] += 1
        rows.append({codes.of: pool, "id": tx.new_id(), "digest": digest, "code": code, "bucket": bucket,
                     "number": last[bucket], "taken_by": None, codes.taker: None, "added_at": now})  # fmt: skip
    if rows:
        await tx.run(codes.insert, **in_columns(rows))
    changes = [after - bucket.last_number for after, bucket in zip(last, buckets, strict=True)]
    await add_to_buckets(tx, stock, pool, changes)
    return Taken(len(new), sent.known, sent.repeated, sum(left))


async def take_code_of(
    tx: Transaction, codes: Codes[Any], *, pool: UUID, piece: Piece, member_id: UUID, taker: UUID
) -> None:
    """The code of a piece is that taker's from now on. Who has the piece is the only one who has its number."""
    rows = await tx.run(codes.take, of_pool=pool, of_bucket=piece.bucket, of_number=piece.number, member_id=member_id,
                        new_taker=taker)  # fmt: skip
    if not rows:
        raise LookupError("a piece of the stock has no code")


async def put_code_back_in(
    tx: Transaction, codes: Codes[Any], *, pool: UUID, piece: Piece, taker: UUID, new_number: int
) -> None:
    """It can be taken again, as the last of its bucket."""
    rows = await tx.run(codes.put_back, of_pool=pool, of_bucket=piece.bucket, of_number=piece.number, of_taker=taker,
                        new_number=new_number)  # fmt: skip
    if not rows:
        raise LookupError("a code that goes back was not the taker's")
