"""Every read of check-ins."""

from .days import (
    check_ins_by_id,
    check_ins_of_entries,
    check_ins_of_members,
    days_around,
    days_to_make_up,
)
from .shown import calendars_of_members, check_ins_seen, days_missed_of_members, make_ups_left_of_members

__all__ = [
    "calendars_of_members",
    "check_ins_by_id",
    "check_ins_of_entries",
    "check_ins_of_members",
    "check_ins_seen",
    "days_around",
    "days_missed_of_members",
    "days_to_make_up",
    "make_ups_left_of_members",
]
