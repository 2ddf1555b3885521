"""What one request does: the statements it sends, and the rows that it leaves in the database."""

from collections.abc import Iterator
from dataclasses import dataclass

from app import clock

from .effects import Effects, between, effects_so_far
from .numbers import Group
from .product import Product, product
from .recording import RecordedSettings, Sent
from .script import Script, script_of
from .workload import Asked, Workload


@dataclass(frozen=True)
class Learned:
    """Of a workload."""

    script: Script
    effects: Effects


async def learned(url: str, workload: Workload, *, few: Group, numbers: Iterator[int]) -> Learned:
    """By asking once for each of a few members, who have been asked for a different number of times before: so that
    what came from the database differs. May raise Unexplained, WorkNotDone."""
    settings = RecordedSettings(url)

    async def ask(asking: Product, member: int) -> tuple[Asked, list[Sent]]:
        asked = Asked(next(numbers), member, clock.now())
        settings.sent.clear()
        await asking.ask(workload.document, workload.variables_of(asked), now=asked.at)
        return asked, list(settings.sent)

    async with product(settings) as asking:
        for times, member in enumerate(few, 1):
            for _ in range(times):
                await ask(asking, member)
    before = await effects_so_far(url)
    async with product(settings) as asking:
        noted = [await ask(asking, member) for member in few]
    effects = between(before, await effects_so_far(url), times=few.size)
    return Learned(script_of([sent for _, sent in noted], workload.explain([asked for asked, _ in noted])), effects)
