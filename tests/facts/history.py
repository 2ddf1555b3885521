"""Files of orders, imports of them, and what the database has afterwards."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.facts.importing.commands import Imported, Origin, import_orders
from app.facts.importing.reading import Mapped
from tests.databases import run
from tests.world import ISSUER, World

HEADER = "customer,date,units,amount_usd"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
KNOWN = "FROM members AS m JOIN identities AS i USING (customer_id)"
STORIES = {
    "members": f"SELECT i.subject, m.growth, m.tier, m.tier_since, m.joined_at {KNOWN} WHERE i.issuer = '{{}}'",
    "orders": "SELECT i.subject, o.external_id, o.paid_at, o.completed_at, o.amount, o.points, o.growth, o.recorded_at "
    f"{KNOWN} JOIN orders AS o ON o.member_id = m.id WHERE i.issuer = '{{}}'",
    "accounts": f"SELECT i.subject, a.available, a.pending, a.due_at {KNOWN} JOIN points_accounts AS a "
    "ON a.member_id = m.id WHERE i.issuer = '{}'",
    "entries": "SELECT i.subject, row_number() OVER (PARTITION BY m.id ORDER BY e.id), o.external_id, e.kind, "
    "e.change, e.pending_change, e.balance_after, e.pending_after, e.occurred_at, l.remaining, l.activates_at, "
    "l.expires_at "
    f"{KNOWN} JOIN points_entries AS e ON e.member_id = m.id JOIN points_lots AS l ON (l.member_id, l.id) = "
    "(m.id, e.lot_id) JOIN orders AS o ON (o.member_id, o.id) = (m.id, e.cause_id) WHERE i.issuer = '{}'",
    "growth": "SELECT i.subject, row_number() OVER (PARTITION BY m.id ORDER BY g.id), g.change, g.growth_after, "
    f"g.counts_at {KNOWN} JOIN growth_entries AS g ON g.member_id = m.id WHERE i.issuer = '{{}}'",
    "tiers": f"SELECT i.subject, t.from_tier, t.to_tier, t.changed_at {KNOWN} JOIN tier_changes AS t "
    "ON t.member_id = m.id WHERE i.issuer = '{}'",
}


def file_of(*lines: str, header: str = HEADER) -> bytes:
    """A CSV file with these lines: the first of them is line 2."""
    return "\n".join((header, *lines, "")).encode()


async def imported(
    world: World,
    content: bytes,
    *,
    program: str = "taobao-club",
    source: str = "history",
    issuer: str = ISSUER,
    mapped: Mapped = Mapped(),  # noqa: B008 - frozen
    to_today: bool = False,
    now: datetime | None = None,
    stopping: asyncio.Event | None = None,
    progress: Callable[[int, int], object] = lambda more, lines: None,
) -> Imported:
    """Import a file into a program that joins automatically."""
    at = now or world.now
    return await import_orders(
        world.database,
        programs=world.programs,
        origin=Origin(program, source, issuer),
        content=content,
        mapped=mapped,
        to_today=to_today,
        clock=lambda: at,
        stopping=stopping,
        progress=progress,
    )


async def contents(url: str) -> dict[str, tuple[int, str]]:
    """Of every table the number of rows, and a digest of all that they say; but for who is to be proved again, which is
    whoever was looked at under a lock."""
    one = "SELECT '{0}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} AS t"
    text = " UNION ALL ".join(one.format(table) for (table,) in await run(url, TABLES) if table != "touches")
    return {table: (rows, digest) for table, rows, digest in await run(url, text)}


async def rows_of(url: str, table: str) -> int:
    ((rows,),) = await run(url, f"SELECT count(*) FROM {table}")
    return rows


async def story(url: str, *, issuer: str = ISSUER) -> dict[str, list[tuple[Any, ...]]]:
    """What the books say of an issuer's customers, without the ids that differ from time to time."""
    return {
        name: sorted((tuple(row) for row in await run(url, text.format(issuer))), key=repr)
        for name, text in STORIES.items()
    }
