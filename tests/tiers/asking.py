"""Growth and tiers as clients see them, in a small shop whose growth counts for a year."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from app.definition import programs_to_hold
from app.graph import Role, Viewer
from app.jobs import settle_tiers
from app.members.commands import lock_member
from app.tiers.commands import StandingMember
from tests.programs.files import LADDER, shop
from tests.world import World, customer, staff

SHOP = "shop"
DAY, MINUTE, TICK = timedelta(days=1), timedelta(minutes=1), timedelta(microseconds=1)
YEAR = 'window = { kind = "ROLLING", months = 12 }'
SUPPORT = staff(Role.SUPPORT, SHOP)


def shop_of(*settings: str, ladder: Mapping[str, int] = LADDER, more: str = "") -> str:
    """The small shop with settings of its section on tiers; growth counts for 12 months unless they say otherwise."""
    chosen = settings if any(each.startswith("window") for each in settings) else (YEAR, *settings)
    text = shop(ladder=ladder).replace("[tiers]\n", "[tiers]\n" + "\n".join(chosen) + "\n", 1)
    return text + more


async def opened(world: World, *settings: str, ladder: Mapping[str, int] = LADDER, more: str = "") -> None:
    """The shop's program is published."""
    await world.publishes(shop_of(*settings, ladder=ladder, more=more))


async def buys(world: World, amount: int, *, order: str | None = None, who: str = "anna") -> None:
    """An order that is completed now."""
    await world.orders(who, amount, program=SHOP, order=order, completed=world.now)


async def settles_tiers(world: World) -> None:
    """The job, now."""
    await settle_tiers(world.database, now=world.now, held=programs_to_hold())


async def me(world: World, fields: str, *, who: str = "anna", language: str = "en", **variables: Any) -> Any:
    """What a member sees of themselves."""
    return await seen(world, fields, by=customer(who), language=language, **variables)


async def seen(world: World, fields: str, *, by: Viewer, language: str = "en", **variables: Any) -> Any:
    text = f'{{ me(program: "{SHOP}") {{ {fields} }} }}'
    return (await world.data(text, by=by, language=language, **variables))["me"]


def kinds(nodes: Sequence[Any]) -> list[str]:
    return [node["kind"] for node in nodes]


async def standing(world: World, member_id: Any, work: Callable[..., Awaitable[Any]], **given: Any) -> None:
    """One of the commands, for a member whose row is locked."""
    async with world.database.transaction() as tx:
        row = await lock_member(tx, member_id=member_id)
        await work(tx, member=StandingMember.of(row), programs=world.programs, now=world.now, **given)
