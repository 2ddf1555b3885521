"""The prover on points: whatever is changed in the books of somebody is found, and named."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.clock import new_id
from app.db.reading import Connection
from app.members.queries import members_by_id
from app.points.proving import points_books, points_claims
from app.prover.books import mismatches_of
from tests.databases import run
from tests.world import NOON, World

from .scenes import LENIENT, everything_happens
from .till import DAY


@pytest.fixture
async def shops(world: World) -> World:
    """And bella, who is in one of anna's programs."""
    await everything_happens(world)
    await world.orders("bella", 10, program=LENIENT, completed=NOON)
    return world


def lot(order: str, rule: str = "base") -> str:
    """In SQL, the id of an order's lot."""
    return (
        "(SELECT l.id FROM points_lots l JOIN orders o ON o.member_id = l.member_id AND o.id = l.cause_id"
        f" WHERE o.external_id = '{order}' AND l.rule = '{rule}')"
    )


def entry_of(hold: str, kind: str) -> str:
    return f"(SELECT id FROM points_entries WHERE kind = '{kind}' AND cause_id = {hold})"


SOLD, RELEASED = (f"(SELECT id FROM points_holds WHERE amount = {amount})" for amount in (150, 25))
TIMED_OUT, OPEN = (f"(SELECT id FROM points_holds WHERE state = '{state}')" for state in ("TIMED_OUT", "OPEN"))
LOT, LAST, EXTENDED = f"id = {lot('first')}", f"id = {lot('last')}", f"id = {lot('extended')}"
PAID = f"entry_id = {entry_of(SOLD, 'HELD')}"
HAS_HOLDS = "member_id = (SELECT member_id FROM points_holds WHERE state = 'OPEN')"
OWES = "debt > 0"
COLUMNS = (
    "member_id, kind, change, pending_change, held_change, debt_change, balance_after, pending_after, held_after,"
    " debt_after, cause, cause_id, rule, program_version, lot_id, occurred_at"
)

