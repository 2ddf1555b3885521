"""The prover: books that balance are proved, and each kind of corruption is found and named."""

from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from app.clock import new_id
from app.customers.rules import Identity
from app.db import Database, Transaction
from app.db.reading import Connection
from app.facts import commands as facts
from app.facts.rules import Line, ReportedOrder
from app.programs.rules import Programs
from app.prover import Proof, prove
from tests.databases import run
from tests.statements import Statements
from tests.world import ISSUER, World

DAY = timedelta(days=1)
LAPSED, ACTIVE, PENDING, COMPLETED = "lapsed", "active", "pending", "completed first"


async def bought(world: World, subject: str = "anna") -> None:
    """Orders in every state, a tier reached twice, and an order that was completed before anybody said it was paid."""
    for order, amount, days in ((LAPSED, "1100.90", 500), (ACTIVE, "2500.50", 30)):
        paid = world.now - days * DAY
        await world.orders(subject, amount, order=f"{subject}: {order}", paid=paid, completed=paid + DAY)
    await world.orders(subject, "77", order=f"{subject}: {PENDING}", paid=world.now - DAY)
    await world.completes(subject, f"{subject}: {COMPLETED}", at=world.now - DAY)


async def proof_of(world: World) -> Proof:
    return await prove(world.database, now=world.now, programs=world.programs)


async def test_books_that_nobody_touched_are_proved(world: World) -> None:
    """R5: at the last settling, however long ago that was, and after it."""
    for subject in ("anna", "bella", "carl"):
        await bought(world, subject)
    await world.joins("dora", program="brand-standard")
    assert await proof_of(world) == Proof(4, [])
    world.now += 1000 * DAY
    assert await proof_of(world) == Proof(4, [])
    await bought(world, "emil")
    await world.orders("anna", "1")
    assert await proof_of(world) == Proof(5, [])


