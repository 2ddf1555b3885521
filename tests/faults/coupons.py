"""Members who claim coupons, and a shop that reserves, redeems, releases and gives them back; some of it more than
once, and for several orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from random import Random
from typing import Any
from uuid import UUID

CLAIM = """mutation Claim($input: ClaimCouponInput!) { claimCoupon(input: $input) { __typename
  ... on ClaimCouponSuccess { coupon { id template { code } } } } }"""
RESERVE = """mutation Reserve($input: ReserveCouponInput!) { reserveCoupon(input: $input) { __typename
  ... on ReserveCouponSuccess { coupon { id } reservation { order discount { amount } } }
  ... on CouponStepNotPossible { state why } } }"""
REDEEM = """mutation Redeem($input: RedeemCouponInput!) { redeemCoupon(input: $input) { __typename
  ... on RedeemCouponSuccess { coupon { id } } ... on CouponStepNotPossible { state why } } }"""
RELEASE = """mutation Release($input: ReleaseCouponInput!) { releaseCoupon(input: $input) { __typename
  ... on ReleaseCouponSuccess { coupon { id } } ... on CouponStepNotPossible { state why } } }"""
RETURN = """mutation Return($input: ReturnCouponInput!) { returnCoupon(input: $input) { __typename
  ... on ReturnCouponSuccess { coupon { id } } ... on CouponStepNotPossible { state why } } }"""
CART = {"currency": "CNY", "lines": [{"quantity": 1, "amount": "20.00"}, {"quantity": 2, "amount": "10.00"}]}

Ids = dict[UUID, str]
"""Of coupons, by the keys with which they were claimed; filled in when clients are told."""


@dataclass(frozen=True)
class Offer:
    """A coupon template of club.toml, and all that there is of it."""

    code: str
    discount: str
    """What it takes off the cart above."""
    total: int | None = None
    most: int | None = None
    """So many for each member."""
    face: int = 0
    """What is set aside of its budget for each, in minor units."""
    budget: int = 0


OFFERS = (
    Offer("ticket", "5.00", total=20),
    Offer("fund", "3.00", face=500, budget=20000),
    Offer("ration", "1.00", most=2),
    Offer("free", "2.00"),
    Offer("at-the-desk", "1.50"),
)


@dataclass(frozen=True)
class Claiming:
    """A member wants a coupon."""

    key: UUID
    customer: str
    program: str
    offer: Offer
    ids: Ids = field(compare=False, repr=False)
    document: str = CLAIM

    @property
    def variables(self) -> Mapping[str, Any]:
        return {"input": {"idempotencyKey": str(self.key), "template": self.offer.code, "program": self.program}}

    def learn(self, data: Mapping[str, Any] | None) -> None:
        """The coupon's id, from what the client was told."""
        if data is not None and data["__typename"] == "ClaimCouponSuccess":
            self.ids[self.key] = data["coupon"]["id"]


class Use(Enum):
    """A step; by the document that asks for it."""

    RESERVE = RESERVE
    REDEEM = REDEEM
    RELEASE = RELEASE
    RETURN = RETURN


@dataclass(frozen=True)
class Using:
    """The shop does something with a coupon, for one of its orders."""

    key: UUID
    use: Use
    claiming: Claiming
    order: str

    @property
    def document(self) -> str:
        return self.use.value

    @property
    def customer(self) -> str:
        return self.claiming.customer

    @property
    def is_possible(self) -> bool:
        """Only who was told of the coupon can use it."""
        return self.claiming.key in self.claiming.ids

    @property
    def variables(self) -> Mapping[str, Any]:
        given = {"idempotencyKey": str(self.key), "coupon": self.claiming.ids[self.claiming.key], "order": self.order}
        return {"input": given | ({"cart": CART} if self.use is Use.RESERVE else {})}


Couponing = Claiming | Using


@dataclass
class Coupons:
    """What has been asked for so far."""

    claimed: list[Claiming] = field(default_factory=list[Claiming])
    used: list[Using] = field(default_factory=list[Using])
    ids: Ids = field(default_factory=dict[UUID, str])


def some_couponing(random: Random, coupons: Coupons, *, customers: Sequence[str], program: str) -> Couponing:
    """A new one, or the same again, or another with the same key."""
    chance = random.random()
    if chance < 0.3 or len(coupons.claimed) < 5:
        key = UUID(int=random.getrandbits(128), version=4)
        claiming = Claiming(key, random.choice(customers), program, random.choice(OFFERS), coupons.ids)
        coupons.claimed.append(claiming)
        return claiming
    if chance < 0.4:
        again = random.choice(coupons.claimed[-10:])
        return again if random.random() < 0.8 else replace(again, offer=random.choice(OFFERS))
    if chance < 0.55 and coupons.used:
        repeated = random.choice(coupons.used[-10:])
        return repeated if random.random() < 0.8 else replace(repeated, order=repeated.order + "-again")
    key = UUID(int=random.getrandbits(128), version=4)
    use = random.choice((*[Use.RESERVE] * 3, *[Use.REDEEM] * 3, Use.RELEASE, Use.RETURN))
    number, claiming = random.randrange(2), random.choice(coupons.claimed[-8:])
    coupons.used.append(Using(key, use, claiming, f"order-{number}-of-{claiming.offer.code}"))
    return coupons.used[-1]
