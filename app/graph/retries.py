"""Whether to ask again after a refusal, and with which idempotency key: for people who build apps (R36).

A refusal is kept under its key, as a success is: the same key is told the same again, whatever has changed since. It is
said in the schema, with each code, and in the table of docs/guide/retries.md, which a test compares with what is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Again(Enum):
    """With which key one may ask again."""

    NEW_KEY = "new key"
    NEVER = "do not retry"


@dataclass(frozen=True)
class Advice:
    """What to do after a refusal. `why` is half a sentence: when something else can come of it, or why nothing can."""

    again: Again
    why: str

    @property
    def sentence(self) -> str:
        if self.again is Again.NEW_KEY:
            return f"Ask again with a new key {self.why}."
        return f"Do not ask again: {self.why}."


def later(when: str) -> Advice:
    """Another request, with a key of its own, may succeed."""
    return Advice(Again.NEW_KEY, when)


def never(why: str) -> Advice:
    """It would be refused again."""
    return Advice(Again.NEVER, why)


AFTER_REFUSAL: Mapping[str, Advice] = {
    "NOT_A_MEMBER": later("once they have joined"),
    "ALREADY_A_MEMBER": never("it is as was wished"),
    "FACT_CONFLICT": never("what was reported first stands, and what was meant otherwise needs an id of its own"),
    "INVALID_FACT": never("who reports it must mend it first"),
    "NOT_ENOUGH_POINTS": later("once there are more, or for fewer"),
    "HOLD_ENDED": never("place another hold if the points are still wanted"),
    "HOLD_NOT_CAPTURED": later("once the hold is captured; an open one is released instead"),
    "MORE_THAN_LEFT": later("for no more than `left`"),
    "OWN_ADJUSTMENT": never("somebody else decides about it"),
    "ADJUSTMENT_DECIDED": never("it is decided"),
    "WRONG_PROGRAM_FILE": later("once the file is mended"),
    "NOTHING_DIFFERENT": never("it is as was wished"),
    "NEWER_VERSION": later("after comparing with the newest version"),
    "NO_MANUAL_TIER": never("there is nothing to end"),
    "OWN_TIER": never("somebody else sets it"),
    "IMPORT_NOT_OPEN": never("begin another import for what is left"),
    "LIMIT_REACHED": later("from `resetsAt` on, or once a redemption that counts is cancelled; else never"),
    "CHECK_IN_NOT_OFFERED": never("it is refused until the program is changed"),
    "DAY_NOT_PAST": never("a day is made up once it is over, and today is checked in by `checkIn`"),
    "DAY_TOO_LONG_AGO": never("the day will only be longer ago"),
    "DAY_BEFORE_JOINING": never("it stays before"),
    "ALREADY_CHECKED_IN": never("it is as was wished"),
    "INVITE_CODE_NOT_VALID": later("with another code or, to join uninvited, with none"),
    "ALREADY_INVITED": never("there is one inviter, once"),
    "NOT_A_NEWCOMER": never("the time for it is over"),
    "REFERRALS_NOT_OFFERED": never("it is refused until the program is changed"),
    "NOT_YET_OPEN": later("from `opensAt` on"),
    "REWARD_CLOSED": later("if the shop opens it again"),
    "OUT_OF_STOCK": later("if the shop adds some"),
    "PRICE_RAISED": later("once the person agrees to the new `points`"),
    "TIER_TOO_LOW": later("once they have reached that tier"),
    "REDEMPTION_STEP_NOT_POSSIBLE": later(
        "once it is confirmed, if `why` is NOT_CONFIRMED, or its coupon is free again, if it is COUPON_RESERVED; "
        "else never"
    ),
    "REWARD_CODE_TAKEN": later("with another code"),
    "REWARD_RETIRED": never("it does not come back"),
    "MORE_THAN_IN_STOCK": later("for no more than is left"),
    "OWN_REDEMPTION": never("somebody else decides about it"),
    "COUPON_NOT_CLAIMABLE": never("`CouponTemplate.ways` says how one comes by them"),
    "COUPON_OFFER_CLOSED": later("if the shop opens it again"),
    "COUPON_BUDGET_USED": later("if some of it comes back, or the shop adds some"),
    "CAMPAIGN_NOT_ON": later("from `nextOpensAt` on; without one, never"),
    "COUPON_CODE_NOT_VALID": later("with another code"),
    "COUPON_STEP_NOT_POSSIBLE": later(
        "once it is free, if `why` is RESERVED_FOR_ANOTHER, from `validFrom` on, if it is NOT_YET_VALID, or once "
        "another coupon of the order is released, if it is GROUP_USED, GROUPS_USED or TOO_MUCH_OFF; else never"
    ),
    "COUPON_NOT_USABLE": later("for another cart"),
    "COUPON_TEMPLATE_CODE_TAKEN": later("with another code"),
    "COUPON_TEMPLATE_RETIRED": never("it does not come back"),
    "OWN_COUPON": never("somebody else does it"),
    "SUPPORT_LIMIT_REACHED": later("from `resetsAt` on; before that, or without one, an operator does it"),
    "WRONG_CAMPAIGN": later("with what is wrong put right"),
    "CAMPAIGN_CODE_TAKEN": later("with another code"),
    "NEWER_CAMPAIGNS": later("after another comparison"),
    "CAMPAIGN_STEP_NOT_POSSIBLE": never("it is as was wished, or ended"),
    "BENEFIT_NOT_HELD": later("once they have it; `useBenefit` takes no key, the same cause will do"),
    "QUOTA_USED": later("from `resetsAt` on, without one never; `useBenefit` takes no key, the same cause will do"),
    "BENEFIT_USE_CONFLICT": never("what was sent first stands, and what is meant otherwise needs an id of its own"),
    "BENEFIT_GRANT_OVER": never("it is as was wished"),
    "OWN_BENEFIT": never("somebody else does it"),
}
"""By the name of the code."""


def add_advice(codes: Any) -> None:
    """Say of each value of the enum what to do, after what it means. One without advice is found by tests/retries."""
    for value in codes.__strawberry_definition__.values:
        if (advice := AFTER_REFUSAL.get(value.name)) is not None:
            value.description = f"{value.description} {advice.sentence}"
