"""What is wrong with the answers of a run by themselves: every key has one outcome, nothing stays unclear."""

from collections import defaultdict
from collections.abc import Iterator

from .playing import LOST, Answer, History
from .reports import Fact, Report, brought_by
from .wishes import Wish

Place = tuple[str, str, str, tuple[int, ...]]
"""Program, order and what it says: whose it is, and its amounts."""

REUSED = "IDEMPOTENCY_KEY_REUSED"
PASSING = frozenset((LOST, "OVERLOADED", "IDEMPOTENCY_KEY_IN_USE"))
"""What a client may be told when something goes wrong on our side: all of it means "ask again"."""


def wrong_answers(history: History) -> Iterator[str]:
    for operation in history.unanswered:
        yield f"never answered: {operation}"
    for code, times in history.repeated.items():
        if code not in PASSING:
            yield f"told {code}, {times} times"
    yield from _keys(history)
    for operation, answer, _ in history.answered:
        if isinstance(operation, Report) and answer.kind == "RecordOrderSuccess":
            yield from _earned(operation, answer)
    yield from _forgotten(history)


def _keys(history: History) -> Iterator[str]:
    """Whichever wish with a key is first has one outcome, the same each time; other wishes are refused (R36)."""
    outcomes = defaultdict[object, set[tuple[Wish, str, str | None]]](set)
    refused = set[Wish]()
    for operation, answer, _ in history.answered:
        if not isinstance(operation, Wish):
            continue
        if answer.kind == REUSED:
            refused.add(operation)
        else:
            outcomes[operation.key].add((operation, answer.kind, answer.member))
    for key, told in outcomes.items():
        if len(told) > 1:
            yield f"key {key} has {len(told)} outcomes: {told}"
    for wish in refused:
        if wish in {first for first, _, _ in outcomes[wish.key]} or not outcomes[wish.key]:
            yield f"its key was new, and is told to be used: {wish}"


def _forgotten(history: History) -> Iterator[str]:
    """The same again is answered with what the first did, even if its customer has left since (R24)."""
    known: dict[Place, dict[Fact, int]] = defaultdict(dict)
    for number, (operation, answer, before) in enumerate(history.answered):
        if not isinstance(operation, Report):
            continue
        facts = known[_place(operation)]
        if answer.kind == "RecordOrderSuccess":
            facts.update({fact: number for fact in operation.facts if fact not in facts})
        elif answer.kind == "NotAMember" and all(facts.get(fact, before) < before for fact in operation.facts):
            yield f"known before, and refused: {operation}"


def _place(report: Report) -> Place:
    return report.order.program, report.order.id, report.order.customer, report.order.amounts


def _earned(report: Report, answer: Answer) -> Iterator[str]:
    """One point for each yuan when it is paid, one growth when it is completed as well; by a campaign two."""
    assert answer.data is not None
    whole = sum(brought_by(report.order.id, report.order.amount))
    paid, completed = (fact in report.facts for fact in Fact)
    told = answer.data["points"], answer.data["growth"]
    if (paid and told[0] != whole) or (paid and completed and told[1] != whole):
        yield f"told to earn {told}: {report}"
