"""What is asked of coupons: which one is meant, what a cart holds, and what can be answered before anything is done."""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from app.db import Reader
from app.errors import BadInput
from app.graph import Context, Viewer
from app.graph.ids import key_of
from app.members.asked import source_asked
from app.members.queries import members_by_id
from app.offers.rules.lines import LineKind
from app.offers.seen import Seen
from app.programs.asked import minor_asked, program_asked
from app.programs.money import digits_of, known_currency
from app.programs.rules import Programs

from .queries.left import left_of
from .rules.availability import closed, used_up
from .rules.cart import Cart, CartLine, checked_cart
from .rules.reckoning import Reckoning
from .rules.refusals import NO_COUPON
from .section import Way
from .templates import template_by_code

SCOPE = "coupons:write"
"""Of services that may reserve coupons, redeem them, and give them back."""


SEEN = Seen()
"""By this process."""


class SentLine(Protocol):
    @property
    def quantity(self) -> int: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def sku(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def kind(self) -> LineKind: ...


class SentCart(Protocol):
    @property
    def currency(self) -> str: ...
    @property
    def lines(self) -> Sequence[SentLine]: ...


def coupon_named(asked: str) -> tuple[UUID, UUID]:
    """Whose coupon is meant, and which. May raise BadInput."""
    key = key_of(asked, "coupon")
    if isinstance(key, UUID):
        raise BadInput(NO_COUPON)
    return key


def own_coupon(asked: str, member_id: UUID) -> UUID:
    """May raise BadInput: it is not the member's, which is told as of one that there is not (R43)."""
    owner, coupon_id = coupon_named(asked)
    if owner != member_id:
        raise BadInput(NO_COUPON)
    return coupon_id


def source_of_coupons(viewer: Viewer, asked: str | None) -> str:
    """The name under which a service uses coupons. May raise Forbidden or BadInput."""
    return source_asked(viewer, asked, scope=SCOPE)


async def member_of_coupon(db: Reader, context: Context, given: Any) -> UUID:
    """Who the key for what happens to a coupon belongs to: the member. May raise Forbidden or BadInput: the service may
    not, or there is nobody such in its programs, which is told as of a coupon that there is not (R43)."""
    source_of_coupons(context.viewer, given.source)
    member_id, _ = coupon_named(given.coupon)
    (member,) = await members_by_id(db, [member_id], columns=frozenset(("program",)))
    if member is None or member.program not in context.viewer.programs:
        raise BadInput(NO_COUPON)
    return member_id


def cart_asked(context: Context, sent: SentCart) -> Cart:
    """The same, read once in a request that asks about it many times. May raise BadInput or TooExpensive."""
    return context.own(Reckoning).cart(sent, len(sent.lines), content=_content, read=cart_sent)


def _content(sent: SentCart) -> Hashable:
    """What is the same of two inputs that are the same cart."""
    lines = ((line.quantity, str(line.amount), line.sku, line.category, line.kind) for line in sent.lines)
    return sent.currency, *lines


def cart_sent(sent: SentCart) -> Cart:
    """What a cart holds, in minor units of its currency (R12). May raise BadInput: it makes no sense."""
    if not known_currency(sent.currency):
        raise BadInput(f"There is no currency {sent.currency[:3]!r}.")
    digits = digits_of(sent.currency)
    lines = [
        CartLine(line.quantity, minor_asked(f"lines[{number}].amount", line.amount, digits=digits), line.sku,
                 line.category, line.kind)
        for number, line in enumerate(sent.lines)
    ]  # fmt: skip
    return checked_cart(Cart(sent.currency, lines))


async def refused_ahead(db: Reader, context: Context, given: Any) -> Any:
    """What is so for everybody at this moment, told by a read or two and without a lock: of a crowd who come too early
    or too late nobody waits for another (R31). None: try. May raise BadInput: no such program."""
    programs, program, now = context.get(Programs), program_asked(context, given.program), context.now
    template = template_by_code(programs, program.code, given.template, now=now)
    if template is None or programs.by_code[program.code].tried_at(now) or not template.gives(Way.CLAIM):
        return None  # it may be another for this member, and they are told something else first
    refusal = closed(template, now=now)
    if refusal is not None:
        return refusal
    if SEEN.lately(template.id, now=now):
        return None
    refusal = used_up(template, (await left_of(db, [template], now=now))[template.id])
    if refusal is None:
        SEEN.note(template.id, now=now)
    return refusal
