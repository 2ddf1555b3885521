"""Growth of a member of the shop, brought and taken back by the commands themselves, and time that passes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import new_id
from app.db import Transaction
from app.definition import programs_to_hold
from app.jobs import settle_tiers
from app.members.commands import lock_member
from app.members.proving import Published, mismatches
from app.outbox.events import read
from app.tiers import commands as tiers
from app.tiers.proving import growth_books, growth_claims
from app.tiers.queries import tier_code_at
from app.tiers.rules import GrowthCause
from app.tiers.section import TiersSection
from tests.databases import run
from tests.programs.files import LADDER, shop
from tests.world import World

SHOP = "shop"
ORDER, REFUND = GrowthCause.ORDER, GrowthCause.REFUND
DAY = timedelta(days=1)
CHANGES = "SELECT kind, from_tier, to_tier, changed_at FROM tier_changes ORDER BY id"
EVENTS = "SELECT kind, payload FROM outbox_events WHERE kind LIKE '%tier-%' ORDER BY id"


def ruled(
    *lines: str,
    ladder: dict[str, int] | None = None,
    successors: dict[str, str] | None = None,
    more: str = "",
    returns: int | None = None,
) -> str:
    """The small program, with lines in its section on tiers, and with more of its rules."""
    text = shop(ladder=ladder or LADDER, successors=successors)
    if returns is not None:
        text = text.replace("[points]\n", f"[points]\nreturn_window_days = {returns}\n")
    return text.replace("[tiers]\n", "\n".join(["[tiers]", *lines, ""])) + more


ROLLING = 'window = { kind = "ROLLING", months = 12 }'


def an_hour_ago() -> UUID:
    """An id as a machine makes it whose clock is slow."""
    return UUID(int=new_id().int - (3_600_000 << 80))


async def locked(tx: Transaction, member_id: UUID) -> tiers.StandingMember:
    return tiers.StandingMember.of(await lock_member(tx, member_id=member_id))


async def grows(
    world: World,
    member_id: UUID,
    amount: int,
    *,
    at: datetime | None = None,
    rule: str = "order",
    by: UUID | None = None,
    cause: GrowthCause = ORDER,
) -> UUID:
    """An order brings growth that counts now, or at an instant. Gives the order's id."""
    order_id, at = by or new_id(), at or world.now
    number = world.programs.at(SHOP, at).number
    grown = tiers.Grown(amount, cause, order_id, rule, number, earned_at=at, counts_at=at)
    async with world.database.transaction() as tx:
        after = await tiers.grow(
            tx, member=await locked(tx, member_id), programs=world.programs, grown=[grown], now=world.now
        )
        assert after.as_row() == (await locked(tx, member_id)).as_row()
    return order_id


async def shrinks(
    world: World, member_id: UUID, amount: int, *, of: UUID, rule: str = "order", by: UUID | None = None
) -> UUID:
    """A refund takes growth back of what an order brought. Gives the refund's id."""
    refund_id = by or new_id()
    shrunk = tiers.Shrunk(amount, refund_id, rule, ORDER, of)
    async with world.database.transaction() as tx:
        after = await tiers.shrink(
            tx, member=await locked(tx, member_id), programs=world.programs, shrunk=[shrunk], now=world.now
        )
        assert after.as_row() == (await locked(tx, member_id)).as_row()
    return refund_id


async def passes(world: World, days: int = 0, *, until: datetime | None = None) -> None:
    """Time, and the job that settles tiers runs."""
    world.now = until or world.now + days * DAY
    await runs(world)


async def runs(world: World) -> None:
    """The job, at the world's time."""
    await settle_tiers(world.database, now=world.now, held=programs_to_hold())


async def row(world: World, *columns: str) -> tuple[Any, ...]:
    """Columns of the only member."""
    (found,) = await run(world.database.settings.url, f"SELECT {', '.join(columns)} FROM members")
    return tuple(found)


async def stands(world: World) -> tuple[int, str | None, datetime | None]:
    """Growth, tier and since when, of the only member."""
    growth, tier, since = await row(world, "growth", "tier", "tier_since")
    return growth, tier, since


async def held_by(world: World, member_id: UUID, *, at: datetime) -> str | None:
    """Code of the tier that was held at an instant; None: the first."""
    section = world.programs.at(SHOP, at).section(TiersSection)
    return await tier_code_at(world.database, member_id=member_id, at=at, section=section)


async def changes(world: World, columns: str = "kind, from_tier, to_tier, changed_at") -> list[tuple[Any, ...]]:
    """What became of tiers, in the order in which it was written."""
    found = await run(world.database.settings.url, f"SELECT {columns} FROM tier_changes ORDER BY member_id, id")
    return [tuple(each) for each in found]


async def told(world: World) -> list[Any]:
    """What tiers told, as who reacts gets it."""
    return [read(each["kind"], each["payload"]) for each in await run(world.database.settings.url, EVENTS)]


async def disagreements(world: World, member_id: UUID) -> list[str]:
    """What the prover says of a member's growth."""
    async with world.database.transaction() as tx:
        member = await lock_member(tx, member_id=member_id)
        (book,) = await growth_books(tx, [member_id])
    program = world.programs.by_code[SHOP]
    claims = growth_claims(book, member, published=Published(program, max(program.versions)), now=world.now)
    return [str(mismatch) for mismatch in mismatches(member_id, claims)]


def kinds(found: Sequence[tuple[Any, ...]]) -> list[str]:
    return [each[0] for each in found]
