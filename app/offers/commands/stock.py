"""A stock in a few rows: taking a piece of it, and putting one back, under the lock of one row and for a moment (R31).

A domain has a table of that shape, and its statements are made for it here.
"""

from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, literal_column, select, update

from app.db import Transaction, Write
from app.db.rows import table_of
from app.errors import Refused

R = TypeVar("R")
ONE, NONE = literal_column("1", Integer()), literal_column("0", Integer())


class Piece(NamedTuple):
    """One piece of a stock."""

    bucket: int
    number: int
    """How many were taken of that bucket with it: by it a code is found, if what is offered has codes."""


@dataclass(frozen=True)
class Stock(Generic[R]):
    """The statements of a table with a row for each bucket: `bucket`, `total` (put in), `left_`, `taken` (times),
    `last_number` (times that a piece was put in, or came back), beside the column of what it is the stock of."""

    take: Write[R]
    """Waits for who is at the same bucket, and then looks again whether anything is left. Who has a piece in hand
    refuses nothing any more (see `surely`)."""
    put_back: Write[R]
    with_any_left: Write[R]
    buckets: Write[R]
    """All of one, locked: only who puts in does that. Who takes may hold one that they found empty, and wait here for
    another: the database then gives one of both up, who tries again."""
    add: Write[R]
    parameter: str
    """What the statements call what it is the stock of."""


def stock_in(model: type[R], *, of: str, parameter: str) -> Stock[R]:
    """Statements for a table; `of` is the column of what it is the stock of, `parameter` what they call its value."""
    rows: Any = table_of(model).c
    owned = rows[of] == bindparam(parameter, type_=Uuid())
    the_bucket = owned, rows.bucket == bindparam("of_bucket", type_=Integer())
    take = (
        update(model)
        .where(*the_bucket, rows.left_ > NONE)
        .values(left_=rows.left_ - ONE, taken=rows.taken + ONE)
        .returning(rows.taken)
    )
    put_back = (
        update(model)
        .where(*the_bucket)
        .values(left_=rows.left_ + ONE, last_number=rows.last_number + ONE)
        .returning(rows.last_number)
    )
    with_any_left = select(rows.bucket).where(owned, rows.left_ > NONE)
    buckets = select(model).where(owned).order_by(rows.bucket).with_for_update()
    change = bindparam("change", type_=Integer())
    more = {name: rows[name] + change for name in ("total", "left_", "last_number")}
    return Stock(
        take=Write(model, take, surely=True),
        put_back=Write(model, put_back),
        with_any_left=Write(model, with_any_left),
        buckets=Write(model, buckets),
        add=Write(model, update(model).where(*the_bucket).values(more)),
        parameter=parameter,
    )


async def add_to_buckets(tx: Transaction, stock: Stock[Any], pool: UUID, changes: Sequence[int]) -> None:
    """By how much each bucket changes, from the first. They are locked."""
    rows = [{stock.parameter: pool, "of_bucket": n, "change": change} for n, change in enumerate(changes) if change]
    await tx.run_many(stock.add, rows)


@contextmanager
def surely() -> Generator[None]:
    """What comes once a piece is taken: a refusal would not give it back, so there is none; whatever is raised gives
    up the whole transaction."""
    try:
        yield
    except Refused as refused:
        raise LookupError("refused with a piece in hand") from refused


async def piece_of_any(
    own: int, *, take: Callable[[int], Awaitable[Piece | None]], filled: Callable[[], Awaitable[list[int]]]
) -> Piece | None:
    """Take one piece: of one's own bucket, else of any; None when all of them are empty.

    The last thing to be waited for: who has a piece waits for nobody. Who waited for a bucket and found it empty then
    holds its lock, and goes on to another; since nobody asks for the lock of a bucket that they see to be empty, such
    takers never wait for one another in a circle.
    """
    piece = await take(own)
    while piece is None:
        buckets = await filled()
        if not buckets:
            return None
        for bucket in _from(own, buckets):
            piece = await take(bucket)
            if piece is not None:
                break
    return piece


def _from(own: int, filled: list[int]) -> Iterator[int]:
    """Those after one's own first, so that not all who find theirs empty go on to the same."""
    yield from sorted(bucket for bucket in filled if bucket >= own)
    yield from sorted(bucket for bucket in filled if bucket < own)
