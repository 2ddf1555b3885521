"""The prover: holds each member against their own books, all the time, and names who disagrees (R5).

A member is only ever compared with themselves: sums over members would not be of one instant. What is read of others
moves only by what somebody tells or does who has this member locked: whose a unique key is, and the inviter's side of
the invitation that the member accepted, once all is reacted to that was told of it.
"""

from .gauges import measure
from .proof import Proof, prove
from .rounds import NotProved, prove_coupons, prove_due, prove_rewards, prove_touched, touch_the_unproved

__all__ = [
    "NotProved",
    "Proof",
    "measure",
    "prove",
    "prove_coupons",
    "prove_due",
    "prove_rewards",
    "prove_touched",
    "touch_the_unproved",
]
