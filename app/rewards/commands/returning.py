"""What goes back when a redemption is cancelled or refunded: points to the lots that paid, a piece to the stock."""

from datetime import datetime
from typing import Any

from app.db import Transaction
from app.points import commands as points
from app.points.commands.holding import extension
from app.points.rules import Because, Cause
from app.points.rules.words import REDEMPTION
from app.programs.rules import Programs
from app.rewards.rules.kinds import handling_of
from app.rewards.rules.life import is_restocked
from app.tiers import commands as tiers

from .stock import Piece, put_back


async def give_back_points(
    tx: Transaction, redemption: Any, *, member: tiers.Row, by_shop: bool, programs: Programs, now: datetime
) -> None:
    """The points return to the lots that paid (R7); nothing where nothing was paid."""
    if not redemption.points:
        return
    await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now)
    program = programs.for_member(member.program, member.id).at(now)
    await points.give_back(
        tx,
        account=account,
        spent_by=(Cause.REDEMPTION, redemption.id),
        amount=redemption.points,
        because=Because(Cause.REDEMPTION, redemption.id, REDEMPTION, program.number),
        extension=extension(program, by=redemption.id, by_shop=by_shop, now=now),
        now=now,
    )


async def put_back_in_stock(tx: Transaction, redemption: Any, *, kind: str, is_asked: bool) -> bool:
    """Put what was taken back into the stock, if that is asked for and can be: the last thing to be waited for, as for
    redeeming. Was it?"""
    row = redemption
    if not is_restocked(row, asked=is_asked, is_stocked=row.bucket is not None):
        return False
    await put_back(tx, reward_id=row.reward_id, piece=Piece(row.bucket, row.number), redemption_id=row.id,
                   has_code=handling_of(kind).has_codes)  # fmt: skip
    return True
