"""Many members of many programs, in the database at once: some live through the product, the others are their copies.

A member who had to be asked for by requests takes a few milliseconds of the server; a copy, with all rows of their own,
about a tenth of one. `prove` holds for copies as for anybody.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy import Table

from app import clock
from app.db import Settings
from app.tables import METADATA

from .database import DRIVER
from .numbers import FIRST_PROGRAM, Group
from .product import CLUB, ISSUER, Product, product, publish_copies, shop_of, viewer_of

TEMPLATES = Group(9_000_000, 8)
"""Whom others are copies of."""
TOP = 60_000
"""Yuan of the only order: at the top of the ladder whatever comes; and about as many points."""
ORDERED, COMPLETED = timedelta(days=30), timedelta(days=20)
ONE_DAY = timedelta(days=1)
PUBLISHED = timedelta(days=40)
NOT_COPIED = ("touches", "outbox_events", "invite_codes")
"""What is done with and goes, or is nobody else's."""
ORDER = "mutation First($input: RecordOrderInput!) { recordOrder(input: $input) { __typename } }"
CHECK_IN = """mutation CheckIn($input: CheckInInput!) { checkIn(input: $input) {
  ... on CheckInSuccess { checkIn { streak } } } }"""

PEOPLE = """\
CREATE UNLOGGED TABLE crowd_people AS
SELECT number, gen_random_uuid() AS customer_id FROM generate_series($1::int, $2::int) AS number"""
MEMBERSHIPS = """\
CREATE UNLOGGED TABLE crowd_members AS
SELECT gen_random_uuid() AS new_id, t.id AS old_id, p.number, p.customer_id, 'club-' || program AS program
FROM crowd_people p CROSS JOIN generate_series($1::int, $2::int) AS program
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all FROM members
      WHERE program = $3) AS t ON p.number % t.all = t.place
ORDER BY old_id, number"""
UNINDEXED = "UPDATE pg_index SET indisready = false WHERE indrelid = ANY($1::regclass[])"
"""Until it is built anew, an index is not written to: to sort at the end takes a small part of the time."""
KEYS = """\
INSERT INTO unique_keys (digest, kind, owner)
SELECT sha256(convert_to(told, 'UTF8')), kind, owner FROM (
    SELECT 'membership' AS kind, new_id AS owner, '10:membership' || length(program) || ':' || program || $1
        || length('member-' || number) || ':member-' || number AS told FROM crowd_members
    UNION ALL
    SELECT 'customer-in-program', new_id, '19:customer-in-program' || length(program) || ':' || program || '36:'
        || customer_id FROM crowd_members
    UNION ALL
    SELECT 'identity', customer_id, '8:identity' || $1 || length('member-' || number) || ':member-' || number
    FROM crowd_people
    UNION ALL
    SELECT 'order', c.customer_id, '5:order' || length(c.program) || ':' || c.program || length(o.source) || ':'
        || o.source || length(o.external_id) || ':' || o.external_id
    FROM crowd_members c JOIN orders o ON o.member_id = c.new_id
) AS keys"""
"""As `app.db.unique_keys` makes them."""
CUSTOMERS = "INSERT INTO customers (id, created_at) SELECT customer_id, $1 FROM crowd_people"
IDENTITIES = """\
INSERT INTO identities (customer_id, id, issuer, subject, created_at)
SELECT customer_id, gen_random_uuid(), $1, 'member-' || number, $2 FROM crowd_people"""


async def fill(url: str, groups: Iterable[Group], *, programs: int) -> None:
    """Make each of the groups members of so many programs, which are copies of the club. They have points, and
    yesterday they checked in for the first time."""
    now = clock.now()
    async with product(Settings(url)):  # publishes the club
        pass
    await publish_copies(Settings(url), range(FIRST_PROGRAM, FIRST_PROGRAM + programs), now=now - PUBLISHED)
    async with product(Settings(url)) as filling:
        for member in TEMPLATES:
            await live(filling, member, CLUB, yuan=TOP + member % TEMPLATES.size, now=now)
    for group in groups:
        await copy(url, group, programs, of=CLUB, now=now)