EARNED = "kind = 'EARNED' AND lot_id = (SELECT id FROM points_lots WHERE state = '{}')"
LAST = "id = (SELECT id FROM {0} ORDER BY id DESC LIMIT 1)"
CORRUPTIONS: dict[str, tuple[str, str | tuple[str, ...]]] = {
    "more points than there are": (
        "UPDATE points_accounts SET available = available + 1",
        ("points_accounts.available, by active lots", "points_accounts.available, by entries"),
    ),
    "more pending points": (
        "UPDATE points_accounts SET pending = pending + 1",
        ("points_accounts.pending, by pending lots", "points_accounts.pending, by entries"),
    ),
    "an account that is gone": ("DELETE FROM points_accounts", "points_accounts.available"),
    "settling is due never": ("UPDATE points_accounts SET due_at = NULL", "points_accounts.due_at"),
    "settling is due later": (
        "UPDATE points_accounts SET due_at = due_at + interval '1 day'",
        "points_accounts.due_at",
    ),
    "another last entry": (
        "UPDATE points_accounts SET last_entry_id = (SELECT min(id::text)::uuid FROM points_entries)",
        "points_accounts.last_entry_id",
    ),
    "a lot with less": (
        "UPDATE points_lots SET remaining = remaining - 1 WHERE state = 'ACTIVE'",
        "points_lots.remaining",
    ),
    "a lot with points again": ("UPDATE points_lots SET remaining = 5 WHERE state = 'LAPSED'", "points_lots.remaining"),
    "a lot that earned more": (
        "UPDATE points_lots SET earned = earned + 1 WHERE state = 'ACTIVE'",
        "points_lots.earned",
    ),
    "a lot that is active too early": (
        "UPDATE points_lots SET state = 'ACTIVE', activates_at = now() WHERE state = 'PENDING'",
        "points_lots.state",
    ),
    "a lot that lapses later": (
        "UPDATE points_lots SET expires_at = expires_at + interval '1 day' WHERE state = 'ACTIVE'",
        "points_lots: version and times, by its order",
    ),
    "a lot that lapsed at another time": (
        "UPDATE points_lots SET expires_at = expires_at - interval '1 day' WHERE state = 'LAPSED'",
        "points_entries.occurred_at, by its lot",
    ),
    "a lot of another rule": (
        "UPDATE points_lots SET rule = 'other' WHERE state = 'ACTIVE'",
        "points_entries: cause, rule and version, by its lot",
    ),
    "a lot of another version": (
        "UPDATE points_lots SET program_version = 2 WHERE state = 'ACTIVE'",
        "points_lots: version and times, by its order",
    ),
    "a lot of no order": (
        "UPDATE points_lots SET cause_id = 'NEW_ID' WHERE state = 'ACTIVE'",
        "points_lots.cause_id: is an order of the member",
    ),
    "an entry that is gone": (
        f"DELETE FROM points_entries WHERE {EARNED.format('ACTIVE')}",
        "points_lots: number of entries that made it",
    ),
    "an entry that came twice": (
        "INSERT INTO points_entries (member_id, id, kind, change, pending_change, held_change, debt_change,"
        " balance_after, pending_after, held_after, debt_after, cause, cause_id, rule, program_version, lot_id,"
        " occurred_at)"
        " SELECT member_id, 'NEW_ID', kind, change, pending_change, held_change, debt_change, balance_after,"
        " pending_after + pending_change, held_after, debt_after, cause, cause_id, 'again', program_version, lot_id,"
        " occurred_at"
        f" FROM points_entries WHERE {EARNED.format('PENDING')}",
        "points_lots: number of entries that made it",
    ),
    "an entry of more": (
        f"UPDATE points_entries SET pending_change = pending_change + 1 WHERE {EARNED.format('ACTIVE')}",
        "points_entries.pending_after",
    ),
    "an entry of less and a balance to match": (
        f"UPDATE points_entries SET pending_change = pending_change - 1, pending_after = pending_after - 1"
        f" WHERE {EARNED.format('PENDING')}",
        "points_accounts.pending, by entries",
    ),
    "a balance after": (
        "UPDATE points_entries SET balance_after = balance_after + 1 WHERE kind = 'EXPIRED'",
        "points_entries.balance_after",
    ),
    "a pending balance after": (
        f"UPDATE points_entries SET pending_after = pending_after + 1 WHERE {EARNED.format('PENDING')}",
        "points_entries.pending_after",
    ),
    "a movement of another kind": (
        f"UPDATE points_entries SET kind = 'EXPIRED' WHERE {EARNED.format('PENDING')}",
        "points_entries.change",
    ),
    "an entry at another time": (
        f"UPDATE points_entries SET occurred_at = occurred_at + interval '1 second' WHERE {EARNED.format('ACTIVE')}",
        "points_entries.occurred_at, by its lot",
    ),
    "more growth": (
        "UPDATE members SET growth = growth + 1",
        ("members.growth, by its growth",),
    ),
    "growth that was entered twice": (
        "INSERT INTO growth_entries (member_id, id, change, growth_after, cause, cause_id, rule, program_version,"
        " earned_at, counts_at, manner) SELECT member_id, 'NEW_ID', change, growth_after + change, cause, cause_id,"
        " 'again', program_version, earned_at, counts_at, manner FROM growth_entries"
        f" WHERE {LAST.format('growth_entries')}",
        "members.growth",
    ),
    "growth that is gone": (f"DELETE FROM growth_entries WHERE {LAST.format('growth_entries')}", "members.growth"),
    "a growth after": (
        f"UPDATE growth_entries SET growth_after = growth_after + 1 WHERE {LAST.format('growth_entries')}",
        "growth_entries.growth_after",
    ),
    "growth at another time": (
        "UPDATE growth_entries SET counts_at = counts_at + interval '1 second'",
        "growth_entries: version and times, by its order",
    ),
    "growth of no order": (
        f"UPDATE growth_entries SET cause_id = 'NEW_ID' WHERE {LAST.format('growth_entries')}",
        "growth_entries.cause_id: is an order of the member",
    ),
    "growth of a version that there never was": (
        f"UPDATE growth_entries SET program_version = 99 WHERE {LAST.format('growth_entries')}",
        "growth_entries.program_version: is published",
    ),
    "an order of which less counts": (
        "UPDATE orders SET eligible = eligible - 1, eligible_left = eligible_left - 1",
        "orders.eligible, by its lines",
    ),
    "an order of which less is left": (
        "UPDATE orders SET eligible_left = eligible_left - 1",
        "orders.eligible_left, by its lines and refunds",
    ),
    "a line that was paid with points": ("UPDATE order_lines SET by_points = 1", "orders.eligible, by its lines"),
    "a line that is a gift card": ("UPDATE order_lines SET kind = 'GIFT_CARD'", "facts, by the order"),
    "a tier too high": ("UPDATE members SET tier = 'v5'", "members.tier"),
    "a tier too low": ("UPDATE members SET tier = NULL, tier_since = NULL, tier_until = NULL", "members.tier"),
    "a tier since another day": ("UPDATE members SET tier_since = tier_since - interval '1 day'", "members.tier_since"),
    "a change of tier that is gone": (f"DELETE FROM tier_changes WHERE {LAST.format('tier_changes')}", "tier_changes"),
    "a change to another tier": (
        f"UPDATE tier_changes SET to_tier = 'v4' WHERE {LAST.format('tier_changes')}",
        "tier_changes",
    ),
    "a change from another tier": (
        f"UPDATE tier_changes SET from_tier = 'v4' WHERE {LAST.format('tier_changes')}",
        "tier_changes",
    ),
    "an order with more points": (
        "UPDATE orders SET points = points + 1 WHERE paid_at IS NOT NULL",
        ("orders.points, by its lots", "orders.points, by its lines"),
    ),
    "an order with more growth": ("UPDATE orders SET growth = growth + 1", "orders.growth"),
    "an order of another amount": ("UPDATE orders SET amount = amount + 1", "orders.amount"),
    "an order of a version that there never was": (
        "UPDATE orders SET program_version = 99 WHERE paid_at IS NOT NULL",
        "orders.program_version: is published",
    ),
    "an order completed at another time": (
        "UPDATE orders SET completed_at = completed_at + interval '1 day' WHERE paid_at IS NOT NULL",
        "points_lots: version and times, by its order",
    ),
    "an order that nobody paid": (
        "UPDATE orders SET paid_at = NULL, amount = NULL, eligible = NULL, eligible_left = NULL,"
        " program_version = NULL WHERE completed_at IS NOT NULL",
        "facts, by the order",
    ),
    "a line with more points": ("UPDATE order_lines SET points = points + 1", "orders.points, by its lines"),
    "a line of another amount": ("UPDATE order_lines SET amount = amount + 1", "orders.amount, by its lines"),
    "a line of something else": ("UPDATE order_lines SET sku = 'else'", "facts, by the order"),
    "a line in another currency": ("UPDATE order_lines SET currency = 'USD'", "order_lines.currency"),
    "a line with another number": ("UPDATE order_lines SET number = number + 1", "order_lines.number"),
    "a line that is gone": ("DELETE FROM order_lines", "orders.amount, by its lines"),
    "a fact that is gone": ("DELETE FROM facts WHERE kind = 'ORDER_PAID'", "facts, by the order"),
    "a fact of another time": (
        "UPDATE facts SET occurred_at = occurred_at + interval '1 second'",
        "facts, by the order",
    ),
    "a fact with other content": ("UPDATE facts SET digest = sha256(digest)", "facts, by the order"),
    "an order whose key is gone": ("DELETE FROM unique_keys WHERE kind = 'order'", "unique_keys.owner of the order"),
    "an order that is another's": (
        "UPDATE unique_keys SET owner = 'NEW_ID' WHERE kind = 'order'",
        "unique_keys.owner of the order",
    ),
    "a membership whose key is gone": (
        "DELETE FROM unique_keys WHERE kind = 'membership'",
        "unique_keys.owner of the membership",
    ),
    "a customer who is another member": (
        "UPDATE unique_keys SET owner = 'NEW_ID' WHERE kind = 'customer-in-program'",
        "unique_keys.owner of the customer in the program",
    ),
    "an identity of another customer": (
        "UPDATE unique_keys SET owner = 'NEW_ID' WHERE kind = 'identity'",
        "unique_keys.owner of the identity",
    ),
    "an identity by another name": (
        "UPDATE identities SET subject = 'somebody else'",
        "unique_keys.owner of the identity",
    ),
}


