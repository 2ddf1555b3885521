"""A hundred who accept invitations, try codes and order at once. Each race fails without the lock, key or condition
that decides it."""

import asyncio
import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count, zip_longest
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.clock import new_id
from app.db import Transaction
from app.errors import RateLimited
from app.graph.in_flight import KeysInFlight
from app.outbox import Post, deliver_some
from app.reactions import REACTIONS
from app.referrals.commands import attempts, following, scoring
from app.referrals.commands.attempts import MOST
from app.referrals.graphql import trying
from app.referrals.rules import score_changes
from tests.databases import run
from tests.facts.reacting import Held
from tests.referrals.inviting import BIND, CODE, DAY, INVITER, JOIN, SHOP, WINDOW, Crowd, inviting
from tests.world import World, customer

from .racing import CROWD, Mutant, Race, at_once, balanced, fails, rows, without_member_lock

MUTATION: Any = importlib.import_module("app.graph.mutation")
NUMBERS = count(1)
CAP = 10
MOMENT = timedelta(seconds=1)
WORKERS = 8
ORDERS, INVITEES = 20, 10
OF = "WHERE member_id = $1 AND period = $2 AND starts = $3"
WRONG = "ABCDEFGH23"


async def shop(world: World) -> Crowd:
    """From the first race on."""
    if SHOP not in world.programs.by_code:
        await world.publishes(inviting(more=f"monthly_cap = {CAP}"))
    return Crowd(world)


def named(name: str) -> str:
    return f"{name}{next(NUMBERS)}"


async def code_of(crowd: Crowd, name: str) -> str:
    """Who joins, and a day goes by."""
    code = (await crowd.joins(name))["member"]["referral"]["code"]
    crowd.world.now += DAY
    return code


async def works(world: World) -> None:
    """A worker, with several events in hand, while any can be reacted to."""
    post = Post(world.database, REACTIONS, Held(world), lambda: world.now, new_id(), at_once=3)
    while await deliver_some(post):
        pass


async def workers_react(world: World) -> None:
    """Several workers, until nothing waits. What could not be done is tried again, later."""
    while await rows(world, "SELECT FROM outbox_events WHERE state = 'WAITING' LIMIT 1"):
        await asyncio.gather(*(works(world) for _ in range(WORKERS)))
        world.now += MOMENT


def elsewhere(crowd: Crowd) -> Crowd:
    """Another server."""
    return Crowd(replace(crowd.world, keys=KeysInFlight()))


async def asked(crowd: Crowd, document: str, by: str, **given: Any) -> Any:
    values = {"program": SHOP, "idempotencyKey": str(uuid4())} | given
    (answer,) = (await elsewhere(crowd).world.data(document, by=customer(by), input=values)).values()
    return answer


async def referrals_of(world: World, side: str, name: str) -> Sequence[Any]:
    return await rows(
        world,
        f"""SELECT r.state, r.is_capped FROM referrals r JOIN members m ON m.id = r.member_id
        JOIN identities i USING (customer_id)
        WHERE i.subject = '{name}' AND m.program = '{SHOP}' AND r.side = '{side}'""",
    )


async def so_many_as_the_cap_bring_a_bonus(world: World) -> None:
    """R37: a hundred join by one code, and the inviter's side follows from all of them at once."""
    crowd, anna = await shop(world), named("anna")
    code = await code_of(crowd, anna)
    answers = await at_once(elsewhere(crowd).joins(named("bella"), code=code) for _ in range(CROWD))
    assert Counter(answer["__typename"] for answer in answers) == {"JoinProgramSuccess": CROWD}
    await workers_react(world)
    found = await referrals_of(world, "INVITER", anna)
    assert Counter(row["is_capped"] for row in found) == {False: CAP, True: CROWD - CAP}
    assert await crowd.points(anna) == (0, CAP * 100)
    await balanced(world)


