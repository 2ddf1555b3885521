"""What kinds of things there are about benefits that members have, and use."""

from enum import Enum


class BenefitSource(Enum):
    """By what a member has a benefit. One that is added needs a function in `sources.SOURCES`."""

    TIER = "TIER"
    CAMPAIGN = "CAMPAIGN"
    STAFF = "STAFF"


class BenefitUseState(Enum):
    """What became of a use."""

    USED = "USED"
    GIVEN_BACK = "GIVEN_BACK"
    """What it was for was undone: it does not count towards a quota any more."""
