"""Joining and leaving, checking in, inviting."""

from tests.retries.asking import does
from tests.world import World, customer

from .request import CLUB, DAY, Request, key, rich


async def join(world: World, who: str) -> Request:
    return Request(customer(who), {"program": CLUB, "displayName": who, "inviteCode": await code(world, f"{who}-host")})


async def leave(world: World, who: str) -> Request:
    await rich(world, who)
    return Request(customer(who), {"program": CLUB})


async def check_in(world: World, who: str) -> Request:
    await rich(world, who)
    return Request(customer(who), {"program": CLUB})


async def make_up(world: World, who: str) -> Request:
    await rich(world, who)
    zone = world.programs.current(CLUB, world.now).zone
    return Request(customer(who), {"program": CLUB, "day": str((world.now - 2 * DAY).astimezone(zone).date())})


async def code(world: World, inviter: str) -> str:
    """That one can invite by."""
    await world.joins(inviter)
    made = await does(world, "createInviteCode", by=customer(inviter), idempotencyKey=key(), program=CLUB)
    assert made["replayed"] is False
    return (await world.data("{ me { referral { code } } }", by=customer(inviter)))["me"]["referral"]["code"]


async def make_code(world: World, who: str) -> Request:
    await rich(world, who)
    return Request(customer(who), {"program": CLUB})


async def bind(world: World, who: str) -> Request:
    given = await code(world, f"{who}-host")
    await world.joins(who, at=world.now - DAY)
    return Request(customer(who), {"program": CLUB, "code": given})
