"""Why something was not done: the interface of all refusals, and their codes."""

import dataclasses
from enum import Enum
from typing import Any

import strawberry

from .fields import computed
from .retries import add_advice
from .seeing import describe_values


class RefusalCode(Enum):
    """One for each way in which a rule can say no. What its callers do then is said in retries.py."""

    NOT_A_MEMBER = "NOT_A_MEMBER"
    ALREADY_A_MEMBER = "ALREADY_A_MEMBER"
    FACT_CONFLICT = "FACT_CONFLICT"
    INVALID_FACT = "INVALID_FACT"
    NOT_ENOUGH_POINTS = "NOT_ENOUGH_POINTS"
    HOLD_ENDED = "HOLD_ENDED"
    HOLD_NOT_CAPTURED = "HOLD_NOT_CAPTURED"
    MORE_THAN_LEFT = "MORE_THAN_LEFT"
    OWN_ADJUSTMENT = "OWN_ADJUSTMENT"
    ADJUSTMENT_DECIDED = "ADJUSTMENT_DECIDED"
    WRONG_PROGRAM_FILE = "WRONG_PROGRAM_FILE"
    NOTHING_DIFFERENT = "NOTHING_DIFFERENT"
    NEWER_VERSION = "NEWER_VERSION"
    NO_MANUAL_TIER = "NO_MANUAL_TIER"
    OWN_TIER = "OWN_TIER"
    IMPORT_NOT_OPEN = "IMPORT_NOT_OPEN"
    INVITE_CODE_NOT_VALID = "INVITE_CODE_NOT_VALID"
    ALREADY_INVITED = "ALREADY_INVITED"
    NOT_A_NEWCOMER = "NOT_A_NEWCOMER"
    REFERRALS_NOT_OFFERED = "REFERRALS_NOT_OFFERED"
    LIMIT_REACHED = "LIMIT_REACHED"
    CHECK_IN_NOT_OFFERED = "CHECK_IN_NOT_OFFERED"
    DAY_NOT_PAST = "DAY_NOT_PAST"
    DAY_TOO_LONG_AGO = "DAY_TOO_LONG_AGO"
    DAY_BEFORE_JOINING = "DAY_BEFORE_JOINING"
    ALREADY_CHECKED_IN = "ALREADY_CHECKED_IN"
    NOT_YET_OPEN = "NOT_YET_OPEN"
    REWARD_CLOSED = "REWARD_CLOSED"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    PRICE_RAISED = "PRICE_RAISED"
    TIER_TOO_LOW = "TIER_TOO_LOW"
    REDEMPTION_STEP_NOT_POSSIBLE = "REDEMPTION_STEP_NOT_POSSIBLE"
    REWARD_CODE_TAKEN = "REWARD_CODE_TAKEN"
    REWARD_RETIRED = "REWARD_RETIRED"
    MORE_THAN_IN_STOCK = "MORE_THAN_IN_STOCK"
    OWN_REDEMPTION = "OWN_REDEMPTION"
    COUPON_NOT_CLAIMABLE = "COUPON_NOT_CLAIMABLE"
    COUPON_OFFER_CLOSED = "COUPON_OFFER_CLOSED"
    COUPON_BUDGET_USED = "COUPON_BUDGET_USED"
    CAMPAIGN_NOT_ON = "CAMPAIGN_NOT_ON"
    COUPON_CODE_NOT_VALID = "COUPON_CODE_NOT_VALID"
    COUPON_STEP_NOT_POSSIBLE = "COUPON_STEP_NOT_POSSIBLE"
    COUPON_NOT_USABLE = "COUPON_NOT_USABLE"
    COUPON_TEMPLATE_CODE_TAKEN = "COUPON_TEMPLATE_CODE_TAKEN"
    COUPON_TEMPLATE_RETIRED = "COUPON_TEMPLATE_RETIRED"
    OWN_COUPON = "OWN_COUPON"
    SUPPORT_LIMIT_REACHED = "SUPPORT_LIMIT_REACHED"
    WRONG_CAMPAIGN = "WRONG_CAMPAIGN"
    CAMPAIGN_CODE_TAKEN = "CAMPAIGN_CODE_TAKEN"
    NEWER_CAMPAIGNS = "NEWER_CAMPAIGNS"
    CAMPAIGN_STEP_NOT_POSSIBLE = "CAMPAIGN_STEP_NOT_POSSIBLE"
    BENEFIT_NOT_HELD = "BENEFIT_NOT_HELD"
    QUOTA_USED = "QUOTA_USED"
    BENEFIT_USE_CONFLICT = "BENEFIT_USE_CONFLICT"
    BENEFIT_GRANT_OVER = "BENEFIT_GRANT_OVER"
    OWN_BENEFIT = "OWN_BENEFIT"


