"""How many codes one may try, and that none of it is lost to who only asks again (R36, R43)."""

from datetime import timedelta
from typing import Any

import pytest

from app.clock import new_id
from app.referrals.commands.attempts import MOST, WITHIN
from tests.world import World, customer

from .inviting import BIND, DAY, JOIN, SHOP, Crowd, crowd_in

MOMENT = timedelta(microseconds=1)
WRONG = "ABCDEFGH23"


@pytest.fixture
async def shop(world: World) -> Crowd:
    return await crowd_in(world)


def keyed(**more: Any) -> dict[str, Any]:
    return {"program": SHOP, "idempotencyKey": str(new_id())} | more


async def code_of(shop: Crowd, name: str) -> str:
    """Who joins now, and their code."""
    return (await shop.joins(name))["member"]["referral"]["code"]


async def refused(shop: Crowd, name: str, code: str) -> str:
    return (await shop.binds(name, code))["code"]


async def limited(shop: Crowd, name: str, given: Any, document: str = BIND) -> dict[str, Any]:
    """What is said besides the message."""
    result = await shop.world.ask(document, by=customer(name), input=given)
    (error,) = result.errors or []
    return {"message": error.message, **(error.extensions or {})}


async def uses_up(shop: Crowd, name: str) -> None:
    """All that they may try in this hour."""
    for _ in range(MOST):
        assert await refused(shop, name, WRONG) == "INVITE_CODE_NOT_VALID"
    assert (await limited(shop, name, keyed(code=WRONG)))["code"] == "RATE_LIMITED"


async def test_few_codes_may_be_tried(shop: Crowd) -> None:
    """Of who guesses, even the right one is not looked at any more, until an hour is over; and what was refused for
    that is kept under no key."""
    code = await code_of(shop, "anna")
    shop.world.now += DAY
    await shop.joins("bella")
    for _ in range(MOST):
        assert await refused(shop, "bella", "ABCDEFGH23") == "INVITE_CODE_NOT_VALID"
    given = keyed(code=code)
    for _ in range(2):
        assert (await limited(shop, "bella", given))["code"] == "RATE_LIMITED"
    shop.world.now += WITHIN - MOMENT
    assert (await limited(shop, "bella", given))["retryAfter"] == 1
    shop.world.now += MOMENT
    assert (await shop.binds("bella", **given))["__typename"] == "BindInviteCodeSuccess"


async def test_attempts_are_a_persons_wherever_they_try(shop: Crowd) -> None:
    """Joining is a way to try codes as well, in whatever program; others are not hindered."""
    code = await code_of(shop, "anna")
    shop.world.now += DAY
    for number in range(MOST):
        program = (SHOP, "taobao-club")[number % 2]
        assert (await shop.joins("bella", code="ABCDEFGH23", program=program))["code"] == "INVITE_CODE_NOT_VALID"
    with pytest.raises(AssertionError, match="Too many invite codes"):
        await shop.joins("bella", code=code)
    assert (await shop.joins("bella"))["__typename"] == "JoinProgramSuccess"
    assert (await shop.joins("carla", code=code))["__typename"] == "JoinProgramSuccess"


async def test_a_retry_is_no_attempt_of_its_own(shop: Crowd) -> None:
    """R36: the same key gives the same answer, however often it is sent; and none of it counts."""
    await shop.joins("bella")
    given = keyed(code="ABCDEFGH23")
    for _ in range(MOST + 5):
        assert (await shop.binds("bella", **given))["code"] == "INVITE_CODE_NOT_VALID"
    assert await refused(shop, "bella", "ABCDEFGH24") == "INVITE_CODE_NOT_VALID"


