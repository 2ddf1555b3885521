"""What becomes of a redemption: confirmed, fulfilled, its code shown, cancelled, refunded (R35).

All of them run under the member's lock, which makes one of two steps the first: the other is then refused by where the
first one led.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db import Transaction
from app.errors import BadInput, Refused
from app.programs.rules import Programs
from app.rewards.queries.catalogue import rewards_by_id
from app.rewards.queries.redemptions import last_change_of
from app.rewards.rules.kinds import OPEN, RedemptionState
from app.rewards.rules.life import LEADS_TO, MEMBER, Actor, ItsCouponNow, Step, impossible
from app.rewards.rules.outcomes import (
    RedemptionCanceled,
    RedemptionConfirmed,
    RedemptionFulfilled,
    RedemptionRefunded,
    VoucherCodeShown,
)
from app.rewards.rules.refusals import NO_REDEMPTION, StepNotPossible
from app.tiers import commands as tiers

from .its_coupon import its_coupon_now, take_coupon_back
from .returning import give_back_points, put_back_in_stock
from .statements import INSERT_CHANGE, KEEP_STEP, THE_REDEMPTION


@dataclass(frozen=True)
class Found:
    """A redemption of a member who is locked."""

    row: Any
    kind: str
    """Of its reward."""
    last_change: UUID | None
    """None: it is as it began."""
    coupon: ItsCouponNow | None
    """None: it has none."""

    def check(self, step: Step) -> None:
        """May refuse: StepNotPossible."""
        refusing = impossible(step, self.row, kind=self.kind, coupon=self.coupon)
        if refusing is not None:
            raise Refused(StepNotPossible(self.row.member_id, self.row.id, *refusing))


async def confirm_redemption(
    tx: Transaction, *, member_id: UUID, redemption_id: UUID, by: Actor, now: datetime
) -> RedemptionConfirmed:
    """Staff agree to it. The member is locked. May refuse: StepNotPossible. May raise BadInput: there is none."""
    found = await _found(tx, member_id, redemption_id, now=now)
    found.check(Step.CONFIRM)
    _step(tx, found, Step.CONFIRM, by=by, now=now)
    return RedemptionConfirmed(member_id, redemption_id)


async def fulfil_redemption(
    tx: Transaction, *, member_id: UUID, redemption_id: UUID, reference: str | None, by: Actor, now: datetime
) -> RedemptionFulfilled:
    """It was sent, or paid out, under that reference. As for confirming."""
    found = await _found(tx, member_id, redemption_id, now=now)
    found.check(Step.FULFIL)
    _step(tx, found, Step.FULFIL, by=by, reference=reference, now=now)
    return RedemptionFulfilled(member_id, redemption_id)


async def show_voucher_code(
    tx: Transaction, *, member_id: UUID, redemption_id: UUID, now: datetime
) -> VoucherCodeShown:
    """From now on the member may see the code, and cannot cancel any more; nothing if it was shown before. The member
    is locked. May refuse: StepNotPossible. May raise BadInput: they have no such redemption."""
    found = await _found(tx, member_id, redemption_id, now=now)
    if found.row.code_shown_at is None or found.row.state != RedemptionState.FULFILLED.name:
        found.check(Step.SHOW_CODE)
        _step(tx, found, Step.SHOW_CODE, by=MEMBER, code_shown_at=now, now=now)
    return VoucherCodeShown(member_id, redemption_id)


async def cancel_redemption(
    tx: Transaction, *, member: tiers.Row, redemption_id: UUID, programs: Programs, now: datetime
) -> RedemptionCanceled:
    """Before it is fulfilled, or its coupon used: stock, code, coupon and points go back (R7). The member is locked.

    May refuse: StepNotPossible. May raise BadInput: they have no such redemption.
    """
    found = await _found(tx, member.id, redemption_id, now=now)
    found.check(Step.CANCEL)
    await give_back_points(tx, found.row, member=member, by_shop=False, programs=programs, now=now)
    await take_coupon_back(tx, found.row, now=now)
    restocked = await put_back_in_stock(tx, found.row, kind=found.kind, is_asked=True)
    _step(tx, found, Step.CANCEL, by=MEMBER, restocked=restocked, now=now)
    return RedemptionCanceled(member.id, redemption_id)


async def refund_redemption(
    tx: Transaction,
    *,
    member: tiers.Row,
    redemption_id: UUID,
    reason: str,
    restock: bool,
    by: Actor,
    programs: Programs,
    now: datetime,
) -> RedemptionRefunded:
    """Staff take it back, whether it was fulfilled or not: the points go back, as the shop cancels (R7), and with
    `restock` what was taken of the stock, unless it is a code that somebody has seen. A coupon that was not used is
    taken back, also while it is reserved; one that was used, should its order be cancelled. The member is locked.

    May refuse: StepNotPossible. May raise BadInput: there is none.
    """
    found = await _found(tx, member.id, redemption_id, now=now)
    found.check(Step.REFUND)
    await give_back_points(tx, found.row, member=member, by_shop=True, programs=programs, now=now)
    await take_coupon_back(tx, found.row, now=now)
    restocked = await put_back_in_stock(tx, found.row, kind=found.kind, is_asked=restock)
    _step(tx, found, Step.REFUND, by=by, reason=reason, restocked=restocked, now=now)
    return RedemptionRefunded(member.id, redemption_id)


async def _found(tx: Transaction, member_id: UUID, redemption_id: UUID, *, now: datetime) -> Found:
    """May raise BadInput: the member has no such redemption (R43)."""
    rows: list[Any] = await tx.run(THE_REDEMPTION, member_id=member_id, redemption_id=redemption_id)
    if not rows:
        raise BadInput(NO_REDEMPTION)
    (reward,) = await rewards_by_id(tx, [rows[0].reward_id], columns=frozenset(("kind",)))
    last = await last_change_of(tx, member_id=member_id, redemption_id=redemption_id)
    if reward is None:
        raise LookupError("a reward vanished")
    return Found(rows[0], reward.kind, last, await its_coupon_now(tx, rows[0], now=now))


def _step(
    tx: Transaction,
    found: Found,
    step: Step,
    *,
    by: Actor,
    restocked: bool = False,
    code_shown_at: datetime | None = None,
    reason: str | None = None,
    reference: str | None = None,
    now: datetime,
) -> None:
    """Write where it leads, and that it was taken. Ids of steps rise in their order."""
    row, after = found.row, LEADS_TO[step]
    tx.later(
        KEEP_STEP,
        of_member=row.member_id,
        of_redemption=row.id,
        new_state=after.name,
        new_restocked=restocked,
        new_code_shown_at=code_shown_at or row.code_shown_at,
        new_reference=reference or row.reference,
        new_ended_at=None if after in OPEN else now,
    )
    tx.later(
        INSERT_CHANGE,
        member_id=row.member_id,
        id=tx.id_after(found.last_change),
        redemption_id=row.id,
        from_state=row.state,
        to_state=after.name,
        actor=by.kind.name,
        by_issuer=by.issuer,
        by_subject=by.subject,
        reason=reason,
        reference=reference,
        changed_at=now,
    )
