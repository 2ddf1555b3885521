"""A request that is refused, and what must come about, or be asked for instead, until it is not."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.retries.asking import does
from tests.retries.keyed import CLUB, DAY, Request, key
from tests.world import World, customer

BRAND = "brand-standard"
ANNA = customer("anna")
Change = Callable[[], Awaitable[Any]]


async def nothing() -> None:
    """Nothing comes about."""


@dataclass(frozen=True)
class Refused:
    """A request that is refused."""

    mutation: str
    request: Request
    change: Change = nothing
    """After which it would not be refused, if it can come about."""
    instead: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the next request says otherwise."""
    is_kept: bool = True
    """False: what comes about makes whoever asks another owner of keys."""


Prepare = Callable[[World], Awaitable[Refused]]


def wait(world: World, time: timedelta) -> Change:
    async def pass_by() -> None:
        world.now += time

    return pass_by


def done(world: World, mutation: str, request: Request, **more: Any) -> Change:
    """Somebody does it."""

    async def do() -> Any:
        return await does(world, mutation, by=request.by, idempotencyKey=key(), **request.input, **more)

    return do


async def after(change: Change, refused: Refused) -> Refused:
    await change()
    return refused


def by_anna(**given: Any) -> Request:
    return Request(ANNA, {"program": CLUB, **given})


async def local_day(world: World, ago: int) -> str:
    zone = world.programs.current(CLUB, world.now).zone
    return str((world.now - ago * DAY).astimezone(zone).date())
