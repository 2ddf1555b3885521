"""What coupons take off carts within one request: each cart read once, each template reckoned once for it, and no more
of it than takes some hundredths of a second, for nothing else is done meanwhile."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from app.coupons.templates import Template
from app.errors import TooExpensive

from .cart import Cart
from .discounts import Nothing
from .using import Usability, taken_off

S = TypeVar("S")

MOST = 40_000
"""Lines of carts that coupons are held against, or what takes as long: less than a tenth of a second."""
OF_A_LIST, OF_A_MEMBER, OF_A_COUPON, OF_A_SHOWN_LINE = 1_000, 100, 20, 15
"""What it takes, in lines: to look for coupons that are usable, for each member; at each coupon; and to show what one
takes off a line."""
TOO_MUCH = "Too many coupons, carts and lines: ask for fewer coupons at a time, or about fewer carts."


@dataclass
class Reckoning:
    """Of one request."""

    spent: int = 0
    sent: dict[int, tuple[object, Cart]] = field(default_factory=dict[int, tuple[object, Cart]])
    """Carts by the identity of the input, which is kept with them: a field that is asked of many coupons has one."""
    carts: dict[Hashable, Cart] = field(default_factory=dict[Hashable, Cart])
    """By what was sent: many fields may be asked about the same."""
    known: dict[tuple[Template, int], Usability | Nothing] = field(
        default_factory=dict[tuple[Template, int], Usability | Nothing]
    )
    """By template and the cart's identity: a member has many coupons of one template."""

    def spend(self, lines: int) -> None:
        """May raise TooExpensive."""
        self.spent += lines
        if self.spent > MOST:
            raise TooExpensive(TOO_MUCH)

    def cart(self, sent: S, lines: int, *, content: Callable[[S], Hashable], read: Callable[[S], Cart]) -> Cart:
        """The cart that was sent, read once. May raise TooExpensive, and what `read` raises."""
        if id(sent) not in self.sent:
            self.spend(lines)
            key = content(sent)
            if key not in self.carts:
                self.carts[key] = read(sent)
            self.sent[id(sent)] = sent, self.carts[key]
        return self.sent[id(sent)][1]

    def off(self, template: Template, cart: Cart) -> Usability | Nothing:
        """What a coupon of the template takes off one of the carts, if it can be used at all. May raise
        TooExpensive."""
        place = template, id(cart)
        found = self.known.get(place)
        if found is None:
            self.spend(len(cart.lines))
            found = self.known[place] = taken_off(template, cart)
        return found
