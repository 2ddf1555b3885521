"""Two years of a member's life, day by day, through the whole server with its clock moved.

Each day the worker's jobs run at nine, and what the tier page says is held against a plain model (life.py): after each
thing that happens, before the jobs, and after them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from app.definition import programs_to_hold
from app.graph.ids import split
from app.jobs import settle_the_idle, settle_tiers
from app.prover import prove
from tests.databases import run
from tests.world import World

from .asking import House, opened
from .berlin import Kind, local, program
from .life import Life

HISTORY = """query ($program: String) { me(program: $program) { tierHistory(first: 20) {
  nodes { kind changedAt fromTier { code } toTier { code } periodEnd } } } }"""
TOLD = "SELECT kind FROM outbox_events WHERE member_id = '{}' AND kind LIKE '%tier%' ORDER BY id"
EVENTS = {
    "RAISED": "tier-reached",
    "CORRECTED": "tier-corrected",
    "RENEWED": "tier-renewed",
    "LOWERED": "tier-lowered",
    "NOTICED": "tier-at-risk",
    "MANUAL": "manual-tier-set",
    "MANUAL_ENDED": "manual-tier-ended",
}


@dataclass(frozen=True)
class Happens:
    """Something in the member's life, on the hour of a clock in Berlin."""

    at: str
    what: Literal["order", "review", "refund", "manual"]
    name: str = ""
    amount: int = 0

    @property
    def instant(self) -> datetime:
        return local(self.at)


JOINS, ENDS = local("2027-01-15 10:00"), local("2029-04-02 09:00")
LIFE = (
    Happens("2027-02-14 12:00", "order", "first", 620),  # over V2 to V3 at once
    Happens("2027-03-03 18:00", "review", "review-1"),
    Happens("2027-03-27 23:00", "review", "review-2"),  # the last hours before clocks are put forward
    Happens("2027-03-28 04:00", "review", "review-3"),  # an hour after; the cap leaves half of it
    Happens("2027-03-31 23:00", "review", "review-4"),  # and nothing of this
    Happens("2027-04-01 00:00", "review", "review-5"),  # a new month begins
    Happens("2027-10-31 03:00", "order", "large", 1500),  # V4, on the hour at which clocks were put back
    Happens("2027-11-20 16:00", "refund", "large", 1000),  # and V3 again
    Happens("2028-02-29 20:00", "order", "leap", 270),
    Happens("2028-06-01 11:00", "manual", "v4"),
    Happens("2028-12-31 23:00", "review", "review-6"),
    Happens("2029-01-01 00:00", "review", "review-7"),
    Happens("2029-03-10 14:00", "order", "last", 485),  # up once more, with nothing given a second time
)
MANUAL_ENDS = local("2028-07-01 00:00")
DOWN = (("2028-11-30", "2028-12-09"), ("2029-01-10", "2029-01-19"))
"""Days on which the worker is down, when notice should be given."""
KINDS = {
    "rolling": Kind("ROLLING", "MONTHS"),
    "calendar": Kind("CALENDAR_YEAR", "YEAR_END"),
    "lifetime": Kind("LIFETIME", "MONTHS"),
}
PAGE = f"""{{ {" ".join(f'{name}: me(program: "{name}") {{ ...Page }}' for name in KINDS)} }}
fragment Page on Member {{
  tier {{ code }}
  earnedTier {{ code }}
  tierProgress {{
    growth countedUntil nextTier {{ code }} growthRemaining ratio periodEnd renewRemaining atRisk newBenefits {{ code }}
  }}
  points {{ available }}
}}"""
BECAME = {
    "rolling": """
        RAISED        2027-02-14 12:00  v1 v3  2028-02-14 12:00
        RAISED        2027-10-31 03:00  v3 v4  2028-10-31 03:00
        CORRECTED     2027-11-20 16:00  v4 v3  2028-02-14 12:00
        RENEWED       2028-02-14 12:00  v3 v3  2029-02-14 12:00
        MANUAL        2028-06-01 11:00  v3 v3  2028-07-01 00:00
        MANUAL_ENDED  2028-07-01 00:00  v3 v3  2029-02-14 12:00
        NOTICED       2029-01-20 09:00  v3 v3  2029-02-14 12:00
        LOWERED       2029-02-19 09:00  v3 v2  2030-02-19 09:00
        RAISED        2029-03-10 14:00  v2 v3  2030-03-10 14:00""",
    "calendar": """
        RAISED        2027-02-14 12:00  v1 v3  2029-01-01 00:00
        RAISED        2027-10-31 03:00  v3 v4  2029-01-01 00:00
        CORRECTED     2027-11-20 16:00  v4 v3  2029-01-01 00:00
        MANUAL        2028-06-01 11:00  v3 v3  2028-07-01 00:00
        MANUAL_ENDED  2028-07-01 00:00  v3 v3  2029-01-01 00:00
        NOTICED       2028-12-10 09:00  v3 v3  2029-01-01 00:00
        LOWERED       2029-01-09 09:00  v3 v2  2031-01-01 00:00
        RAISED        2029-03-10 14:00  v2 v3  2031-01-01 00:00""",
    "lifetime": """
        RAISED        2027-02-14 12:00  v1 v3  2028-02-14 12:00
        RAISED        2027-10-31 03:00  v3 v4  2028-10-31 03:00
        CORRECTED     2027-11-20 16:00  v4 v3  2028-02-14 12:00
        RENEWED       2028-02-14 12:00  v3 v3  2029-02-14 12:00
        MANUAL        2028-06-01 11:00  v3 v3  2028-07-01 00:00
        MANUAL_ENDED  2028-07-01 00:00  v3 v3  2029-02-14 12:00
        RENEWED       2029-02-14 12:00  v3 v3  2030-02-14 12:00""",
}
"""What the tier's history must be, by the clocks of Berlin: so that the model is held to something, too."""


