"""Files of orders, imports of them, and what the database has afterwards."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from string import Template
from typing import Any

from app.facts.importing.commands import import_file
from app.facts.importing.reading import Columns, Mapped, MappedMembers
from app.facts.importing.stages import NOTHING, Changed
from app.facts.importing.terms import Imported, Manner, Origin, ignored
from app.facts.rules import ALL, Brings
from tests.databases import run
from tests.world import ISSUER, World

PIECE = 7
"""Bytes in which files come: they are cut anywhere."""
HEADER = "customer,date,units,amount_usd"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
IDS = "member_id, id, customer_id, order_id, lot_id, cause_id, reverses, last_entry_id, source, entered_at"
"""What differs from time to time, or from source to source: but for the order that something is about."""
STORY = """SELECT i.subject, row_number() OVER (PARTITION BY m.id ORDER BY x.id), o.external_id,
    to_jsonb(x) - string_to_array('$IDS', ', ') AS told
    FROM members AS m JOIN identities AS i USING (customer_id) JOIN $TABLE AS x ON x.$OWNER = m.id
    LEFT JOIN orders AS o ON (o.member_id, o.id) = (m.id, x.$ORDER) WHERE i.issuer = '$ISSUER'"""
ORDER_OF = {
    "orders": "id",
    "facts": "order_id",
    "order_lines": "order_id",
    "points_entries": "cause_id",
    "points_lots": "cause_id",
    "growth_entries": "cause_id",
    "tier_changes": "cause_id",
    "tier_gifts": "id",
    "members": "id",
}
"""By table, the column that names an order, if one is named."""


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
    mapped: Columns = Mapped(),  # noqa: B008 - frozen
    to_today: bool = False,
    brings: Brings = ALL,
    is_dry: bool = False,
    changed: Callable[[Changed], object] = ignored,
    now: datetime | None = None,
    stopping: asyncio.Event | None = None,
    progress: Callable[[int, int], object] = lambda more, lines: None,
) -> Imported:
    """Import a file into a program that joins automatically: with points, unless less is asked for."""
    at = now or world.now
    return await import_file(
        world.database,
        programs=world.programs,
        origin=Origin(program, source, issuer),
        pieces=[content[start : start + PIECE] for start in range(0, len(content), PIECE)],
        manner=Manner(mapped, brings=brings, to_today=to_today, is_dry=is_dry, changed=changed),
        clock=lambda: at,
        stopping=stopping,
        progress=progress,
    )


async def members_imported(
    world: World, *lines: str, header: str = "customer,tier,joined,growth", **more: Any
) -> Imported:
    """Import members, whose growth is known where a line says so."""
    mapped = MappedMembers(growth="growth" if "growth" in header else None)
    return await imported(
        world, file_of(*lines, header=header), mapped=mapped, brings=NOTHING, source="members", **more
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
    told: dict[str, list[tuple[Any, ...]]] = {}
    for table, order in ORDER_OF.items():
        owner = "id" if table == "members" else "member_id"
        values = {"IDS": IDS, "TABLE": table, "OWNER": owner, "ORDER": order, "ISSUER": issuer}
        rows = await run(url, Template(STORY).substitute(values))
        told[table] = sorted((tuple(row) for row in rows), key=repr)
    return told
