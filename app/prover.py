"""The prover: goes round all members and holds each against their own books. It names who disagrees (R5).

A member is only ever compared with themselves: sums over members would not be of one instant. Nor are the reads of
one member, while others write: so whoever seems to disagree is read again under the member's lock, which every write
takes first, and only what disagrees then is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Protocol
from uuid import UUID

from prometheus_client import Gauge

from app.customers.queries import identities_of_customers
from app.db import Reader, Transaction
from app.db.unique_keys import owners_of
from app.facts.proving import OrderBook, effects_of, order_books, order_claims, order_keys
from app.members.commands import lock_member
from app.members.proving import Key, Mismatch, Published, key_claims, keys_of, mismatches
from app.members.queries import members_after
from app.points.proving import PointsBook, points_books, points_claims
from app.programs.queries import newest_numbers
from app.programs.rules import Programs
from app.tiers.proving import GrowthBook, growth_books, growth_claims

AT_ONCE = 100
"""Members whose books are in memory at a time."""
BEFORE_ALL = UUID(int=0)

MEMBERS = Gauge("prover_members", "Members that were held against their books in the last round.")
MISMATCHES = Gauge("prover_mismatches", "Disagreements that the last round found; somebody has to look at them.")
BEGUN = Gauge("prover_round_timestamp_seconds", "When the last whole round began: nobody's proof is older.")


class Source(Reader, Protocol):
    """The database, or what stands for it."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]: ...


@dataclass(frozen=True)
class Proof:
    """What came of going round."""

    members: int
    """How many were held against their books."""
    mismatches: Sequence[Mismatch]

    @property
    def holds(self) -> bool:
        return not self.mismatches


@dataclass(frozen=True)
class Books:
    """All that is written of one member."""

    member: Any
    keys: Sequence[Key]
    points: PointsBook
    growth: GrowthBook
    orders: Sequence[OrderBook]


async def prove(database: Source, *, now: datetime, programs: Programs, at_once: int = AT_ONCE) -> Proof:
    """Hold every member against their books. Changes nothing; the same number of statements for each `at_once`
    members, and a few more for each who seems to disagree. May raise what the database raises."""
    proved, found, after = 0, list[Mismatch](), BEFORE_ALL
    while page := await members_after(database, after, limit=at_once):
        for suspect in dict.fromkeys([m.member_id for m in await _disagreeing(database, page, now, programs)]):
            found += await _confirmed(database, suspect, now, programs)
        proved, after = proved + len(page), page[-1].id
    return Proof(proved, found)


def publish_figures(proof: Proof, *, now: datetime) -> None:
    """For Prometheus, of a round that began `now`."""
    MEMBERS.set(proof.members)
    MISMATCHES.set(len(proof.mismatches))
    BEGUN.set(now.timestamp())


async def _confirmed(database: Source, member_id: UUID, now: datetime, programs: Programs) -> list[Mismatch]:
    """What disagrees of a member while nobody writes."""
    async with database.transaction() as tx:
        member = await lock_member(tx, member_id=member_id)
        return await _disagreeing(tx, [member], now, programs)


async def _disagreeing(db: Reader, members: Sequence[Any], now: datetime, programs: Programs) -> list[Mismatch]:
    books = await _books(db, members)
    owners = await _owners(db, list(chain.from_iterable(each.keys for each in books)))
    newest = {row.program: row.number for row in await newest_numbers(db)}
    return [mismatch for each in books for mismatch in _of_member(each, owners, newest, now, programs)]


async def _books(db: Reader, members: Sequence[Any]) -> list[Books]:
    ids = [member.id for member in members]
    identities = await identities_of_customers(db, [member.customer_id for member in members])
    points, growth = await points_books(db, ids), await growth_books(db, ids)
    orders = await order_books(db, ids)
    keys = [
        [*keys_of(member, known), *order_keys(theirs, program=member.program, member_id=member.id)]
        for member, known, theirs in zip(members, identities, orders, strict=True)
    ]
    return [Books(*each) for each in zip(members, keys, points, growth, orders, strict=True)]


async def _owners(db: Reader, keys: Sequence[Key]) -> Mapping[bytes, UUID]:
    digests = [key.digest for key in keys]
    owners = await owners_of(db, digests)
    return {digest: owner for digest, owner in zip(digests, owners, strict=True) if owner is not None}


def _of_member(
    books: Books, owners: Mapping[bytes, UUID], newest: Mapping[str, int], now: datetime, programs: Programs
) -> Iterator[Mismatch]:
    member = books.member
    published = Published(programs.get(member.program), newest[member.program])
    claims = chain(
        key_claims(books.keys, owners),
        points_claims(books.points, now=now),
        growth_claims(books.growth, member, published=published),
        order_claims(books.orders, effects_of(books.points, books.growth), published=published),
    )
    return mismatches(member.id, claims)
