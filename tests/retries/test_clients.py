"""Apps on a bad network, with the clients that people build them with: Apollo's RetryLink, urql, bare HTTP.

Each is set up as docs/guide/retries.md says, and asks a server process by way of a network that cuts its connections.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import clock
from tests.faults.serving import server_process
from tests.served import issuer_in, settings_in
from tests.staff.correcting import proved
from tests.world import ISSUER, World, customer

from .asking import document, token_of
from .cutting import WORST, Cutting, Fate, cutting
from .guide import programs
from .keyed import CLUB, OF_MEMBERS, OF_OTHERS, Prepare, Request
from .node import fetched, sent
from .test_cut_connections import locked_members

SENT: Mapping[str, Prepare] = {
    **OF_MEMBERS,
    **{name: OF_OTHERS[name] for name in ("placeHold", "captureHold", "releaseHold", "giveBackPoints")},
}
MOVES = {
    "joinProgram": (0, 50, 0),
    "leaveProgram": (0, 0, 0),
    "checkIn": (5, 0, 0),
    "makeUpCheckIn": (-10, 0, 0),
    "createInviteCode": (0, 0, 0),
    "bindInviteCode": (0, 50, 0),
    "redeemReward": (-100, 0, 0),
    "cancelRedemption": (100, 0, 0),
    "showVoucherCode": (0, 0, 0),
    "claimCoupon": (0, 0, 0),
    "redeemCouponCode": (0, 0, 0),
    "showCouponCode": (0, 0, 0),
    "placeHold": (-70, 0, 70),
    "captureHold": (0, 0, -70),
    "releaseHold": (70, 0, -70),
    "giveBackPoints": (20, 0, 0),
}
"""By how much what the customer can spend, what is pending, and what is held changes when it is done once."""
POINTS = "query ($program: String) { me(program: $program) { points { available pending held } } }"


@asynccontextmanager
async def network(world: World, folder: Path, *plan: Fate, **environment: str) -> AsyncGenerator[Cutting]:
    """A server process, and what is between it and the apps."""
    settings = settings_in(folder, world.database.settings.url, token_issuer=ISSUER)
    given = {
        "DATABASE_URL": settings.database_url,
        "TOKEN_ISSUER": ISSUER,
        "TOKEN_AUDIENCE": settings.token_audience,
        "JWKS_FILE": str(settings.jwks_file),
        **environment,
    }
    async with server_process(given, log=folder / "server.log") as server, cutting(server.url, plan) as cut:
        yield cut


def sendable(world: World, folder: Path, mutation: str, request: Request) -> dict[str, Any]:
    issuer = replace(issuer_in(folder), issuer=ISSUER)
    return {
        "token": token_of(request.by, issuer, world),
        "mutation": document(mutation, request.by.role),
        "input": request.input,
    }


async def points(world: World, who: str) -> tuple[int, int, int]:
    """Nobody who is no member has any."""
    found = (await world.data(POINTS, by=customer(who), program=CLUB))["me"]
    return tuple(found["points"].values()) if found is not None else (0, 0, 0)


def test_every_mutation_of_members_is_sent() -> None:
    assert MOVES.keys() == SENT.keys()
    assert {"checkIn", "makeUpCheckIn", "redeemReward", "cancelRedemption", "bindInviteCode"} <= SENT.keys()


@pytest.mark.parametrize("program", sorted(programs("js")))
async def test_points_move_once_whatever_the_network_does(world: World, tmp_path: Path, program: str) -> None:
    """R36. The client sends again by itself: the request is lost, then the answer, then half of it, then a gateway
    gives up; the fifth attempt is told what the second has done.

    Tried: a program that makes a key for each attempt is found out by its first one.
    """
    await fetched()
    world.now = clock.now()
    people = {mutation: f"{mutation}-by-anna" for mutation in SENT}
    requests = {mutation: await SENT[mutation](world, who) for mutation, who in people.items()}
    before = {mutation: await points(world, who) for mutation, who in people.items()}

    async with network(world, tmp_path, *WORST) as cut:
        sending = [sendable(world, tmp_path, mutation, request) for mutation, request in requests.items()]
        told = await sent(program, f"{cut.url}/graphql", sending, folder=tmp_path)

    for mutation, answer in zip(requests, told, strict=True):
        attempts = cut.attempts[answer["key"]]
        assert [attempt.fate for attempt in attempts] == [*WORST, Fate.PASSES], answer
        assert not answer.get("error"), answer
        first, last = attempts[1].answer["data"][mutation], attempts[-1].answer["data"][mutation]
        assert (first["replayed"], last["replayed"]) == (False, True)
        assert {**first, "replayed": True} == last == answer["data"][mutation]
    after = {mutation: await points(world, who) for mutation, who in people.items() if mutation != "leaveProgram"}
    moved = {
        mutation: tuple(a - b for a, b in zip(after[mutation], before[mutation], strict=True)) for mutation in after
    }
    assert moved == {mutation: MOVES[mutation] for mutation in moved}
    await proved(world)


@pytest.mark.parametrize("program", sorted(programs("js")))
async def test_while_the_server_is_busy_the_client_sends_again(world: World, tmp_path: Path, program: str) -> None:
    """The server answers, and well-formed: only its code says that the same can be sent again.

    Tried: RetryLink without the link below it, and urql's exchange without `retryIf`, give up.
    """
    await fetched()
    world.now = clock.now()
    sending = [sendable(world, tmp_path, "redeemReward", await SENT["redeemReward"](world, "anna"))]
    before = await points(world, "anna")
    async with network(world, tmp_path, LOCK_TIMEOUT="1") as cut:
        async with locked_members(world.database.settings.url):
            asking = asyncio.create_task(sent(program, f"{cut.url}/graphql", sending, folder=tmp_path))
            answered = asyncio.create_task(cut.answered.wait())
            await asyncio.wait((asking, answered), return_when=asyncio.FIRST_COMPLETED)
        (told,) = await asking
        answered.cancel()

    first, *_, last = [attempt.answer for attempt in cut.attempts[told["key"]]]
    assert first["errors"][0]["extensions"]["code"] == "OVERLOADED"
    assert last["data"] == told["data"]
    assert told["data"]["redeemReward"]["__typename"] == "RedeemRewardSuccess"
    assert [a - b for a, b in zip(await points(world, "anna"), before, strict=True)] == [-100, 0, 0]
