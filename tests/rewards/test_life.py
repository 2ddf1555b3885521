"""The life of redemptions against a plain model: whatever is asked for in whatever order, only what may follow follows,
every other step is refused with its reason, and stock, codes and points add up after each.

How many sequences, and which, is said by LIFE_EXAMPLES, LIFE_STEPS and LIFE_SEED.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import SystemRandom
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.errors import Refused
from app.members.queries import members_by_id
from app.prover.books import mismatches_of
from app.rewards.proving_stock import stock_mismatches
from app.rewards.queries.proving import buckets_of
from app.rewards.rules.kinds import RewardKind
from tests.world import World

from .mall import Mall, stock

EXAMPLES = int(os.environ.get("LIFE_EXAMPLES") or 20)
STEPS = int(os.environ.get("LIFE_STEPS") or 30)
SEED = int(os.environ.get("LIFE_SEED") or SystemRandom().randrange(10**9))
NUMBERS = count(1)
RICH = 10_000
PIECES = 3
STEPS_THERE_ARE = ("cancel", "show", "confirm", "fulfil", "fulfil", "refund", "refund, and keep it out")
GIVEN_BACK = ("CANCELED", "REFUNDED")
BY_CODE: Mapping[str, str] = dict.fromkeys(("PENDING", "CONFIRMED", "FULFILLED", *GIVEN_BACK), "FULFILLED_BY_CODE")


@dataclass
class Shelf:
    """A reward, as plainly as can be."""

    reward: UUID
    price: int
    waits: bool
    codes: list[str] | None
    """In the order in which they are given; None: it has none."""
    left: int = PIECES


@dataclass
class Bought:
    """A redemption, likewise."""

    id: str
    shelf: Shelf
    state: str
    code: str | None
    is_seen: bool = False
    history: list[str] = field(default_factory=list[str])

    def goes(self, state: str) -> None:
        self.state = state
        self.history.append(state)


class Life(RuleBasedStateMachine):
    """One member, and three rewards."""

    mall: Mall
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.subject = f"anna-{next(NUMBERS)}"
        self.points = RICH
        self.shelves: list[Shelf] = []
        self.bought: list[Bought] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    @initialize()
    def they_come(self) -> None:
        self.run(self._begin())

    async def _begin(self) -> None:
        self.member_id = await self.mall.has(self.subject, RICH)
        codes = [f"CODE-{next(NUMBERS)}" for _ in range(PIECES)]
        goods = await self.mall.offers(points=7, stock=PIECES, buckets=2)
        waiting = await self.mall.offers(points=11, stock=PIECES, is_confirmed_by_staff=True)
        voucher = await self.mall.offers(points=13, kind=RewardKind.VOUCHER, codes=codes, buckets=1)
        self.shelves = [
            Shelf(goods, 7, waits=False, codes=None),
            Shelf(waiting, 11, waits=True, codes=None),
            Shelf(voucher, 13, waits=False, codes=codes),
        ]

    @rule(which=some.integers(0, 2))
    def redeems(self, which: int) -> None:
        shelf = self.shelves[which]
        answer = self.run(self.mall.redeems(self.subject, shelf.reward))
        if not shelf.left:
            assert answer["code"] == "OUT_OF_STOCK"
            return
        shelf.left -= 1
        self.points -= shelf.price
        code = None if shelf.codes is None else shelf.codes.pop(0)
        state = "PENDING" if shelf.waits else "CONFIRMED"
        history = ["PENDING"] if shelf.waits else ["PENDING", "CONFIRMED"]
        self.bought.append(Bought(answer["redemption"]["id"], shelf, state, code, history=history))

    @precondition(lambda self: self.bought)
    @rule(data=some.data(), step=some.sampled_from(STEPS_THERE_ARE))
    def a_step_is_asked_for(self, data: some.DataObject, step: str) -> None:
        """Of one of the last that were redeemed: it goes if it may follow."""
        one = data.draw(some.sampled_from(self.bought[-4:]))
        steps = {"cancel": self._cancels, "show": self._has_shown, "confirm": self._confirms, "fulfil": self._fulfils}
        if step in steps:
            steps[step](one)
        else:
            self._refunds(one, restock=step == "refund")

    def _cancels(self, one: Bought) -> None:
        answer = self.run(self.mall.cancels(self.subject, one.id))
        fulfilled = "CODE_SHOWN" if one.is_seen else "FULFILLED_ALREADY"
        why = {"FULFILLED": fulfilled, "CANCELED": "GIVEN_BACK", "REFUNDED": "GIVEN_BACK"}
        assert answer.get("why") == why.get(one.state)
        if one.state not in why:
            self._comes_back(one, "CANCELED", restock=True)

    def _has_shown(self, one: Bought) -> None:
        answer = self.run(self.mall.shows(self.subject, one.id))
        if one.code is None:
            assert answer["why"] == "NO_CODE"
        elif one.state in GIVEN_BACK:
            assert answer["why"] == "GIVEN_BACK"
        else:
            assert answer["redemption"]["voucherCode"] == one.code
            if not one.is_seen:
                one.goes("FULFILLED")
                one.is_seen = True

    def _confirms(self, one: Bought) -> None:
        refused = {"CONFIRMED": "CONFIRMED_ALREADY", "FULFILLED": "FULFILLED_ALREADY"}
        if self._staff(self.mall.confirms(one.id), one, refused):
            one.goes("CONFIRMED")

    def _fulfils(self, one: Bought) -> None:
        refused = {"PENDING": "NOT_CONFIRMED", "FULFILLED": "FULFILLED_ALREADY"}
        if self._staff(self.mall.fulfils(one.id), one, refused if one.code is None else BY_CODE):
            one.goes("FULFILLED")

    def _refunds(self, one: Bought, *, restock: bool) -> None:
        if self._staff(self.mall.refunds(one.id, restock=restock), one, {}):
            self._comes_back(one, "REFUNDED", restock=restock and not one.is_seen)

    def _staff(self, work: Coroutine[Any, Any, object], one: Bought, refused: Mapping[str, str]) -> bool:
        """Did it go? If not, for the reason that the model says."""
        why = {"CANCELED": "GIVEN_BACK", "REFUNDED": "GIVEN_BACK", **refused}
        assert self.run(_refused(work)) == why.get(one.state)
        return one.state not in why

    def _comes_back(self, one: Bought, state: str, *, restock: bool) -> None:
        one.goes(state)
        self.points += one.shelf.price
        if restock:
            one.shelf.left += 1
            if one.shelf.codes is not None and one.code is not None:
                one.shelf.codes.append(one.code)

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        if self.shelves:
            self.run(self._agrees())

    async def _agrees(self) -> None:
        mine = await self.mall.mine(self.subject, first=100)
        assert mine["points"]["available"] == self.points
        found = [(each["id"], each["state"], [step["toState"] for step in each["history"]], each["voucherCode"])
                 for each in mine["redemptions"]["nodes"]]  # fmt: skip
        assert found == [
            (one.id, one.state, one.history, one.code if one.is_seen else None) for one in reversed(self.bought)
        ]
        for shelf in self.shelves:
            assert await stock(self.mall.world, shelf.reward) == (PIECES, shelf.left)

    def teardown(self) -> None:
        if self.shelves:
            self.run(self._balances())

    async def _balances(self) -> None:
        """R5, R31: of this member and these rewards."""
        world = self.mall.world
        members = [member for member in await members_by_id(world.database, [self.member_id]) if member is not None]
        found = await mismatches_of(world.database, members, now=world.now, programs=world.programs)
        assert [str(mismatch) for mismatch in found] == []
        for shelf in self.shelves:
            assert not list(stock_mismatches(await buckets_of(world.database, shelf.reward)))


async def _refused(work: Coroutine[Any, Any, object]) -> str | None:
    """Why not; None: it went."""
    try:
        await work
    except Refused as refused:
        return refused.answer.why.name
    return None


async def test_redemptions_live_as_a_plain_model_says(world: World, played: Callable[[object], None]) -> None:
    """R7, R31, R35. Tried: a code that was shown is put back; a cancelling that does not restock: each is red. Which
    step may follow which is tried out in `test_every_step`."""
    machine = seed(SEED)(type("TheLife", (Life,), {"mall": Mall(world), "loop": asyncio.get_running_loop()}))
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True, database=None,
                      suppress_health_check=unhurried)  # fmt: skip
    played(f"LIFE_SEED={SEED} LIFE_EXAMPLES={EXAMPLES} LIFE_STEPS={STEPS}")
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)