strawberry.enum(RefusalCode, description="Why something was not done, as a stable code for use in software.")
describe_values(
    RefusalCode,
    {
        "NOT_A_MEMBER": "The customer is not a member of the program.",
        "ALREADY_A_MEMBER": "The customer is a member of the program already.",
        "FACT_CONFLICT": "A fact with this id was reported before with other content.",
        "INVALID_FACT": "The fact makes no sense: it is never taken as it is.",
        "NOT_ENOUGH_POINTS": "Fewer points can be spent than are asked for.",
        "HOLD_ENDED": "The hold has been captured or released, or has timed out.",
        "HOLD_NOT_CAPTURED": "Only what a captured hold has spent can be given back.",
        "MORE_THAN_LEFT": "Fewer points of the hold are left to be given back.",
        "OWN_ADJUSTMENT": "Who asked for an adjustment, or whose points they are, does not decide about it.",
        "ADJUSTMENT_DECIDED": "The adjustment does not wait any more: it was applied or rejected.",
        "WRONG_PROGRAM_FILE": "The program's file cannot be published.",
        "NOTHING_DIFFERENT": "The file says what the newest version of the program says.",
        "NEWER_VERSION": "Another version of the program was published since.",
        "NO_MANUAL_TIER": "There is no tier that staff set.",
        "OWN_TIER": "Nobody sets the tier of their own membership.",
        "IMPORT_NOT_OPEN": "The import was started: nothing can be changed of it any more.",
        "INVITE_CODE_NOT_VALID": "The invite code is nobody's, or not of somebody who can invite the customer.",
        "ALREADY_INVITED": "The member has accepted an invitation before.",
        "NOT_A_NEWCOMER": "The member joined too long ago to accept an invitation.",
        "REFERRALS_NOT_OFFERED": "The program gives nothing for invitations.",
        "LIMIT_REACHED": "It was done as often as it may be done in its period.",
        "CHECK_IN_NOT_OFFERED": "The program has no check-in.",
        "DAY_NOT_PAST": "The day is today, or yet to come.",
        "DAY_TOO_LONG_AGO": "The day is before those that can still be made up.",
        "DAY_BEFORE_JOINING": "The customer was no member on that day.",
        "ALREADY_CHECKED_IN": "The day counts already.",
        "NOT_YET_OPEN": "It is to be had later: from `opensAt` on.",
        "REWARD_CLOSED": "The reward cannot be redeemed any more.",
        "OUT_OF_STOCK": "Nothing is left of it.",
        "PRICE_RAISED": "It costs more by now than was shown.",
        "TIER_TOO_LOW": "It is for members of a higher tier.",
        "REDEMPTION_STEP_NOT_POSSIBLE": "What was asked for cannot become of the redemption any more, or not yet.",
        "REWARD_CODE_TAKEN": "Another reward of the program has that code.",
        "REWARD_RETIRED": "The reward is retired: it is kept for the record only.",
        "MORE_THAN_IN_STOCK": "Less is left in the stock than is to be taken out.",
        "OWN_REDEMPTION": "Nobody decides about what they redeemed themselves.",
        "COUPON_NOT_CLAIMABLE": "These coupons are not given in this way.",
        "COUPON_OFFER_CLOSED": "The coupon is not to be had any more.",
        "COUPON_BUDGET_USED": "What these coupons may take off together is set aside for those that are issued.",
        "CAMPAIGN_NOT_ON": "It is to be had while a campaign is on for the member, and it is not.",
        "COUPON_CODE_NOT_VALID": "It is no code, or it was used, or it brings nothing any more.",
        "COUPON_STEP_NOT_POSSIBLE": "What was asked for cannot become of the coupon any more, or not yet.",
        "COUPON_NOT_USABLE": "The coupon takes nothing off what is ordered.",
        "COUPON_TEMPLATE_CODE_TAKEN": "Another coupon template of the program has that code.",
        "COUPON_TEMPLATE_RETIRED": "The coupon template is retired: it is kept for the record only.",
        "OWN_COUPON": "Nobody issues coupons to themselves.",
        "SUPPORT_LIMIT_REACHED": "Who helps members has done as much of it for one member as they may in a day.",
        "WRONG_CAMPAIGN": "There is something wrong with the campaign: `problems` say what.",
        "CAMPAIGN_CODE_TAKEN": "Another campaign of the program has that code.",
        "NEWER_CAMPAIGNS": "Campaigns of the program were changed since the campaign was compared with them.",
        "CAMPAIGN_STEP_NOT_POSSIBLE": "What was asked for cannot become of the campaign any more, or not yet.",
        "BENEFIT_NOT_HELD": "The member does not have the benefit.",
        "QUOTA_USED": "The member has used the benefit as often as they may in its period.",
        "BENEFIT_USE_CONFLICT": "What the benefit is wanted for was sent with something else before.",
        "BENEFIT_GRANT_OVER": "What staff granted is over, or was revoked.",
        "OWN_BENEFIT": "Nobody grants themselves a benefit, nor revokes one of theirs.",
    },
)
add_advice(RefusalCode)


@strawberry.interface(description="Why something was not done. Nothing has changed; the same again is refused again.")
class Refusal:
    code: RefusalCode = strawberry.field(description="Why, as a stable code for use in software.")
    message: str = strawberry.field(description="Why, for people, in the language asked for.")


def refused_as(code: RefusalCode) -> Any:
    """The field `code` of a kind of refusal."""

    def code_of(refusal: Any) -> RefusalCode:
        return code

    return computed(code_of, "Why, as a stable code for use in software.")


def said(*, en: str, zh: str) -> Any:
    """The field `message` of a kind of refusal: words with the names of what the refusal carries in braces."""
    words = {"en": en, "zh": zh}

    def message_of(refusal: Any, *, language: str) -> str:
        return words[language].format_map(dataclasses.asdict(refusal))

    return computed(message_of, "Why, for people, in the language asked for.")
