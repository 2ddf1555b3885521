"""Issuing a coupon to a member, whatever brings it: budget, stock and the coupon move together or not at all (R31)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from app.coupons.rules.availability import given_out
from app.coupons.rules.kinds import CouponState
from app.coupons.rules.refusals import CouponNotClaimable
from app.coupons.section import Way
from app.coupons.templates import Template
from app.db import Transaction
from app.errors import Refused
from app.offers.commands.stock import Piece, surely

from .money import move_money
from .statements import CAUSED, INSERT
from .stock import take_code, take_piece
from .wallet import Wallet, keep, settled_wallet


class Owner(Protocol):
    """A member's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...


@dataclass(frozen=True)
class Whose:
    """The same of a member whose row is not at hand: they are locked."""

    id: UUID
    program: str


@dataclass(frozen=True)
class Because:
    """What brings a coupon: once for each cause, rule and way (R5)."""

    way: Way
    cause_id: UUID
    """A redemption, an act of staff, what a gift is for."""
    rule: str
    """Which of the coupons that it brings: the template's code, or a bonus's."""


async def issue(tx: Transaction, *, member: Owner, template: Template, because: Because, now: datetime) -> UUID:
    """Give a member a coupon: its id, also if the same cause brought it before. The member is locked.

    Windows, tiers and limits are for who comes by a coupon themselves (`claiming`): who gives one has rules of their
    own. It counts towards the member's limit all the same.

    May refuse: CouponNotClaimable: the template is not given in that way; CouponOfferClosed: it is retired, or none of
    its coupons can be used any more; CouponBudgetUsed, CouponsOutOfStock. Then nothing has moved.
    """
    known = await tx.run(
        CAUSED, of_member=member.id, way=because.way.name, cause_id=because.cause_id, rule=because.rule
    )
    if known:
        return known[0].id
    if not template.gives(because.way):
        raise Refused(CouponNotClaimable(template.program, template.code))
    if (over := given_out(template, now=now)) is not None:
        raise Refused(over)
    wallet = await settled_wallet(tx, member_id=member.id, now=now)
    return await put_in(tx, wallet, template=template, because=because, coupon_id=tx.new_id(), now=now)


async def put_in(
    tx: Transaction, wallet: Wallet, *, template: Template, because: Because, coupon_id: UUID, now: datetime
) -> UUID:
    """A new coupon for who has that wallet, which is written. May refuse: CouponBudgetUsed, CouponsOutOfStock."""
    await move_money(tx, wallet.freed(), template=template, now=now)
    piece = await take_piece(tx, template=template, member_id=wallet.member_id)
    with surely():
        if piece is not None and template.has_codes:
            await take_code(tx, template=template, piece=piece, member_id=wallet.member_id, coupon_id=coupon_id)
        await keep(tx, wallet)
        tx.later(INSERT, **_row(wallet.member_id, template, because, coupon_id=coupon_id, piece=piece, now=now))
    return coupon_id


def _row(
    member_id: UUID, template: Template, because: Because, *, coupon_id: UUID, piece: Piece | None, now: datetime
) -> dict[str, Any]:
    valid_from, expires_at = template.validity(now)
    return {
        "member_id": member_id,
        "id": coupon_id,
        "program": template.program,
        "template_id": template.id,
        "template": template.code,
        "version": template.version,
        "state": CouponState.ISSUED.name,
        "way": because.way.name,
        "cause_id": because.cause_id,
        "rule": because.rule,
        "issued_at": now,
        "valid_from": valid_from,
        "expires_at": expires_at,
        "set_aside": template.face or 0,
        "bucket": None if piece is None else piece.bucket,
        "number": piece.number if piece is not None and template.has_codes else None,
        "code_shown_at": None,
        "is_restocked": False,
        "is_undue": False,
        "order_source": None,
        "order_id": None,
        "discount": None,
        "reserved_until": None,
        "ended_at": None,
        "due_at": expires_at,
        "changes": 0,
    }
