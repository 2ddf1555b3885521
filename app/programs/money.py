"""Amounts of money: decimal text as people write it, integers in minor units as rules reckon with it (R12)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from .currencies import CODES, DECIMALS, MOST_HAVE

MOST = 2**31 - 1
"""The largest amount in minor units, or of points or growth: what GraphQL's and the database's integers hold."""

WRITTEN = re.compile(r"(?P<whole>[0-9]{1,10})(?:\.(?P<part>[0-9]{1,10}))?")


def known_currency(code: str) -> bool:
    """Is it the code of a currency (ISO 4217)? Also of one that is no more: a published file stays right."""
    return code in CODES


def digits_of(currency: str) -> int:
    """Decimals of a currency's minor unit: 2 for USD and CNY, 0 for JPY."""
    return DECIMALS.get(currency, MOST_HAVE)


def minor_units(text: str, *, digits: int) -> int:
    """`"12.5"` of a currency with 2 decimals is 1250. May raise ValueError, which says what is wrong in words."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError('an amount is written like "12" or "12.50", without sign, separators or currency')
    part = found["part"] or ""
    if len(part) > digits:
        raise ValueError(f"the currency has {digits} decimals, this has {len(part)}")
    amount = int(found["whole"] + part.ljust(digits, "0"))
    if amount > MOST:
        raise ValueError(f"at most {decimal_text(MOST, digits=digits)}")
    return amount


def decimal_text(amount: int, *, digits: int) -> str:
    """1250 of a currency with 2 decimals is `"12.50"`. Amounts are not negative (R26)."""
    if digits == 0:
        return str(amount)
    whole, part = divmod(amount, 10**digits)
    return f"{whole}.{part:0{digits}}"


@dataclass(frozen=True)
class Money:
    """An amount of a currency."""

    minor: int
    """In minor units: cents, fen."""
    currency: str


def decimal_of(money: Money) -> Decimal:
    """`Decimal("12.50")` for 1250 of a currency with 2 decimals."""
    return Decimal(decimal_text(money.minor, digits=digits_of(money.currency)))
