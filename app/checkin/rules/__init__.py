"""Days in a row, what they bring, and which can be made up. No input or output here."""

from .bonuses import DAILY, MAKE_UP, Bonus, PaidBonus, bonuses_at, cycle_rule, milestone_rule
from .days import DAY, Counted, entered
from .kinds import CheckInKind
from .making_up import Reach, check_day, check_quota, make_ups_left, reach_of, resets_at
from .outcomes import (
    AlreadyCheckedIn,
    CheckedIn,
    CheckInNotOffered,
    DayBeforeJoining,
    DayNotPast,
    DayTooLongAgo,
    MadeUp,
    NoMakeUpsLeft,
)
from .seen import Ahead, CheckInsSeen, CycleDay, Offered

__all__ = [
    "DAILY",
    "DAY",
    "MAKE_UP",
    "Ahead",
    "AlreadyCheckedIn",
    "Bonus",
    "CheckInKind",
    "CheckInNotOffered",
    "CheckInsSeen",
    "CheckedIn",
    "Counted",
    "CycleDay",
    "DayBeforeJoining",
    "DayNotPast",
    "DayTooLongAgo",
    "MadeUp",
    "NoMakeUpsLeft",
    "Offered",
    "PaidBonus",
    "Reach",
    "bonuses_at",
    "check_day",
    "check_quota",
    "cycle_rule",
    "entered",
    "make_ups_left",
    "milestone_rule",
    "reach_of",
    "resets_at",
]