CORRUPTIONS: dict[str, tuple[str, Sequence[str]]] = {
    "more points than there are": (
        f"UPDATE points_accounts SET available = available + 1 WHERE {HAS_HOLDS}",
        ("points_accounts.available, by active lots less the debt (R5)", "points_accounts.available, by entries"),
    ),
    "more pending points": (
        f"UPDATE points_accounts SET pending = pending + 1 WHERE {HAS_HOLDS}",
        ("points_accounts.pending, by pending lots", "points_accounts.pending, by entries"),
    ),
    "more points held": (
        f"UPDATE points_accounts SET held = held + 1 WHERE {HAS_HOLDS}",
        ("points_accounts.held, by open holds", "points_accounts.held, by entries"),
    ),
    "more debt": (
        f"UPDATE points_accounts SET debt = debt + 1, available = available - 1 WHERE {OWES}",
        ("points_accounts.debt, by entries", "points_accounts.available, by entries"),
    ),
    "a debt and points": (
        f"UPDATE points_lots SET remaining = 5 WHERE id = {lot('pays')}",
        ("points_accounts.debt: only of who has nothing left (R11)",),
    ),
    "an account that is gone": (
        f"DELETE FROM points_accounts WHERE {HAS_HOLDS}",
        ("points_accounts.available, by entries",),
    ),
    "settling is due never": (
        f"UPDATE points_accounts SET due_at = NULL WHERE {HAS_HOLDS}",
        ("points_accounts.due_at: not later than",),
    ),
    "settling is due later than a hold's deadline": (
        f"UPDATE points_accounts SET due_at = (SELECT deadline + interval '1 second' FROM points_holds"
        f" WHERE state = 'OPEN') WHERE {HAS_HOLDS}",
        ("points_accounts.due_at: not later than",),
    ),
    "another last entry": (
        f"UPDATE points_accounts SET last_entry_id = NULL WHERE {HAS_HOLDS}",
        ("points_accounts.last_entry_id",),
    ),
    **{
        f"another {after}": (
            f"UPDATE points_entries SET {after} = {after} + 1 WHERE id = {entry_of(SOLD, 'HELD')}",
            (f"points_entries.{after}",),
        )
        for after in ("balance_after", "pending_after", "held_after", "debt_after")
    },
    "a movement that changes what its kind does not": (
        f"UPDATE points_entries SET kind = 'SPENT' WHERE id = {entry_of(SOLD, 'HELD')}",
        ("points_entries.change", "points_holds.amount, by its entry"),
    ),
    "a cause that counted twice": (
        f"INSERT INTO points_entries (id, {COLUMNS}) SELECT 'NEW_ID', {COLUMNS} FROM points_entries"
        f" WHERE kind = 'EARNED' AND lot_id = {lot('last')}",
        ("points_entries: each cause counts once (R5)", "points_lots: number of entries that made it"),
    ),
    "a movement in the future": (
        f"UPDATE points_entries SET occurred_at = '2100-01-01' WHERE id = {entry_of(SOLD, 'HELD')}",
        (
            "points_entries.occurred_at: not before it is due",
            "points_entries.occurred_at: before its lot lapses",
            "points_holds.placed_at, by its entry",
        ),
    ),
    "a lot that paid more": (
        f"UPDATE points_lot_uses SET amount = amount + 1 WHERE {PAID} AND number = 2",
        ("points_entries, by what it did to lots", "points_lots.remaining, by its entries"),
    ),
    "an entry that is gone": (
        f"DELETE FROM points_entries WHERE kind = 'EARNED' AND lot_id = {lot('last')}",
        ("points_lots: number of entries that made it", "points_lots.earned, by its entry"),
    ),
    "a lot that earned more": (
        f"UPDATE points_lots SET earned = earned + 1 WHERE {LAST}",
        ("points_lots.earned, by its entry",),
    ),
    "a lot with less": (
        f"UPDATE points_lots SET remaining = remaining - 1 WHERE {LAST}",
        ("points_lots.remaining, by its entries", "points_accounts.available, by active lots less the debt (R5)"),
    ),
    "a lot of which less lapsed": (
        f"UPDATE points_lots SET lapsed = lapsed - 1 WHERE id = {lot('lapses')}",
        ("points_lots.lapsed, by its entries",),
    ),
    "a lot of another rule": (
        f"UPDATE points_lots SET rule = 'other' WHERE {LAST}",
        ("points_entries: cause, rule and version, by its lot",),
    ),
    "a lot that is active too early": (
        f"UPDATE points_lots SET state = 'ACTIVE', activates_at = earned_at WHERE id = {lot('pending')}",
        ("points_lots.state: active, by its entries",),
    ),
    "a lot that lapsed and has points": (
        f"UPDATE points_lots SET state = 'LAPSED' WHERE {LAST}",
        ("points_lots.state: nothing is left of what lapsed",),
    ),
    "a lot that owes what it has": (
        f"UPDATE points_lots SET owed = 1 WHERE {LAST}",
        ("points_lots.owed: only where nothing is left (R11)",),
    ),
    "a lot that was earned at another time": (
        f"UPDATE points_lots SET earned_at = earned_at + interval '1 second' WHERE {LAST}",
        ("points_entries.occurred_at, by its lot",),
    ),
    "a lot that was extended and lapsed at another time": (
        f"UPDATE points_lots SET expires_at = expires_at + interval '1 second' WHERE {EXTENDED}",
        ("points_entries.occurred_at, by its lot",),
    ),
    "a lot that returned and lapsed before its time": (
        f"UPDATE points_lots SET expires_at = expires_at + interval '30 days' WHERE id = {lot('lapses')}",
        ("points_entries.occurred_at: not before its lot lapses",),
    ),
    "a lot that paid after its time": (
        f"UPDATE points_lots SET expires_at = activates_at + interval '1 second' WHERE id = {lot('first', 'more')}",
        ("points_entries.occurred_at: before its lot lapses",),
    ),
    "a lot that was extended by nothing": (
        f"UPDATE points_lots SET extended_by = 'NEW_ID' WHERE {EXTENDED}",
        ("points_lots.extended_by: gave back to it (R7)",),
    ),
    "a lot that was extended because the customer cancelled": (
        "UPDATE points_give_backs SET by_shop = false WHERE amount = 20",
        ("points_lots.extended_by: by the shop (R7)",),
    ),
    "a lot that was extended to before it was": (
        f"UPDATE points_lots SET expires_at = '2026-01-01' WHERE {EXTENDED}",
        ("points_lots.expires_at: after it was extended",),
    ),
    "a lot of which more was taken back": (
        f"UPDATE points_lots SET reversed = reversed + 1 WHERE {LAST}",
        ("points_lots.reversed, by all entries",),
    ),
    "lots that paid in another order": (
        f"UPDATE points_lot_uses SET number = number + 1 WHERE {PAID}",
        ("points_lot_uses.number",),
    ),
    "a payment that names a lot itself": (
        f"UPDATE points_entries SET lot_id = {lot('first')} WHERE id = {entry_of(SOLD, 'HELD')}",
        ("points_entries.lot_id: none where lots paid",),
    ),
    "what was given back to another lot": (
        f"UPDATE points_lot_uses SET returned = returned + CASE number WHEN 1 THEN 5 WHEN 3 THEN -5 ELSE 0 END"
        f" WHERE {PAID}",
        (
            "points_lot_uses.returned: of the last that paid first (R7)",
            "points_lot_uses.returned, by what returned to the lot",
        ),
    ),
    "more that was given back": (
        f"UPDATE points_lot_uses SET returned = returned + 1 WHERE {PAID} AND number = 1",
        ("points_lot_uses.returned, by what returned to the lot", "points_lot_uses.returned of the hold"),
    ),
    "a lot that paid more than it had": (
        f"UPDATE points_lot_uses SET lot_id = {lot('lapses', 'more')} WHERE {PAID} AND number = 3",
        ("points_lots.remaining: from 0 to what was earned, always",),
    ),
    "a lot that would have lapsed first": (
        f"UPDATE points_lots SET expires_at = '2027-02-01' WHERE id = {lot('second')}",
        ("points_entries: paid by what expires first (R6)",),
    ),
    "of lots that lapse together one that was earned first": (
        f"UPDATE points_lots SET earned_at = earned_at - interval '1 day' WHERE id = {lot('first', 'more')}",
        ("points_entries: paid by what expires first (R6)",),
    ),
    "a hold of more": (
        f"UPDATE points_holds SET amount = amount + 1 WHERE id = {OPEN}",
        ("points_holds.amount, by its entry", "points_accounts.held, by open holds"),
    ),
    "a hold of another movement": (
        f"UPDATE points_holds SET entry_id = {entry_of(RELEASED, 'HELD')} WHERE id = {SOLD}",
        ("points_holds.entry_id", "points_lot_uses.returned of the hold"),
    ),
    "a hold of another time": (
        f"UPDATE points_holds SET placed_at = placed_at - interval '1 second' WHERE id = {OPEN}",
        ("points_holds.placed_at, by its entry",),
    ),
    "a hold that is open again": (
        f"UPDATE points_holds SET state = 'OPEN', ended_at = NULL WHERE id = {RELEASED}",
        ("points_holds.state, by its entries", "points_accounts.held, by open holds"),
    ),
    "a hold that was captured and released": (
        f"INSERT INTO points_entries (id, {COLUMNS}) SELECT 'NEW_ID', member_id, 'CAPTURED', 0, 0, -change, 0,"
        " balance_after, pending_after, 0, debt_after, cause, cause_id, rule, program_version, NULL, occurred_at"
        f" FROM points_entries WHERE id = {entry_of(RELEASED, 'RELEASED')}",
        ("points_holds.state, by its entries", "points_accounts.held, by entries"),
    ),
    "a hold that ended at another time": (
        f"UPDATE points_holds SET ended_at = ended_at - interval '1 second' WHERE id = {RELEASED}",
        ("points_holds.ended_at, by its entry",),
    ),
    "a hold that timed out before its deadline": (
        f"UPDATE points_holds SET deadline = deadline + interval '1 second' WHERE id = {TIMED_OUT}",
        ("points_holds.ended_at: at its deadline if it timed out, else before",),
    ),
    "a hold that was captured at its deadline": (
        f"UPDATE points_holds SET deadline = ended_at, placed_at = ended_at - interval '1 second' WHERE id = {SOLD}",
        ("points_holds.ended_at: at its deadline if it timed out, else before",),
    ),
    "a hold of which more was given back": (
        f"UPDATE points_holds SET given_back = given_back + 1 WHERE id = {SOLD}",
        ("points_holds.given_back", "points_lot_uses.returned of the hold"),
    ),
    "a hold that is gone": (
        f"DELETE FROM points_holds WHERE id = {RELEASED}",
        ("points_entries.cause_id: is a hold",),
    ),
    "a giving back of more": (
        "UPDATE points_give_backs SET amount = amount + 1 WHERE amount = 60",
        ("points_give_backs.amount, by its entry", "points_holds.given_back"),
    ),
    "a giving back at another time": (
        "UPDATE points_give_backs SET given_back_at = given_back_at + interval '1 second' WHERE amount = 60",
        ("points_give_backs.given_back_at, by its entry",),
    ),
    "what lapsed because of a giving back that there is not": (
        "UPDATE points_entries SET cause_id = 'NEW_ID' WHERE kind = 'EXPIRED' AND cause = 'GIVE_BACK'",
        ("points_entries.cause_id: gave points back",),
    ),
}
"""What is done to anna's books in one of the programs, and what must be named of it."""


