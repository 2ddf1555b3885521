"""Whole lives under a version that is tried on a part of the members: for those in it everything is as if it were for
all, for the others as if it had never been published (M1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import unified_diff
from typing import Any
from uuid import UUID, uuid4

from app.definition import read
from app.facts.rules import ALL, Brings
from app.facts.rules.activities import ReportedActivity
from app.graph import Role, Viewer
from app.graph.ids import global_id
from app.jobs import settle_the_idle, settle_tiers
from app.points.section import Action
from app.programs.versions import HeldPrograms
from app.prover import prove
from tests.facts.history import file_of, imported, members_imported
from tests.points.seller import Seller
from tests.world import ISSUER, NOON, World, service

from .everything import everything_of, lines_of
from .trying import SHARE, first, one_of, second, third

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FOR_ALL, FOR_THEM, FOR_NOBODY, FOR_OTHERS = "for-all", "for-them", "for-nobody", "for-others"
PROGRAMS = (FOR_ALL, FOR_THEM, FOR_NOBODY, FOR_OTHERS)
BEGINS, ENDS = NOON + 12 * DAY, NOON + 430 * DAY
NEVER = NOON + 2000 * DAY
SIMULATE = """query ($member: ID!, $program: String!) { simulateOrder(member: $member, program: $program, currency: "CNY",
  lines: [{quantity: 1, amount: "188.50"}]) { points growth tierCode ruleVersion rules { code points growth multiplier
  cuts { code points growth } } } }"""
SET = """mutation ($input: SetManualTierInput!) { setManualTier(input: $input) { __typename } }"""
END = """mutation ($input: EndManualTierInput!) { endManualTier(input: $input) { __typename } }"""
ADJUST = """mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) {
  __typename ... on AdjustmentWaiting { adjustment { id } } } }"""
APPROVE = """mutation ($input: ApproveAdjustmentInput!) { approveAdjustment(input: $input) { __typename } }"""


@dataclass
class Life:
    """What becomes of a member, and of somebody whom imports bring, in one of the programs."""

    world: World
    program: str
    subject: str
    member_id: UUID
    told: list[Any] = field(default_factory=list[Any])
    """All that anybody was told of it."""

    @property
    def lines(self) -> list[str]:
        """The same, whoever it is."""
        return [line.replace(self.subject, "whoever") for line in lines_of(self.told)]

    def staff(self, name: str, role: Role = Role.OPERATOR) -> Viewer:
        return Viewer(role, ISSUER, name, programs=frozenset((self.program,)))

    @property
    def seller(self) -> Seller:
        return Seller(self.world, service(self.program))

    async def orders(self, amount: int, order: str, **more: Any) -> None:
        done = await self.world.orders(self.subject, amount, program=self.program, order=order, **more)
        self.told.append((order, done.points, done.growth))

    async def refunds(self, order: str, amount: int) -> None:
        done = await self.world.refunds(self.subject, order, {1: amount}, refund=f"{order}-{self.world.now}",
                                        program=self.program)  # fmt: skip
        self.told.append((order, done.refunded))

    async def does(self, action: Action, times: int) -> None:
        for number in range(times):
            report = ReportedActivity("shop", f"{action.name}-{self.world.now}-{number}", action, self.world.now)
            done: Any = await self.world.reports_of(self.subject, report, program=self.program)
            self.told.append((action, done.points, done.growth))

    async def holds(self, points: int) -> str | None:
        placed = await self.seller.place(self.subject, points, program=self.program)
        self.told.append(placed["__typename"])
        return placed["hold"]["id"] if "hold" in placed else None

    async def asks(self, text: str, *, by: str = "olga", **given: Any) -> Any:
        sent = {"idempotencyKey": str(uuid4()), **given}
        (answer,) = (await self.world.data(text, by=self.staff(by), input=sent)).values()
        self.told.append(answer["__typename"])
        return answer

    async def adjusts(self, points: int) -> None:
        of = {"member": global_id("member", self.member_id), "points": points}
        answer = await self.asks(ADJUST, reason="As we agreed.", **of)
        if "adjustment" in answer:
            await self.asks(APPROVE, by="otto", adjustment=answer["adjustment"]["id"])

    async def is_set(self, tier: str, *, until: datetime) -> None:
        of = {"member": global_id("member", self.member_id), "tier": tier, "until": until.isoformat()}
        await self.asks(SET, reason="As we agreed.", **of)

    async def is_set_no_more(self) -> None:
        await self.asks(END, reason="As we agreed.", member=global_id("member", self.member_id))

    async def imports(self, *lines: str, source: str, brings: Brings) -> None:
        """Orders of history of this member."""
        rows = [f"{self.subject},{line}" for line in lines]
        done = await imported(self.world, file_of(*rows), program=self.program, source=source, brings=brings)
        self.told.append((done.new, done.known, [each.reason for each in done.not_taken]))

    async def is_taken_over(self, line: str) -> None:
        done = await members_imported(self.world, f"{self.subject},{line}", program=self.program)
        self.told.append((done.new, done.known, [each.reason for each in done.not_taken]))

    async def looks(self) -> None:
        """Everything that can be seen of the member."""
        member = global_id("member", self.member_id)
        by = self.staff("olga")
        self.told.append(await everything_of(self.world, member, by=by))
        self.told.append(await self.world.data(SIMULATE, by=by, member=member, program=self.program))


def different(theirs: Sequence[str], others: Sequence[str]) -> list[str]:
    return [line for line in unified_diff(others, theirs, lineterm="", n=0) if not line.startswith("@@")][:40]


@dataclass
class Lives:
    """A program with a second version for all and one in which that is tried, on our member; a program without it and
    one in which it is tried, on others."""

    world: World
    lives: list[Life] = field(default_factory=list[Life])

    async def begin(self) -> None:
        for code in PROGRAMS:
            await self.world.publishes(first(code))
            self.lives.append(Life(self.world, code, *await one_of(self.world, code, tried=code is not FOR_OTHERS)))
        await self.world.publishes(second(FOR_ALL), effective_from=BEGINS)
        await self.world.publishes(second(FOR_THEM), effective_from=BEGINS, share=SHARE)
        await self.world.publishes(second(FOR_NOBODY), effective_from=NEVER)
        await self.world.publishes(second(FOR_OTHERS), effective_from=BEGINS, share=SHARE)
        for code in PROGRAMS:
            await self.world.publishes(third(code), effective_from=ENDS)

    def on(self, day: float) -> None:
        self.world.now = NOON + day * DAY

    async def settle(self) -> None:
        """The jobs, now. What is seen before and after it is the same, but for what is entered (R2)."""
        held = HeldPrograms(read)
        await settle_tiers(self.world.database, now=self.world.now, held=held)
        await settle_the_idle(self.world.database, now=self.world.now, held=held)

    async def compare(self) -> None:
        """By all that was told, and by what can be seen now; and everybody's books agree."""
        for life in self.lives:
            await life.looks()
        for_all, inside, for_nobody, outside = (life.lines for life in self.lives)
        assert not different(inside, for_all), "\n".join(different(inside, for_all))
        assert not different(outside, for_nobody), "\n".join(different(outside, for_nobody))
        assert inside != outside
        proof = await prove(self.world.database, now=self.world.now, programs=self.world.programs)
        assert proof.holds, [str(mismatch) for mismatch in proof.mismatches[:5]]
        for life in self.lives:
            life.told.clear()


