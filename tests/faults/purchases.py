"""Members who redeem rewards, cancel, and have codes shown; staff who see to what was redeemed; some of it more than
once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from random import Random
from typing import Any
from uuid import UUID

REDEEM = """mutation Redeem($input: RedeemRewardInput!) { redeemReward(input: $input) { __typename
  ... on RedeemRewardSuccess { redemption { id points } } ... on NotEnoughPoints { required available } } }"""
CANCEL = """mutation Cancel($input: CancelRedemptionInput!) { cancelRedemption(input: $input) { __typename
  ... on CancelRedemptionSuccess { redemption { id } } ... on RedemptionStepNotPossible { state } } }"""
SHOW = """mutation Show($input: ShowVoucherCodeInput!) { showVoucherCode(input: $input) { __typename
  ... on ShowVoucherCodeSuccess { redemption { id voucherCode } } ... on RedemptionStepNotPossible { state } } }"""
CONFIRM = """mutation Confirm($input: ConfirmRedemptionInput!) { confirmRedemption(input: $input) { __typename
  ... on ConfirmRedemptionSuccess { redemption { id } } ... on RedemptionStepNotPossible { state } } }"""
FULFIL = """mutation Fulfil($input: FulfilRedemptionInput!) { fulfilRedemption(input: $input) { __typename
  ... on FulfilRedemptionSuccess { redemption { id } } ... on RedemptionStepNotPossible { state } } }"""
REFUND = """mutation Refund($input: RefundRedemptionInput!) { refundRedemption(input: $input) { __typename
  ... on RefundRedemptionSuccess { redemption { id } } ... on RedemptionStepNotPossible { state } } }"""

Ids = dict[UUID, str]
"""Of redemptions, by the keys with which they were asked for; filled in when clients are told."""


@dataclass(frozen=True)
class Ware:
    """A reward, and all that there is of it."""

    id: str
    points: int
    total: int | None
    """None: there is no end of it."""
    most: int | None = None
    """So many for each member."""
    waits: bool = False
    """Staff confirm it."""
    codes: frozenset[str] | None = None
    """Of a voucher."""


@dataclass(frozen=True)
class Redeeming:
    """A member wants a reward."""

    key: UUID
    customer: str
    program: str
    ware: Ware
    ids: Ids = field(compare=False, repr=False)
    document: str = REDEEM

    @property
    def variables(self) -> Mapping[str, Any]:
        return {"input": {"idempotencyKey": str(self.key), "reward": self.ware.id, "program": self.program}}

    def learn(self, data: Mapping[str, Any] | None) -> None:
        """The redemption's id, from what the client was told."""
        if data is not None and data["__typename"] == "RedeemRewardSuccess":
            self.ids[self.key] = data["redemption"]["id"]


class Taking(Enum):
    """A step; by the document that asks for it."""

    CANCEL = CANCEL
    SHOW = SHOW
    CONFIRM = CONFIRM
    FULFIL = FULFIL
    REFUND = REFUND


OF_STAFF = frozenset((Taking.CONFIRM, Taking.FULFIL, Taking.REFUND))


@dataclass(frozen=True)
class Stepping:
    """The member, or somebody of staff, goes on with a redemption."""

    key: UUID
    step: Taking
    redeeming: Redeeming
    restock: bool = True

    @property
    def document(self) -> str:
        return self.step.value

    @property
    def customer(self) -> str:
        return self.redeeming.customer

    @property
    def is_possible(self) -> bool:
        """Only who was told of the redemption can go on with it."""
        return self.redeeming.key in self.redeeming.ids

    @property
    def variables(self) -> Mapping[str, Any]:
        given: dict[str, Any] = {"idempotencyKey": str(self.key), "redemption": self.redeeming.ids[self.redeeming.key]}
        if self.step not in OF_STAFF:
            given |= {"program": self.redeeming.program}
        if self.step is Taking.FULFIL:
            given |= {"reference": "SF-1"}
        if self.step is Taking.REFUND:
            given |= {"reason": "a trial", "restock": self.restock}
        return {"input": given}


Purchase = Redeeming | Stepping


@dataclass
class Purchases:
    """What has been asked for so far."""

    wares: Sequence[Ware]
    redeemed: list[Redeeming] = field(default_factory=list[Redeeming])
    stepped: list[Stepping] = field(default_factory=list[Stepping])
    ids: Ids = field(default_factory=dict[UUID, str])


def some_purchase(random: Random, purchases: Purchases, *, customers: Sequence[str], program: str) -> Purchase:
    """A new one, or the same again, or another with the same key."""
    chance = random.random()
    if chance < 0.4 or len(purchases.redeemed) < 5:
        key = UUID(int=random.getrandbits(128), version=4)
        ware = random.choice(purchases.wares)
        purchases.redeemed.append(Redeeming(key, random.choice(customers), program, ware, purchases.ids))
        return purchases.redeemed[-1]
    if chance < 0.5:
        again = random.choice(purchases.redeemed[-10:])
        return again if random.random() < 0.8 else replace(again, ware=random.choice(purchases.wares))
    if chance < 0.6 and purchases.stepped:
        repeated = random.choice(purchases.stepped[-10:])
        return repeated if random.random() < 0.8 else replace(repeated, step=random.choice(_by_the_same(repeated)))
    key = UUID(int=random.getrandbits(128), version=4)
    redeeming = random.choice(purchases.redeemed[-8:])
    step = random.choice(_steps(redeeming.ware))
    purchases.stepped.append(Stepping(key, step, redeeming, restock=random.random() < 0.8))
    return purchases.stepped[-1]


def _by_the_same(stepping: Stepping) -> Sequence[Taking]:
    """Keys of one are not those of another."""
    return [step for step in Taking if (step in OF_STAFF) == (stepping.step in OF_STAFF)]


def _steps(ware: Ware) -> Sequence[Taking]:
    """Mostly what makes sense of it."""
    if ware.codes is not None:
        return (*[Taking.CANCEL] * 3, *[Taking.SHOW] * 3, Taking.REFUND, Taking.FULFIL)
    waits = [Taking.CONFIRM] * 3 if ware.waits else []
    return (*waits, *[Taking.CANCEL] * 3, *[Taking.FULFIL] * 2, Taking.REFUND)
