"""Holds as systems that sell ask for them: each one is a command by itself, with the member's lock."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app.customers.rules import Identity
from app.db import Transaction
from app.errors import BadInput
from app.members.commands import lock_member, member_known_as
from app.points.rules import Books
from app.points.rules.holding import NO_HOLD, CancelledBy, HoldCaptured, HoldPlaced, HoldReleased, PointsGivenBack
from app.programs.rules import Programs, ProgramVersion

from .holding import capture_hold, give_back_of_hold, place_hold, release_hold
from .settling import settled_account

Pair = tuple[UUID, UUID]
"""The member's id and the hold's."""


async def hold_points(
    tx: Transaction,
    *,
    program: ProgramVersion,
    identity: Identity,
    points: int,
    deadline: datetime | None,
    source: str,
    reference: str | None,
    rules: Programs,
    now: datetime,
) -> HoldPlaced:
    """Hold points of a customer until `deadline`, or as long as the program says (R14). Nobody becomes a member by it.

    May refuse: NotMember, NotEnoughPoints. May raise BadInput: no points, or a deadline or reference that cannot be.
    """
    member = await member_known_as(tx, program=program, identity=identity)
    account = await settled_account(tx, member_id=member.id, now=now)
    theirs = rules.for_member(member.program, member.id).at(now)
    hold = await place_hold(tx, account=account, program=theirs, amount=points, deadline=deadline, source=source,
                            reference=reference, now=now)  # fmt: skip
    return HoldPlaced(member.id, hold.id)


async def capture_points(
    tx: Transaction, *, hold: Pair, source: str, programs: Collection[str], now: datetime
) -> HoldCaptured:
    """The held points are spent (R14), also of who has left. `programs` are those that the caller may touch.

    May refuse: HoldEnded. May raise BadInput: there is no such hold for the caller.
    """
    member_id, hold_id = hold
    _, account = await _locked(tx, member_id, programs, now)
    await capture_hold(tx, account=account, hold_id=hold_id, source=source, now=now)
    return HoldCaptured(member_id, hold_id)


async def release_points(
    tx: Transaction, *, hold: Pair, source: str, programs: Collection[str], now: datetime
) -> HoldReleased:
    """The held points return to the lots that paid (R14). As for capturing."""
    member_id, hold_id = hold
    _, account = await _locked(tx, member_id, programs, now)
    await release_hold(tx, account=account, hold_id=hold_id, source=source, now=now)
    return HoldReleased(member_id, hold_id)


async def give_points_back(
    tx: Transaction,
    *,
    hold: Pair,
    points: int | None,
    cancelled_by: CancelledBy,
    source: str,
    programs: Collection[str],
    rules: Programs,
    now: datetime,
) -> PointsGivenBack:
    """What a captured hold spent returns to the lots that paid, all that is left of it if no points are said (R7).

    May refuse: HoldNotCaptured, MoreThanLeft. May raise BadInput: no such hold for the caller, or no points.
    """
    member_id, hold_id = hold
    code, account = await _locked(tx, member_id, programs, now)
    theirs = rules.for_member(code, member_id).at(now)
    giving = await give_back_of_hold(tx, account=account, program=theirs, hold_id=hold_id, source=source, amount=points,
                                     by_shop=cancelled_by is CancelledBy.SHOP, now=now)  # fmt: skip
    return PointsGivenBack(member_id, hold_id, giving)


async def _locked(tx: Transaction, member_id: UUID, programs: Collection[str], now: datetime) -> tuple[str, Books]:
    """Lock and settle the member: the program's code, and their points. May raise BadInput: of another program than
    the caller's, and that is not said (R43)."""
    member = await lock_member(tx, member_id=member_id)
    if member.program not in programs:
        raise BadInput(NO_HOLD)
    return member.program, await settled_account(tx, member_id=member_id, now=now)
