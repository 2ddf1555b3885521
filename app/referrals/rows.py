"""Rows of referrals as the rules know them."""

from typing import Any

from .rules import Referral


def referral_of(row: Any) -> Referral:
    return Referral(**{name: getattr(row, name) for name in Referral.__dataclass_fields__})
