"""What pages read of a database, brought into memory: as it is when it has served for a day."""

from collections.abc import Mapping
from typing import Any

from .database import DRIVER

READ = """\
SELECT relid::int8, coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0) FROM pg_stat_user_tables
UNION ALL
SELECT indexrelid::int8, idx_blks_read + idx_blks_hit FROM pg_statio_user_indexes"""
"""Rows of each table, blocks of each index. What is known of a row by an index alone is not read of the table."""
WALK = """\
SELECT pg_relation_size(c.oid), coalesce((
    SELECT format('SELECT count(*) FROM (SELECT %1$s FROM %2$s %3$s ORDER BY %1$s OFFSET 0) AS walked', keys,
                  indrelid::regclass, 'WHERE ' || pg_get_expr(indpred, indrelid))
    FROM pg_index CROSS JOIN LATERAL (
        SELECT string_agg(pg_get_indexdef(indexrelid, place, true), ', ' ORDER BY place) AS keys
        FROM generate_series(1, indnkeyatts) AS place
    ) AS named WHERE indexrelid = c.oid
), format('SELECT count(whole) FROM %s AS whole', c.oid::regclass))
FROM pg_class AS c WHERE oid = $1::int8"""
"""How large it is, and a statement that reads it from one end to the other."""
BY_INDEX = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off"
"""Whoever is asked for the keys in their order walks through the index, and has it kept like all that is asked for;
of `count(whole)` only the table knows."""


async def read_so_far(url: str) -> Mapping[int, int]:
    """Of each table and index: what was read of it, ever."""
    connection: Any = await DRIVER.connect(url)
    try:
        return dict(await connection.fetch(READ))
    finally:
        await connection.close()


async def bring_in(url: str, before: Mapping[int, int], *, pages: int) -> int:
    """Have all in memory of which most pages read, so many pages after `before`, as far as there is room: in
    PostgreSQL's own, then in the system's. Gives its bytes."""
    since = {key: read - before.get(key, 0) for key, read in (await read_so_far(url)).items()}
    connection: Any = await DRIVER.connect(url)
    try:
        await connection.execute(BY_INDEX)
        wanted = [await connection.fetchrow(WALK, key) for key, read in since.items() if 2 * read > pages]
        for _, walk in wanted:
            await connection.execute(walk)
        return sum(size for size, _ in wanted)
    finally:
        await connection.close()
