"""Playing history in: a member's orders in one transaction, several members at once.

Each order is recorded with `now` at its own instant, as if it had been reported when it happened: so the member is
settled up to then before it (R2), the version then in force applies, and the entries of the ledger are in order of
time. Only after the last order is the member settled as of the present. Where facts were reported before the history
comes, its entries follow theirs: later in the ledger, and dated when they were due.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from app.customers.rules import Identity
from app.db import Database, Transaction
from app.db.retrying import retried
from app.errors import BadInput, Refused
from app.facts.commands import record_order
from app.facts.rules import FactConflict, FactKept, OrderRecorded
from app.members.rules import NotMember
from app.points.commands import settle_member
from app.programs.rules import Programs

from .history import Due, parts
from .reading import NotTaken

MEMBERS_AT_ONCE = 4


@dataclass(frozen=True)
class Stage:
    """Where history is played in. `now` is the present, which all of it is before."""

    database: Database
    programs: Programs
    program: str
    issuer: str
    """Of the customers' tokens; what the file calls a customer is the subject."""
    now: datetime


@dataclass
class Tally:
    """What came of it."""

    new: int = 0
    known: int = 0
    """Orders that were recorded before, with the same content."""
    refused: list[NotTaken] = field(default_factory=list[NotTaken])

    @property
    def orders(self) -> int:
        return self.new + self.known + len(self.refused)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.new + other.new, self.known + other.known, self.refused + other.refused)


async def play(
    stage: Stage,
    histories: Iterable[tuple[str, Sequence[Due]]],
    *,
    stopping: asyncio.Event,
    progress: Callable[[int], object],
) -> Tally:
    """Play in the orders of each customer, until `stopping` is set: then what is under way is finished."""
    done = Tally()
    waiting = iter(histories)

    async def play_some() -> None:
        nonlocal done
        for customer, orders in waiting:
            for part, is_last in parts(orders):
                if stopping.is_set():
                    return
                played = await retried(partial(_play, stage, customer, part, is_last=is_last), attempts=6, wait=0.5)
                done += played
                progress(played.orders)

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(MEMBERS_AT_ONCE, stage.database.settings.size)):
                tasks.create_task(play_some())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return done


async def _play(stage: Stage, customer: str, orders: Sequence[Due], *, is_last: bool) -> Tally:
    identity = Identity(stage.issuer, customer)
    try:
        async with stage.database.transaction() as tx:
            return await _settled(tx, stage, [await _record(tx, stage, identity, due) for due in orders], is_last)
    except (Refused, BadInput):
        return await _play_one_by_one(stage, identity, orders, is_last=is_last)


async def _play_one_by_one(stage: Stage, identity: Identity, orders: Sequence[Due], *, is_last: bool) -> Tally:
    """Slower, with a savepoint for each order: what is refused leaves nothing, and the others are taken."""
    recorded: list[OrderRecorded] = []
    refused: list[NotTaken] = []
    async with stage.database.transaction() as tx:
        for due in orders:
            try:
                async with tx.savepoint():
                    recorded.append(await _record(tx, stage, identity, due))
            except (Refused, BadInput) as error:
                refused.append(NotTaken(due.line, _reason(error)))
        return await _settled(tx, stage, recorded, is_last) + Tally(refused=refused)


async def _record(tx: Transaction, stage: Stage, identity: Identity, due: Due) -> OrderRecorded:
    """May raise Refused. History is nothing to be kept for who may join: it is of who did, also from before."""
    recorded = await record_order(
        tx,
        programs=stage.programs,
        program=stage.program,
        identity=identity,
        order=due.order,
        whenever=True,
        now=due.at,
    )
    if isinstance(recorded, FactKept):
        raise Refused(NotMember(stage.program))
    return recorded


async def _settled(tx: Transaction, stage: Stage, recorded: Sequence[OrderRecorded], is_last: bool) -> Tally:
    known = sum(each.replayed for each in recorded)
    if is_last and known < len(recorded):
        await settle_member(tx, member_id=recorded[0].member_id, now=stage.now)
    return Tally(len(recorded) - known, known)


def _reason(error: Refused | BadInput) -> str:
    if isinstance(error, BadInput):
        return str(error)
    if isinstance(error.answer, FactConflict):
        return (
            f"order {error.answer.external_id} of {error.answer.source} was reported before with other content, "
            "or for another customer"
        )
    return "the customer is not a member of the program, which one joins only by asking"
