"""What is reported, and what bounds a report has."""

from datetime import UTC, datetime, timedelta
from enum import Enum

MOST_LINES = 200
MOST_AMOUNT = 2**31 - 1
LONGEST_ID = 200
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""What is said to be older is a mistake, and near the year 1 local times end."""
AHEAD = timedelta(minutes=5)
"""How far another system's clock may be ahead of ours."""


class FactKind(Enum):
    """What is reported."""

    ORDER_PAID = "ORDER_PAID"
    ORDER_COMPLETED = "ORDER_COMPLETED"
    REFUND = "REFUND"
    REVIEW = "REVIEW"
    SHARE = "SHARE"
    POST = "POST"
    ANSWER = "ANSWER"
    LOGIN = "LOGIN"
    PROFILE_COMPLETED = "PROFILE_COMPLETED"
