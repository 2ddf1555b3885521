"""What the prover says of growth that activities brought, of its caps, and of growth from elsewhere (R5, R19, R25)."""

from datetime import timedelta

import pytest

from app.facts.rules.activities import ReportedActivity
from app.members.commands import lock_member
from app.points.section import Action
from app.prover import Proof, prove
from app.tiers import commands as tiers
from tests.databases import run
from tests.programs.files import shop
from tests.world import NOON, World

SHOP = "shop"
DAY = timedelta(days=1)
WORDS = 'words = { zh = "规则", en = "A rule" }'
REVIEWS = f'[[tiers.actions]]\ncode = "review"\naction = "REVIEW"\ngrowth = 10\n{WORDS}\n'
SHARES = f'[[tiers.actions]]\ncode = "share"\naction = "SHARE"\ngrowth = 5\n{WORDS}\n'
ORDERS_A_DAY = f'[[tiers.caps]]\ncode = "orders-a-day"\nperiod = "DAY"\ngrowth = 150\nrules = ["order"]\n{WORDS}\n'
SHARES_A_MONTH = f'[[tiers.caps]]\ncode = "shares-a-month"\nperiod = "MONTH"\ntimes = 2\nrules = ["share"]\n{WORDS}\n'
AT = NOON + 10 * DAY


def capped(orders: int = 150) -> str:
    caps = ORDERS_A_DAY.replace("150", str(orders)) + SHARES_A_MONTH
    return shop().replace("[[tiers.growth]]", f"{REVIEWS}{SHARES}{caps}[[tiers.growth]]", 1)


async def proof_of(world: World) -> Proof:
    return await prove(world.database, now=world.now, programs=world.programs)


async def does(world: World, number: int, action: Action) -> None:
    activity = ReportedActivity("app", f"{action.name}-{number}", action, AT + number * timedelta(minutes=1))
    await world.reports_of("anna", activity, program=SHOP)


@pytest.fixture
async def busy(world: World) -> World:
    """Orders and activities up to their caps, and what anna had elsewhere; the rules before that gave nothing."""
    await world.publishes(shop())
    await world.publishes(capped(), effective_from=AT - DAY)
    anna = await world.joins("anna", program=SHOP)
    async with world.database.transaction() as tx:
        member = tiers.StandingMember.of(await lock_member(tx, member_id=anna))
        await tiers.open_growth(tx, member=member, programs=world.programs, growth=7, now=world.now)
    world.now = AT + 20 * DAY
    for day, order in enumerate(("o-1", "o-2"), 1):
        await world.orders("anna", 100, program=SHOP, order=order, paid=AT, completed=AT + day * DAY)
    for number in range(4):
        await does(world, number, Action.SHARE)
    await does(world, 0, Action.REVIEW)
    return world


async def test_books_that_nobody_touched_are_proved(busy: World) -> None:
    """R25, R27: also when a later version has lower caps, which hold for later days alone."""
    assert await proof_of(busy) == Proof(1, [])
    await busy.publishes(capped(1), effective_from=busy.now)
    busy.now += DAY
    assert await proof_of(busy) == Proof(1, [])
    rows = await run(busy.database.settings.url, "SELECT change FROM growth_entries ORDER BY id")
    assert [row["change"] for row in rows] == [7, 100, 50, 5, 5, 10]


REVIEW, SHARE, OPENING = "rule = 'review'", "rule = 'share'", "cause = 'OPENING'"
SECOND_SHARE = f"id = (SELECT id FROM growth_entries WHERE {SHARE} ORDER BY id DESC LIMIT 1)"
TAMPERED = {
    "an activity that is gone": (
        "DELETE FROM facts WHERE external_id = 'REVIEW-0'",
        "growth_entries.cause_id: is an activity of the member",
    ),
    "growth of another activity": (
        f"UPDATE growth_entries SET cause_id = member_id WHERE {REVIEW}",
        "growth_entries.cause_id: is an activity of the member",
    ),
    "growth by another rule": (
        f"UPDATE growth_entries SET rule = 'share' WHERE {REVIEW}",
        "growth_entries.rule: is one for the action",
    ),
    "growth that a rule gives and nobody has": (
        f"DELETE FROM growth_entries WHERE {REVIEW}",
        "growth_entries of the activity, by the rule review",
    ),
    "more growth than the rule gives": (
        f"UPDATE growth_entries SET change = 11, growth_after = growth_after + 1 WHERE {REVIEW}",
        "growth_entries.change, by its rule",
    ),
    "less growth than a rule gives of which no cap takes anything": (
        f"UPDATE growth_entries SET change = 9, growth_after = growth_after - 1 WHERE {REVIEW}",
        "growth_entries.change, by its rule",
    ),
    "more growth than a capped rule gives": (
        f"UPDATE growth_entries SET change = 6, growth_after = growth_after + 1 WHERE {SECOND_SHARE}",
        "growth_entries.change, by its rule",
    ),
    "the rules of another day": (
        f"UPDATE growth_entries SET program_version = 1 WHERE {REVIEW}",
        "growth_entries: version and times, by its activity",
    ),
    "done at another time": (
        f"UPDATE growth_entries SET earned_at = earned_at - interval '1 hour' WHERE {REVIEW}",
        "growth_entries: version and times, by its activity",
    ),
    "counts too early": (
        f"UPDATE growth_entries SET counts_at = counts_at - interval '1 hour' WHERE {REVIEW}",
        "growth_entries: version and times, by its activity",
    ),
    "a cap of growth exceeded": (
        "UPDATE growth_entries SET change = 51, growth_after = growth_after + 1 WHERE rule = 'order' AND change = 50",
        "growth_entries: within the cap orders-a-day",
    ),
    "a cap of how often exceeded": (
        f"UPDATE growth_entries SET rule = 'share' WHERE {REVIEW}",
        "growth_entries: within the cap shares-a-month",
    ),
    "growth from elsewhere that is somebody else's": (
        f"UPDATE growth_entries SET cause_id = (SELECT cause_id FROM growth_entries WHERE {REVIEW}) WHERE {OPENING}",
        "growth_entries.cause_id: is the member",
    ),
    "growth from elsewhere that counts later": (
        f"UPDATE growth_entries SET counts_at = counts_at + interval '1 day' WHERE {OPENING}",
        "growth_entries: what the member had elsewhere counts from when it was entered",
    ),
    "growth from elsewhere twice": (
        f"UPDATE growth_entries SET cause = 'OPENING' WHERE {REVIEW}",
        "growth_entries: what the member had elsewhere is had once",
    ),
}


@pytest.mark.parametrize(("change", "named"), TAMPERED.values(), ids=TAMPERED)
async def test_what_was_tampered_with_is_named(busy: World, change: str, named: str) -> None:
    await run(busy.database.settings.url, change)
    proof = await proof_of(busy)
    assert any(mismatch.what.startswith(named) for mismatch in proof.mismatches), [str(m) for m in proof.mismatches]


async def test_caps_are_proved_in_the_order_of_writing(world: World) -> None:
    """R25: what grew first by another version, and of a later hour, leaves less to what was written after it."""
    await world.publishes(capped(), effective_from=None)
    await world.publishes(capped(90), effective_from=AT + timedelta(hours=1))
    await world.joins("anna", program=SHOP)
    world.now = AT + 20 * DAY
    for amount, hours, grown in ((80, 1, 80), (100, 0, 70), (100, 2, 0)):
        at = AT + timedelta(hours=hours)
        assert (await world.orders("anna", amount, program=SHOP, paid=at, completed=at)).growth == grown
    assert await proof_of(world) == Proof(1, [])