async def test_who_is_in_it_lives_by_what_is_tried_and_who_is_not_by_what_is_for_all(world: World) -> None:
    """Orders, also late ones, activities up to their caps, refunds, holds, corrections, tiers set, reached, renewed and
    lowered, all that can be read and explained, and the proof of it."""
    lives = Lives(world)
    await lives.begin()
    for life in lives.lives:
        await life.orders(170, "o1", completed=world.now)
    lives.on(12)
    await lives.settle()
    lives.on(13)
    for life in lives.lives:
        await life.orders(90, "late", paid=NOON + 11 * DAY, completed=NOON + 11 * DAY)
        await life.orders(250, "o2", completed=world.now)
        await life.does(Action.REVIEW, 6)
        await life.does(Action.SHARE, 7)
    await lives.compare()
    lives.on(25)
    held: dict[str, str | None] = {}
    for life in lives.lives:
        held[life.subject] = await life.holds(30)
        await life.refunds("o2", 100)
        await life.adjusts(150)
        await life.adjusts(-120)
        await life.is_set("gold", until=world.now + 20 * DAY)
    await lives.compare()
    world.now += 20 * MINUTE
    for life in lives.lives:
        hold = held[life.subject]
        assert hold is not None
        life.told.append(await life.seller.capture(hold))
        life.told[-1] = life.told[-1]["__typename"]
        held[life.subject] = hold
    lives.on(30)
    for life in lives.lives:
        await life.holds(10)
    world.now += 40 * MINUTE
    await lives.compare()
    for life in lives.lives:
        await life.is_set_no_more()
        await life.is_set("silver", until=world.now + 60 * DAY)
        await life.orders(40, "o3", completed=world.now)
    for number, day in enumerate(range(50, 425, 25)):
        lives.on(day)
        if number % 3 == 1:
            await lives.compare()
        await lives.settle()
        for life in lives.lives if number % 4 == 0 else ():
            await life.orders(60 + 20 * number, f"of-{day}", completed=world.now)
            await life.does(Action.SHARE, 2)
    lives.on(425)
    for life in lives.lives:
        hold = held[life.subject]
        assert hold is not None
        answer = await life.seller.give_back(hold)
        life.told.append(answer["__typename"])
        await life.refunds("of-350", 50)
    await lives.compare()
    lives.on(431)
    await lives.settle()
    for life in lives.lives:
        await life.orders(130, "after", completed=world.now)
        await life.orders(130, "very-late", paid=NOON + 400 * DAY, completed=world.now)
    await lives.compare()
    lives.on(900)
    await lives.compare()
    await lives.settle()
    await lives.compare()


async def test_history_is_played_in_by_what_was_for_each_at_its_time(world: World) -> None:
    """R19: with points and without, one by one and at once, of members with growth and a tier from elsewhere."""
    lives = Lives(world)
    await lives.begin()
    lives.on(100)
    days = (-300, -5, 11, 12, 13, 13, 14, 40, 70, 99)
    lines = [f"{(NOON + day * DAY).date()},1,{40 + day % 7 * 30}.50" for day in days]
    for life in lives.lives:
        await life.is_taken_over(f"gold,{(NOON - 400 * DAY).date()},35")
        await life.imports(*lines[:5], source="without", brings=Brings(points=False, gifts=False))
        await life.imports(*lines[5:], source="with", brings=ALL)
    await lives.compare()
    for day in range(130, 440, 20):
        lives.on(day)
        await lives.settle()
    await lives.compare()


async def test_history_without_growth_from_elsewhere_grows_by_what_was_for_each(world: World) -> None:
    """R19."""
    lives = Lives(world)
    await lives.begin()
    lives.on(100)
    lines = [f"{(NOON + day * DAY).date()},1,{95 + day % 5 * 20}.00" for day in range(0, 100, 4)]
    for life in lives.lives:
        await life.imports(*lines, source="without", brings=Brings(points=False, gifts=True))
    await lives.compare()
