"""Points that are given on a condition (R37)."""

from datetime import datetime
from functools import partial

from app.db import Transaction
from app.points.rules import Books, expiry
from app.points.rules.conditional import Conditional
from app.points.rules.conditional import follow as follow_in
from app.points.section import PointsSection
from app.programs.rules import ProgramVersion

from .ledger import load_lots_of
from .settling import settle_due


async def follow(
    tx: Transaction,
    *,
    account: Books,
    conditional: Conditional,
    theirs_from: datetime | None,
    program: ProgramVersion,
    now: datetime,
) -> None:
    """Bring points on a condition to where that is by now: the first time they are given, pending; met, they can be
    spent from an instant on, which may be past; not met (None), they are pending again, or gone.

    They last as any that `program` gives. Nothing for 0 points. May raise BadInput: more than a member can have.
    """
    if not conditional.points:
        return
    made = await load_lots_of(tx, account, cause=conditional.cause.name, cause_id=conditional.cause_id)
    expires = partial(expiry, policy=program.section(PointsSection).expiry, zone=program.zone)
    follow_in(
        account,
        [lot for lot in made if conditional.made(lot)],
        conditional,
        theirs_from=theirs_from,
        expires=expires,
        new_id=tx.new_id,
        now=now,
    )
    await settle_due(tx, account, now=now)
