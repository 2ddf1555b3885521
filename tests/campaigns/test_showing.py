"""What members and visitors see of campaigns: which are open for them, which come next, and nothing that costs more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.campaigns.rules import CHANGED, Change, Changed, ChangedCampaign
from app.campaigns.rules.seen import campaigns_seen
from app.programs.rules import Programs
from tests.statements import Statements
from tests.world import World, customer

from .files import planned, programs_of, version_of
from .making import changes, has

HOUR = timedelta(hours=1)
EIGHT = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""In the evening of a Sunday in Shanghai."""

PAGE = "{ me { tier { code } } }"
CAMPAIGNS = "{ me { tier { code } campaigns { code name inWords isOpen opensAt closesAt pointsMultiplier benefits } } }"
ALL = '{ program(code: "taobao-club") { campaigns { code isOpen } } }'
MONDAY = {"kind": "WEEKLY", "days": ["MONDAY"], "starts": "20:00", "ends": "22:00"}


async def test_what_is_open_comes_first_and_then_what_opens_next(world: World) -> None:
    """M20: for them; a visitor sees all of them."""
    await world.joins("anna")
    await has(world, "monday", window=MONDAY)
    await has(world, "spring")
    world.now += timedelta(seconds=2)
    shown = (await world.data(CAMPAIGNS, by=customer("anna"), language="zh"))["me"]["campaigns"]
    assert [(each["code"], each["isOpen"]) for each in shown] == [
        ("spring", True), ("monday", False), ("member-day", False), ("promotion-618", False), ("double-11", False)
    ]  # fmt: skip
    assert (shown[0]["name"], str(shown[0]["pointsMultiplier"])) == ("活动 spring", "2")
    assert shown[1]["inWords"] == "活动 monday（每周一 20:00 至 22:00）：订单和互动的积分 ×2。"
    assert (shown[1]["opensAt"], shown[1]["closesAt"]) == (
        datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 14, tzinfo=UTC)
    )  # fmt: skip
    public = (await world.data(ALL, by=customer("nobody")))["program"]["campaigns"]
    assert [each["code"] for each in public if each["code"].endswith("-extra")] == [
        "member-day-extra", "promotion-618-extra", "double-11-extra"
    ]  # fmt: skip


def test_what_is_seen_changes_at_the_instants_at_which_it_opens_closes_or_is_paused() -> None:
    """R2: within one day, for which it is put together once."""
    evening = 'window = { kind = "WEEKLY", days = ["SUNDAY"], starts = 20:00:00, ends = 22:00:00 }'
    version = version_of(planned("evening", window=evening))
    pause = ChangedCampaign("evening", (Changed(Change.PAUSED, EIGHT + timedelta(hours=1)),))
    untouched, paused = programs_of(version), replace(programs_of(version), made={CHANGED: {version.code: (pause,)}})

    def seen(programs: Programs, at: datetime) -> list[tuple[bool, datetime]]:
        return [(each.is_open, each.opens_at) for each in campaigns_seen(programs, version, None, now=at)]

    def around(programs: Programs, hours: int) -> list[list[tuple[bool, datetime]]]:
        return [seen(programs, EIGHT + timedelta(hours=hours) + each) for each in (-timedelta.resolution, timedelta())]

    opened, next_week = (True, EIGHT), (False, EIGHT + timedelta(days=7))
    assert around(untouched, 0) == [[(False, EIGHT)], [opened]]
    assert around(untouched, 2) == [[opened], [next_week]]
    assert around(paused, 1) == [[opened], []]
    (one,), (other,) = (campaigns_seen(untouched, version, None, now=EIGHT + each) for each in (HOUR, HOUR / 2))
    assert one is other, "the same object, of which it is kept what it looks like"


async def test_what_is_paused_or_over_is_not_shown(world: World) -> None:
    await has(world, "monday", window=MONDAY)
    await has(world, "spring")
    await changes(world, "pauseCampaign", "monday")
    world.now += timedelta(days=1)  # the first of March is over
    shown = (await world.data(ALL, by=customer("nobody")))["program"]["campaigns"]
    assert not {"monday", "spring"} & {each["code"] for each in shown}


async def test_who_is_a_newcomer_now_may_be_none_when_it_opens(world: World) -> None:
    """R25: by when it opens; who is one then sees it."""
    await has(world, "welcome", window=MONDAY, audience={"joinedWithinDays": 7})
    world.now += timedelta(seconds=2)
    for who, days in (("new", 5.5), ("old", 6.5)):
        await world.joins(who, at=world.now - timedelta(days=days))
    seen = {
        who: [each["code"] for each in (await world.data(CAMPAIGNS, by=customer(who)))["me"]["campaigns"]]
        for who in ("new", "old")
    }
    assert "welcome" in seen["new"]
    assert "welcome" not in seen["old"]


async def test_campaigns_cost_no_statement_of_their_own(world: World, sql: Statements) -> None:
    """They are held in memory, and for whom they are is in the member's own row; but where benefits have members take
    part in some, what staff granted is read: as for benefits, of which it is one."""
    await world.joins("anna")
    await has(world, "gold", audience={"tiers": ["v1"], "joinedWithinDays": 36500})
    world.now += timedelta(seconds=2)
    counts: list[int] = []
    for text in (PAGE, CAMPAIGNS, PAGE, CAMPAIGNS):
        with sql:
            await world.data(text, by=customer("anna"))
        counts.append(sql.count)
    assert counts[1] == counts[3] <= counts[2] + 1
    with sql:
        await world.data(ALL, by=customer("anna"))
    assert sql.count == 0
