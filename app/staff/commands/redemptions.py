"""Redemptions that staff confirm, fulfil and take back, and the record of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.customers.rules import Identity
from app.db import Transaction
from app.errors import Refused
from app.members.commands import lock_member
from app.programs.rules import Programs
from app.rewards import commands as rewards
from app.rewards.rules.kinds import ActorKind
from app.rewards.rules.life import Actor
from app.rewards.rules.outcomes import RedemptionConfirmed, RedemptionFulfilled, RedemptionRefunded
from app.staff.queries import identities_known
from app.staff.redeeming import OwnRedemption
from app.staff.rules import AuditAction, AuditedKind, Staff

from .auditing import note


async def confirm_redemption(
    tx: Transaction, *, member_id: UUID, redemption_id: UUID, by: Staff, now: datetime
) -> RedemptionConfirmed:
    """Agree to it. May refuse: StepNotPossible; OwnRedemption. May raise BadInput: there is no such redemption."""
    member = await _locked(tx, member_id, redemption_id, by=by)
    done = await rewards.confirm_redemption(
        tx, member_id=member_id, redemption_id=redemption_id, by=_actor(by), now=now
    )
    await _note(tx, member, redemption_id, action=AuditAction.REDEMPTION_CONFIRMED, reason=None, by=by, now=now)
    return done


async def fulfil_redemption(
    tx: Transaction, *, member_id: UUID, redemption_id: UUID, reference: str | None, by: Staff, now: datetime
) -> RedemptionFulfilled:
    """It was sent, or paid out, under that reference. Likewise."""
    member = await _locked(tx, member_id, redemption_id, by=by)
    done = await rewards.fulfil_redemption(
        tx, member_id=member_id, redemption_id=redemption_id, reference=reference, by=_actor(by), now=now
    )
    await _note(tx, member, redemption_id, action=AuditAction.REDEMPTION_FULFILLED, reason=None, by=by, now=now)
    return done


async def refund_redemption(
    tx: Transaction,
    *,
    programs: Programs,
    member_id: UUID,
    redemption_id: UUID,
    reason: str,
    restock: bool,
    by: Staff,
    now: datetime,
) -> RedemptionRefunded:
    """Take it back: the points go back to the lots that paid (R7), and with `restock` the piece to the stock.
    Likewise."""
    member = await _locked(tx, member_id, redemption_id, by=by)
    done = await rewards.refund_redemption(
        tx,
        member=member,
        redemption_id=redemption_id,
        reason=reason,
        restock=restock,
        by=_actor(by),
        programs=programs,
        now=now,
    )
    await _note(tx, member, redemption_id, action=AuditAction.REDEMPTION_REFUNDED, reason=reason, by=by, now=now)
    return done


async def _locked(tx: Transaction, member_id: UUID, redemption_id: UUID, *, by: Staff) -> Any:
    """The member's row. May refuse: OwnRedemption, nobody decides about what they redeemed themselves."""
    member = await lock_member(tx, member_id=member_id)
    (known,) = await identities_known(tx, [member.customer_id])
    if Identity(by.person.issuer, by.person.subject) in known:
        raise Refused(OwnRedemption(member_id, redemption_id))
    return member


def _actor(by: Staff) -> Actor:
    return Actor(ActorKind.STAFF, by.person.issuer, by.person.subject)


async def _note(
    tx: Transaction,
    member: Any,
    redemption_id: UUID,
    *,
    action: AuditAction,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> None:
    about = AuditedKind.REDEMPTION, redemption_id
    await note(tx, owner_id=member.id, program=member.program, by=by, action=action, about=about, reason=reason,
               now=now)  # fmt: skip
