"""A hundred uses of benefits at once. Each race fails without the lock or key that decides it (R24, R31, R36)."""

from asyncio import gather
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from app import clock
from app.benefits.commands import using
from app.benefits.section import BenefitKind
from app.graph.in_flight import KeysInFlight
from tests.benefits.club import CLUB, SHOP, USED, club, gives_back, grants, grown, offered, opened, revokes, uses
from tests.retries.asking import token_of
from tests.served import issuer_in, served, settings_in
from tests.world import World, customer

from .racing import (
    CROWD,
    Mutant,
    Race,
    at_once,
    balanced,
    fails,
    key_always_new,
    key_looked_up_first,
    rows,
    without_idempotency_key,
    without_member_lock,
)

NUMBERS = count(1)
MOST = 7
TRIALS = offered("trials", BenefitKind.TRIAL_PRIORITY, "chances = 2", f'times = {MOST}, period = "MONTH"')
SERVICE = offered("service", BenefitKind.DEDICATED_SERVICE)
JOIN = f'mutation {{ joinProgram(input: {{idempotencyKey: "%s", program: "{CLUB}"}}) {{ __typename }} }}'
BUY = f"""mutation ($at: DateTime!) {{ recordOrder(input: {{program: "{CLUB}", order: "first", currency: "CNY",
  customer: {{subject: "carla"}}, paidAt: $at, completedAt: $at, lines: [{{quantity: 1, amount: "500.00"}}]}}) {{
  ... on RecordOrderSuccess {{ growth }} }} }}"""
FEW = club(TRIALS + SERVICE, silver='"trials"', gold='["trials", "service"]')


async def new_member(world: World, growth: int = 500) -> tuple[str, str]:
    """The subject and the global id of somebody who was in no race before."""
    if CLUB not in world.programs.by_code:
        await opened(world, FEW)
    subject = f"anna-{next(NUMBERS)}"
    return subject, await grown(world, subject, growth)


async def counted(world: World, subject: str) -> int:
    """How many uses of theirs count."""
    found = await rows(
        world,
        f"""SELECT count(*) FROM benefit_uses JOIN members ON members.id = member_id
        JOIN identities USING (customer_id) WHERE subject = '{subject}' AND given_back_at IS NULL""",
    )
    return found[0]["count"]


async def the_quota_is_used_up_and_no_more(world: World) -> None:
    """R31: a hundred orders, seven uses."""
    subject, _ = await new_member(world)
    answers = await at_once(uses(world, subject, "trials", f"{subject}-{number}") for number in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"UseBenefitSuccess": MOST, "BenefitQuotaUsed": CROWD - MOST}
    assert await counted(world, subject) == MOST
    await balanced(world)


async def the_same_cause_uses_it_once(world: World) -> None:
    """R24: all are answered with the same use; one of them made it."""
    subject, _ = await new_member(world)
    answers = await at_once(uses(world, subject, "service", subject) for _ in range(CROWD))
    assert Counter(answer.get("replayed") for answer in answers) == {False: 1, True: CROWD - 1}
    assert len({answer["use"]["id"] for answer in answers}) == 1
    assert await counted(world, subject) == 1
    await balanced(world)


