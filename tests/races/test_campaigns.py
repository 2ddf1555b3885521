"""A hundred operators at once, at one code or one campaign, while orders come. Each race fails without the key that
decides it, and without the lock where there is one as well (R25, R36). Tried: every pair of `LOSSES`."""

import copy
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from app.campaigns import commands as campaigns
from app.graph.in_flight import KeysInFlight
from app.programs import commands as programs
from app.programs.rules import SPREAD
from tests.campaigns.making import CHANGE, OPERATOR, campaign, creates
from tests.world import World

from .racing import CROWD, Mutant, Race, at_once, balanced, fails, rows, unlocked, without_idempotency_key

NUMBERS = count(1)
ALWAYS = {"kind": "YEARLY", "first": "01-01", "last": "12-31"}


def new() -> str:
    """A code that no race before had."""
    return f"race-{next(NUMBERS)}"


async def newest(world: World) -> int:
    ((number,),) = await rows(world, "SELECT count(*) FROM campaign_changes")
    return number


async def changes(world: World, what: str, code: str, *, key: str | None = None) -> Any:
    given = {"idempotencyKey": key or str(uuid4()), "program": "taobao-club", "campaign": code}
    return (await world.data(CHANGE % what, by=OPERATOR, input=given))[what]


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def numbered(world: World) -> None:
    """One after the other without a gap, and never in force before what was done earlier."""
    done = await rows(world, "SELECT number, effective_from FROM campaign_changes ORDER BY number")
    assert [number for number, _ in done] == list(range(1, len(done) + 1))
    assert [at for _, at in done] == sorted(at for _, at in done)


async def a_hundred_make_a_campaign_of_one_code_and_one_does(world: World) -> None:
    made, expected = campaign(new(), window=ALWAYS), await newest(world)
    answers = await at_once(creates(world, made, expected=expected) for _ in range(CROWD))
    found = kinds(answers)
    assert found["CreateCampaignSuccess"] == 1
    assert found["CampaignCodeTaken"] + found["NewerCampaigns"] == CROWD - 1
    await numbered(world)


async def a_hundred_make_a_campaign_each_after_one_comparison_and_one_does(world: World) -> None:
    """The others have to look again: what they compared with is not what there is."""
    expected = await newest(world)
    answers = await at_once(creates(world, campaign(new(), window=ALWAYS), expected=expected) for _ in range(CROWD))
    assert kinds(answers) == {"CreateCampaignSuccess": 1, "NewerCampaigns": CROWD - 1}
    ((made, changed),) = await rows(world, "SELECT (SELECT count(*) FROM campaigns), count(*) FROM campaign_changes"
                                           " WHERE change = 'CREATED'")  # fmt: skip
    assert made == changed
    await numbered(world)


async def a_hundred_pause_it_and_one_does(world: World) -> None:
    code = new()
    await creates(world, campaign(code, window=ALWAYS), expected=await newest(world))
    answers = await at_once(changes(world, "pauseCampaign", code) for _ in range(CROWD))
    assert kinds(answers) == {"ChangeCampaignSuccess": 1, "CampaignStepNotPossible": CROWD - 1}
    await changes(world, "endCampaign", code)
    await numbered(world)


async def one_pauses_it_a_hundred_times_with_one_key(world: World) -> None:
    """R36: each retry reaches another server."""
    code, key = new(), str(uuid4())
    await creates(world, campaign(code, window=ALWAYS), expected=await newest(world))
    answers = await at_once(
        changes(replace(world, keys=KeysInFlight()), "pauseCampaign", code, key=key) for _ in range(CROWD)
    )
    assert Counter(answer.get("replayed") for answer in answers) == {False: 1, True: CROWD - 1}
    await changes(world, "endCampaign", code)


async def it_is_paused_while_orders_come_and_each_counts_by_when_it_was_paid(world: World) -> None:
    """R25: before, at and after the instant from which it is paused, whatever comes first."""
    code, begun = new(), world.now
    await creates(world, campaign(code, window=ALWAYS), expected=await newest(world))
    world.now += 10 * SPREAD
    await world.looks()
    paused_from = world.now + SPREAD
    ticks = [paused_from + number * timedelta(milliseconds=40) for number in range(-CROWD // 2, CROWD // 2)]

    def order(number: int, of: World) -> Coroutine[Any, Any, Any]:
        return of.orders(f"{code}-{number % 7}", "10", paid=ticks[number])

    early = [order(number, world) for number in range(0, CROWD // 2, 2)]
    paused, *first = await at_once([changes(world, "pauseCampaign", code), *early])
    assert paused["effectiveFrom"] == paused_from
    ours = replace(world, now=paused_from + timedelta(minutes=1))  # a server that knows of it, as all do by then
    await ours.looks()
    rest = [number for number in range(CROWD) if number % 2 or number >= CROWD // 2]
    then = await at_once(order(number, ours) for number in rest)
    assert [answer.points for answer in first] == [20] * len(early)
    assert [answer.points for answer in then] == [20 if number < CROWD // 2 else 10 for number in rest]
    world.now = paused_from + timedelta(hours=1)
    await changes(world, "endCampaign", code)
    await world.looks()
    await balanced(world)
    world.now = begun + timedelta(days=1)


def without_the_lock_of_the_program(patch: pytest.MonkeyPatch) -> None:
    """It is for files that are published meanwhile, and decides none of these races by itself; but who makes campaigns
    one after the other because of it never finds a key taken."""
    patch.setattr(programs, "LOCK", unlocked(programs.LOCK))


def the_number_is_not_claimed(patch: pytest.MonkeyPatch) -> None:
    """By its unique key: who comes second writes over the first."""
    mutant = copy.copy(campaigns.INSERT_CHANGE)
    mutant.sql = campaigns.INSERT_CHANGE.sql.replace("ON CONFLICT (program, number) DO NOTHING", "")
    assert mutant.sql != campaigns.INSERT_CHANGE.sql
    patch.setattr(campaigns, "INSERT_CHANGE", mutant)


def neither_lock_nor_number_is_claimed(patch: pytest.MonkeyPatch) -> None:
    without_the_lock_of_the_program(patch)
    the_number_is_not_claimed(patch)


def neither_lock_nor_code_is_claimed(patch: pytest.MonkeyPatch) -> None:
    without_the_lock_of_the_program(patch)
    mutant = copy.copy(campaigns.INSERT_CAMPAIGN)
    mutant.sql = campaigns.INSERT_CAMPAIGN.sql.replace("ON CONFLICT (program, code) DO NOTHING", "")
    assert mutant.sql != campaigns.INSERT_CAMPAIGN.sql
    patch.setattr(campaigns, "INSERT_CAMPAIGN", mutant)


RACES: dict[Race, tuple[Mutant, ...]] = {
    a_hundred_make_a_campaign_of_one_code_and_one_does: (neither_lock_nor_code_is_claimed,),
    a_hundred_make_a_campaign_each_after_one_comparison_and_one_does: (neither_lock_nor_number_is_claimed,),
    a_hundred_pause_it_and_one_does: (the_number_is_not_claimed,),
    one_pauses_it_a_hundred_times_with_one_key: (without_idempotency_key,),
    it_is_paused_while_orders_come_and_each_counts_by_when_it_was_paid: (),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_key_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)
