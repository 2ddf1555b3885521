"""The explanation as a whole."""

from collections.abc import Callable, Iterator
from typing import Any

from app.db import Reader
from app.points.rules import Cause, EntryKind
from app.programs.rules import Programs

from .earned import earned_steps
from .evidence import Evidence, evidence_of
from .invitations import INVITATION
from .lots import (
    activated_steps,
    adjusted_steps,
    debt_steps,
    lapsed_steps,
    paid_steps,
    restored_steps,
    returned_steps,
    still_owed_steps,
)
from .refunds import taken_back_steps
from .steps import Explanation, Step


def _reversed_steps(evidence: Evidence) -> Iterator[Step]:
    return taken_back_steps(evidence) if evidence.cause is Cause.REFUND else still_owed_steps(evidence)


STEPS: dict[EntryKind, Callable[[Evidence], Iterator[Step]]] = {
    EntryKind.EARNED: earned_steps,
    EntryKind.ACTIVATED: activated_steps,
    EntryKind.EXPIRED: lapsed_steps,
    EntryKind.SPENT: paid_steps,
    EntryKind.HELD: paid_steps,
    EntryKind.CAPTURED: paid_steps,
    EntryKind.RELEASED: returned_steps,
    EntryKind.GIVEN_BACK: returned_steps,
    EntryKind.REVERSED: _reversed_steps,
    EntryKind.RESTORED: restored_steps,
    EntryKind.DEBT_PAID: debt_steps,
    EntryKind.ADJUSTED: adjusted_steps,
}


def moved_by(entry: Any) -> int:
    """How many points a movement moved: what can be spent and what is pending together; where neither changes, what is
    held or owed."""
    if entry.kind == EntryKind.ACTIVATED.name:
        return entry.change
    if entry.kind == EntryKind.CAPTURED.name:
        return entry.held_change
    return entry.debt_change if entry.kind == EntryKind.DEBT_PAID.name else entry.change + entry.pending_change


async def explanation(db: Reader, entry: Any, *, program: str, programs: Programs) -> Explanation:
    """Why the movement, a row, moved so much. At most fourteen statements, however much it moved. May raise Overloaded:
    its rules were published a moment ago."""
    evidence = await evidence_of(db, entry, program=program, programs=programs)
    steps = STEPS | INVITATION if evidence.cause is Cause.REFERRAL else STEPS
    return Explanation(entry.member_id, entry, moved_by(entry), list(steps[evidence.kind](evidence)))
