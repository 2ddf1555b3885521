"""A request of a mutation that carries an idempotency key, and what there must be before it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from app.graph import Role, Viewer
from app.graph.ids import global_id
from tests.world import World, service, staff

CLUB = "taobao-club"
SHOP = service(CLUB)
SUPPORT, OPERATOR = staff(Role.SUPPORT, CLUB), staff(Role.OPERATOR, CLUB)
DAY = timedelta(days=1)
TEXTS = {"zh": "杯子", "en": "A cup"}
WHY = "So that it can be tried."
RICH = 2000
"""Points that somebody has to begin with."""


@dataclass(frozen=True)
class Request:
    """Who asks, and for what: an input without its key."""

    by: Viewer
    input: Mapping[str, Any]


Prepare = Callable[[World, str], Awaitable[Request]]
"""Prepares a request that is about a customer; others in the same world are about others."""


def key() -> str:
    return str(uuid4())


async def rich(world: World, who: str) -> UUID:
    """A member since long, with points to spend."""
    await world.joins(who)
    paid = world.now - 40 * DAY
    return (await world.orders(who, RICH, paid=paid, completed=paid + DAY)).member_id


async def named(world: World, who: str) -> str:
    return global_id("member", await rich(world, who))