@asynccontextmanager
async def undone(world: World, *changes: str) -> AsyncGenerator[Connection]:
    """The database after these changes, none of whose constraints hold; nobody else sees it, and it is undone."""
    connection = await world.database.take()
    transaction = connection.raw.transaction()
    await transaction.start()
    try:
        for constraint in ("uq_points_entries_cause", "uq_points_lots_cause"):
            table = constraint[3:].removesuffix("_cause")
            await connection.raw.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        await connection.raw.execute("DROP INDEX uq_points_entries_hold_ended")
        for change in changes:
            done = await connection.raw.execute(change.replace("NEW_ID", str(new_id())))
            assert done.split()[-1] != "0", change
        yield connection
    finally:
        await transaction.rollback()
        world.database.give_back(connection)


async def everybody(world: World) -> Any:
    """Anna in two programs, and bella."""
    rows = await run(world.database.settings.url, "SELECT id FROM members ORDER BY id")
    return await members_by_id(world.database, [row["id"] for row in rows])


async def test_books_that_nobody_touched_are_proved(shops: World) -> None:
    """R5: when all that can happen has happened, and after anybody settles."""
    members = await everybody(shops)
    for later in (0, 30, 1000):
        shops.now += later * DAY
        assert await mismatches_of(shops.database, members, now=shops.now, programs=shops.programs) == []
        for member in members:
            await shops.settles(member.id)
        assert await mismatches_of(shops.database, members, now=shops.now, programs=shops.programs) == []


async def test_each_corruption_is_found_and_named(shops: World) -> None:
    """R5, R6, R7, R10, R11, R14: the prover says whose books disagree, and in what; the others' are proved."""
    members = await everybody(shops)
    missed: dict[str, Any] = {}
    for name, (change, expected) in CORRUPTIONS.items():
        async with undone(shops, change) as db:
            found = await mismatches_of(db, members, now=shops.now, programs=shops.programs)
        named = {mismatch.what.split(" of 0")[0] for mismatch in found}
        if not named.issuperset(expected) or len({mismatch.member_id for mismatch in found}) != 1:
            missed[name] = named
    assert missed == {}


async def test_nothing_is_claimed_that_no_corruption_breaks(shops: World) -> None:
    """R5: what cannot fail proves nothing."""
    ids = [member.id for member in await everybody(shops)]
    books = await points_books(shops.database, ids)
    claimed = {claim.what for book in books for claim in points_claims(book, now=shops.now)}
    assert claimed - {what for _, named in CORRUPTIONS.values() for what in named} == set()
