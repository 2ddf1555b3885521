"""What the tests of the prover share: going round, and looking at where it stands."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from prometheus_client import REGISTRY

from app.prover import measure, prove_due, prove_touched
from tests.databases import run
from tests.world import World

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BREAK = "UPDATE members SET growth = growth + 1, renewal_growth = renewal_growth + 1"
MEND = "UPDATE members SET growth = growth - 1, renewal_growth = renewal_growth - 1"


async def touched_proved(world: World) -> None:
    await prove_touched(world.database, now=world.now, programs=world.programs)


async def due_proved(world: World) -> None:
    await prove_due(world.database, now=world.now, programs=world.programs)


async def rows(world: World, sql: str) -> Sequence[Any]:
    return await run(world.database.settings.url, sql)


async def waiting(world: World) -> int:
    """Members who were touched and are not proved."""
    ((number,),) = await rows(world, "SELECT count(DISTINCT member_id) FROM touches")
    return number


async def proofs(world: World) -> dict[str, tuple[Any, int]]:
    """When each customer's membership was proved, and how many mismatches there were."""
    sql = """SELECT subject, p.proved_at, p.mismatches FROM proofs p
        JOIN members m ON m.id = p.member_id JOIN identities USING (customer_id)"""
    return {row["subject"]: (row["proved_at"], row["mismatches"]) for row in await rows(world, sql)}


async def figures(world: World) -> tuple[float | None, ...]:
    """Mismatching members, age of the oldest proof in seconds, members waiting: as they are now."""
    await measure(world.database, now=world.now)
    return figures_told()


def figures_told() -> tuple[float | None, ...]:
    """As Prometheus is told."""
    names = ("prover_mismatches", "prover_oldest_proof_seconds", "prover_waiting")
    return tuple(REGISTRY.get_sample_value(name) for name in names)


def members_proved() -> float:
    return REGISTRY.get_sample_value("prover_members_proved_total") or 0
