"""Lives of members of four programs: what is for all in the first is tried on ours in the second; the third never has
it, and in the fourth it is tried on others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import unified_diff
from typing import Any
from uuid import UUID, uuid4

from app.definition import programs_to_hold
from app.facts.rules import Brings
from app.facts.rules.activities import ReportedActivity
from app.graph import Role, Viewer
from app.graph.ids import global_id
from app.jobs import settle_the_idle, settle_tiers
from app.points.section import Action
from app.prover import prove
from tests.facts.history import file_of, imported, members_imported
from tests.points.seller import Seller
from tests.world import ISSUER, NOON, World, service

from .everything import everything_of, lines_of
from .trying import SHARE, first, one_of, second, third

DAY = timedelta(days=1)
FOR_ALL, FOR_US, FOR_NOBODY, FOR_OTHERS = "for-all", "for-us", "for-nobody", "for-others"
PROGRAMS = (FOR_ALL, FOR_US, FOR_NOBODY, FOR_OTHERS)
BEGINS, ENDS, NEVER = NOON + 12 * DAY, NOON + 430 * DAY, NOON + 2000 * DAY
SIMULATE = """query ($member: ID!, $program: String!) {
  simulateOrder(member: $member, program: $program, currency: "CNY", lines: [{quantity: 1, amount: "188.50"}]) {
    points growth tierCode ruleVersion rules { code points growth multiplier cuts { code points growth } } } }"""
SET = "mutation ($input: SetManualTierInput!) { setManualTier(input: $input) { __typename } }"
END = "mutation ($input: EndManualTierInput!) { endManualTier(input: $input) { __typename } }"
ADJUST = """mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) {
  __typename ... on AdjustmentWaiting { adjustment { id } } } }"""
APPROVE = "mutation ($input: ApproveAdjustmentInput!) { approveAdjustment(input: $input) { __typename } }"
WHY = "As we agreed."


@dataclass
class Life:
    """What becomes of a member of one of the programs."""

    world: World
    program: str
    subject: str
    member_id: UUID
    told: list[Any] = field(default_factory=list[Any])
    """All that anybody was told of it."""
    hold: str = ""

    @property
    def member(self) -> str:
        return global_id("member", self.member_id)

    @property
    def seller(self) -> Seller:
        return Seller(self.world, service(self.program))

    @property
    def lines(self) -> list[str]:
        """What was told, the same whoever it is."""
        return [line.replace(self.subject, "whoever") for line in lines_of(self.told)]

    def staff(self, name: str) -> Viewer:
        return Viewer(Role.OPERATOR, ISSUER, name, programs=frozenset((self.program,)))

    async def orders(self, amount: int, order: str, **more: Any) -> None:
        done = await self.world.orders(self.subject, amount, program=self.program, order=order, **more)
        self.told.append((order, done.points, done.growth))

    async def refunds(self, order: str, amount: int) -> None:
        refund = f"{order}-{self.world.now}"
        done = await self.world.refunds(self.subject, order, {1: amount}, refund=refund, program=self.program)
        self.told.append((order, done.refunded))

    async def does(self, action: Action, times: int) -> None:
        for number in range(times):
            report = ReportedActivity("shop", f"{action.name}-{self.world.now}-{number}", action, self.world.now)
            done: Any = await self.world.reports_of(self.subject, report, program=self.program)
            self.told.append((action.name, done.points, done.growth))

    async def holds(self, points: int) -> None:
        placed = await self.seller.place(self.subject, points, program=self.program)
        self.told.append(placed["__typename"])
        self.hold = placed["hold"]["id"]

    async def captures(self) -> None:
        self.told.append((await self.seller.capture(self.hold))["__typename"])

    async def gets_back(self, hold: str) -> None:
        self.told.append((await self.seller.give_back(hold))["__typename"])

    async def asks(self, text: str, by: str = "olga", **given: Any) -> Any:
        sent = {"idempotencyKey": str(uuid4()), **given}
        (answer,) = (await self.world.data(text, by=self.staff(by), input=sent)).values()
        self.told.append(answer["__typename"])
        return answer

    async def adjusts(self, points: int) -> None:
        """If one may not do it alone, another one agrees."""
        answer = await self.asks(ADJUST, member=self.member, points=points, reason=WHY)
        if "adjustment" in answer:
            await self.asks(APPROVE, "otto", adjustment=answer["adjustment"]["id"])

    async def is_set(self, tier: str, *, until: datetime) -> None:
        await self.asks(SET, member=self.member, tier=tier, until=until.isoformat(), reason=WHY)

    async def is_set_no_more(self) -> None:
        await self.asks(END, member=self.member, reason=WHY)

    async def imports(self, *lines: str, source: str, brings: Brings) -> None:
        """Orders of history."""
        content = file_of(*(f"{self.subject},{line}" for line in lines))
        done = await imported(self.world, content, program=self.program, source=source, brings=brings)
        self.told.append((done.new, done.known, [each.reason for each in done.not_taken]))

    async def is_taken_over(self, line: str) -> None:
        done = await members_imported(self.world, f"{self.subject},{line}", program=self.program)
        self.told.append((done.new, done.known, [each.reason for each in done.not_taken]))

    async def looks(self) -> None:
        """Everything that can be seen."""
        self.told.append(await everything_of(self.world, self.member, by=self.staff("olga")))
        asked = {"member": self.member, "program": self.program}
        self.told.append(await self.world.data(SIMULATE, by=self.staff("olga"), **asked))


@dataclass
class Lives:
    """One in each program, and others beside them. All is done in each."""

    world: World
    of: list[Life] = field(default_factory=list[Life])

    async def begin(self) -> None:
        for code in PROGRAMS:
            await self.world.publishes(first(code))
            self.of.append(Life(self.world, code, *await one_of(self.world, code, tried=code is not FOR_OTHERS)))
        await self.world.publishes(second(FOR_ALL), effective_from=BEGINS)
        await self.world.publishes(second(FOR_US), effective_from=BEGINS, share=SHARE)
        await self.world.publishes(second(FOR_NOBODY), effective_from=NEVER)
        await self.world.publishes(second(FOR_OTHERS), effective_from=BEGINS, share=SHARE)
        for code in PROGRAMS:
            await self.world.publishes(third(code), effective_from=ENDS)

    def on(self, day: float) -> None:
        self.world.now = NOON + day * DAY

    async def settle(self) -> None:
        """The jobs, now."""
        held = programs_to_hold()
        await settle_tiers(self.world.database, now=self.world.now, held=held)
        await settle_the_idle(self.world.database, now=self.world.now, held=held)

    async def compare(self) -> None:
        """What was told since, and what can be seen now, settled or not (R2); and everybody's books agree."""
        for life in self.of:
            await life.looks()
        for_all, ours, for_nobody, others = (life.lines for life in self.of)
        assert not different(ours, for_all), "\n".join(different(ours, for_all))
        assert not different(others, for_nobody), "\n".join(different(others, for_nobody))
        proof = await prove(self.world.database, now=self.world.now, programs=self.world.programs)
        assert proof.holds, [str(mismatch) for mismatch in proof.mismatches[:5]]
        assert ours != others
        for life in self.of:
            life.told.clear()


def different(theirs: Sequence[str], expected: Sequence[str]) -> list[str]:
    return [line for line in unified_diff(expected, theirs, lineterm="", n=0) if not line.startswith("@@")][:40]
