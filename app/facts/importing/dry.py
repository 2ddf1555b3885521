"""A transaction of an import; in a dry run it is undone once it has been looked at what it changed."""

from collections.abc import Awaitable, Callable

from app.customers.rules import Identity
from app.db import Transaction
from app.db.unique_keys import owners_of
from app.members.queries import members_by_id, membership_digest
from app.tiers.rules import tier_of
from app.tiers.section import TiersSection

from .stages import Changed, Stage, Tally


class _UndoneError(Exception):
    """Ends a transaction that is not to be committed."""


async def in_transaction(stage: Stage, customer: str, work: Callable[[Transaction], Awaitable[Tally]]) -> Tally:
    """What comes of `work`, done in one transaction. In a dry run also what it would change of the customer's
    membership, and nothing is written: what it would be is exact, because all of it was done."""
    if not stage.is_dry:
        async with stage.database.transaction() as tx:
            return await work(tx)
    tally = Tally()
    try:
        async with stage.database.transaction() as tx:
            before = await _held(tx, stage, customer)
            tally = await work(tx)
            after = await _held(tx, stage, customer)
            if after is not None and (tally.new or before != after):
                was = before or (stage.version.section(TiersSection).ladder[0].code, 0)
                tally.changed.append(
                    Changed(customer, before is None, was[0], after[0], was[1], after[1], tally.orders)
                )
            raise _UndoneError
    except _UndoneError:
        return tally


async def _held(tx: Transaction, stage: Stage, customer: str) -> tuple[str, int] | None:
    """The tier that a customer holds, and their growth; None if they are no member."""
    digest = membership_digest(stage.program, Identity(stage.issuer, customer))
    (member_id,) = await owners_of(tx, [digest])
    if member_id is None:
        return None
    (member,) = await members_by_id(tx, [member_id])
    if member is None:
        return None
    return tier_of(member, programs=stage.programs, now=stage.now).code, member.growth