async def test_it_is_said_when_one_may_try_again(shop: Crowd) -> None:
    """An hour after the first of them, not after the last. Tried: 'in an hour', whenever."""
    await shop.joins("bella")
    assert await refused(shop, "bella", WRONG) == "INVITE_CODE_NOT_VALID"
    shop.world.now += timedelta(minutes=20)
    for _ in range(MOST - 1):
        await refused(shop, "bella", WRONG)
    given = keyed(code=WRONG)
    said = await limited(shop, "bella", given)
    assert (said["retryAfter"], said["message"]) == (
        40 * 60,
        "Too many invite codes were tried. Try again in 40 minutes.",
    )
    shop.world.now += timedelta(seconds=said["retryAfter"]) - MOMENT
    assert (await limited(shop, "bella", given))["message"].endswith("in a minute.")
    shop.world.now += MOMENT
    assert (await shop.binds("bella", **given))["code"] == "INVITE_CODE_NOT_VALID"


async def test_what_came_of_a_key_is_told_to_who_may_try_no_more(shop: Crowd) -> None:
    """R36: of a success, and of a refusal, hours ago. Tried: attempts that are counted without a look for the key."""
    code = await code_of(shop, "anna")
    shop.world.now += DAY
    await shop.joins("bella")
    accepted, wrong = keyed(code=code), keyed(code=WRONG)
    assert (await shop.binds("bella", **wrong))["code"] == "INVITE_CODE_NOT_VALID"
    done = await shop.binds("bella", **accepted)
    shop.world.now += 2 * WITHIN
    for _ in range(MOST):
        assert await refused(shop, "bella", WRONG) == "ALREADY_INVITED"
    assert (await limited(shop, "bella", keyed(code=code)))["code"] == "RATE_LIMITED"

    assert await shop.binds("bella", **accepted) == done | {"replayed": True}
    assert (await shop.binds("bella", **wrong))["code"] == "INVITE_CODE_NOT_VALID"
    assert (await limited(shop, "bella", wrong | {"code": code}))["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_likewise_of_joining_and_of_who_was_no_member_or_has_left(shop: Crowd) -> None:
    """R36: the key is looked for where it is: with the customer, with the customer in the program, with the member."""
    code = await code_of(shop, "anna")
    shop.world.now += DAY
    joining, too_early, accepted = keyed(inviteCode=code), keyed(code=code), keyed(code=code)
    assert (await shop.binds("bella", **too_early))["code"] == "NOT_A_MEMBER"
    for _ in range(MOST - 1):
        assert await refused(shop, "bella", WRONG) == "NOT_A_MEMBER"
    assert (await limited(shop, "bella", keyed(code=code)))["code"] == "RATE_LIMITED"
    assert (await shop.binds("bella", **too_early))["code"] == "NOT_A_MEMBER"

    shop.world.now += WITHIN
    done = (await shop.world.data(JOIN, by=customer("bella"), input=joining))["joinProgram"]
    assert (await shop.binds("bella", **accepted))["code"] == "ALREADY_INVITED"
    await shop.world.leaves("bella", program=SHOP)
    shop.world.now += WITHIN
    for _ in range(MOST):
        await refused(shop, "bella", WRONG)
    assert (await limited(shop, "bella", keyed(inviteCode=code), JOIN))["code"] == "RATE_LIMITED"
    again = (await shop.world.data(JOIN, by=customer("bella"), input=joining))["joinProgram"]
    assert (again["replayed"], again["member"]["id"]) == (True, done["member"]["id"])
    assert (await shop.binds("bella", **accepted))["code"] == "ALREADY_INVITED"


async def test_a_key_that_was_used_for_something_else_tries_no_code(shop: Crowd) -> None:
    """R43: of another program, or for joining: with it, codes could be tried without end.

    Tried: a key that is known to any owner of the caller's.
    """
    code = await code_of(shop, "anna")
    shop.world.now += DAY
    joined, elsewhere = str(new_id()), str(new_id())
    await shop.joins("bella", idempotencyKey=joined)
    await shop.joins("bella", program="taobao-club")
    await shop.binds("bella", WRONG, program="taobao-club", idempotencyKey=elsewhere)
    shop.world.now += WITHIN
    await uses_up(shop, "bella")
    for key in (joined, elsewhere):
        assert (await limited(shop, "bella", keyed(code=code, idempotencyKey=key)))["code"] == "RATE_LIMITED"
