"""What staff have the worker do about coupons: what is asked for, and what comes of asking. No I/O here."""

from dataclasses import dataclass
from uuid import UUID

from app.errors import BadInput

MOST_CODES = 100_000
NO_JOB = "There is no such job."
"""Whether it is another program's, or nobody's (R43)."""


@dataclass(frozen=True)
class CouponJobAsked:
    """The worker does it, a part at a time."""

    job_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponCodesRead:
    """Staff read codes that a job made: so many after the first `after`. The codes are not in here."""

    job_id: UUID
    after: int
    number: int
    replayed: bool = False


def check_number_of_codes(count: int) -> None:
    """May raise BadInput: none, or too many."""
    if not 0 < count <= MOST_CODES:
        raise BadInput(f"'count' must be from 1 to {MOST_CODES}.")
