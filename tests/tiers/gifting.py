"""A shop that gives for reaching its tiers, and what somebody has of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.prover import prove
from app.tiers.commands import settle_standing_of
from tests.databases import run
from tests.points.till import Till
from tests.programs.files import LADDER, shop
from tests.world import World

SHOP = "shop"
DAY = timedelta(days=1)
GIFTS = {"v2": 100, "v3": 300}
BOTH = [("v2", 100, 0), ("v3", 300, 0)]
"""What `gifts` says of who was given both."""
WORDS = '{ zh = "升级礼", en = "A gift for the climb" }'


def giving(
    gifts: Mapping[str, int] = GIFTS,
    *,
    ladder: Mapping[str, int] = LADDER,
    successors: Mapping[str, str] | None = None,
    claw_back: str = "WITHIN_BALANCE",
    more: str = "",
) -> str:
    """The small shop, with gifts of points by the codes of the tiers; its orders earn nothing that one could spend
    within a year."""
    text = shop(ladder=ladder, successors=successors)
    for tier in gifts:
        threshold = f"threshold = {ladder[tier]}"
        gift = f"[tiers.ladder.gift]\npoints = {gifts[tier]}\nwords = {WORDS}"
        text = text.replace(f'en = "{tier}" }}\n{threshold}', f'en = "{tier}" }}\n{threshold}\n{gift}')
    settings = f'return_window_days = 365\n[points.refunds]\nclaw_back = "{claw_back}"\n{more}'
    return text.replace("[points]\n", f"[points]\n{settings}\n", 1)


async def shopping(world: World, **settings: Any) -> Till:
    """Anna, a member of the shop."""
    await world.publishes(giving(**settings))
    return Till(world, SHOP, await world.joins("anna", program=SHOP))


async def buys(world: World, amount: int, *, order: str | None = None, who: str = "anna", **more: Any) -> None:
    """An order that is paid and completed now: growth of as much."""
    await world.orders(who, amount, program=SHOP, order=order, completed=more.pop("completed", world.now), **more)


async def gives_back(world: World, order: str, amount: int, *, who: str = "anna") -> None:
    await world.refunds(who, order, {1: amount}, program=SHOP)


async def gifts(world: World) -> list[tuple[str, int, int]]:
    """Tier, points and what of them is revoked, of the only member, in the order in which they were given."""
    rows = await run(world.database.settings.url, "SELECT tier, points, revoked FROM tier_gifts ORDER BY id")
    return [tuple(row) for row in rows]


async def available(world: World) -> int:
    """Points that the only member can spend, as they were written last."""
    rows = await run(world.database.settings.url, "SELECT available FROM points_accounts")
    return rows[0]["available"] if rows else 0


async def proves(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def settles(till: Till) -> None:
    """As the jobs do it."""
    world = till.world
    async with world.database.transaction() as tx:
        await settle_standing_of(tx, member_id=till.member_id, programs=world.programs, now=world.now)
    await till.settles()
