"""The tier page as a front-end team asks for it: the example's own operations, over HTTP, one call each."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.statements import Statements
from tests.world import EXAMPLES, World, customer, ways

from .asking import House, opened

TEXT = (EXAMPLES / "operations" / "tier.graphql").read_text("utf-8")
BRAND = "brand-standard"
JOINED = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


async def page(house: House, language: str = "en") -> Any:
    return (await house.ask(TEXT, by="anna", operation="TierPage", language=language))["me"]


def steps(shown: Any) -> list[tuple[str, bool, bool, int, list[str]]]:
    return [
        (
            step["tier"]["code"],
            step["isHeld"],
            step["isReached"],
            step["growthMissing"],
            [benefit["code"] for benefit in step["newBenefits"]],
        )
        for step in shown["tiers"]
    ]


async def test_a_newcomer_sees_the_whole_ladder_and_climbs_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M6, R16-R18, S3: from joining, over two tiers with their gifts at once, to a refund that corrects it."""
    world.now = JOINED
    async with opened(world, tmp_path, monkeypatch, BRAND) as house:
        visitor = (await house.ask(TEXT, by=None, operation="Ladder"))["program"]
        assert (await house.ask(TEXT, by="anna", operation="TierPage"))["me"] is None
        await house.joins("anna")

        new = await page(house)
        assert [step["tier"] for step in new["tiers"]] == visitor["tiers"]
        assert steps(new) == [
            ("v1", True, True, 0, []),
            ("v2", False, False, 200, ["member-price", "exclusive-coupons"]),
            ("v3", False, False, 500, ["member-price", "exclusive-coupons", "birthday-gift"]),
            ("v4", False, False, 2000, ["member-price", "exclusive-coupons", "birthday-gift", "dedicated-service"]),
        ]
        assert (new["tierHistory"]["nodes"], new["growthHistory"]["nodes"], new["tierGifts"]) == ([], [], [])

        world.now = JOINED + 10 * DAY
        await house.did("anna", "REVIEW", id="review-1")
        await house.orders("anna", "545.00", order="coat")
        up = await page(house)
        assert (up["tier"]["code"], up["tierProgress"]["growth"]) == ("v3", 565)
        progress = up["tierProgress"]
        assert (progress["nextTier"]["code"], progress["growthRemaining"], progress["ratio"]) == ("v4", 1435, 65 / 1500)
        assert (progress["periodEnd"], progress["renewRemaining"], progress["atRisk"]) == (
            "2027-03-12T09:00:00+00:00",
            0,
            False,
        )
        assert [benefit["code"] for benefit in progress["newBenefits"]] == ["member-price", "dedicated-service"]
        assert [step[:4] for step in steps(up)] == [
            ("v1", False, True, 0),
            ("v2", False, True, 0),
            ("v3", True, True, 0),
            ("v4", False, False, 1435),
        ]
        assert [(gift["tier"]["code"], gift["points"]) for gift in up["tierGifts"]] == [("v2", 50), ("v3", 150)]
        assert [(entry["change"], entry["ruleInWords"]) for entry in up["growthHistory"]["nodes"]] == [
            (10, "10 more growth for each order of 100 yuan or more"),
            (545, "1 growth for each yuan spent"),
            (10, "10 growth for each review"),
        ]

        world.now = JOINED + 20 * DAY
        await house.refunds("anna", "300.00", order="coat")
        down = await page(house)
        assert (down["tier"]["code"], down["tierProgress"]["growth"]) == ("v2", 265)  # it still counts as an order
        changes = down["tierHistory"]["nodes"]
        assert [(each["kind"], each["fromTier"]["code"], each["toTier"]["code"]) for each in changes] == [
            ("CORRECTED", "v3", "v2"),
            ("RAISED", "v1", "v3"),
        ]
        assert (changes[0]["refund"] is not None, changes[1]["order"]) == (True, {"externalId": "coat"})
        assert all(each["words"] for each in changes)
        more = (await house.ask(TEXT, by="anna", operation="TierHistory"))["me"]["tierHistory"]
        assert more == down["tierHistory"]
        growth = (await house.ask(TEXT, by="anna", operation="GrowthHistory"))["me"]["growthHistory"]["nodes"]
        assert sum(entry["change"] for entry in growth) == down["tierProgress"]["growth"]


async def test_the_page_is_compiled_and_takes_few_statements(world: World, sql: Statements) -> None:
    """Nothing of it is left to graphql-core; the ladder costs no statement, each list one."""
    await world.joins("anna", program=BRAND)
    for number in range(3):
        await world.orders("anna", "250", completed=world.now - number * DAY, program=BRAND)
    run = world.execute
    with sql:
        shown = await run(TEXT, {"program": BRAND}, "TierPage", world.context(customer("anna")))
    assert not shown.errors
    assert sql.count <= 9, sql.texts
    for name in ("TierHistory", "GrowthHistory", "Ladder"):
        assert not (await run(TEXT, {"program": BRAND}, name, world.context(customer("anna")))).errors
    assert world.execution.counts == ways(4)
