"""What is wrong with activities after a run: what clients were told of each, against the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.databases import run

from .deeds import DAY, MOST_A_DAY, POINTS, Deed, Deeds
from .playing import History

IN_SHANGHAI = timedelta(hours=8)
A_YEAR = 365 * DAY
FACTS = """
SELECT external_id, program, subject, occurred_at
FROM facts JOIN members ON members.id = member_id JOIN identities USING (customer_id) WHERE kind = 'SHARE'"""

Place = tuple[str, str]
"""Program and id of an activity; or customer and program."""


class Told(NamedTuple):
    """What a client was told of one activity."""

    deed: Deed
    kind: str
    points: int | None
    replayed: bool | None
    number: int
    """How many operations had been answered before."""
    before: int
    """How many had been when it was asked for."""


async def stored_deeds(database: str) -> list[Deed]:
    rows = await run(database, FACTS)
    return [Deed(row["external_id"], row["subject"], row["program"], row["occurred_at"]) for row in rows]


def wrong_deeds(history: History, stored: Sequence[Deed]) -> Iterator[str]:
    known = {deed.place: deed for deed in stored}
    if len(known) != len(stored):
        yield f"{len(stored)} activities have {len(known)} ids"
    yield from _lengths(history)
    told = list(_told(history))
    yield from _acknowledged(told, known)
    yield from _one_outcome(told)
    for each in told:
        if each.kind == "FactConflict" and known.get(each.deed.place) in (None, each.deed):
            yield f"refused as a conflict with {known.get(each.deed.place)}: {each.deed}"


def _lengths(history: History) -> Iterator[str]:
    """A result each, in their order (R24)."""
    for operation, answer, _ in history.answered:
        if isinstance(operation, Deeds) and answer.data is not None:
            results: Sequence[Any] = answer.data["results"]
            if len(results) != len(operation.deeds) or None in results:
                yield f"{len(results)} results for {len(operation.deeds)} activities: {results}"


def _told(history: History) -> Iterator[Told]:
    for number, (operation, answer, before) in enumerate(history.answered):
        if not isinstance(operation, Deeds) or answer.data is None:
            continue
        results: Sequence[Any] = answer.data["results"]
        for deed, result in zip(operation.deeds, results, strict=False):  # `_lengths` looks for those that are missing
            yield Told(deed, result["__typename"], result.get("points"), result.get("replayed"), number, before)


def _acknowledged(told: Iterable[Told], known: Mapping[Place, Deed]) -> Iterator[str]:
    """Each that was acknowledged is there as it was told, and none besides (R24)."""
    done: dict[Place, tuple[Deed, int]] = {}
    for each in told:
        first, number = done.get(each.deed.place, (None, 0))
        if each.kind == "RecordActivitySuccess":
            if first not in (None, each.deed):
                yield f"acknowledged with two contents: {first}, {each.deed}"
            done.setdefault(each.deed.place, (each.deed, each.number))
        elif each.kind == "NotAMember" and first == each.deed and number < each.before:
            yield f"known before, and refused: {each.deed}"
    for place in done.keys() | known.keys():
        deed, _ = done.get(place, (None, 0))
        if deed != known.get(place):
            yield f"{place} was told to be {deed} and is {known.get(place)}"


def _one_outcome(told: Iterable[Told]) -> Iterator[str]:
    """Answered alike however often it is asked for, and done once."""
    points = defaultdict[Deed, set[int | None]](set)
    done = Counter[Deed]()
    for each in told:
        if each.kind == "RecordActivitySuccess":
            points[each.deed].add(each.points)
            done[each.deed] += not each.replayed
    for deed, different in points.items():
        if len(different) > 1 or done[deed] > 1:
            yield f"told to earn {different}, done {done[deed]} times: {deed}"


def earned_by_deeds(stored: Iterable[Deed], *, now: datetime) -> Mapping[Place, tuple[int, int]]:
    """By customer and program: points in all, and those that can be spent (R27)."""
    days = Counter((deed.customer, deed.program, (deed.at + IN_SHANGHAI).date()) for deed in stored)
    earned = defaultdict[Place, tuple[int, int]](lambda: (0, 0))
    for (customer, program, day), number in days.items():
        points = POINTS * min(number, MOST_A_DAY)
        in_all, available = earned[customer, program]
        is_over = (now - A_YEAR).date() > day
        earned[customer, program] = in_all + points, available + (0 if is_over else points)
    return earned
