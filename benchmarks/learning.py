"""What one request does: the statements it sends, and the rows that it leaves in the database."""

from collections.abc import Iterator
from dataclasses import dataclass

from app import clock

from .effects import Effects, between, effects_so_far
from .numbers import FIRST_PROGRAM, Group
from .product import SHOP, Product, product, viewer_of
from .recording import RecordedSettings, Sent
from .script import HEAD, HEAD_IN_TURN, Script, script_of
from .workload import Asked, Workload


@dataclass(frozen=True)
class Learned:
    """Of a workload."""

    script: Script
    effects: Effects


async def learned(url: str, workload: Workload, *, few: Group, numbers: Iterator[int]) -> Learned:
    """By asking once for each of a few members, who have been asked for a different number of times before: so that
    what came from the database differs. What happens once to a member has not happened to them; what came before it
    differs all the same, and so does the program. May raise Unexplained, WorkNotDone."""
    settings = RecordedSettings(url)

    async def ask(asking: Product, member: int) -> tuple[Asked, list[Sent]]:
        program = FIRST_PROGRAM + (member - few.first if workload.once else 0)
        asked, by = Asked(next(numbers), member, clock.now(), program), viewer_of(member) if workload.once else SHOP
        settings.sent.clear()
        await asking.ask(workload.document, workload.variables_of(asked), by=by, now=asked.at)
        return asked, list(settings.sent)

    async with product(settings) as asking:
        for times, member in enumerate(few, 1):
            for _ in range(0 if workload.once else times):
                await ask(asking, member)
    before = await effects_so_far(url)
    async with product(settings) as asking:
        noted = [await ask(asking, member) for member in few]
    effects = between(before, await effects_so_far(url), times=few.size)
    sents, explained = [sent for _, sent in noted], workload.explain([asked for asked, _ in noted])
    return Learned(script_of(sents, explained, head=HEAD_IN_TURN if workload.once else HEAD), effects)