async def one_has_one_inviter(world: World) -> None:
    """R37: somebody accepts the invitations of ten at once, ten times each."""
    crowd, bella = await shop(world), named("bella")
    codes = [await code_of(crowd, named("anna")) for _ in range(10)]
    await crowd.joins(bella)
    answers = await at_once(elsewhere(crowd).binds(bella, codes[number % 10]) for number in range(CROWD))
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds == {"BindInviteCodeSuccess": 1, "AlreadyInvited": CROWD - 1}
    await workers_react(world)
    assert len(await referrals_of(world, "INVITEE", bella)) == 1
    await balanced(world)


async def one_key_accepts_once(world: World) -> None:
    """R36: each retry reaches another server, and is none of the few codes that one may try."""
    crowd, bella, key = await shop(world), named("bella"), str(uuid4())
    code = await code_of(crowd, named("anna"))
    await crowd.joins(bella)
    answers = await at_once(asked(crowd, BIND, bella, code=code, idempotencyKey=key) for _ in range(CROWD))
    assert Counter(answer.get("replayed") for answer in answers) == {False: 1, True: CROWD - 1}
    assert len({answer["invitation"]["id"] for answer in answers}) == 1
    await balanced(world)


async def one_key_joins_once(world: World) -> None:
    """R36, R37: by an invitation."""
    crowd, bella, key = await shop(world), named("bella"), str(uuid4())
    given = {"inviteCode": await code_of(crowd, named("anna")), "idempotencyKey": key}
    answers = await at_once(asked(crowd, JOIN, bella, **given) for _ in range(CROWD))
    assert Counter(answer.get("replayed") for answer in answers) == {False: 1, True: CROWD - 1}
    assert len(await referrals_of(world, "INVITEE", bella)) == 1
    await balanced(world)


async def one_has_one_code(world: World) -> None:
    """M19: who asks a hundred times at once, each time anew."""
    crowd, anna = await shop(world), named("anna")
    await world.joins(anna, program=SHOP)
    answers = await at_once(asked(crowd, CODE, anna) for _ in range(CROWD))
    assert len({answer["member"]["referral"]["code"] for answer in answers}) == 1
    await balanced(world)


async def few_of_a_hundred_codes_are_tried(world: World) -> None:
    """Guessing many at once is guessing no more of them."""
    crowd, bella = await shop(world), named("bella")
    await crowd.joins(bella)

    async def tries() -> str:
        given = {"program": SHOP, "code": WRONG, "idempotencyKey": str(uuid4())}
        result = await elsewhere(crowd).world.ask(BIND, by=customer(bella), input=given)
        found: Any = result.data
        return str((result.errors[0].extensions or {})["code"] if result.errors else found["bindInviteCode"]["code"])

    answers = Counter(await at_once(tries() for _ in range(CROWD)))
    assert answers == {"INVITE_CODE_NOT_VALID": MOST, "RATE_LIMITED": CROWD - MOST}


async def orders_and_refunds_come_to_what_is_left(world: World) -> None:
    """R25, R37: orders that are completed, all but one of which are refunded, while several workers follow."""
    crowd, anna, bella = await shop(world), named("anna"), named("bella")
    await crowd.joins(bella, code=await code_of(crowd, anna))
    at = world.now
    names = [f"{bella}-{number}" for number in range(ORDERS)]

    async def lives(order: str) -> None:
        await world.orders(bella, 100, program=SHOP, order=order, paid=at, completed=at)
        if order != names[7]:
            await world.refunds(bella, order, {1: 100}, program=SHOP, at=at)

    meanwhile = [works(world) for _ in range(WORKERS)]
    await at_once(work for pair in zip_longest(map(lives, names), meanwhile) for work in pair if work is not None)
    await workers_react(world)
    assert [row["state"] for row in await referrals_of(world, "INVITER", anna)] == ["QUALIFIED"]
    world.now = at + WINDOW
    assert await crowd.points(anna) == (INVITER, 0)
    await balanced(world)


