"""What clients ask for: people who join and leave, check in, redeem and invite, a shop that reports orders and what
else its customers do and sells for points, staff who correct and fulfil; any of it more than once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from .corrections import Correction, Find, correction_or_again
from .coupons import Claiming, Coupons, Using, some_couponing
from .deeds import Deed, Deeds, some_deeds
from .invitations import Binding, Invitations, some_invitation
from .privileges import Benefiting, Campaigning, Privileges, some_privilege
from .purchases import OF_STAFF, Purchases, Redeeming, Stepping, some_purchase
from .refunds import Refund, Returned, refund_or_again
from .reports import Fact, Order, Report, first_order, new_order, report_of
from .sales import BUYERS, Deciding, Placing, Sales, some_sale
from .staging import HOSTS, Stage
from .visits import Visit, Visits, some_visit
from .wishes import Wish, wish_or_again

PROGRAMS = ("trial-club", "trial-brand")
"""The first is joined with the first order, the second by those who ask to. Rewards, invitations are of the first."""
CUSTOMERS = tuple(f"customer-{number}" for number in range(12))
GUESTS = (*HOSTS, *CUSTOMERS[:BUYERS])
"""Who checks in and redeems: hosts are members all the time."""
IN_SHANGHAI = timedelta(hours=8)
LASTING = timedelta(hours=12)
"""Longer than a run: what staff give is active when they do, which is later than when the run began."""

Operation = (
    Wish
    | Report
    | Deeds
    | Returned
    | Correction
    | Find
    | Placing
    | Deciding
    | Visit
    | Redeeming
    | Stepping
    | Binding
    | Claiming
    | Using
    | Benefiting
    | Campaigning
)

BY_CUSTOMERS = (Wish, Find, Visit, Redeeming, Stepping, Binding, Claiming)
REFUNDS = 0.2
"""How many of the reports are of refunds."""
DEEDS = 0.2
"""How many of the reports are not of orders."""
CORRECTIONS = 0.1
"""How many of what are no wishes are corrections by staff."""
VISITS, PURCHASES = 0.25, 0.6
"""How many of what members do for themselves is checking in, and, of what is not, about rewards; the rest is about
invitations."""


@dataclass(frozen=True)
class Shares:
    """How many of the operations are of which kind, from 0 to 1."""

    wishes: float
    """About joining and leaving."""
    members: float
    """Of the others, what members do for themselves, and staff about it: checking in, redeeming, inviting."""
    sales: float
    """Of what is left, but for corrections, about points that the shop is paid with."""
    coupons: float = 0
    """Of all but the wishes, about coupons: claimed by members, used by the shop."""
    privileges: float = 0
    """Of what is left then, about benefits that the shop has members use, and campaigns that an operator makes."""


@dataclass
class Played:
    """All that was asked for so far: whatever comes next may be about it."""

    issuer: str
    now: datetime
    stage: Stage
    orders: list[Order]
    wished: list[Wish] = field(default_factory=list[Wish])
    done: list[Deed] = field(default_factory=list[Deed])
    refunds: list[Refund] = field(default_factory=list[Refund])
    sold: Sales = field(default_factory=Sales)
    corrected: list[Correction] = field(default_factory=list[Correction])
    coupons: Coupons = field(default_factory=Coupons)
    visits: Visits = field(init=False)
    purchases: Purchases = field(init=False)
    invitations: Invitations = field(init=False)
    privileges: Privileges = field(init=False)

    def __post_init__(self) -> None:
        self.visits = Visits((self.now + IN_SHANGHAI).date())
        self.purchases = Purchases(self.stage.wares)
        self.privileges = Privileges(self.issuer)
        self.invitations = Invitations(self.stage.codes, PROGRAMS[0], self.issuer)


def is_by_operator(operation: Operation) -> bool:
    return isinstance(operation, Campaigning)


def is_by_staff(operation: Operation) -> bool:
    return isinstance(operation, Correction) or (isinstance(operation, Stepping) and operation.step in OF_STAFF)


def customer_of(operation: Operation) -> str | None:
    """Who asks for it themselves; None: the shop does, or staff."""
    if isinstance(operation, BY_CUSTOMERS) and not is_by_staff(operation):
        return operation.customer
    return None


def operations(
    random: Random, *, number: int, shares: Shares, stage: Stage, issuer: str, now: datetime
) -> Iterator[Operation]:
    """So many, the same for the same seed."""
    buyers = [*CUSTOMERS[:BUYERS], *(HOSTS if stage.codes else ())]
    amounts = [500 if who in CUSTOMERS else 1500 for who in buyers]
    orders = [
        first_order(place, who, PROGRAMS[0], now, amount=amount)
        for place, (who, amount) in enumerate(zip(buyers, amounts, strict=True))
    ]
    played = Played(issuer, now, stage, orders)
    yield from [Report(order, tuple(Fact), issuer) for order in orders]
    for _ in range(number - len(buyers)):
        if random.random() < shares.wishes:
            yield wish_or_again(random, played.wished, customers=CUSTOMERS, programs=PROGRAMS)
        elif shares.coupons and random.random() < shares.coupons:
            yield some_couponing(random, played.coupons, customers=CUSTOMERS[:BUYERS], program=PROGRAMS[0])
        elif shares.privileges and random.random() < shares.privileges:
            yield some_privilege(random, played.privileges, customers=GUESTS, program=PROGRAMS[0])
        elif stage.codes and random.random() < shares.members:
            yield _by_members(random, played)
        elif random.random() < CORRECTIONS:
            yield correction_or_again(random, played.corrected, customers=CUSTOMERS, programs=PROGRAMS)
        elif random.random() < shares.sales:
            yield some_sale(random, played.sold, customers=CUSTOMERS, programs=PROGRAMS)
        else:
            yield _by_shop(random, played)


def _by_members(random: Random, played: Played) -> Operation:
    """What they do for themselves; what follows for who was invited from what they order is the shop's to report."""
    if random.random() < VISITS:
        return some_visit(random, played.visits, customers=GUESTS, program=PROGRAMS[0])
    if random.random() < PURCHASES:
        return some_purchase(random, played.purchases, customers=GUESTS, program=PROGRAMS[0])
    return some_invitation(random, played.invitations, played.orders, played.refunds, now=played.now)


def _by_shop(random: Random, played: Played) -> Operation:
    issuer, now = played.issuer, played.now
    if random.random() < REFUNDS:
        return refund_or_again(random, played.refunds, played.orders, customers=CUSTOMERS, issuer=issuer)
    if random.random() < DEEDS:
        return some_deeds(random, played.done, customers=CUSTOMERS, programs=PROGRAMS, issuer=issuer, now=now)
    if random.random() < 0.5:
        played.orders.append(new_order(random, len(played.orders), now, customers=CUSTOMERS, programs=PROGRAMS))
    if random.random() < 0.1:  # before anything else is reported of it, or long after
        return refund_or_again(random, played.refunds, played.orders[-1:], customers=CUSTOMERS, issuer=issuer)
    return report_of(random, played.orders, issuer, customers=CUSTOMERS)
