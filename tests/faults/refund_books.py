"""What is wrong with refunds after a run: what clients were told, against the database; and what they come to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from tests.databases import run

from .playing import History
from .refunds import Refund, Returned

REFUNDS = """
SELECT f.external_id, program, subject, o.external_id AS of_order, f.occurred_at,
    ARRAY(SELECT number FROM refund_lines l WHERE l.fact_id = f.id ORDER BY number) AS numbers,
    ARRAY(SELECT amount FROM refund_lines l WHERE l.fact_id = f.id ORDER BY number) AS amounts
FROM facts f JOIN orders o ON o.id = f.order_id JOIN members m ON m.id = f.member_id JOIN identities USING (customer_id)
WHERE f.kind = 'REFUND'"""
Place = tuple[str, str]
"""Program and id, of a refund or of an order."""


async def stored_refunds(database: str) -> list[Refund]:
    return [
        Refund(row["external_id"], row["subject"], row["program"], row["of_order"], row["occurred_at"],
               tuple(zip(row["numbers"], row["amounts"], strict=True)))
        for row in await run(database, REFUNDS)
    ]  # fmt: skip


def wrong_refunds(history: History, stored: Sequence[Refund], *, whose: Mapping[Place, str]) -> Iterator[str]:
    """`whose` says whose each order is that is known."""
    known = {refund.place: refund for refund in stored}
    if len(known) != len(stored):
        yield f"{len(stored)} refunds have {len(known)} ids"
    yield from _acknowledged(history, known)
    for operation, answer, _ in history.answered:
        if not isinstance(operation, Returned):
            continue
        refund = operation.refund
        owner = whose.get((refund.program, refund.order), refund.customer)
        if answer.kind == "FactConflict" and known.get(refund.place) in (None, refund) and owner == refund.customer:
            yield f"refused as a conflict with {known.get(refund.place)}: {refund}"


def _acknowledged(history: History, known: Mapping[Place, Refund]) -> Iterator[str]:
    """Each that was acknowledged is there as it was told, and none besides; each was done once (R24)."""
    told: dict[Place, tuple[Refund, int]] = {}
    done = Counter[Place]()
    for number, (operation, answer, before) in enumerate(history.answered):
        if not isinstance(operation, Returned):
            continue
        refund = operation.refund
        first, when = told.get(refund.place, (None, number))
        if answer.kind == "RecordRefundSuccess" and answer.data is not None:
            done[refund.place] += not answer.data["replayed"]
            if first not in (None, refund):
                yield f"acknowledged with two contents: {first}, {refund}"
            told.setdefault(refund.place, (refund, number))
        elif answer.kind == "NotAMember" and first == refund and when < before:
            yield f"known before, and refused: {refund}"
    for place in told.keys() | known.keys():
        refund, _ = told.get(place, (None, 0))
        if refund != known.get(place):
            yield f"{place} was told to be {refund} and is {known.get(place)}"
        if done[place] > 1:
            yield f"{place} was done {done[place]} times"


def by_order(refunds: Iterable[Refund]) -> Mapping[Place, Sequence[Refund]]:
    found: dict[Place, list[Refund]] = {}
    for refund in refunds:
        found.setdefault((refund.program, refund.order), []).append(refund)
    return found


def taken_back(earned: int, amounts: Sequence[int], refunds: Iterable[Refund]) -> int:
    """Of what an order of goods earned, by the sum of its lines; half and more is one (R10)."""
    sums = Counter[int]()
    for refund in refunds:
        for place, amount in refund.lines:
            sums[place] += amount
    back = sum(min(sums[place], amount) for place, amount in enumerate(amounts, 1))
    return int(Fraction(earned * back, sum(amounts)) + Fraction(1, 2)) if sum(amounts) else 0
