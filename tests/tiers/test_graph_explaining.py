"""Why a member is in their tier, and what would change it: told as it then comes to be."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from graphql import ExecutionResult

from app.tiers.commands import bring_along
from tests.databases import run
from tests.staff.correcting import codes
from tests.statements import Statements
from tests.world import NOON, World

from .asking import DAY, SHOP, SUPPORT, buys, me, opened, settles_tiers, shop_of, standing

EXPLAIN = """explainTier { tier { code } earnedTier { code } basis words growth toCome toComeFrom
  byRule { rule ruleInWords cause growth entries } byMonth { month growth lapsesAt }
  period { tier { code } since until counted missing lowering noticeFrom noticedAt graceUntil lowersAt
    lowersTo { code } words }
  manual { tier { code } until hold } floors { kind tier { code } since until words }
  ways { kind tier { code } growth since by words }
  prospects { kind at fromTier { code } toTier { code } heldTier { code } until words } followsFrom { code words } }"""
HAPPENED = "tierHistory(first: 50) { nodes { kind changedAt fromTier { code } toTier { code } heldTier { code } } }"
NEXT_YEAR = NOON.replace(year=2027)
UNTIL = NOON + 20 * 366 * DAY


async def explained(world: World, language: str = "en") -> dict[str, Any]:
    return (await me(world, EXPLAIN, language=language))["explainTier"]


async def joined(world: World, *settings: str, **more: Any) -> Any:
    """Anna is a member of the shop."""
    await opened(world, *settings, **more)
    return await world.joins("anna", program=SHOP)


async def due_next(world: World) -> Any:
    """When something changes by itself."""
    (row,) = await run(world.database.settings.url, "SELECT standing_due_at FROM members")
    return row["standing_due_at"]


async def lives_on(world: World) -> None:
    """Nothing comes, and the job runs whenever something is due, until nothing is any more."""
    for _ in range(40):
        due = await due_next(world)
        if due is None or due > UNTIL:
            return
        world.now = due
        await settles_tiers(world)


def told(nodes: Any, at: str) -> list[tuple[Any, ...]]:
    """What happens, when, between which tiers, and what is held then."""
    return [
        (node["kind"], node[at], node["fromTier"]["code"], node["toTier"]["code"], node["heldTier"]["code"])
        for node in nodes
    ]


async def what_happens(world: World, before: int) -> list[tuple[Any, ...]]:
    """The changes after so many, without notices, in their order."""
    nodes = (await me(world, HAPPENED))["tierHistory"]["nodes"][::-1][before:]
    return told([node for node in nodes if node["kind"] != "NOTICED"], "changedAt")


async def foretold_comes_true(world: World) -> list[str]:
    """Everything that is foretold happens just so; what kinds of things."""
    prospects = (await explained(world))["prospects"]
    before = len((await me(world, HAPPENED))["tierHistory"]["nodes"])
    await lives_on(world)
    happened = await what_happens(world, before)
    assert told(prospects, "at") == happened[: len(prospects)]
    return [prospect["kind"] for prospect in prospects]


async def test_it_says_which_growth_counts_by_what_brought_it_and_when_it_lapses(world: World) -> None:
    """M31, R18: less what was taken back; the parts add up to it."""
    await joined(world)
    await buys(world, 120, order="first")
    world.now += 40 * DAY
    await buys(world, 60)
    await world.refunds("anna", "first", {1: 20}, program=SHOP)
    seen = await explained(world)
    assert seen["growth"] == 160
    assert seen["byRule"] == [
        {"rule": "order", "ruleInWords": "1 growth for each yuan", "cause": "ORDER", "growth": 160, "entries": 2}
    ]
    assert seen["byMonth"] == [
        {"month": "2026-03", "growth": 100, "lapsesAt": NEXT_YEAR},
        {"month": "2026-04", "growth": 60, "lapsesAt": NEXT_YEAR + 40 * DAY},
    ]
    assert (seen["basis"], seen["tier"], seen["period"]) == ("JOINING", {"code": "v1"}, None)
    assert seen["words"] == "v1 is everybody's from joining on; 160 growth counts now."
    assert [(way["kind"], way["tier"]["code"], way["growth"]) for way in seen["ways"]] == [
        ("REACH", "v2", 40),
        ("REACH", "v3", 340),
    ]
    assert seen["ways"][0]["words"] == "Another 40 growth reaches v2."
    assert seen["prospects"] == []
    assert "Each growth counts for 12 months." in [rule["words"] for rule in seen["followsFrom"]]
    chinese = await explained(world, "zh")
    assert chinese["words"] == "v1自加入即享；目前计入 160 成长值。"
    assert chinese["ways"][0]["words"] == "再得 40 成长值即可升至v2。"


async def test_growth_that_is_yet_to_count_is_told_apart(world: World) -> None:
    """R15: an order counts when its return window is over; then it raises."""
    await joined(world, 'counts_at = "END_OF_RETURN_WINDOW"')
    await buys(world, 250)
    seen = await explained(world)
    assert (seen["growth"], seen["byRule"], seen["toCome"], seen["toComeFrom"]) == (0, [], 250, NOON + 7 * DAY)
    assert told(seen["prospects"], "at")[0] == ("RAISED", NOON + 7 * DAY, "v1", "v2", "v2")
    assert seen["prospects"][0]["words"] == "On 2026-03-08 20:00 the tier rises from v1 to v2."
    assert await foretold_comes_true(world) == ["RAISED", "LOWERED"]


async def test_it_says_for_how_long_a_tier_is_held_and_what_renews_it(world: World) -> None:
    """R17: half a period later, growth that does not lapse before its end counts towards renewing."""
    await joined(world)
    await buys(world, 210)
    world.now += 180 * DAY
    await buys(world, 50)
    seen = await explained(world)
    assert (seen["basis"], seen["words"]) == ("GROWTH", "260 growth counts now, which reaches the 200 of v2.")
    period = seen["period"]
    assert (period["since"], period["until"], period["graceUntil"]) == (NOON, NEXT_YEAR, NEXT_YEAR)
    assert (period["counted"], period["missing"], period["lowering"]) == (50, 150, "TO_MATCH")
    assert (period["noticeFrom"], period["noticedAt"]) == (NEXT_YEAR - 45 * DAY, None)
    assert (period["lowersAt"], period["lowersTo"]) == (NEXT_YEAR, {"code": "v1"})
    assert period["words"] == (
        "v2 has been held since 2026-03-01 20:00; its period ends on 2027-03-01 20:00. To renew it 150 growth is "
        "missing; 50 growth counts towards it. If it still is then, notice is given from 2027-01-15 20:00 on. If "
        "nothing comes, it is lowered to v1 on 2027-03-01 20:00."
    )
    renew = seen["ways"][0]
    assert (renew["kind"], renew["growth"], renew["by"], renew["since"]) == ("RENEW", 150, NEXT_YEAR, None)
    assert renew["words"] == "Another 150 growth before 2027-03-01 20:00 renews v2."
    await buys(world, 149)
    assert (await explained(world))["ways"][0]["growth"] == 1
    await buys(world, 1)
    seen = await explained(world)
    assert [way["kind"] for way in seen["ways"]] == ["REACH"]
    assert (seen["period"]["missing"], seen["period"]["lowersAt"]) == (0, None)
    assert seen["period"]["words"].endswith("200 growth counts towards renewing it, which is enough to renew it then.")
    assert (await foretold_comes_true(world))[:2] == ["RENEWED", "LOWERED"]


async def test_only_growth_of_late_enough_renews_where_it_counts_shorter_than_a_period(world: World) -> None:
    """R17, R18: growth of three months before the end; before that more of it does nothing for renewing."""
    await joined(world, 'window = { kind = "ROLLING", months = 3 }')
    await buys(world, 200)
    world.now += DAY
    renew = (await explained(world))["ways"][0]
    since = NEXT_YEAR.replace(year=2026, month=12)
    assert (renew["kind"], renew["growth"]) == ("RENEW", 200)
    assert since < renew["since"] <= since + DAY / 1000
    assert renew["words"].endswith("Only what counts from 2026-12-01 20:00 on is good for it.")
    await buys(world, 200)
    assert (await explained(world))["ways"][0]["growth"] == 200
    world.now = renew["since"]
    await buys(world, 200)
    assert (await explained(world))["period"]["missing"] == 0


async def test_a_tier_that_growth_no_longer_reaches_is_held_by_its_period(world: World) -> None:
    """R17: and notice was given."""
    await joined(world, 'window = { kind = "ROLLING", months = 3 }')
    await buys(world, 200)
    world.now = NEXT_YEAR - 40 * DAY
    await settles_tiers(world)
    seen = await explained(world)
    assert (seen["growth"], seen["basis"], seen["tier"]) == (0, "PERIOD", {"code": "v2"})
    assert seen["words"].startswith("0 growth counts now, less than the 200 of v2")
    assert seen["period"]["noticedAt"] == world.now
    assert "Notice was given on 2027-01-20 20:00." in seen["period"]["words"]
    assert await foretold_comes_true(world) == ["LOWERED"]


LAW = ['lowering = "ONE_DOWN"', "grace_days = 10", "notice_days = 60"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([], ["LOWERED"]),
        (LAW, ["LOWERED", "LOWERED"]),
        (['lowering = "NEVER"'], ["RENEWED"] * 6),
        (['window = { kind = "LIFETIME" }'], ["RENEWED"] * 6),
        (['window = { kind = "CALENDAR_YEAR" }', 'period = { kind = "YEAR_END" }'], ["LOWERED"]),
        (['period = { kind = "MONTHS", months = 1 }', *LAW], ["RENEWED"] * 6),
        (['window = { kind = "ROLLING", months = 2 }', 'period = { kind = "MONTHS", months = 1 }'],
         ["RENEWED", "LOWERED"]),
    ],
)  # fmt: skip
async def test_what_is_foretold_happens_just_so_if_nothing_comes(
    world: World, settings: list[str], expected: list[str]
) -> None:
    """R17, R18: at the very instants, with the job that runs when something is due."""
    await joined(world, *settings)
    await buys(world, 520)
    world.now += 10 * DAY
    assert await foretold_comes_true(world) == expected


async def test_notice_that_comes_late_puts_off_the_fall(world: World) -> None:
    """R17: nobody is lowered within 30 days of being told; what was due is told of as it will be."""
    await joined(world)
    await buys(world, 210)
    world.now = NEXT_YEAR - 5 * DAY
    (prospect,) = (await explained(world))["prospects"]
    assert prospect["at"] == NEXT_YEAR + 25 * DAY
    assert (await explained(world))["ways"][0]["by"] == NEXT_YEAR + 25 * DAY
    await settles_tiers(world)
    assert await foretold_comes_true(world) == ["LOWERED"]


async def test_what_an_edited_ladder_will_do_is_foretold(world: World) -> None:
    """R20: it is published, and not in force yet."""
    await joined(world)
    await buys(world, 150)
    edited = world.now + 30 * DAY
    await world.publishes(shop_of(ladder={"v1": 0, "v2": 100, "v3": 500}), effective_from=edited)
    first = (await explained(world))["prospects"][0]
    assert (first["kind"], first["at"], first["toTier"]) == ("RAISED", edited, {"code": "v2"})
    world.now = edited
    await settles_tiers(world)
    assert (await me(world, "tier { code }"))["tier"] == {"code": "v2"}
    assert await foretold_comes_true(world) == ["LOWERED"]


async def test_what_was_brought_along_is_a_floor_until_its_period_is_over(world: World) -> None:
    """R19."""
    member_id = await joined(world)
    await standing(world, member_id, bring_along, tier="v2")
    seen = await explained(world)
    assert (seen["basis"], seen["tier"]) == ("BROUGHT", {"code": "v2"})
    (floor,) = seen["floors"]
    assert (floor["kind"], floor["tier"], floor["since"], floor["until"]) == (
        "BROUGHT",
        {"code": "v2"},
        NOON,
        NEXT_YEAR,
    )
    assert floor["words"] == "v2 was brought along: it is held at least until 2027-03-01 20:00."
    assert await foretold_comes_true(world) == ["LOWERED"]
    assert (await explained(world))["floors"] == []


async def test_each_way_does_what_it_says_and_one_less_does_not(world: World) -> None:
    """R16: so much more growth reaches a tier."""
    await joined(world)
    await buys(world, 63)
    for number in range(2):
        way = (await explained(world))["ways"][number and -1]
        await buys(world, way["growth"] - 1)
        assert (await me(world, "tier { code }"))["tier"] != way["tier"]
        await buys(world, 1)
        assert (await me(world, "tier { code }"))["tier"] == way["tier"]


LIST = f'query ($n: Int!) {{ members(program: "{SHOP}", first: $n) {{ nodes {{ {EXPLAIN} }} }} }}'


@pytest.mark.parametrize("compiled", [True, False])
async def test_explaining_takes_two_statements_for_however_many(world: World, sql: Statements, compiled: bool) -> None:
    """And says the same each time."""
    await opened(world)
    for number in range(8):
        await world.joins(f"c{number}", program=SHOP)
        await buys(world, 100 * number, who=f"c{number}")
    run_: Callable[..., Awaitable[ExecutionResult]] = (
        world.execution.execute if compiled else world.execution.uncompiled
    )
    for most in (2, 8):
        with sql:
            result = await run_(LIST, {"n": most}, None, world.context(SUPPORT))
        assert not result.errors
        assert sql.count == 3, sql.texts
        again = await run_(LIST, {"n": most}, None, world.context(SUPPORT))
        assert again.data == result.data


async def test_no_more_are_explained_at_once_than_can_be_in_good_time(world: World) -> None:
    """Each is played through some times: nobody's query hurts others."""
    await opened(world)
    for number in range(21):
        await world.joins(f"c{number}", program=SHOP)
    assert len((await world.data(LIST, by=SUPPORT, n=20))["members"]["nodes"]) == 20
    assert await codes(world, LIST, by=SUPPORT, n=21) == ["BAD_USER_INPUT"]