async def a_cause_is_never_of_two(world: World) -> None:
    """R24: asked for two customers, one of them uses it."""
    subjects = [(await new_member(world))[0] for _ in range(2)]
    answers = await at_once(uses(world, subjects[n % 2], "service", subjects[0]) for n in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"UseBenefitSuccess": CROWD // 2, "BenefitUseConflict": CROWD // 2}
    assert sorted([await counted(world, subject) for subject in subjects]) == [0, 1]
    await balanced(world)


async def using_and_giving_back_end_within_the_quota(world: World) -> None:
    """R31: what is given back is free for another, and for no two."""
    subject, _ = await new_member(world)
    for number in range(MOST):
        await uses(world, subject, "trials", f"{subject}-old-{number}")
    backs = [gives_back(world, subject, "trials", f"{subject}-old-{number % 3}") for number in range(CROWD // 2)]
    taking = [uses(world, subject, "trials", f"{subject}-new-{number}") for number in range(CROWD // 2)]
    answers = await at_once(each for pair in zip(backs, taking, strict=True) for each in pair)
    given = Counter(answer["replayed"] for answer in answers[::2])
    assert given == {False: 3, True: CROWD // 2 - 3}
    taken = sum(answer["__typename"] == "UseBenefitSuccess" for answer in answers[1::2])
    assert taken <= 3
    assert await counted(world, subject) == MOST - 3 + taken
    await balanced(world)


async def a_hundred_take_it_away_and_it_is_taken_once(world: World) -> None:
    _, member = await new_member(world, 0)
    grant = (await grants(world, member, "service"))["grant"]["id"]
    answers = await at_once(revokes(world, grant) for _ in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"RevokeBenefitSuccess": 1, "BenefitGrantIsOver": CROWD - 1}
    await balanced(world)


async def one_gives_it_a_hundred_times_with_one_key(world: World) -> None:
    """R36: each retry reaches another server."""
    _, member = await new_member(world, 0)
    key = str(uuid4())
    servers = [replace(world, keys=KeysInFlight()) for _ in range(CROWD)]
    answers = await at_once(grants(each, member, "service", key=key) for each in servers)
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert len({answer["grant"]["id"] for answer in answers}) == 1
    await balanced(world)


def cause_is_looked_up_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(using, "claim", key_looked_up_first)


def without_cause_key(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(using, "claim", key_always_new)


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_quota_is_used_up_and_no_more: (without_member_lock,),
    the_same_cause_uses_it_once: (without_member_lock,),
    a_cause_is_never_of_two: (cause_is_looked_up_first, without_cause_key),
    using_and_giving_back_end_within_the_quota: (without_member_lock,),
    a_hundred_take_it_away_and_it_is_taken_once: (without_member_lock,),
    one_gives_it_a_hundred_times_with_one_key: (without_idempotency_key,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_or_key_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)


@pytest.fixture
async def shop(crowd: World, tmp_path: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    """The shop, which asks a server over HTTP. Somebody has joined, and bought enough for gold."""
    await opened(crowd, FEW)
    crowd.now = clock.now()
    joining, token = (token_of(viewer, issuer_in(tmp_path), crowd) for viewer in (customer("carla"), SHOP))
    patient = {"pool_size": 20, "pool_wait": 60, "lock_timeout": 60, "statement_timeout": 60, "request_timeout": 120}
    settings = settings_in(tmp_path, crowd.database.settings.url, **patient)
    headers = {"authorization": f"Bearer {token}"}
    async with (
        served(settings) as server,
        httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=120, trust_env=False) as http,
    ):
        join = JOIN % uuid4()
        await http.post("/graphql", json={"query": join}, headers={"authorization": f"Bearer {joining}"})
        at = clock.now().isoformat()
        bought = await http.post("/graphql", json={"query": BUY, "variables": {"at": at}})
        assert bought.json()["data"]["recordOrder"] == {"growth": 500}
        yield http


async def test_over_http_the_quota_is_used_up_and_no_more(crowd: World, shop: httpx2.AsyncClient) -> None:
    """R31: each is a request of its own."""

    async def use(number: int) -> str:
        given = {"program": CLUB, "customer": {"subject": "carla"}, "benefit": "trials", "cause": {"id": f"o-{number}"}}
        sent = {"query": USED, "variables": {"input": given}}
        return (await shop.post("/graphql", json=sent)).json()["data"]["useBenefit"]["__typename"]

    kinds = Counter(await gather(*(use(number) for number in range(CROWD))))
    assert kinds == {"UseBenefitSuccess": MOST, "BenefitQuotaUsed": CROWD - MOST}
    assert await counted(crowd, "carla") == MOST
