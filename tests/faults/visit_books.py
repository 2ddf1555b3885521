"""What is wrong with check-ins after a run: what members were told of each, against the database and a plain model."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.graph.ids import global_id
from tests.checkin.plain import Plain
from tests.databases import run

from .keys import wrong_keys
from .playing import Answer, History
from .visits import Visit

QUOTA, COST = 7, 3
"""Of both programs, as the rest of what is said here."""
CHECK_INS = """
SELECT check_ins.*, subject, program
FROM check_ins JOIN members ON members.id = member_id JOIN identities USING (customer_id) ORDER BY check_ins.id"""

Place = tuple[str, str]
"""Customer and program."""


@dataclass(frozen=True)
class Entered:
    """A day as it is written."""

    place: Place
    id: str
    day: date
    is_made_up: bool
    streak: int
    points: int
    cost: int


def plain_life() -> Plain:
    return Plain(cycle_days=5, cycle={2: 4, 5: 6}, milestones={7: 20}, window=31, quota=QUOTA, cost=COST, points=2)


async def stored_visits(database: str) -> list[Entered]:
    """In the order in which they were written."""
    return [
        Entered((row["subject"], row["program"]), global_id("checkIn", row["member_id"], row["id"]), row["day"],
                row["kind"] == "MADE_UP", row["streak"], row["points"], row["cost"])
        for row in await run(database, CHECK_INS)
    ]  # fmt: skip


def wrong_visits(history: History, stored: Sequence[Entered]) -> Iterator[str]:
    told = [(op, answer) for op, answer, _ in history.answered if isinstance(op, Visit)]
    yield from wrong_keys(told)
    yield from _acknowledged(told, stored)
    for place, plain in played_again(stored).items():
        for each in stored:
            if each.place == place:
                expected = plain.streak(each.day), sum(plain.given[each.day].values())
                if expected != (each.streak, each.points):
                    yield f"streak and points, expected {expected}: {each}"
        if len(plain.made_up) > QUOTA:
            yield f"{place} made up {len(plain.made_up)} days"


def _acknowledged(told: Iterable[tuple[Visit, Answer]], stored: Sequence[Entered]) -> Iterator[str]:
    """Each day that a member was told of is there, once, and none besides; one request entered it (R28)."""
    days = Counter((each.place, str(each.day), each.id) for each in stored)
    seen = set[tuple[Place, str, str]]()
    entering = defaultdict[tuple[Place, str], set[UUID]](set)
    for visit, answer in told:
        data: Mapping[str, Any] = answer.data or {}
        place = visit.customer, visit.program
        if "checkIn" in data:
            found = data["checkIn"]
            seen.add((place, str(found["day"]), found["id"]))
            if answer.kind == "MakeUpCheckInSuccess" or (answer.kind == "CheckInSuccess" and not data["alreadyDone"]):
                entering[place, str(found["day"])].add(visit.key)
        if answer.kind == "NotEnoughPoints" and data["available"] >= data["required"]:
            yield f"there were enough: {data}"
        if answer.kind == "MakeUpCheckInSuccess" and str(data["checkIn"]["day"]) != str(visit.day):
            yield f"told of another day: {data}, {visit}"
    if seen != days.keys() or any(number > 1 for number in days.values()):
        yield f"told of days {seen - days.keys()} and not of {days.keys() - seen}, or twice there: {days}"
    for (place, day), keys in entering.items():
        if len(keys) > 1:
            yield f"{place} was told {len(keys)} times to have done it: {day}"
    if entering.keys() != {(each.place, str(each.day)) for each in stored}:
        yield f"days that nobody was told to have entered: {len(days)}, {len(entering)}"


def played_again(stored: Iterable[Entered]) -> Mapping[Place, Plain]:
    """Each member's days, entered by hand in the order in which they were written."""
    lives = defaultdict[Place, Plain](plain_life)
    for each in stored:
        plain = lives[each.place]
        if each.is_made_up:
            plain.makes_up(each.day, today=each.day)
        else:
            plain.checks_in(each.day)
    return lives


def earned_by_visits(stored: Iterable[Entered]) -> Mapping[Place, tuple[int, int]]:
    """By customer and program: points given, and what that comes to less what days cost that were made up."""
    lives = played_again(stored)
    return {place: (sum(_given(plain)), plain.balance) for place, plain in lives.items()}


def _given(plain: Plain) -> Iterator[int]:
    for given in plain.given.values():
        yield from given.values()
