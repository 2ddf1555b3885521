"""Playing history in: some of a customer's orders in one transaction.

Where points come of it, each order is recorded with `now` at its own instant, as if it had been reported when it
happened: so the member is settled up to then before it (R2), the version then in force applies, and the entries of the
ledger are in order of time. Only after the last order is the member settled as of the present. Where facts were
reported before the history comes, its entries follow theirs: later in the ledger, and dated when they were due.

Where none do, which is the rule (R19), all orders are written by a few statements (see `facts.commands.history`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from app.customers.rules import Identity
from app.db import Transaction
from app.errors import BadInput, Refused
from app.facts.commands import Member, is_taken_at_once, record_order, take_history
from app.facts.rules import FactConflict, FactKept, OrderRecorded
from app.members.commands import lock_member, member_for_fact, take_over_member
from app.members.rules import NotMember
from app.members.section import Join, MembersSection
from app.points.commands import settle_member
from app.tiers import commands as tiers

from .dry import in_transaction
from .growing import grow_by_history
from .history import Due
from .reading import NotTaken
from .stages import Stage, Tally


@dataclass(frozen=True)
class Part:
    """Orders of a customer that are played in together, oldest first; the last that there are, or not."""

    customer: str
    orders: Sequence[Due]
    is_last: bool


async def play(stage: Stage, part: Part) -> Tally:
    """Play in some orders of a customer. What is refused of them leaves nothing, and the others are taken."""
    try:
        return await in_transaction(stage, part.customer, partial(_play, stage=stage, part=part))
    except (Refused, BadInput):
        return await play_one_by_one(stage, part)


async def play_one_by_one(stage: Stage, part: Part) -> Tally:
    """The same, order by order: slower, with a savepoint for each."""
    return await in_transaction(stage, part.customer, partial(_play_one_by_one, stage=stage, part=part))


async def _play(tx: Transaction, *, stage: Stage, part: Part) -> Tally:
    """May raise Refused, BadInput: of one of the orders, or of the customer."""
    if stage.brings.points:
        recorded = [await _record(tx, stage, part.customer, due) for due in part.orders]
        return await _settled(tx, stage, recorded, part)
    member = await _member(tx, stage, Identity(stage.issuer, part.customer), since=part.orders[0].at)
    if not await is_taken_at_once(tx, programs=stage.programs, member=member):
        recorded = [await _record(tx, stage, part.customer, due) for due in part.orders]
        return await _settled(tx, stage, recorded, part)
    orders = [due.order for due in part.orders]
    taken = await take_history(tx, programs=stage.programs, member=member, orders=orders, now=stage.now)
    if len(taken.refused) == len(orders):
        raise Refused(taken.refused[0])  # and who was no member is none
    await grow_by_history(tx, stage, member=member, new=taken.new)
    recorded = [await _record(tx, stage, part.customer, part.orders[place]) for place in taken.one_by_one]
    tally = await _settled(tx, stage, recorded, part)
    refused = [NotTaken(part.orders[place].line, _reason(Refused(why))) for place, why in taken.refused.items()]
    tally += Tally(new=len(taken.new), known=taken.known, orders=len(taken.new), refused=refused)
    return tally


async def _member(tx: Transaction, stage: Stage, identity: Identity, *, since: datetime) -> Member:
    """The member, locked; where one joins automatically, also who was none. May raise Refused: NotMember."""
    if stage.version.section(MembersSection).join is Join.AUTOMATIC:
        return (await take_over_member(tx, program=stage.version, identity=identity, joined_at=since, now=stage.now))[0]
    member = await member_for_fact(tx, program=stage.version, identity=identity, now=since)
    if member is None:
        raise Refused(NotMember(stage.program))
    return member


async def _play_one_by_one(tx: Transaction, *, stage: Stage, part: Part) -> Tally:
    recorded: list[OrderRecorded] = []
    refused: list[NotTaken] = []
    for due in part.orders:
        try:
            async with tx.savepoint():
                recorded.append(await _record(tx, stage, part.customer, due))
        except (Refused, BadInput) as error:
            refused.append(NotTaken(due.line, _reason(error)))
    tally = await _settled(tx, stage, recorded, part)
    tally += Tally(refused=refused)
    return tally


async def _record(tx: Transaction, stage: Stage, customer: str, due: Due) -> OrderRecorded:
    """May raise Refused. History is nothing to be kept for who may join: it is of who did, also from before."""
    recorded = await record_order(
        tx,
        programs=stage.programs,
        program=stage.program,
        identity=Identity(stage.issuer, customer),
        order=due.order,
        whenever=True,
        brings=stage.brings,
        now=due.at,
        registered_at=stage.now,
    )
    if isinstance(recorded, FactKept):
        raise Refused(NotMember(stage.program))
    return recorded


async def _settled(tx: Transaction, stage: Stage, recorded: Sequence[OrderRecorded], part: Part) -> Tally:
    known = sum(each.replayed for each in recorded)
    new = len(recorded) - known
    if part.is_last and new:
        member = await lock_member(tx, member_id=recorded[0].member_id)
        await tiers.settled_standing(tx, member=member, programs=stage.programs, now=stage.now)
        if stage.brings.points:
            await settle_member(tx, member_id=member.id, now=stage.now)
    return Tally(new=new, known=known, orders=new)


def _reason(error: Refused | BadInput) -> str:
    if isinstance(error, BadInput):
        return str(error)
    if isinstance(error.answer, FactConflict):
        return (
            f"order {error.answer.external_id} of {error.answer.source} was reported before with other content, "
            "or for another customer"
        )
    return "the customer is not a member of the program, which one joins only by asking"
