"""Why checking in, and making up a day, moved points: by which rule, and when they lapse (M31)."""

from datetime import date

import pytest

from tests.facts.explaining import check, explained, words
from tests.world import World, customer

from .asking import DAY, checks_in_on, makes_up, proves

MARCH = date(2026, 3, 1)


@pytest.fixture
async def entries(world: World) -> dict[str, str]:
    """Of the club: three days in a row, of which the second was made up, by rule: ids of the movements."""
    await world.joins("anna")
    await checks_in_on(world, MARCH, MARCH + 2 * DAY, program="taobao-club")
    await makes_up(world, MARCH + DAY)
    await proves(world)
    text = "{ me { pointHistory { nodes { id rule checkIn { day } } } } }"
    nodes = (await world.data(text, by=customer("anna")))["me"]["pointHistory"]["nodes"]
    return {f"{node['rule']} {node['checkIn']['day']}": node["id"] for node in nodes}


async def test_each_movement_names_its_day(entries: dict[str, str]) -> None:
    """M31: the bonus that making up brought is of the day that reached it."""
    assert sorted(entries) == [
        "checkin.cycle.3 2026-03-03", "checkin.make_up 2026-03-02", "checkin.points 2026-03-01",
        "checkin.points 2026-03-03",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("which", "told", "rule", "moved"),
    [
        (
            "checkin.points 2026-03-01",
            "“Daily check-in”",
            "5 points for each day on which one checks in, to be used at once.",
            5,
        ),
        (
            "checkin.cycle.3 2026-03-03",
            "“Bonus for day 3 of the cycle”",
            "Day 3 of a cycle brings another 5 points.",
            5,
        ),
        (
            "checkin.make_up 2026-03-02",
            "“Made-up check-in”",
            "Missed days can be made up within 7 days, at most 3 in a month, for 10 points each.",
            -10,
        ),
    ],
)
async def test_the_rule_is_told_by_which_points_moved(
    world: World, entries: dict[str, str], which: str, told: str, rule: str, moved: int
) -> None:
    """M31: as the program calls it and as members read it; the lots say the same."""
    each = await explained(world, entries[which])
    check(each)
    assert each["amount"] == moved
    (said,) = words(each, "RULE")
    assert said == f"The rule {told} (version 1, in force since ever): {rule}"
    assert all("“Daily check-in”" in line for line in words(each, "LOT")) == (which != "checkin.cycle.3 2026-03-03")


async def test_when_they_lapse_is_told(world: World, entries: dict[str, str]) -> None:
    """R9: 12 months after they could be used: at once."""
    each = await explained(world, entries["checkin.points 2026-03-01"])
    assert words(each, "ACTIVATION") == ["They can be used from 2026-03-01 12:00:00."]
    assert words(each, "EXPIRY")[-1] == "They lapse on 2027-03-01 12:00:00."


async def test_it_is_told_in_chinese(world: World, entries: dict[str, str]) -> None:
    each = await explained(world, entries["checkin.make_up 2026-03-02"], language="zh")
    assert words(each, "RULE") == [
        "规则“补签”（第 1 版，自始有效）：可补签最近 7 天内漏签的日子，每月最多 3 次，每次 10 积分。"
    ]