async def the_leaderboard_counts_those_that_count(world: World) -> None:
    """M19, R37: a hundred orders and refunds of ten invitees of one inviter, while several workers follow: the place of
    the inviter is exact. Half of the invitees keep an order."""
    crowd, anna = await shop(world), named("anna")
    code, names = await code_of(crowd, anna), [named("bella") for _ in range(INVITEES)]
    await at_once(elsewhere(crowd).joins(name, code=code) for name in names)
    at = world.now

    async def lives(place: int, number: int) -> None:
        name, order = names[place], f"{names[place]}-{number}"
        await world.orders(name, 100, program=SHOP, order=order, paid=at, completed=at)
        if place % 2 or number:
            await world.refunds(name, order, {1: 100}, program=SHOP, at=at)

    each = CROWD // 2 // INVITEES
    meanwhile = [works(world) for _ in range(WORKERS)]
    await at_once([*(lives(place, number) for number in range(each) for place in range(INVITEES)), *meanwhile])
    await workers_react(world)
    places = {name: number for _, name, number in await crowd.leaders(by=anna)}
    assert places[anna.title()] == INVITEES // 2
    states = Counter(row["state"] for row in await referrals_of(world, "INVITER", anna))
    assert states["QUALIFIED"] == INVITEES // 2
    await balanced(world)


def without_outcome_of_the_key(patch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(MUTATION, "recall", nothing)
    patch.setattr(MUTATION, "keep", lambda *_, **__: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]


def without_claim_of_the_key(patch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(MUTATION, "claim", nothing)
    patch.setattr(MUTATION, "store", nothing)


def attempts_are_read_and_then_counted(patch: pytest.MonkeyPatch) -> None:
    """In two transactions: many read the same number."""

    async def count_attempt(db: Any, *, owner_id: UUID, key: UUID, now: Any) -> None:
        known = await run(db.settings.url, f"SELECT tries FROM invite_attempts WHERE owner_id = '{owner_id}'")
        if known and len(known[0]["tries"]) >= MOST:
            raise RateLimited("Too many.", retry_after=1)
        await attempts.count_attempt(db, owner_id=owner_id, key=key, now=now)

    patch.setattr(trying, "count_attempt", count_attempt)
    patch.setattr(attempts, "MOST", 2 * CROWD)


def scores_are_read_and_written(patch: pytest.MonkeyPatch) -> None:
    """And the inviter is not locked."""

    async def keep_scores(tx: Transaction, *, member_id: UUID, **given: Any) -> None:
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        changes = score_changes(given["before"], given["after"])
        for (period, starts), change in changes.items():
            of = (member_id, period.name, starts)
            number = await raw.fetchval(f"SELECT number FROM referral_scores {OF}", *of)
            if number is None:
                await scoring.keep_scores(tx, member_id=member_id, **given)
                return
            await raw.execute(f"UPDATE referral_scores SET number = {number + change} {OF}", *of)

    patch.setattr(following, "keep_scores", keep_scores)
    without_member_lock(patch)


RACES: dict[Race, tuple[Mutant, ...]] = {
    so_many_as_the_cap_bring_a_bonus: (without_member_lock,),
    one_has_one_inviter: (without_member_lock,),
    one_key_accepts_once: (without_outcome_of_the_key,),
    one_key_joins_once: (without_claim_of_the_key,),
    one_has_one_code: (without_member_lock,),
    few_of_a_hundred_codes_are_tried: (attempts_are_read_and_then_counted,),
    orders_and_refunds_come_to_what_is_left: (without_member_lock,),
    the_leaderboard_counts_those_that_count: (scores_are_read_and_written,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]
EAGER = frozenset((one_has_one_inviter,))
"""Races of one person with more codes than they may try."""


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race) -> None:
    if race in EAGER:
        monkeypatch.setattr(attempts, "MOST", CROWD)
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_or_key_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    if race in EAGER:
        monkeypatch.setattr(attempts, "MOST", CROWD)
    mutant(monkeypatch)
    assert await fails(race, crowd)
