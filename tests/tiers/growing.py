"""Growth of a member of the shop, brought and taken back by the commands themselves."""

from datetime import datetime
from uuid import UUID

from app.clock import new_id
from app.db import Transaction
from app.members.commands import lock_member
from app.members.proving import Published, mismatches
from app.programs.rules import ProgramVersion
from app.tiers import commands as tiers
from app.tiers.proving import growth_books, growth_claims
from app.tiers.rules import GrowthCause, ladder_for
from tests.databases import run
from tests.world import World

SHOP = "shop"
ORDER, REFUND = GrowthCause.ORDER, GrowthCause.REFUND


def an_hour_ago() -> UUID:
    """An id as a machine makes it whose clock is slow."""
    return UUID(int=new_id().int - (3_600_000 << 80))


async def locked(tx: Transaction, world: World, member_id: UUID) -> tuple[tiers.StandingMember, ProgramVersion]:
    """The member, locked, and the version on whose ladder they stand."""
    row = await lock_member(tx, member_id=member_id)
    ladder = ladder_for(row, programs=world.programs, now=world.now)
    return tiers.StandingMember(row.id, row.growth, row.tier, row.tier_since), ladder


async def grows(
    world: World,
    member_id: UUID,
    amount: int,
    *,
    at: datetime | None = None,
    rule: str = "order",
    by: UUID | None = None,
) -> UUID:
    """An order brings growth that counts now, or at an instant. Gives the order's id."""
    order_id = by or new_id()
    async with world.database.transaction() as tx:
        member, ladder = await locked(tx, world, member_id)
        grown = tiers.Grown(amount, ORDER, order_id, rule, at or world.now)
        program = world.programs.at(SHOP, at or world.now)
        after = await tiers.grow(tx, member=member, program=program, ladder=ladder, grown=grown, now=world.now)
        assert (after, ladder) == await locked(tx, world, member_id)
    return order_id


async def shrinks(
    world: World, member_id: UUID, amount: int, *, of: UUID, rule: str = "order", by: UUID | None = None
) -> UUID:
    """A refund takes growth back of what an order brought. Gives the refund's id."""
    refund_id = by or new_id()
    async with world.database.transaction() as tx:
        member, ladder = await locked(tx, world, member_id)
        shrunk = tiers.Shrunk(amount, REFUND, refund_id, rule, ORDER, of)
        after = await tiers.shrink(
            tx, member=member, programs=world.programs, ladder=ladder, shrunk=shrunk, now=world.now
        )
        assert (after, ladder) == await locked(tx, world, member_id)
    return refund_id


async def stands(world: World) -> tuple[int, str | None, datetime | None]:
    """Growth, tier and since when, of the only member."""
    (row,) = await run(world.database.settings.url, "SELECT growth, tier, tier_since FROM members")
    return row["growth"], row["tier"], row["tier_since"]


async def disagreements(world: World, member_id: UUID) -> list[str]:
    """What the prover says of a member's growth."""
    async with world.database.transaction() as tx:
        member = await lock_member(tx, member_id=member_id)
        (book,) = await growth_books(tx, [member_id])
    program = world.programs.by_code[SHOP]
    claims = growth_claims(book, member, published=Published(program, max(program.versions)))
    return [mismatch.what for mismatch in mismatches(member_id, claims)]
