"""Why something was not done: the interface of all refusals, and their codes."""

import dataclasses
from enum import Enum
from typing import Any

import strawberry

from .fields import computed
from .seeing import describe_values


class RefusalCode(Enum):
    """One for each way in which a rule can say no."""

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
    },
)


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
