"""The prover sees what is wrong with refunds, and with facts that are kept."""

from dataclasses import replace
from typing import Any

from tests.databases import run
from tests.test_prover import proof_after
from tests.world import NOON, World

from .reacting import react
from .refunding import AFTER, BOTH, COMPLETED, DAY, MEANWHILE, PAID, file, holds

ORDER = "(SELECT id FROM orders WHERE external_id = 'o-1')"
OTHER = "(SELECT id FROM orders WHERE external_id = 'o-2')"
REFUND = "(SELECT id FROM facts WHERE external_id = 'r-2')"
CORRUPTIONS: dict[str, tuple[str, str]] = {
    "more refunded": ("UPDATE orders SET refunded = refunded + 1 WHERE amount > 0", "orders.refunded"),
    "a refund of less": ("UPDATE refund_lines SET amount = amount - 1", "facts, by the lines of the refund"),
    "a refund of another line": ("UPDATE refund_lines SET number = 2 WHERE number = 1", "facts, by the lines"),
    "a line in another currency": ("UPDATE refund_lines SET currency = 'USD'", "refund_lines: order and currency"),
    "a line that is gone": (f"DELETE FROM refund_lines WHERE fact_id = {REFUND}", "facts, by the lines"),
    "a line of another order": (
        f"UPDATE refund_lines SET order_id = {OTHER} WHERE fact_id = {REFUND}",
        "refund_lines: order and currency",
    ),
    "a refund of another order": (
        f"UPDATE facts SET order_id = {OTHER} WHERE id = {REFUND}",
        "facts, by the lines of the refund",
    ),
    "a refund at another time": (
        f"UPDATE facts SET occurred_at = occurred_at + interval '1 second' WHERE id = {REFUND}",
        "facts, by the lines of the refund",
    ),
    "a refund of another source": (f"UPDATE facts SET source = 'till' WHERE id = {REFUND}", "facts.source"),
    "a refund whose key is gone": ("DELETE FROM unique_keys WHERE kind = 'refund'", "unique_keys.owner of the refund"),
    "a refund that is another's": (
        "UPDATE unique_keys SET owner = 'NEW_ID' WHERE kind = 'refund'",
        "unique_keys.owner of the refund",
    ),
    "more taken back": (
        f"UPDATE points_lots SET reversed = reversed + 1 WHERE cause_id = {ORDER}",
        "points_lots.reversed and owed, by the refunds",
    ),
    "less taken back": (
        f"UPDATE points_lots SET reversed = reversed - 1 WHERE cause_id = {ORDER}",
        "points_lots.reversed and owed, by the refunds",
    ),
    "a lot by no rule": ("UPDATE points_lots SET rule = 'none'", "points_lots.rule: is one of the version"),
    "points taken back by no refund": (
        f"UPDATE points_entries SET cause_id = 'NEW_ID' WHERE cause_id = {REFUND}",
        "points_entries.cause_id: is a refund of the member",
    ),
    "growth taken back by no refund": (
        f"UPDATE growth_entries SET cause_id = 'NEW_ID' WHERE cause_id = {REFUND}",
        "growth_entries.cause_id: is a refund of the member",
    ),
    "less growth taken back": (
        "UPDATE growth_entries SET change = change + 1 WHERE cause = 'REFUND'",
        "growth_entries, by the refunds of the order (R15)",
    ),
    "a fact that is kept of who is a member": (
        "INSERT INTO kept_facts (customer_id, id, program, kind, source, external_id, occurred_at, digest, content,"
        " kept_until, recorded_at) SELECT customer_id, 'NEW_ID', program, 'REVIEW', 'shop', 'a', joined_at, '', '{}',"
        " joined_at + interval '1 day', joined_at FROM members",
        "kept_facts: none of who is a member",
    ),
}


async def refunded(world: World) -> None:
    """Anna has two orders, of which the first was refunded in part, twice; Bella one, of which nothing is known yet."""
    await world.publishes(f"[facts]\nkept_days = 40\n{file('DEBT')}")
    for name in ("anna", "bella"):
        await world.joins(name, program="shop")
    for report in (BOTH, replace(BOTH, external_id="o-2"), MEANWHILE, AFTER):
        await world.reports_of("anna", report, program="shop")
    await world.reports_of("bella", replace(AFTER, order="o-3", external_id="r-4"), program="shop")
    await react(world)
    await holds(world)


async def test_each_corruption_is_found_and_named(world: World) -> None:
    """R5, R10, R15, R24: and nobody else's books disagree."""
    await refunded(world)
    missed: dict[str, Any] = {}
    for name, (change, what) in CORRUPTIONS.items():
        proof = await proof_after(world, change)
        if not any(mismatch.what.startswith(what) for mismatch in proof.mismatches):
            missed[name] = proof.mismatches
    assert missed == {}
    await holds(world)


async def test_what_had_lapsed_need_not_be_taken_back(world: World) -> None:
    """R10: of 1100 points all lapsed before the refund came; the proof knows."""
    await world.publishes(file())
    await world.joins("anna", program="shop")
    await world.reports_of("anna", BOTH, program="shop")
    world.now = NOON + 400 * DAY
    await world.reports_of("anna", AFTER, program="shop")
    ((taken, lapsed),) = await run(world.database.settings.url, "SELECT reversed, lapsed FROM points_lots")
    assert (taken, lapsed) == (0, 1100)
    await holds(world)


async def test_who_has_just_joined_is_no_mismatch(world: World) -> None:
    """What is kept of them will be credited: somebody has yet to react."""
    await world.publishes(f"[facts]\nkept_days = 40\n{file()}")
    for report in (PAID, COMPLETED, AFTER):
        await world.reports_of("anna", report, program="shop")
    await world.joins("anna", program="shop", at=world.now)
    await holds(world)
    await react(world)
    assert await run(world.database.settings.url, "SELECT FROM kept_facts") == []
    await holds(world)
