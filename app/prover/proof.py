"""Everybody held against their books, and every stock and budget against what was taken of it, once, in one go.

The reads of one member are not of one instant, while others write: so whoever seems to disagree is read again under
the member's lock, which every write takes first, and only what disagrees then is told.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.coupons.proving_stock import TemplateProof, prove_templates
from app.db import Reader, Transaction
from app.members.commands import hold_member
from app.members.proving import Mismatch
from app.members.queries import members_after
from app.programs.rules import Programs
from app.rewards.proving_stock import StockProof, prove_stock

from .books import mismatches_of

AT_ONCE = 100
"""Members whose books are in memory at a time."""
BEFORE_ALL = UUID(int=0)


class Source(Reader, Protocol):
    """The database, or what stands for it."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]: ...


@dataclass(frozen=True)
class Proof:
    """What came of going round."""

    members: int
    """How many were held against their books."""
    mismatches: Sequence[Mismatch]
    stock: StockProof = field(default_factory=lambda: StockProof(0, []))
    """Of rewards."""
    coupons: TemplateProof = field(default_factory=lambda: TemplateProof(0, []))

    @property
    def holds(self) -> bool:
        return not (self.mismatches or self.stock.mismatches or self.coupons.mismatches)


async def prove(database: Source, *, now: datetime, programs: Programs, at_once: int = AT_ONCE) -> Proof:
    """Hold every member against their books, and what there is of every reward and every coupon template. Changes
    nothing; the same number of statements for each `at_once` members, a few more for each who seems to disagree, one
    for each reward and three for each template. May raise what the database raises."""
    proved, found, after = 0, list[Mismatch](), BEFORE_ALL
    while page := await members_after(database, after, limit=at_once):
        suspects = await mismatches_of(database, page, now=now, programs=programs)
        for suspect in dict.fromkeys([mismatch.member_id for mismatch in suspects]):
            found += await _confirmed(database, suspect, now, programs)
        proved, after = proved + len(page), page[-1].id
    return Proof(proved, found, await prove_stock(database), await prove_templates(database))


async def _confirmed(database: Source, member_id: UUID, now: datetime, programs: Programs) -> list[Mismatch]:
    """What disagrees of a member while nobody writes."""
    async with database.transaction() as tx:
        member = await hold_member(tx, member_id=member_id)
        return await mismatches_of(tx, [member], now=now, programs=programs) if member else []
