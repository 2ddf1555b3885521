"""A day is entered: its row, what that makes of the days after it, and the points that it brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.checkin.models import CheckInRow
from app.checkin.rows import counted_of, written
from app.checkin.rules import DAILY, CheckInKind, CheckInNotOffered, Counted, PaidBonus, entered
from app.checkin.rules.coupons import coupons_due
from app.checkin.section import CheckInSection
from app.coupons.commands import Whose
from app.db import Transaction, Write, insert_of
from app.errors import Refused
from app.points import commands as points
from app.points.rules import Books, Cause, Earning, expiry
from app.points.section import PointsSection
from app.programs.rules import Programs, ProgramVersion

from .couponing import give_coupons

INSERT = insert_of(CheckInRow, is_told=True)
MOVED_ON = ("streak", "longest", "points", "bonuses")
"""What becomes of a day when one before it is made up."""
MOVE_ON: Write[CheckInRow] = Write(
    CheckInRow,
    update(CheckInRow)
    .where(col(CheckInRow.member_id) == bindparam("of_member"), col(CheckInRow.id) == bindparam("of_id"))
    .values({name: bindparam(f"new_{name}") for name in MOVED_ON}),
)


@dataclass(frozen=True)
class Entering:
    """A day that is to be entered, by the rules of now."""

    id: UUID
    member_id: UUID
    day: date
    kind: CheckInKind
    cost: int
    version: ProgramVersion
    section: CheckInSection
    now: datetime

    @property
    def points(self) -> int:
        """For checking in: a day that is made up has none (R30)."""
        return self.section.points or 0 if self.kind is CheckInKind.DAILY else 0


def offered(version: ProgramVersion) -> CheckInSection:
    """May refuse: CheckInNotOffered."""
    section = version.section(CheckInSection)
    if not section.is_offered:
        raise Refused(CheckInNotOffered(version.code))
    return section


def new_id(tx: Transaction, account: Books, known: Sequence[CheckInRow]) -> UUID:
    """After all that was written of the member's points and of these days: in the order of ids the prover replays."""
    last = [row.id for row in known]
    if account.last_entry_id is not None:
        last.append(account.last_entry_id)
    return tx.id_after(max(last, default=None))


async def enter(
    tx: Transaction, new: Entering, *, account: Books, known: Sequence[CheckInRow], programs: Programs
) -> int:
    """Write it, and give what is due for it: how many points. `known` are the days after it and the last one before,
    the last first.

    May raise BadInput: more points than a member can have.
    """
    before = next((row for row in known if row.day < new.day), None)
    later = [row for row in reversed(known) if row.day > new.day]
    this, *others = entered(
        new.day,
        before=None if before is None else counted_of(before),
        later=[counted_of(row) for row in later],
        section=new.section,
        version=new.version.number,
    )
    due = [(new.id, bonus) for bonus in this.bonuses]
    tx.later(INSERT, **_row(new, this))
    for row, now in zip(later, others, strict=True):
        then = counted_of(row)
        if now != then:
            given = now.bonuses[len(then.bonuses) :]
            due += [(row.id, bonus) for bonus in given]
            tx.later(MOVE_ON, of_member=new.member_id, of_id=row.id, **_moved_on(row, now, given))
    if new.points:
        due.insert(0, (new.id, PaidBonus(DAILY, new.points, new.version.number)))
    earnings = _earnings(new, due)
    await points.gain(tx, account=account, earnings=earnings, now=new.now)
    coupons = coupons_due(due, new.section)
    if coupons:  # last: of a template's stock and budget (lock order)
        await give_coupons(tx, member=Whose(new.member_id, new.version.code), due=coupons, programs=programs,
                           now=new.now)  # fmt: skip
    return sum(earning.amount for earning in earnings)


def _row(new: Entering, counted: Counted) -> dict[str, Any]:
    return {
        "member_id": new.member_id,
        "id": new.id,
        "day": new.day,
        "kind": new.kind.name,
        "streak": counted.streak,
        "longest": counted.longest,
        "points": new.points + sum(bonus.points for bonus in counted.bonuses),
        "bonuses": written(counted.bonuses),
        "cost": new.cost,
        "program_version": new.version.number,
        "checked_in_at": new.now,
    }


def _moved_on(row: CheckInRow, counted: Counted, given: Sequence[PaidBonus]) -> dict[str, Any]:
    return {
        "new_streak": counted.streak,
        "new_longest": counted.longest,
        "new_points": row.points + sum(bonus.points for bonus in given),
        "new_bonuses": written(counted.bonuses),
    }


def _earnings(new: Entering, due: Sequence[tuple[UUID, PaidBonus]]) -> list[Earning]:
    """Active at once, and lasting as any. Each day has a bonus of a kind once: its cause is the day (R5, R29)."""
    policy, now = new.version.section(PointsSection).expiry, new.now
    expires_at = expiry(now, policy=policy, zone=new.version.zone)
    return [
        Earning(bonus.points, Cause.CHECK_IN, cause_id, bonus.rule, bonus.program_version, now, now, expires_at)
        for cause_id, bonus in due
    ]
