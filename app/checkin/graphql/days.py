"""What a client sees of a day that was checked in on, or made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

import strawberry

from app.checkin import queries, rules
from app.checkin.models import CheckInRow
from app.checkin.rows import bonuses_of
from app.coupons.graphql import Coupon
from app.coupons.queries.given import coupons_given
from app.graph import OWNER_AND_STAFF, Node, batched, column, computed, describe_values, extends, node, shows
from app.points.graphql import PointsEntry
from app.points.queries import words_of_rules

strawberry.enum(rules.CheckInKind, description="How a day came to count as checked in.")
describe_values(
    rules.CheckInKind,
    {"DAILY": "The member checked in on that day.", "MADE_UP": "The member missed it, and made it up later."},
)


@dataclass(frozen=True)
class GivenBonus:
    """A bonus that was given for a day."""

    member_id: UUID
    check_in_id: UUID
    rule: str
    points: int
    program_version: int


class HasBonuses(Protocol):
    @property
    def member_id(self) -> UUID: ...
    @property
    def id(self) -> UUID: ...
    @property
    def bonuses(self) -> str: ...


def bonuses_given(row: HasBonuses) -> Sequence[GivenBonus]:
    return [GivenBonus(row.member_id, row.id, *bonus) for bonus in bonuses_of(row)]


@shows(GivenBonus, description="What was given for what a day reached.", seen_by=OWNER_AND_STAFF)
class CheckInBonus:
    points: int = column("How many points; 0: none.")
    coupon: Coupon | None = batched(
        coupons_given,
        "The coupon that came with it; null if it brings none, or nothing was left of it then.",
        key=("member_id", "check_in_id", "rule"),
    )
    rule: str = column("Code of the program's rule by which they were given.")
    words: str | None = batched(
        words_of_rules,
        "What they are for, as the rules of then say it, in the language asked for.",
        key=("member_id", "rule", "program_version"),
    )


@node(
    CheckInRow,
    prefix="checkIn",
    by_key=queries.check_ins_by_id,
    description="A day that counts: the member checked in, or made it up.",
    seen_by=OWNER_AND_STAFF,
)
class CheckIn(Node):
    day: date = column("The day, by the program's calendar.")
    kind: rules.CheckInKind = column("How it came to count.")
    streak: int = column("How many days in a row it made; more, if a day before it was made up later.")
    points: int = column("All points that were given for the day: for checking in, and bonuses.")
    bonuses: list[CheckInBonus] = computed(bonuses_given, "The bonuses among them.")
    cost: int = column("Points that were paid for making it up; 0 if it was not.")
    checked_in_at: datetime = column("When it was done: of a day that was made up, when that was.")


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryCheckIn:
    check_in: CheckIn | None = batched(
        queries.check_ins_of_entries,
        "The day that was checked in on, or made up, which made the points move.",
        key=("member_id", "cause", "cause_id"),
    )
