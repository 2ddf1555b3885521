"""What one person of staff may do alone, as numbers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.errors import Refused
from app.staff.rules import (
    AdjustmentDecided,
    AdjustmentState,
    OwnAdjustment,
    StaffMember,
    check_decidable,
    needs_second,
)

SARA, OLGA = StaffMember("https://id.example", "sara"), StaffMember("https://id.example", "olga")

MEMBER, ADJUSTMENT = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("points", "limit", "today", "is_own", "expected"),
    [
        (10, 10, 0, False, False),
        (-10, 10, 0, False, False),
        (11, 10, 0, False, True),
        (-11, 10, 0, False, True),
        (1, 10, 9, False, False),
        (-1, 10, 9, False, False),
        (2, 10, 9, False, True),
        (-2, 10, 9, False, True),
        (1, 0, 0, False, True),
        (1, 10, 20, False, True),
        (1, 10, 0, True, True),
    ],
)
def test_a_second_one_is_needed_above_the_limit_of_the_day(
    points: int, limit: int, today: int, is_own: bool, expected: bool
) -> None:
    """The limit may have been lowered during the day; with a limit of 0 nobody does anything alone."""
    assert needs_second(points, alone_up_to=limit, alone_today=today, is_own=is_own) is expected


@dataclass(frozen=True)
class Asked:
    state: str = "WAITING"
    asked_issuer: str = SARA.issuer
    asked_subject: str = SARA.subject
    member_id: UUID = MEMBER
    id: UUID = ADJUSTMENT


@pytest.mark.parametrize(
    ("asked", "by", "is_own", "refusal"),
    [
        (Asked(), OLGA, False, None),
        (Asked(), StaffMember("https://other.example", "sara"), False, None),
        (Asked(), SARA, False, OwnAdjustment),
        (Asked(), OLGA, True, OwnAdjustment),
        (Asked("APPLIED"), OLGA, False, AdjustmentDecided),
        (Asked("REJECTED"), SARA, True, AdjustmentDecided),
    ],
)
def test_what_waits_is_decided_by_somebody_else(asked: Asked, by: StaffMember, is_own: bool, refusal: Any) -> None:
    if refusal is None:
        check_decidable(asked, by=by, is_own=is_own)
        return
    with pytest.raises(Refused) as refused:
        check_decidable(asked, by=by, is_own=is_own)
    assert isinstance(refused.value.answer, refusal)
    if isinstance(refused.value.answer, AdjustmentDecided):
        assert refused.value.answer.state is AdjustmentState[asked.state]