class OneTransaction:
    """A database as it is within one transaction, which nobody else sees and which is undone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fetch(self, *given: Any, **more: Any) -> Awaitable[list[Any]]:
        return self._connection.fetch(*given, **more)

    @asynccontextmanager
    async def transaction(self, told: Any = None) -> AsyncGenerator[Transaction]:
        async with self._connection.raw.transaction():
            yield Transaction(self._connection, new_id)


async def proof_after(world: World, corruption: str) -> Proof:
    """What the prover says after some SQL, and after bella bought something then; all of it is undone."""
    connection = await world.database.take()
    undone = connection.raw.transaction()
    await undone.start()
    try:
        await connection.raw.execute(corruption.replace("NEW_ID", str(new_id())))
        await facts.record_order(
            Transaction(connection, new_id),
            programs=world.programs,
            program="taobao-club",
            identity=Identity(ISSUER, "bella"),
            order=ReportedOrder("shop", "bella's", world.now, world.now, [Line(1, 100)]),
            now=world.now,
        )
        return await prove(OneTransaction(connection), now=world.now, programs=world.programs)
    finally:
        await undone.rollback()
        world.database.give_back(connection)


async def test_each_corruption_is_found_and_named(world: World) -> None:
    """R5: the prover says whose books disagree, and in what; the others' are proved."""
    await bought(world, "anna")
    (anna,) = await run(world.database.settings.url, "SELECT id FROM members")
    missed: dict[str, Any] = {}
    for name, (change, what) in CORRUPTIONS.items():
        proof = await proof_after(world, change)
        named = [mismatch.what for mismatch in proof.mismatches]
        are_named = all(any(each.startswith(one) for each in named) for one in _each(what))
        if not are_named or proof.members != 2 or {mismatch.member_id for mismatch in proof.mismatches} != {anna["id"]}:
            missed[name] = proof
    assert missed == {}
    assert await proof_of(world) == Proof(1, [])