def mornings() -> Iterator[datetime]:
    """Nine o'clock in Berlin, each day."""
    day = JOINS.date() + timedelta(days=1)
    while (morning := local(f"{day} 09:00")) < ENDS:
        yield morning
        day += timedelta(days=1)


@dataclass
class Told:
    """The life in three programs, as the server is told of it and as the model plays it."""

    house: House
    lives: Mapping[str, Life]
    members: Mapping[str, str]

    async def happens(self, each: Happens) -> None:
        self.goes_on(each.instant)
        for name, life in self.lives.items():
            match each.what:
                case "order":
                    life.brings(each.name, each.amount)
                    done = await self.house.orders("anna", each.amount, order=each.name, currency="EUR", program=name)
                    assert done["growth"] == each.amount
                case "review":
                    growth = life.reviews(each.name)
                    assert (await self.house.did("anna", "REVIEW", id=each.name, program=name))["growth"] == growth
                case "refund":
                    life.takes_back(each.name, each.amount)
                    done = await self.house.refunds("anna", each.amount, order=each.name, currency="EUR", program=name)
                    assert done["member"]["id"] == self.members[name]
                case "manual":
                    life.is_set(each.name, MANUAL_ENDS)
                    assert await self.house.sets_tier(self.members[name], each.name, until=MANUAL_ENDS)
        await self.is_shown()

    def goes_on(self, until: datetime) -> None:
        self.house.world.now = until
        for life in self.lives.values():
            life.goes_on(until)

    async def is_shown(self) -> None:
        shown = await self.house.ask(PAGE, by="anna")
        assert shown == {name: life.shown() for name, life in self.lives.items()}, self.house.world.now

    async def growth_is_shown(self) -> None:
        """R2, R23: which growth counts, and whether the tier that staff set is held, waits for no job."""
        shown = await self.house.ask(PAGE, by="anna")
        for name, life in self.lives.items():
            known = life.shown()
            for figure in ("growth", "countedUntil"):
                assert shown[name]["tierProgress"][figure] == known["tierProgress"][figure], life.now
            assert shown[name]["points"] == known["points"]
            held = shown[name]["earnedTier"]["code"] if life.manual is None else life.manual[0]
            assert shown[name]["tier"]["code"] == held, life.now

    async def is_history(self, name: str) -> None:
        """What the member is shown is what the model says, and both what is written down here; each was told once."""
        shown = (await self.house.ask(HISTORY, by="anna", program=name))["me"]["tierHistory"]["nodes"]
        became = [
            (
                each["kind"],
                datetime.fromisoformat(each["changedAt"]),
                each["fromTier"]["code"],
                each["toTier"]["code"],
                datetime.fromisoformat(each["periodEnd"]),
            )
            for each in reversed(shown)
        ]
        assert became == [
            (each.kind, each.at, each.before, each.after, each.until) for each in self.lives[name].history
        ]
        assert became == [_line(line) for line in BECAME[name].strip().splitlines()]
        events = await run(self.house.world.database.settings.url, TOLD.format(split(self.members[name])[1][0]))
        assert [row["kind"] for row in events] == [EVENTS[kind] for kind, *_ in became]


async def test_two_years_of_a_members_life_day_by_day(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2, R3, R15-R18, R23: up over several tiers with gifts, caps, a refund after an upgrade, renewal, notice given
    late, lowering after it, a tier that staff sets and its end, over a leap day, clocks put forward and back, and year
    ends; the same life in programs whose growth counts for 12 months, for a calendar year, and for ever."""
    world.now = JOINS - timedelta(days=2)
    for name, kind in KINDS.items():
        await world.publishes(program(name, kind))
    world.now = JOINS
    held = programs_to_hold()
    async with opened(world, tmp_path, monkeypatch, *KINDS) as house:
        members = {name: await house.joins("anna", program=name) for name in KINDS}
        told = Told(house, {name: Life(kind, JOINS) for name, kind in KINDS.items()}, members)
        await told.is_shown()
        coming = list(LIFE)
        for morning in mornings():
            while coming and coming[0].instant <= morning:
                await told.happens(coming.pop(0))
            told.goes_on(morning)
            await told.growth_is_shown()
            if any(first <= f"{morning:%Y-%m-%d}" <= last for first, last in DOWN):
                continue
            await settle_tiers(world.database, now=morning, held=held)
            await settle_the_idle(world.database, now=morning, held=held)
            for life in told.lives.values():
                life.worker_looks()
            await told.is_shown()
            if morning.day == 1:
                await proves(world)
        await proves(world)
        assert not coming
        for name in KINDS:
            await told.is_history(name)


async def proves(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert (proof.members, [str(mismatch) for mismatch in proof.mismatches]) == (3, []), world.now


def _line(line: str) -> tuple[Any, ...]:
    kind, day, hour, before, after, *until = line.split()
    return kind, local(f"{day} {hour}"), before, after, local(" ".join(until))