async def live(filling: Product, member: int, program: str, *, yuan: int, now: datetime) -> None:
    """Have somebody order once for so much and become a member by it, and check in yesterday, in the product."""
    order = {
        "program": program,
        "order": f"first-order-of-{member}-in-{program}",
        "currency": "CNY",
        "customer": {"issuer": ISSUER, "subject": viewer_of(member).subject},
        "paidAt": (now - ORDERED).isoformat(),
        "completedAt": (now - COMPLETED).isoformat(),
        "lines": [{"quantity": 1, "amount": str(yuan)}],
    }
    await filling.ask(ORDER, {"input": order}, by=shop_of(program), now=now - COMPLETED)
    checked_in = {"idempotencyKey": str(clock.new_id()), "program": program}
    done = await filling.ask(CHECK_IN, {"input": checked_in}, by=viewer_of(member), now=now - ONE_DAY)
    if done["checkIn"] != {"checkIn": {"streak": 1}}:
        raise ValueError(f"They could not check in: {done}")


async def copy(url: str, group: Group, programs: int, *, of: str, now: datetime, index_after: bool = False) -> None:
    """Make copies, in so many programs, of those who are members of the program `of`. With `index_after`, which pays
    for many, nobody else may use the database meanwhile."""
    connection: Any = await DRIVER.connect(url)
    try:
        with suppress(asyncpg.InsufficientPrivilegeError):
            # What is copied refers to what is copied with it: to look that up takes longer than to write it.
            await connection.execute("SET session_replication_role = replica")
        await connection.execute(_filled(PEOPLE, group.first, group.last))
        await connection.execute("ANALYZE crowd_people")
        last = FIRST_PROGRAM + programs - 1
        await connection.execute(_filled(MEMBERSHIPS, FIRST_PROGRAM, last, of))
        await connection.execute("CREATE INDEX ON crowd_members (old_id); ANALYZE crowd_members")
        async with _indexed_afterwards(connection) if index_after else nullcontext():
            await _write(connection, now=now)
        await connection.execute("DROP TABLE crowd_people, crowd_members")
    finally:
        await connection.close()


async def _write(connection: Any, *, now: datetime) -> None:
    await connection.execute(CUSTOMERS, now - PUBLISHED)
    await connection.execute(IDENTITIES, ISSUER, now - PUBLISHED)
    for table in _copied():
        await connection.execute(_copying(table))
    await connection.execute(KEYS, f"{len(ISSUER)}:{ISSUER}")


def _copied() -> Sequence[Table]:
    """Members, and all that is theirs."""
    return [
        table
        for table in METADATA.sorted_tables
        if table.name == "members" or ("member_id" in table.columns and table.name not in NOT_COPIED)
    ]


@asynccontextmanager
async def _indexed_afterwards(connection: Any) -> AsyncGenerator[None]:
    """Indexes are built when all is written. Who may not do that has them written to row by row."""
    names = [*(table.name for table in _copied()), "customers", "identities", "unique_keys"]
    try:
        await connection.execute(UNINDEXED, names)
    except asyncpg.InsufficientPrivilegeError:
        yield
        return
    yield
    await connection.execute("SET maintenance_work_mem = '1GB'")
    for name in names:
        await connection.execute(f'REINDEX TABLE "{name}"')


def _filled(statement: str, *values: object) -> str:
    """CREATE TABLE takes no parameters. These are our own words, and numbers."""
    for place, value in enumerate(values, 1):
        statement = statement.replace(f"${place}", str(value) if isinstance(value, int) else f"'{value}'")
    return statement


def _copying(table: Table) -> str:
    """Each row of a template, for each of its copies: in the order in which life writes them, so that what one member
    did on different days is in different places."""
    own = "id" if table.name == "members" else "member_id"
    new = {own: "c.new_id", "program": "c.program", "customer_id": "c.customer_id"}
    if table.name in ("orders", "facts"):
        new["external_id"] = "t.external_id || '-of-' || c.number"
    names: Sequence[str] = table.columns.keys()
    chosen = ", ".join(new.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    order = "id" if "id" in table.columns else own
    return (
        f'INSERT INTO "{table.name}" ({columns}) SELECT {chosen}'
        f' FROM (SELECT * FROM "{table.name}" WHERE "{own}" IN (SELECT DISTINCT old_id FROM crowd_members)'
        f' ORDER BY "{order}") AS t CROSS JOIN LATERAL'
        f' (SELECT * FROM crowd_members WHERE old_id = t."{own}" OFFSET 0) AS c'
    )
