"""Refunds are known by their ids, and are one customer's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.errors import BadInput, Refused
from app.facts.rules import FactConflict, LineRefund, RefundRecorded, Report
from app.facts.rules import ReportedRefund as Refund
from app.members.rules import NotMember
from tests.databases import run
from tests.world import World

from .refunding import AFTER, BOTH, EVERYTHING, MEANWHILE, club, holds, stands


async def test_the_same_refund_takes_back_once(world: World) -> None:
    """R24: the same again is answered with what the first did, and changes nothing; also after other refunds."""
    await club(world)
    await world.joins("anna", program="shop")
    await world.reports("anna", BOTH, program="shop")
    first = await world.reports_of("anna", MEANWHILE, program="shop")
    assert isinstance(first, RefundRecorded)
    assert (first.refunded, first.replayed) == (50_000, False)
    before = await run(world.database.settings.url, EVERYTHING)
    again = await world.reports_of("anna", replace(MEANWHILE, lines=MEANWHILE.lines[::-1]), program="shop")
    assert again == replace(first, replayed=True)
    assert await run(world.database.settings.url, EVERYTHING) == before
    await world.reports_of("anna", AFTER, program="shop")
    again = await world.reports_of("anna", MEANWHILE, program="shop")
    assert again == replace(first, refunded=75_011, replayed=True)


OTHERWISE = {
    "another order": replace(MEANWHILE, order="o-2"),
    "another time": replace(MEANWHILE, refunded_at=MEANWHILE.refunded_at + timedelta(seconds=1)),
    "another amount": replace(MEANWHILE, lines=[LineRefund(1, 49_999), LineRefund(9, 5)]),
    "another line": replace(MEANWHILE, lines=[LineRefund(2, 50_000), LineRefund(9, 5)]),
    "a line more": replace(MEANWHILE, lines=[*MEANWHILE.lines, LineRefund(2, 0)]),
}


@pytest.mark.parametrize("other", OTHERWISE.values(), ids=OTHERWISE.keys())
@pytest.mark.parametrize("is_paid", [True, False], ids=["of an order", "of an order to come"])
async def test_the_same_refund_with_other_content_is_a_conflict_and_changes_nothing(
    world: World, other: Refund, is_paid: bool
) -> None:
    """R24."""
    await club(world)
    await world.joins("anna", program="shop")
    if is_paid:
        await world.reports("anna", BOTH, program="shop")
        await world.reports("anna", replace(BOTH, external_id="o-2"), program="shop")
    await world.reports_of("anna", MEANWHILE, program="shop")
    before = await run(world.database.settings.url, EVERYTHING)
    with pytest.raises(Refused) as refused:
        await world.reports_of("anna", other, program="shop")
    assert refused.value.answer == FactConflict("shop", "r-2")
    assert await run(world.database.settings.url, EVERYTHING) == before


async def test_a_refund_and_its_order_are_one_customers(world: World) -> None:
    """R24: a refund of another customer's order is refused, and an order of which another's refund is known; of
    another source it is another one."""
    await club(world)
    for name in ("anna", "bella"):
        await world.joins(name, program="shop")
    await world.reports("anna", BOTH, program="shop")
    await world.reports_of("bella", replace(MEANWHILE, order="o-2"), program="shop")
    conflicts: list[tuple[str, Report, str]] = [
        ("bella", AFTER, "r-3"),  # of anna's order
        ("anna", replace(AFTER, order="o-2"), "r-3"),  # of an order that is bella's, as far as it is known
        ("anna", MEANWHILE, "r-2"),  # bella's refund
        ("anna", replace(BOTH, external_id="o-2"), "o-2"),
    ]
    for name, report, told_as in conflicts:
        with pytest.raises(Refused) as refused:
            await world.reports_of(name, report, program="shop")
        assert refused.value.answer == FactConflict("shop", told_as)
    assert await world.reports_of("anna", replace(MEANWHILE, source="till"), program="shop")
    rows = await run(world.database.settings.url, "SELECT source, external_id, refunded FROM orders ORDER BY 1, 2")
    assert [tuple(row) for row in rows] == [("shop", "o-1", 0), ("shop", "o-2", 0), ("till", "o-1", 0)]
    await holds(world)


async def test_a_refund_of_an_order_from_before_they_left_goes_on(world: World) -> None:
    """R10: what is kept for a return is what was not refunded; of other orders nothing is known of them."""
    await club(world)
    member_id = await world.joins("anna", program="shop")
    await world.reports("anna", BOTH, program="shop")
    await world.leaves("anna", program="shop")
    await world.reports_of("anna", MEANWHILE, program="shop")
    assert (await stands(world, member_id)).available == 600
    with pytest.raises(Refused) as refused:
        await world.reports_of("anna", replace(AFTER, order="o-2"), program="shop")
    assert refused.value.answer == NotMember("shop")
    with pytest.raises(Refused) as refused:
        await world.reports_of("bella", AFTER, program="shop")
    assert refused.value.answer == NotMember("shop")
    await holds(world)


async def test_a_refund_that_makes_no_sense_leaves_nothing(world: World) -> None:
    """R26."""
    await club(world)
    await world.joins("anna", program="shop")
    with pytest.raises(BadInput, match="twice"):
        await world.reports_of("anna", replace(MEANWHILE, lines=[LineRefund(1, 1), LineRefund(1, 1)]), program="shop")
    assert await run(world.database.settings.url, "SELECT FROM facts UNION ALL SELECT FROM orders") == []
