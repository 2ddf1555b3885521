"""Whether a coupon can be used for a cart, and what it takes off: one answer for the list and for the reservation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.coupons.templates import Template
from app.programs.money import Money

from .cart import Cart, check_cart_currency
from .coupon import Coupon, settled
from .discounts import Nothing, discount_of
from .kinds import CouponStep
from .life import impossible
from .refusals import CouponNotUsable, CouponStepNotPossible


@dataclass(frozen=True)
class Usability:
    """What a coupon is for a cart."""

    discount: Money | None = None
    by_line: tuple[Money, ...] = ()
    why_not: CouponStepNotPossible | CouponNotUsable | None = None

    @property
    def is_usable(self) -> bool:
        return self.why_not is None


def taken_off(template: Template, cart: Cart) -> Usability | Nothing:
    """What any coupon of the template takes off, if it can be used at all."""
    off = discount_of(template.terms, cart.lines)
    if isinstance(off, Nothing):
        return off
    return Usability(
        Money(off.amount, template.currency), tuple(Money(each, template.currency) for each in off.by_line)
    )


def usability(
    coupon: Coupon,
    template: Template,
    cart: Cart,
    *,
    now: datetime,
    off: Callable[[Template, Cart], Usability | Nothing] = taken_off,
) -> Usability:
    """What reserving it for a new order with that cart would answer (see `commands.steps.reserve`). May raise BadInput:
    the cart is in another currency. `off` may know what `taken_off` gives."""
    check_cart_currency(cart, template.currency)
    coupon, _ = settled(coupon, now=now)
    why = impossible(CouponStep.RESERVE, coupon, now=now)
    if why is not None:
        return Usability(why_not=CouponStepNotPossible(coupon.member_id, coupon.id, coupon.state, why))
    found = off(template, cart)
    if isinstance(found, Nothing):
        return Usability(
            why_not=CouponNotUsable(coupon.member_id, coupon.id, found.why, found.missing, template.currency)
        )
    return found
