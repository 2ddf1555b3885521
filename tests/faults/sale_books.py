"""What is wrong with holds after a run: what clients were told of each, against the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.graph.ids import global_id
from tests.databases import run

from .playing import Answer, History
from .sales import Deciding, Placing, Sale, Step

HOLDS = """
SELECT member_id, points_holds.id, reference, subject, program, amount, state, given_back,
    (SELECT coalesce(sum(amount), 0) FROM points_give_backs WHERE hold_id = points_holds.id) AS by_give_backs
FROM points_holds JOIN members ON members.id = member_id JOIN identities USING (customer_id)"""
REUSED = "IDEMPOTENCY_KEY_REUSED"
AFTER = {Step.CAPTURE: "CAPTURED", Step.RELEASE: "RELEASED"}

Place = tuple[str, str]
"""Customer and program."""


@dataclass(frozen=True)
class Held:
    """A hold as it is written."""

    id: str
    key: UUID
    customer: str
    program: str
    points: int
    state: str
    given_back: int
    by_give_backs: int
    """The same, by those that there are."""


async def stored_sales(database: str) -> list[Held]:
    rows = await run(database, HOLDS)
    return [
        Held(global_id("pointsHold", row["member_id"], row["id"]), UUID(row["reference"]), row["subject"],
             row["program"], row["amount"], row["state"], row["given_back"], row["by_give_backs"])
        for row in rows
    ]  # fmt: skip


def wrong_sales(history: History, stored: Sequence[Held]) -> Iterator[str]:
    told = [(op, answer) for op, answer, _ in history.answered if isinstance(op, Placing | Deciding)]
    yield from _keys(told)
    yield from _placed(told, stored)
    by_key = {hold.key: hold for hold in stored}
    decided: defaultdict[UUID, dict[UUID, tuple[Deciding, Answer]]] = defaultdict(dict)
    for operation, answer in told:
        if isinstance(operation, Deciding) and answer.kind != REUSED:
            decided[operation.placing.key][operation.key] = operation, answer
    for key, hold in by_key.items():
        yield from _ended(hold, decided[key].values())


def _keys(told: Iterable[tuple[Sale, Answer]]) -> Iterator[str]:
    """Whichever is first with a key has one outcome, the same each time; others are refused (R36)."""
    outcomes: defaultdict[UUID, list[tuple[Sale, Answer]]] = defaultdict(list)
    refused: list[Sale] = []
    for operation, answer in told:
        if answer.kind == REUSED:
            refused.append(operation)
        elif answer.data is None:
            yield f"told {answer.code}: {operation}"
        elif (operation, answer) not in outcomes[operation.key]:
            outcomes[operation.key].append((operation, answer))
    for key, different in outcomes.items():
        if len(different) > 1:
            yield f"key {key} has {len(different)} outcomes: {different}"
    for operation in refused:
        if not outcomes[operation.key] or operation == outcomes[operation.key][0][0]:
            yield f"its key was new, and is told to be used: {operation}"


def _placed(told: Iterable[tuple[Sale, Answer]], stored: Sequence[Held]) -> Iterator[str]:
    """Each hold that a client was told of is there as it was told, once, and none besides."""
    expected: dict[UUID, tuple[Any, ...]] = {}
    for operation, answer in told:
        if isinstance(operation, Placing) and answer.kind == "PlaceHoldSuccess":
            assert answer.data is not None
            hold = answer.data["hold"]
            expected[operation.key] = hold["id"], operation.customer, operation.program, hold["points"]
            if hold["points"] != operation.points:
                yield f"told to hold {hold['points']}: {operation}"
        if answer.kind == "NotEnoughPoints":
            assert answer.data is not None
            if answer.data["available"] >= answer.data["required"]:
                yield f"there were enough: {answer.data}"
    found = Counter((hold.id, hold.customer, hold.program, hold.points) for hold in stored)
    if found != Counter(expected.values()):
        yield f"told of {Counter(expected.values()) - found} and not {found - Counter(expected.values())}"


def _ended(hold: Held, decided: Iterable[tuple[Deciding, Answer]]) -> Iterator[str]:
    """It ended as one of those who asked for that was told, and all others were told the same (R14); so much of it
    was given back as was told (R7)."""
    successes: list[str] = []
    given_back = 0
    for operation, answer in decided:
        data: Mapping[str, Any] = answer.data or {}
        if answer.kind in ("CaptureHoldSuccess", "ReleaseHoldSuccess"):
            successes.append(AFTER[operation.step])
        elif answer.kind == "GiveBackPointsSuccess":
            given_back += data["giveBack"]["points"]
            if operation.points not in (None, data["giveBack"]["points"]):
                yield f"told to give back {data}: {operation}"
        elif "state" in data and not _fits(answer.kind, str(getattr(data["state"], "name", data["state"])), hold):
            yield f"told that it is {data['state']}: {hold}"
        elif answer.kind == "MoreThanLeft" and data["left"] > 0 and data["left"] >= (operation.points or 0):
            yield f"there was enough left: {data}, {operation}"
    if successes != ([] if hold.state == "OPEN" else [hold.state]):
        yield f"told to be {successes}: {hold}"
    if not given_back == hold.given_back == hold.by_give_backs:
        yield f"told to give back {given_back}: {hold}"


def _fits(kind: str, state: str, hold: Held) -> bool:
    """What somebody was told, as what the hold became in the end."""
    return state == hold.state if kind == "HoldEnded" else state == "OPEN" or state == hold.state == "RELEASED"


def taken_by_sales(stored: Iterable[Held]) -> Mapping[Place, tuple[int, int]]:
    """By customer and program: points that are held, and those that were spent for good."""
    taken = defaultdict[Place, tuple[int, int]](lambda: (0, 0))
    for hold in stored:
        held, spent = taken[hold.customer, hold.program]
        held += hold.points if hold.state == "OPEN" else 0
        spent += hold.points - hold.given_back if hold.state == "CAPTURED" else 0
        taken[hold.customer, hold.program] = held, spent
    return taken
