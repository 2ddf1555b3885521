"""What kinds of rewards there are and how each is handled, and what becomes of a redemption."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class RewardKind(Enum):
    """What a member gets for their points."""

    GOODS = "GOODS"
    """A thing that is sent."""
    RED_PACKET = "RED_PACKET"
    """Money that is paid out."""
    VOUCHER = "VOUCHER"
    """A code of somebody else's, from a pool that was imported: each is given once."""
    COUPON = "COUPON"
    """A coupon of the shop's own, which is issued at once: how many there are is what its template says."""


class RedemptionState(Enum):
    """What became of a redemption."""

    PENDING = "PENDING"
    """Paid, and waits for staff to confirm it."""
    CONFIRMED = "CONFIRMED"
    """Waits to be fulfilled."""
    FULFILLED = "FULFILLED"
    """The goods were sent, the red packet was paid out, the voucher's code was shown, the coupon was issued."""
    CANCELED = "CANCELED"
    """By the member before it was fulfilled, or a coupon used: stock and points went back."""
    REFUNDED = "REFUNDED"
    """By staff: the points went back."""


class ActorKind(Enum):
    """Who brought a redemption to a state."""

    MEMBER = "MEMBER"
    STAFF = "STAFF"
    PROGRAM = "PROGRAM"
    """Nobody had to: the reward needs no confirming, and a coupon is there at once."""


OPEN = frozenset((RedemptionState.PENDING, RedemptionState.CONFIRMED))
"""Not fulfilled yet."""
COUNTED = OPEN | {RedemptionState.FULFILLED}
"""States of redemptions that count towards what a member may redeem: what was given back does not."""


@dataclass(frozen=True)
class Handling:
    """How rewards of a kind are handled: a new kind is a value of `RewardKind` and one of these."""

    has_codes: bool = False
    """Its stock is a pool of codes; showing the code is what fulfils it."""
    has_amount: bool = False
    """It is an amount of money."""
    has_coupon: bool = False
    """It is a coupon of a template, of whose stock and budget it takes; issuing it is what fulfils it."""


HANDLING: Mapping[RewardKind, Handling] = {
    RewardKind.GOODS: Handling(),
    RewardKind.RED_PACKET: Handling(has_amount=True),
    RewardKind.VOUCHER: Handling(has_codes=True),
    RewardKind.COUPON: Handling(has_coupon=True),
}


def handling_of(kind: str) -> Handling:
    """Of a kind as rows name it."""
    return HANDLING[RewardKind[kind]]
