"""What an explanation is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.programs.rulebook import Told


class StepCode(Enum):
    """What a step tells."""

    RULE = "RULE"
    LINE = "LINE"
    ACTION = "ACTION"
    ROUNDING = "ROUNDING"
    TIER = "TIER"
    BENEFIT = "BENEFIT"
    CAMPAIGN = "CAMPAIGN"
    CAPS = "CAPS"
    AS_KNOWN_THEN = "AS_KNOWN_THEN"
    ACTIVATION = "ACTIVATION"
    EXPIRY = "EXPIRY"
    ORDER_OF_LOTS = "ORDER_OF_LOTS"
    LOT = "LOT"
    HOLD = "HOLD"
    REDEMPTION = "REDEMPTION"
    GIVE_BACK = "GIVE_BACK"
    LATE_RETURN = "LATE_RETURN"
    REFUND = "REFUND"
    SHARE = "SHARE"
    POLICY = "POLICY"
    SHORTFALL = "SHORTFALL"
    DEBT = "DEBT"
    ADJUSTMENT = "ADJUSTMENT"


@dataclass(frozen=True)
class Step:
    """One step of an explanation."""

    code: StepCode
    words: Told
    amount: int | None = None
    """Its part of the points that moved; None: it says why, and moves none."""
    member_id: UUID | None = None
    lot_id: UUID | None = None
    """The lot that it is about."""
    line: int | None = None
    """The line of the order that it is about, from 1."""


@dataclass(frozen=True)
class Explanation:
    """Why a movement moved so much: the amounts of the steps add up to what it moved."""

    member_id: UUID
    entry: Any
    """The row."""
    amount: int
    steps: Sequence[Step]


def number(value: Fraction | int) -> str:
    """With as many decimals as are needed, at most 4; what is beyond them is dropped."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{exact.quantize(Decimal('0.0001'), rounding=ROUND_DOWN):,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(at: datetime, *, zone: ZoneInfo) -> str:
    """The local time of day, in both languages."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
