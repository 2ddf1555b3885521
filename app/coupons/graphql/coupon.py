"""What a client sees of coupons and their history."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.coupons.asked import cart_asked
from app.coupons.models import CouponRow
from app.coupons.queries import changes, partner_codes, shown_coupons
from app.coupons.rows import coupon_of
from app.coupons.rules import coupon_shown as shown
from app.coupons.rules import using
from app.coupons.rules.kinds import CouponState
from app.coupons.rules.reckoning import OF_A_COUPON, OF_A_SHOWN_LINE, Reckoning
from app.coupons.section import Way
from app.db import Columns, Page, Reader
from app.graph import (
    OWNER_AND_STAFF,
    STAFF,
    Connection,
    Context,
    Node,
    Refusal,
    WithNulls,
    batched,
    column,
    computed,
    extends,
    node,
    shows,
)
from app.members.graphql import Member
from app.members.queries import members_by_id
from app.programs import money
from app.programs.graphql import Money
from app.programs.rules import Programs

from .cart import CartInput
from .change import SEEN_BY, CouponChange
from .template import CouponTemplate


@shows(shown.ShownUse, description="The order that a coupon is reserved for, or was used for.", seen_by=SEEN_BY)
class CouponUse:
    source: str = column("The system that the order is of.")
    order: str = column("The order's id there.")
    discount: Money = column("What the coupon takes off it.")
    until: datetime | None = column("Until when it is reserved, exclusive; null: it was used.")


def usability_of(coupon: CouponRow, *, cart: CartInput, context: Context) -> using.Usability:
    """May raise BadInput: the cart makes no sense, or is in another currency; TooExpensive."""
    programs, asked = context.get(Programs), cart_asked(context, cart)
    reckoning = context.own(Reckoning)
    reckoning.spend(OF_A_COUPON)
    template = shown.template_of_coupon(coupon, programs=programs)
    return using.usability(coupon_of(coupon), template, asked, now=context.now, off=reckoning.off)


def lines_of(found: using.Usability, *, context: Context) -> Sequence[money.Money]:
    """May raise TooExpensive."""
    context.own(Reckoning).spend(OF_A_SHOWN_LINE * len(found.by_line))
    return found.by_line


@shows(using.Usability, description="What a coupon is for a cart: what reserving it would answer.", seen_by=SEEN_BY)
class CouponUsability:
    is_usable: bool = column("Whether it can be used for it.")
    discount: Money | None = column("What it takes off; null: nothing.")
    lines: list[Money] = computed(lines_of, "What it takes off each line, in the order of the lines.")
    why_not: Refusal | None = column("Why it cannot; null if it can.")


@node(
    CouponRow,
    prefix="coupon",
    by_key=shown_coupons.coupons_by_id,
    description="A member's coupon. Its terms are those of the template when it was issued.",
    seen_by=SEEN_BY,
)
class Coupon(Node):
    template: CouponTemplate = computed(
        shown.template_of_coupon, "What it is a coupon of: as it was said when it was issued."
    )
    state: CouponState = computed(shown.state_now, "What it is by now.")
    way: Way = column("How the member came to have it.")
    issued_at: datetime = column("When they got it.")
    valid_from: datetime = column("From when it can be used.")
    expires_at: datetime = column(
        "Until when, exclusive; reserved before, it can be redeemed until the reservation ends."
    )
    partner_code: str | None = batched(
        partner_codes.codes_of_coupons,
        "The partner's code: for the member once `showCouponCode` was asked for, for staff its end alone. Null where "
        "there is none (`CouponPartner.hasCodes`), before that, and after it went to another.",
        key=WithNulls(partner_codes.OF_COUPON),
        seen_by=OWNER_AND_STAFF,
    )
    code_shown_at: datetime | None = column(
        "When the partner's code was shown; null if it was not, or there is none.", seen_by=OWNER_AND_STAFF
    )
    use: CouponUse | None = computed(shown.use_of, "The order that it is reserved for, or was used for.")
    ended_at: datetime | None = computed(
        shown.ended_at, "When it was redeemed, expired or was revoked; null: it has not ended."
    )
    is_undue: bool = column(
        "Whether it was used, and what it had been given for was undone since: it stays used, and if its order is "
        "cancelled it does not come back.",
        seen_by=STAFF,
    )
    usability: CouponUsability = computed(
        usability_of,
        "What it is for a cart: whether it can be used for it now, what it takes off, and if not why. An operation is "
        "refused that asks it of very many coupons, carts and lines.",
        arguments={"cart": "What is to be bought, with its prices."},
    )
    history: Connection[CouponChange] = batched(
        changes.history_of_coupons,
        "Its steps after it was issued, the last first.",
        key=("member_id", "id"),
        total=changes.numbers_of_steps,
    )
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")


async def coupons_of_members(
    db: Reader,
    members: Sequence[shown_coupons.Owner],
    *,
    page: Page,
    context: Context,
    states: list[CouponState] | None = None,
    usable_for: CartInput | None = None,
    columns: Columns = None,
) -> list[list[CouponRow]]:
    """May raise BadInput: the cart makes no sense, or is in another currency; TooExpensive."""
    if usable_for is None:
        return await shown_coupons.coupons_of_members(
            db, _ids(members), page=page, now=context.now, states=states, columns=columns
        )
    return await _usable(db, members, usable_for, page=page, states=states, context=context)


async def numbers_of_coupons(
    db: Reader,
    members: Sequence[shown_coupons.Owner],
    *,
    context: Context,
    states: list[CouponState] | None = None,
    usable_for: CartInput | None = None,
) -> list[int]:
    """How many there are of them. May raise BadInput or TooExpensive, likewise."""
    if usable_for is None:
        return await shown_coupons.numbers_of_coupons(db, _ids(members), now=context.now, states=states)
    rows = await _usable(db, members, usable_for, page=None, states=states, context=context)
    return [len(each) for each in rows]


async def _usable(
    db: Reader,
    members: Sequence[shown_coupons.Owner],
    cart: CartInput,
    *,
    page: Page | None,
    states: list[CouponState] | None,
    context: Context,
) -> list[list[CouponRow]]:
    return await shown_coupons.coupons_usable(
        db, members, cart_asked(context, cart), page=page, states=states, reckoning=context.own(Reckoning),
        programs=context.get(Programs), now=context.now
    )  # fmt: skip


def _ids(members: Sequence[shown_coupons.Owner]) -> list[UUID]:
    return [member_id for member_id, _ in members]


@extends(Member, seen_by=SEEN_BY)
class MemberCoupons:
    coupons: Connection[Coupon] = batched(
        coupons_of_members,
        "The member's coupons, the last issued first.",
        key=("id", "program"),
        total=numbers_of_coupons,
        arguments={
            "states": "Only those that are one of these by now: several at once, as an app's tabs have them, such as "
            "REDEEMED and EXPIRED.",
            "usable_for": "Only those that take something off this cart, of all that can be used by "
            "now. If there are so many that not all can be looked at, it is refused: `QUERY_TOO_EXPENSIVE`.",
        },
    )
