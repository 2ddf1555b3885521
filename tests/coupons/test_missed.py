"""A bonus whose coupon did not come is explained, and that it is, is proved (R5, decision 34)."""

from datetime import timedelta

import pytest

from app.graph import Role
from app.graph.ids import global_id
from app.prover import prove
from tests.checkin.asking import checks_in_on
from tests.checkin.test_coupons import FIRST, text
from tests.databases import run
from tests.world import World, staff

MISSED = """query ($id: ID!) { member(id: $id) { missedCoupons { nodes { template rule why coupon { id } } } } }"""
DAY = timedelta(days=1)
WRONG = {
    "DELETE FROM coupons_missed": "coupons that were not given: why is written",
    "UPDATE coupons_missed SET cause_id = id": "coupons_missed by checkin.: each of what was to bring one",
    "DELETE FROM coupons": "coupons that were not given: why is written",
}


@pytest.fixture
async def member(world: World) -> str:
    """Somebody who checked in on three days in a row, of which two bring a coupon, and there was one."""
    await world.publishes(text(more="stock = 1\n"))
    member_id = await world.joins("anna", program="daily")
    await checks_in_on(world, *(FIRST + number * DAY for number in range(3)))
    return global_id("member", member_id)


async def test_staff_see_why_a_bonus_brought_no_coupon(world: World, member: str) -> None:
    found = await world.data(MISSED, by=staff(Role.SUPPORT, "daily"), id=member)
    row = {"template": "keen", "rule": "checkin.milestones.3", "why": "OUT_OF_STOCK", "coupon": None}
    assert found["member"]["missedCoupons"]["nodes"] == [row]
    assert (await prove(world.database, now=world.now, programs=world.programs)).holds


@pytest.mark.usefixtures("member")
@pytest.mark.parametrize("change", WRONG)
async def test_a_coupon_that_is_neither_there_nor_explained_is_named(world: World, change: str) -> None:
    """R5. Tried: without either claim."""
    await run(world.database.settings.url, change)
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert any(each.what.startswith(WRONG[change]) for each in proof.mismatches), proof.mismatches
