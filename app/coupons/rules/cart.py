"""What a coupon is to be used for: the lines of a cart, with their prices (R12, R26, R34)."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import BadInput
from app.offers.rules.lines import LineKind
from app.programs.money import MOST

MOST_LINES = 200
LONGEST_TEXT = 200


@dataclass(frozen=True)
class CartLine:
    """One line. Prices come with the cart, after what is taken off the single things already."""

    quantity: int
    amount: int
    """For the whole quantity, in minor units of the program's currency."""
    sku: str | None = None
    category: str | None = None
    kind: LineKind = LineKind.GOODS


@dataclass(frozen=True)
class Cart:
    """What is to be bought."""

    currency: str
    lines: Sequence[CartLine]


def checked_cart(cart: Cart) -> Cart:
    """Quantities above 0, amounts of 0 and more (R26), and not too much of either. May raise BadInput."""
    lines = cart.lines
    if len(lines) > MOST_LINES:
        raise BadInput(f"'lines' may be at most {MOST_LINES}.")
    for number, line in enumerate(lines):
        if not 0 < line.quantity <= MOST:
            raise BadInput(f"'lines[{number}].quantity' must be more than 0.")
        if line.amount < 0:
            raise BadInput(f"'lines[{number}].amount' must be 0 or more.")
        for name, text in (("sku", line.sku), ("category", line.category)):
            if text is not None and (not 0 < len(text) <= LONGEST_TEXT or not text.isprintable()):
                raise BadInput(f"'lines[{number}].{name}' must have 1 to {LONGEST_TEXT} printable characters.")
    if sum(line.amount for line in lines) > MOST:
        raise BadInput("The cart's amount is too large.")
    return cart


def check_cart_currency(cart: Cart, currency: str) -> None:
    """May raise BadInput: it is in another currency than the program's."""
    if cart.currency != currency:
        raise BadInput(f"The program's currency is {currency}, not {cart.currency!r}.")
