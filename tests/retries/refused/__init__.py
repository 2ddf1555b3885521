"""For each refusal code a request that is refused with it."""

from collections.abc import Mapping

from . import benefits, campaigns, coupon_keeping, coupons, members, others
from .case import Prepare, Refused

__all__ = ["REFUSED", "WITHOUT_KEY", "Refused"]

REFUSED: Mapping[str, Prepare] = {
    function.__name__.upper(): function
    for function in (
        *members.REFUSED,
        *others.REFUSED,
        *benefits.REFUSED,
        *coupons.REFUSED,
        *coupon_keeping.REFUSED,
        *campaigns.REFUSED,
    )
}
"""By the code's name, which is the function's."""
WITHOUT_KEY = {
    "FACT_CONFLICT",
    "INVALID_FACT",
    "IMPORT_NOT_OPEN",
    "BENEFIT_NOT_HELD",
    "QUOTA_USED",
    "BENEFIT_USE_CONFLICT",
}
"""Of mutations whose input names what it is about by an id of its own (R24)."""
