"""The prover: holds each member against their own books, all the time, and names who disagrees (R5).

A member is only ever compared with themselves: sums over members would not be of one instant.
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
