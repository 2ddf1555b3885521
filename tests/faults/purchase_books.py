"""What is wrong with redemptions and stock after a run: what clients were told of each, against the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.graph.ids import global_id
from tests.databases import run

from .keys import wrong_keys
from .playing import Answer, History
from .purchases import Purchase, Redeeming, Stepping, Taking, Ware

REDEMPTIONS = """
SELECT redemptions.*, subject, members.program AS of_program,
    ARRAY(SELECT to_state FROM redemption_changes AS c WHERE c.member_id = redemptions.member_id
        AND c.redemption_id = redemptions.id ORDER BY c.id) AS steps
FROM redemptions JOIN members ON members.id = member_id JOIN identities USING (customer_id)"""
STOCK = "SELECT reward_id, sum(total) AS total, sum(left_) AS left_ FROM reward_stock GROUP BY reward_id"
CODES = "SELECT * FROM voucher_codes"
LEADS_TO = {Taking.CONFIRM: "CONFIRMED", Taking.SHOW: "FULFILLED", Taking.FULFIL: "FULFILLED",
            Taking.CANCEL: "CANCELED", Taking.REFUND: "REFUNDED"}  # fmt: skip
ENDS = frozenset(("CANCELED", "REFUNDED"))
"""The points came back."""

Place = tuple[str, str]
"""Customer and program."""


@dataclass(frozen=True)
class Bought:
    """A redemption as it is written."""

    id: str
    place: Place
    ware: str
    points: int
    state: str
    steps: tuple[str, ...]
    holds_piece: bool
    raw_id: UUID


@dataclass(frozen=True)
class Shelves:
    """What is written of stock and codes."""

    stock: Mapping[str, tuple[int, int]]
    """By reward: what was put in, and what is left."""
    taken: Mapping[str, UUID | None]
    """By code: who redeemed it."""


async def stored_purchases(database: str) -> tuple[list[Bought], Shelves]:
    bought = [
        Bought(global_id("redemption", row["member_id"], row["id"]), (row["subject"], row["of_program"]),
               global_id("reward", row["reward_id"]), row["points"], row["state"], tuple(row["steps"]),
               row["bucket"] is not None and not row["is_restocked"], row["id"])
        for row in await run(database, REDEMPTIONS)
    ]  # fmt: skip
    stock = {global_id("reward", row["reward_id"]): (row["total"], row["left_"]) for row in await run(database, STOCK)}
    taken = {row["code"]: row["redemption_id"] for row in await run(database, CODES)}
    return bought, Shelves(stock, taken)


def wrong_purchases(
    history: History, bought: Sequence[Bought], shelves: Shelves, wares: Sequence[Ware]
) -> Iterator[str]:
    told = [(op, answer) for op, answer, _ in history.answered if isinstance(op, Redeeming | Stepping)]
    yield from wrong_keys(told)
    yield from _redeemed(told, bought)
    yield from _lived(told, bought)
    for ware in wares:
        yield from _on_shelves(ware, [each for each in bought if each.ware == ware.id], shelves, told)


def _redeemed(told: Iterable[tuple[Purchase, Answer]], bought: Sequence[Bought]) -> Iterator[str]:
    """Each redemption that a member was told of is there as it was told, once, and none besides."""
    expected: dict[UUID, tuple[str, Place, str, int]] = {}
    for operation, answer in told:
        data: Mapping[str, Any] = answer.data or {}
        if isinstance(operation, Redeeming) and answer.kind == "RedeemRewardSuccess":
            place, ware = (operation.customer, operation.program), operation.ware
            expected[operation.key] = data["redemption"]["id"], place, ware.id, ware.points
            if data["redemption"]["points"] != ware.points:
                yield f"told to pay {data}: {operation}"
        if answer.kind == "NotEnoughPoints" and data["available"] >= data["required"]:
            yield f"there were enough: {data}"
    found = Counter((each.id, each.place, each.ware, each.points) for each in bought)
    if found != Counter(expected.values()):
        yield f"told of {Counter(expected.values()) - found} and not {found - Counter(expected.values())}"


def _lived(told: Iterable[tuple[Purchase, Answer]], bought: Sequence[Bought]) -> Iterator[str]:
    """What became of each is what those were told who asked for it, each step once; all others were told why not."""
    done = defaultdict[str, dict[UUID, Taking]](dict)
    refused = defaultdict[str, set[str]](set)
    for operation, answer in told:
        if not isinstance(operation, Stepping) or answer.data is None:
            continue
        redemption = operation.redeeming.ids[operation.redeeming.key]
        if answer.kind.endswith("Success"):
            done[redemption][operation.key] = operation.step
        elif answer.kind == "RedemptionStepNotPossible":
            state = answer.data["state"]
            refused[redemption].add(str(getattr(state, "name", state)))
    for each in bought:
        steps = Counter(done[each.id].values())
        if steps[Taking.SHOW]:
            steps[Taking.SHOW] = 1  # what is shown is shown again
        expected = Counter(LEADS_TO[step] for step in steps.elements())
        if Counter(each.steps) != expected:
            yield f"told to have taken {dict(steps)}: {each}"
        if each.steps and each.state != each.steps[-1]:
            yield f"its state is none of its last step: {each}"
        been = {*each.steps, "PENDING", "CONFIRMED"}
        if not refused[each.id] <= been:
            yield f"told that it is {refused[each.id]}: {each}"


def _on_shelves(
    ware: Ware, bought: Sequence[Bought], shelves: Shelves, told: Sequence[tuple[Purchase, Answer]]
) -> Iterator[str]:
    """Never oversold, and what is not there was taken; each code is of one redemption, and only who has it saw it."""
    members = Counter(each.place for each in bought if each.state not in ENDS)
    if ware.most is not None and any(number > ware.most for number in members.values()):
        yield f"more than {ware.most} for each: {members}"
    if ware.total is None:
        return
    held = sum(each.holds_piece for each in bought)
    total, left = shelves.stock[ware.id]
    if held + left != ware.total or total != ware.total or left < 0:
        yield f"{held} of {ware.total} are taken and {left} left: {ware.id}"
    refused = any(
        answer.kind == "OutOfStock" and isinstance(operation, Redeeming) and operation.ware == ware
        for operation, answer in told
    )
    if refused and len(bought) < ware.total:
        yield f"told to be sold out when {len(bought)} of {ware.total} were ever sold: {ware.id}"
    if ware.codes is not None:
        yield from _codes(ware.codes, bought, shelves, told)


def _codes(
    codes: frozenset[str], bought: Sequence[Bought], shelves: Shelves, told: Iterable[tuple[Purchase, Answer]]
) -> Iterator[str]:
    whose = {each.raw_id: each for each in bought}
    taken = Counter(shelves.taken[code] for code in codes)
    del taken[None]
    if taken != Counter(each.raw_id for each in bought if each.holds_piece):
        yield f"codes that are taken, and redemptions that have one: {taken}"
    for operation, answer in told:
        if answer.kind == "ShowVoucherCodeSuccess" and answer.data is not None:
            shown = answer.data["redemption"]
            owner = whose.get(shelves.taken.get(shown["voucherCode"]) or UUID(int=0))
            if owner is None or owner.id != shown["id"]:
                yield f"told a code that is another's, or nobody's: {shown}, {operation}"


def spent_on_purchases(bought: Iterable[Bought]) -> Mapping[Place, int]:
    """By customer and program: points that were paid and did not come back."""
    spent = Counter[Place]()
    for each in bought:
        if each.state not in ENDS:
            spent[each.place] += each.points
    return spent
