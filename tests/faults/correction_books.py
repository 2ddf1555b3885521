"""What is wrong with corrections after a run: what staff were told of each, against the database."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.graph.ids import global_id
from tests.databases import run

from .corrections import Correction
from .playing import Answer, History

ADJUSTMENTS = """
SELECT adjustments.*, subject,
    ARRAY(SELECT change FROM points_entries AS entries WHERE entries.member_id = adjustments.member_id
        AND cause_id = adjustments.id AND kind = 'ADJUSTED') AS moved,
    (SELECT count(*) FROM audit_entries WHERE owner_id = adjustments.member_id AND about_id = adjustments.id) AS noted
FROM points_adjustments AS adjustments JOIN members ON members.id = member_id JOIN identities USING (customer_id)"""
REUSED = "IDEMPOTENCY_KEY_REUSED"

Place = tuple[str, str]
"""Customer and program."""


async def stored_corrections(database: str) -> Sequence[Any]:
    return await run(database, ADJUSTMENTS)


def wrong_corrections(history: History, stored: Sequence[Any]) -> Iterator[str]:
    """What was acknowledged is there as it was told, and nothing besides; each moved its points and is on record."""
    answers = [answer.data or {} for _, answer in _answered(history)]
    told = {_told(data["adjustment"]) for data in answers if "adjustment" in data}
    known = {
        (global_id("pointsAdjustment", row["member_id"], row["id"]), row["points"], row["state"]) for row in stored
    }
    for each in told ^ known:
        yield f"{'told and not stored' if each in told else 'stored and not told'}: {each}"
    for row in stored:
        moved = [row["points"]] if row["state"] == "APPLIED" else []
        if row["moved"] != moved or row["noted"] != 1:
            yield f"moved {row['moved']}, noted {row['noted']} times: {row}"
    yield from _one_outcome(history)


def _told(adjustment: Mapping[str, Any]) -> tuple[str, int, str]:
    state = adjustment["state"]
    return adjustment["id"], adjustment["points"], state if isinstance(state, str) else state.name


def _answered(history: History) -> Iterator[tuple[Correction, Answer]]:
    for operation, answer, _ in history.answered:
        if isinstance(operation, Correction) and answer.kind != "Nothing":
            yield operation, answer


def _one_outcome(history: History) -> Iterator[str]:
    """Whichever input with a key is first has one outcome, the same each time; other input is refused (R36)."""
    outcomes = defaultdict[object, set[tuple[Correction, str, str]]](set)
    refused = set[Correction]()
    for operation, answer in _answered(history):
        if answer.kind == REUSED:
            refused.add(operation)
        else:
            outcomes[operation.key].add((operation, answer.kind, _id(answer)))
    for key, told in outcomes.items():
        if len(told) > 1:
            yield f"key {key} has {len(told)} outcomes: {told}"
    for correction in refused:
        if correction in {first for first, _, _ in outcomes[correction.key]} or not outcomes[correction.key]:
            yield f"its key was new, and is told to be used: {correction}"


def _id(answer: Answer) -> str:
    """Of the adjustment; none was made if it was refused."""
    return answer.data["adjustment"]["id"] if answer.data is not None and "adjustment" in answer.data else ""


def moved_by_corrections(stored: Sequence[Any]) -> Mapping[Place, tuple[int, int]]:
    """By customer and program: points given, and what giving and taking comes to."""
    moved = defaultdict[Place, tuple[int, int]](lambda: (0, 0))
    for row in stored:
        if row["state"] == "APPLIED":
            place = row["subject"], row["program"]
            given, total = moved[place]
            moved[place] = given + max(row["points"], 0), total + row["points"]
    return moved
