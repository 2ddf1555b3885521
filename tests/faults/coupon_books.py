"""What is wrong with coupons, stock and budgets after a run: what clients were told of each, against the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.coupons.templates import template_id
from app.graph.ids import global_id
from tests.databases import run

from .coupons import OFFERS, Claiming, Couponing, Offer, Use, Using
from .keys import wrong_keys
from .playing import Answer, History

COUPONS = """
SELECT coupons.*, subject, members.program AS of_program,
    ARRAY(SELECT step || ' ' || order_id FROM coupon_changes AS c WHERE c.member_id = coupons.member_id
        AND c.coupon_id = coupons.id ORDER BY c.number) AS steps
FROM coupons JOIN members ON members.id = member_id JOIN identities USING (customer_id)"""
STOCK = "SELECT template_id, sum(total) AS total, sum(left_) AS left_ FROM coupon_stock GROUP BY template_id"
BUDGETS = "SELECT template_id, total, left_ FROM coupon_budgets"
MAY_FOLLOW = {
    None: {"RESERVE"},
    "RESERVE": {"REDEEM", "RELEASE"},
    "REDEEM": {"RETURN"},
    "RELEASE": {"RESERVE"},
    "RETURN": {"RESERVE"},
}
LEADS_TO = {None: "ISSUED", "RESERVE": "RESERVED", "REDEEM": "REDEEMED", "RELEASE": "ISSUED", "RETURN": "ISSUED"}
OF_ORDER = frozenset(("RESERVED", "REDEEMED"))

Place = tuple[str, str]
"""Customer and program."""


@dataclass(frozen=True)
class Issued:
    """A coupon as it is written."""

    id: str
    place: Place
    offer: str
    state: str
    steps: tuple[str, ...]
    """Each with its order."""
    set_aside: int


@dataclass(frozen=True)
class Drawers:
    """What is written of stock and budgets, by template: what was put in, and what is left."""

    stock: Mapping[UUID, tuple[int, int]]
    budgets: Mapping[UUID, tuple[int, int]]


async def stored_coupons(database: str) -> tuple[list[Issued], Drawers]:
    issued = [
        Issued(global_id("coupon", row["member_id"], row["id"]), (row["subject"], row["of_program"]), row["template"],
               row["state"], tuple(row["steps"]), row["set_aside"])
        for row in await run(database, COUPONS)
    ]  # fmt: skip
    stock = {row["template_id"]: (row["total"], row["left_"]) for row in await run(database, STOCK)}
    budgets = {row["template_id"]: (row["total"], row["left_"]) for row in await run(database, BUDGETS)}
    return issued, Drawers(stock, budgets)


def wrong_coupons(history: History, issued: Sequence[Issued], drawers: Drawers, program: str) -> Iterator[str]:
    told = [(op, answer) for op, answer, _ in history.answered if isinstance(op, Claiming | Using)]
    yield from wrong_keys(told)
    yield from _claimed(told, issued)
    yield from _used(told, issued)
    yield from _together(issued)
    for offer in OFFERS:
        theirs = [each for each in issued if each.offer == offer.code]
        refused = {answer.kind for op, answer in told if isinstance(op, Claiming) and op.offer == offer}
        yield from _in_drawers(offer, theirs, drawers, template_id(program, offer.code), refused)


def _claimed(told: Iterable[tuple[Couponing, Answer]], issued: Sequence[Issued]) -> Iterator[str]:
    """Each coupon that a member was told of is there as it was told, once, and none besides."""
    expected: dict[UUID, tuple[str, Place, str]] = {}
    for operation, answer in told:
        if isinstance(operation, Claiming) and answer.kind == "ClaimCouponSuccess" and answer.data is not None:
            place = operation.customer, operation.program
            expected[operation.key] = answer.data["coupon"]["id"], place, operation.offer.code
    found = Counter((each.id, each.place, each.offer) for each in issued)
    if found != Counter(expected.values()):
        yield f"told of {Counter(expected.values()) - found} and not {found - Counter(expected.values())}"


def _used(told: Iterable[tuple[Couponing, Answer]], issued: Sequence[Issued]) -> Iterator[str]:
    """What became of each is what those were told who asked for it, each step once and of one order."""
    done = defaultdict[str, dict[UUID, str]](dict)
    refused = defaultdict[str, set[str]](set)
    for operation, answer in told:
        if not isinstance(operation, Using) or answer.data is None:
            continue
        coupon = operation.claiming.ids[operation.claiming.key]
        if answer.kind.endswith("Success"):
            done[coupon][operation.key] = f"{operation.use.name} {operation.order}"
            yield from _reserved(operation, answer.data)
        elif answer.kind == "CouponStepNotPossible":
            state: Any = answer.data["state"]
            refused[coupon].add(str(getattr(state, "name", state)))
    for each in issued:
        if Counter(each.steps) != Counter(done[each.id].values()):
            yield f"told of the steps {sorted(done[each.id].values())}: {each}"
        last, order = None, ""
        been = {"ISSUED"}
        for step, of in (told_of.split(" ") for told_of in each.steps):
            if step not in MAY_FOLLOW[last] or (step != "RESERVE" and of != order):
                yield f"{step} of {of} cannot follow {last} of {order}: {each}"
            last, order = step, of
            been.add(LEADS_TO[last])
        if each.state != LEADS_TO[last] or not refused[each.id] <= been:
            yield f"told that it was {refused[each.id]}: {each}"


def _together(issued: Iterable[Issued]) -> Iterator[str]:
    """All offers are of one group, of which one is for an order (R34)."""
    orders = Counter((each.place, each.steps[-1].split(" ")[1]) for each in issued if each.state in OF_ORDER)
    if twice := [order for order, number in orders.items() if number > 1]:
        yield f"several coupons are for one order: {twice}"


def _reserved(using: Using, data: Mapping[str, Any]) -> Iterator[str]:
    if using.use is Use.RESERVE:
        reservation = data["reservation"]
        found = reservation["order"], str(reservation["discount"]["amount"])
        if found != (using.order, using.claiming.offer.discount):
            yield f"told of {found}: {using}"


def _in_drawers(
    offer: Offer, issued: Sequence[Issued], drawers: Drawers, template: UUID, told: set[str]
) -> Iterator[str]:
    """Never more than there are, and what is not there was issued."""
    members = Counter(each.place for each in issued)
    if offer.most is not None and any(number > offer.most for number in members.values()):
        yield f"more than {offer.most} for each: {members}"
    if issued and offer.total is not None:
        total, left = drawers.stock[template]
        if (total, left) != (offer.total, offer.total - len(issued)) or left < 0:
            yield f"{len(issued)} of {offer.total} are issued, and {left} of {total} left: {offer}"
    if "CouponsOutOfStock" in told and len(issued) != offer.total:
        yield f"told that none is left when {len(issued)} were issued: {offer}"
    if issued and offer.face:
        total, left = drawers.budgets[template]
        aside = sum(each.set_aside for each in issued)
        if total != offer.budget or aside + left != total or aside != offer.face * len(issued):
            yield f"{aside} is set aside for {len(issued)}, and {left} of {total} left: {offer}"
    if "CouponBudgetUsed" in told and offer.face * (len(issued) + 1) <= offer.budget:
        yield f"told that nothing is left when {len(issued)} were issued: {offer}"