def _each(what: str | tuple[str, ...]) -> tuple[str, ...]:
    return (what,) if isinstance(what, str) else what


async def test_nothing_is_entered_before_it_is_due(world: World) -> None:
    """R2: but for so much as another machine's clock may be ahead."""
    await world.orders("anna", "10", completed=world.now - 7 * DAY)
    for minutes, number in ((0, 0), (10, 0), (11, 2)):
        early = world.now - minutes * DAY / 1440
        proof = await prove(world.database, now=early, programs=world.programs)
        assert [mismatch.expected for mismatch in proof.mismatches] == [early] * number


async def test_a_mismatch_says_what_should_be(world: World) -> None:
    await bought(world)
    (member,) = await run(world.database.settings.url, "SELECT id, growth FROM members")
    await run(world.database.settings.url, "UPDATE members SET growth = growth + 1")
    proof = await proof_of(world)
    words = [str(mismatch) for mismatch in proof.mismatches]
    growth = member["growth"]
    assert growth > 0
    assert words == [
        f"member {member['id']}: members.growth, by its growth should be {growth}, is {growth + 1}",
    ]
    assert not proof.holds


ONCE = 3
"""Statements of each proof, beside its pages: that nobody comes after the last of them, and which rewards and coupon
templates there are."""


@pytest.mark.parametrize("at_once", [1, 2, 5])
async def test_members_are_proved_in_pages_of_a_fixed_number_of_statements(
    world: World, sql: Statements, at_once: int
) -> None:
    """Reliability, rule 9: bounded memory, whatever the number of members and of their entries."""
    await bought(world, "customer 0")
    with sql:
        await prove(world.database, now=world.now, programs=world.programs)
    a_page = sql.count - ONCE
    for number in range(1, 5):
        await bought(world, f"customer {number}")
    with sql:
        proof = await prove(world.database, now=world.now, programs=world.programs, at_once=at_once)
    assert proof == Proof(5, [])
    pages = -(-5 // at_once)
    assert sql.count == a_page * pages + ONCE


async def test_what_is_written_meanwhile_is_no_mismatch(world: World, database: Database) -> None:
    """The books of one member are read by several statements: who seems to disagree is read again under the lock."""
    await bought(world)

    class Meanwhile(Database):
        """Somebody buys something between any two statements of the prover."""

        async def fetch(self, *given: Any, **more: Any) -> list[Any]:
            await world.orders("anna", "1500", completed=world.now)
            return await super().fetch(*given, **more)

    watched = Meanwhile(database.settings, new_id=new_id)
    try:
        assert await prove(watched, now=world.now, programs=world.programs) == Proof(1, [])
    finally:
        await watched.close()
    assert await proof_of(world) == Proof(1, [])


async def test_a_version_that_this_process_does_not_hold_yet_is_left_for_the_next_round(world: World) -> None:
    """A publish while the prover goes round is no mismatch: what needs no rules is proved all the same."""
    await bought(world)
    behind = Programs({}, world.programs.default)
    assert await prove(world.database, now=world.now, programs=behind) == Proof(1, [])
    await run(world.database.settings.url, "UPDATE members SET growth = growth + 100000")
    assert not (await prove(world.database, now=world.now, programs=behind)).holds
