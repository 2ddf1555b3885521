"""Holds: placed, captured, released; and what a captured one spent is given back."""

from datetime import datetime, timedelta
from uuid import UUID

from app.clock import days_later
from app.db import Transaction, insert_of
from app.errors import BadInput, Refused
from app.points.models import GiveBackRow
from app.points.rules import Because, Books, Cause, Extension, Hold, HoldState
from app.points.rules.holding import NO_HOLD, HoldNotCaptured, MoreThanLeft
from app.points.rules.settling import end_hold
from app.points.rules.taking import capture, check_open, place
from app.points.rules.words import GIVE_BACK
from app.points.section import GiveBack, PointsSection
from app.programs.rules import ProgramVersion

from .ledger import load_all, load_hold
from .settling import settle_due
from .spending import give_back

INSERT_GIVE_BACK = insert_of(GiveBackRow)
LONGEST_REFERENCE = 200


async def place_hold(
    tx: Transaction,
    *,
    account: Books,
    program: ProgramVersion,
    amount: int,
    deadline: datetime | None,
    source: str,
    reference: str | None,
    now: datetime,
) -> Hold:
    """Take points out of what can be spent until `deadline`, or as long as the program says (R14).

    May refuse: NotEnoughPoints. May raise BadInput: no amount, or a deadline that is past or too far off.
    """
    section = program.section(PointsSection).holds
    ends = deadline or now + timedelta(minutes=section.minutes)
    if not now < ends <= days_later(now, section.most_days, zone=program.zone):
        raise BadInput(f"'deadline' must be later than now, and at most {section.most_days} days.")
    if reference is not None and (not 0 < len(reference) <= LONGEST_REFERENCE or not reference.isprintable()):
        raise BadInput(f"'reference' must have 1 to {LONGEST_REFERENCE} printable characters.")
    await load_all(tx, account)
    hold = place(account, amount, hold_id=tx.new_id(), deadline=ends, source=source, reference=reference,
                 program_version=program.number, now=now)  # fmt: skip
    await settle_due(tx, account, now=now)
    return hold


async def capture_hold(tx: Transaction, *, account: Books, hold_id: UUID, source: str, now: datetime) -> Hold:
    """The held points are spent (R14). May refuse: HoldEnded. May raise BadInput: there is no such hold."""
    hold = await _hold(tx, account, hold_id, source)
    capture(account, hold, now=now)
    await settle_due(tx, account, now=now)
    return hold


async def release_hold(tx: Transaction, *, account: Books, hold_id: UUID, source: str, now: datetime) -> Hold:
    """The held points return to the lots that paid (R14). May refuse: HoldEnded. May raise BadInput: no such hold."""
    hold = await _hold(tx, account, hold_id, source)
    check_open(account, hold)
    await load_all(tx, account)
    end_hold(account, hold, as_=HoldState.RELEASED, at=now)
    await settle_due(tx, account, now=now)
    return hold


async def give_back_of_hold(
    tx: Transaction,
    *,
    account: Books,
    program: ProgramVersion,
    hold_id: UUID,
    source: str,
    amount: int | None,
    by_shop: bool,
    now: datetime,
) -> UUID:
    """Give back of what a captured hold spent, all that is left if no amount is said (R7); the giving back's id.

    May refuse: HoldNotCaptured, MoreThanLeft. May raise BadInput: there is no such hold, or no amount.
    """
    if amount is not None and amount <= 0:
        raise BadInput("Points to be given back must be more than 0.")
    hold = await _hold(tx, account, hold_id, source)
    left = hold.amount - hold.given_back
    if hold.state != HoldState.CAPTURED.name:
        raise Refused(HoldNotCaptured(account.member_id, hold_id, HoldState[hold.state]))
    returning = left if amount is None else amount
    if left == 0 or returning > left:
        raise Refused(MoreThanLeft(account.member_id, hold_id, left))
    giving = tx.new_id()
    hold.given_back += returning
    because = Because(Cause.GIVE_BACK, giving, GIVE_BACK, program.number)
    await give_back(tx, account=account, spent_by=(Cause.HOLD, hold_id), amount=returning, because=because,
                    extension=extension(program, by=giving, by_shop=by_shop, now=now), now=now)  # fmt: skip
    await tx.run(INSERT_GIVE_BACK, member_id=account.member_id, id=giving, hold_id=hold_id, amount=returning,
                 by_shop=by_shop, given_back_at=now)  # fmt: skip
    return giving


def extension(program: ProgramVersion, *, by: UUID, by_shop: bool, now: datetime) -> Extension | None:
    """How lots that lapsed meanwhile are extended, if they are: only when the shop cancelled (R7)."""
    policy = program.section(PointsSection).give_backs
    if not by_shop or policy.policy is not GiveBack.EXTEND or policy.days is None:
        return None
    return Extension(by, days_later(now, policy.days, zone=program.zone))


async def _hold(tx: Transaction, account: Books, hold_id: UUID, source: str) -> Hold:
    hold = await load_hold(tx, account, hold_id)
    if hold is None or hold.source != source:
        raise BadInput(NO_HOLD)
    return hold
