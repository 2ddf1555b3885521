"""The points mall as a member looks at it: what there is, whether I can have it, and if not why and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.graph import Role, Viewer
from app.graph.ids import global_id
from app.points.section import Period
from app.rewards.rules.kinds import RewardKind
from app.rewards.rules.offering import InLanguages, Limit
from tests.staff.keeping_rewards import SHOWN
from tests.staff.setting_tiers import sets
from tests.statements import Statements
from tests.world import World, customer, service, staff

from .mall import DAY, Mall, reward_named

HERE, ELSEWHERE = "taobao-club", "brand-standard"
MOMENT = timedelta(microseconds=1)
OPERATOR, SUPPORT = staff(Role.OPERATOR, HERE), staff(Role.SUPPORT, HERE)
ANNA = customer("anna")


@pytest.fixture
async def mall(world: World) -> Mall:
    return Mall(world)


async def looks(mall: Mall, by: Viewer = ANNA, *, language: str = "en", **variables: Any) -> Any:
    """What there is, as the operation that people are shown has it, over HTTP."""
    asked = {"program": mall.program, "first": 100, **variables}
    answered = (await mall.sends(by, "Rewards", text=SHOWN["Rewards"], language=language, **asked)).json
    assert "errors" not in answered, answered
    return answered["data"]["rewards"]


async def sees(mall: Mall, subject: str, reward: Any, *, language: str = "en") -> Any:
    """What a reward is for somebody."""
    found = await looks(mall, customer(subject), language=language, includeClosed=True)
    (only,) = [each for each in found["nodes"] if each["id"] == reward_named(reward)]
    return only["forMe"]


async def tried(mall: Mall, subject: str, reward: Any, *, language: str = "en") -> dict[str, Any]:
    """What redeeming it answers: all of a refusal that the list shows, too."""
    answer = await mall.redeems(subject, reward, language=language)
    return {name: value for name, value in answer.items() if name not in ("__typename", "closedAt", "reward")}


async def test_what_keeps_me_from_a_reward_is_told_as_redeeming_it_would(mall: Mall) -> None:
    """R35: one rule for both. Tried: each obstacle left out of what the list reckons with, and the list says yes."""
    world = mall.world
    await mall.has("anna", 150)
    now = world.now
    gone, once = await mall.offers(stock=1), await mall.offers(limit=Limit(1, Period.DAY), stock=None)
    await mall.has("bella", 1000)
    await mall.redeemed("bella", gone)
    await mall.has("carla", 1000)
    await mall.redeemed("carla", once)
    cases: list[tuple[Any, str, str, datetime | None]] = [
        (await mall.offers(opens_at=now + DAY), "anna", "NOT_YET_OPEN", now + DAY),
        (await mall.offers(closes_at=now), "anna", "REWARD_CLOSED", None),
        (gone, "anna", "OUT_OF_STOCK", None),
        (await mall.offers(kind=RewardKind.VOUCHER), "anna", "OUT_OF_STOCK", None),
        (await mall.offers(tiers_from="v3"), "anna", "TIER_TOO_LOW", None),
        (once, "carla", "LIMIT_REACHED", datetime(2026, 3, 1, 16, tzinfo=UTC)),
        (await mall.offers(points=151), "anna", "NOT_ENOUGH_POINTS", None),
    ]
    for reward, subject, code, at in cases:
        for language in ("en", "zh"):
            mine = await sees(mall, subject, reward, language=language)
            assert (mine["isRedeemable"], mine["availableAt"]) == (False, at and at.isoformat()), code
            told = await tried(mall, subject, reward, language=language)
            assert told["code"] == code
            if code == "TIER_TOO_LOW":  # the operations ask for different things of the tier
                assert told.pop("tier")["name"] == mine["whyNot"].pop("tier")["name"] == "V3"
            assert mine["whyNot"] == told


async def test_what_i_can_have_is_what_i_get(mall: Mall) -> None:
    await mall.has("anna", 100)
    cup = await mall.offers(points=100, stock=1, opens_at=mall.world.now, closes_at=mall.world.now + MOMENT)
    mine = await sees(mall, "anna", cup)
    assert mine == {
        "price": 100, "isRedeemable": True, "whyNot": None, "availableAt": None, "redeemed": 0, "limitLeft": None,
    }  # fmt: skip
    await mall.redeemed("anna", cup)


async def test_what_is_so_for_everybody_comes_first(mall: Mall) -> None:
    """Nobody is told to save points for what is over."""
    await mall.has("anna", 0)
    closed = await mall.offers(points=5000, tiers_from="v3", stock=0, closes_at=mall.world.now)
    assert (await sees(mall, "anna", closed))["whyNot"]["code"] == "REWARD_CLOSED"
    gone = await mall.offers(points=5000, tiers_from="v3", stock=0)
    assert (await sees(mall, "anna", gone))["whyNot"]["code"] == "OUT_OF_STOCK"
    high = await mall.offers(points=5000, tiers_from="v3")
    assert (await sees(mall, "anna", high))["whyNot"]["code"] == "TIER_TOO_LOW"


async def test_a_limit_begins_anew_unless_the_reward_is_over_by_then(mall: Mall) -> None:
    """R1, R2: at the program's midnight, of Shanghai."""
    await mall.has("anna", 1000)
    midnight = datetime(2026, 3, 1, 16, tzinfo=UTC)
    daily = Limit(2, Period.DAY)
    goes_on, ends = await mall.offers(limit=daily), await mall.offers(limit=daily, closes_at=midnight)
    for reward in (goes_on, ends):
        await mall.redeemed("anna", reward)
        assert [(await sees(mall, "anna", reward))[name] for name in ("redeemed", "limitLeft")] == [1, 1]
        await mall.redeemed("anna", reward)
        assert [(await sees(mall, "anna", reward))[name] for name in ("redeemed", "limitLeft")] == [2, 0]
    assert (await sees(mall, "anna", goes_on))["availableAt"] == midnight.isoformat()
    assert (await sees(mall, "anna", ends))["availableAt"] is None
    mall.world.now = midnight - MOMENT
    assert (await sees(mall, "anna", goes_on))["redeemed"] == 2
    mall.world.now = midnight
    assert [(await sees(mall, "anna", goes_on))[name] for name in ("redeemed", "limitLeft")] == [0, 2]
    await mall.redeemed("anna", goes_on)


async def test_how_often_i_redeemed_it_is_of_its_period_mine_and_without_what_was_given_back(mall: Mall) -> None:
    """R31. Tried: counting what was cancelled, or everybody's, is red."""
    world = mall.world
    for name in ("anna", "bella"):
        await mall.has(name, 5000)
    monthly, ever = await mall.offers(limit=Limit(9, Period.MONTH)), await mall.offers()
    for reward in (monthly, ever):
        await mall.redeemed("anna", reward)
        await mall.redeemed("bella", reward)
        await mall.cancels("anna", await mall.redeemed("anna", reward))
    world.now += 40 * DAY
    for reward in (monthly, ever):
        await mall.redeemed("anna", reward)
    assert [(await sees(mall, "anna", monthly))[name] for name in ("redeemed", "limitLeft")] == [1, 8]
    assert [(await sees(mall, "anna", ever))[name] for name in ("redeemed", "limitLeft")] == [2, None]
    assert (await sees(mall, "bella", monthly))["redeemed"] == 0


PRICES = {"v2": 90, "v4": 70}


@pytest.mark.parametrize(("tier", "price"), [("v1", 100), ("v2", 90), ("v3", 90), ("v4", 70), ("v6", 70)])
async def test_my_price_is_that_of_my_tier_or_of_the_next_one_below_that_has_one(
    mall: Mall, tier: str, price: int
) -> None:
    """And it is what is paid. Tried: only the price of the very tier held is red for v3 and v6."""
    member = await mall.has("anna", 200)
    cup = await mall.offers(points=100, tier_points=PRICES)
    if tier != "v1":
        await sets(mall.world, member, tier=tier, until=mall.world.now + DAY, by=SUPPORT)
    assert (await sees(mall, "anna", cup))["price"] == price
    await mall.redeemed("anna", cup)
    assert (await mall.mine("anna"))["points"]["available"] == 200 - price


@pytest.mark.parametrize(("tier", "points"), [("v1", 99), ("v1", 100), ("v3", 89), ("v3", 90), ("v4", 70), ("v6", 69)])
async def test_affordable_is_by_my_price_and_my_points(mall: Mall, tier: str, points: int) -> None:
    """The condition of the statement and the rule agree. Tried: by the price for all, or by the lowest tier's, is
    red."""
    member = await mall.has("anna", points)
    if tier != "v1":
        await sets(mall.world, member, tier=tier, until=mall.world.now + DAY, by=SUPPORT)
    for price in (0, 69, 70, 89, 90, 99, 100, 101):
        await mall.offers(points=price)
        await mall.offers(points=price, tier_points={"v2": price + 5, "v5": max(price - 5, 0)})
    await mall.offers(points=100, tier_points=PRICES)
    await mall.offers(points=1000, tier_points={"v1": 70}, tiers_from="v6")
    all_of_them = await looks(mall)
    can = {each["id"] for each in all_of_them["nodes"] if each["forMe"]["price"] <= points}
    assert 0 < len(can) < len(all_of_them["nodes"]) == 18
    for affordable, expected in ((True, can), (False, {each["id"] for each in all_of_them["nodes"]} - can)):
        found = await looks(mall, affordable=affordable)
        assert {each["id"] for each in found["nodes"]} == expected
        assert found["totalCount"] == len(expected)


async def test_points_that_lapsed_afford_nothing_though_nobody_has_entered_it(mall: Mall) -> None:
    """R2."""
    await mall.has("anna", 100)
    cup = await mall.offers(points=100)
    assert (await looks(mall, affordable=True))["totalCount"] == 1
    mall.world.now += 370 * DAY
    assert (await looks(mall, affordable=True))["totalCount"] == 0
    assert (await sees(mall, "anna", cup))["whyNot"]["available"] == 0


async def test_a_visitor_and_staff_see_what_there_is_without_what_it_would_be_for_them(mall: Mall) -> None:
    await mall.offers(points=100, tier_points=PRICES, stock=3)
    for viewer in (Viewer(), service(HERE), OPERATOR):
        (cup,) = (await looks(mall, viewer))["nodes"]
        assert (cup["points"], cup["left"], cup["forMe"]) == (100, 3, None)
        assert cup["tierPrices"] == [
            {"tier": {"code": "v2", "name": "V2"}, "points": 90},
            {"tier": {"code": "v4", "name": "V4"}, "points": 70},
        ]


async def test_who_has_not_joined_is_told_so_and_sees_the_first_tier_s_price(mall: Mall) -> None:
    cup = await mall.offers(points=100, tier_points={"v1": 95}, limit=Limit(2, Period.DAY))
    await mall.offers(points=0)
    mine = await sees(mall, "nobody", cup)
    assert (mine["price"], mine["isRedeemable"], mine["limitLeft"]) == (95, False, 2)
    told = await tried(mall, "nobody", cup)
    assert {name: mine["whyNot"][name] for name in ("code", "message")} == told
    assert told["code"] == "NOT_A_MEMBER"
    for viewer in (customer("nobody"), Viewer()):
        assert (await looks(mall, viewer, affordable=True))["totalCount"] == 1


async def test_what_is_over_is_shown_only_if_it_is_asked_for(mall: Mall) -> None:
    """R2: half-open. So the closed flash sales do not fill the page; to nobody, by default. Tried: `>=` for the end
    shows what just closed, and without the condition all of it is there."""
    await mall.has("anna", 1000)
    now = mall.world.now
    closing, coming = await mall.offers(closes_at=now + MOMENT), await mall.offers(opens_at=now + DAY)
    for _ in range(3):
        await mall.offers(closes_at=now)
    for viewer in (ANNA, Viewer(), OPERATOR):
        for affordable in (None, True) if viewer is ANNA else (None,):
            found = await looks(mall, viewer, first=2, affordable=affordable)
            assert [each["id"] for each in found["nodes"]] == [reward_named(coming), reward_named(closing)]
            assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (2, False)
        assert (await looks(mall, viewer, includeClosed=True))["totalCount"] == 5
    mall.world.now += MOMENT
    assert [each["id"] for each in (await looks(mall))["nodes"]] == [reward_named(coming)]


async def test_what_is_not_open_yet_or_over_is_shown_with_its_times_and_what_is_retired_is_not(mall: Mall) -> None:
    await mall.has("anna", 1000)
    now = mall.world.now
    early, late = await mall.offers(opens_at=now + DAY), await mall.offers(closes_at=now - DAY)
    gone = await mall.offers()
    await mall.retires(gone)
    found = await looks(mall, includeClosed=True)
    assert [(each["id"], each["opensAt"], each["closesAt"]) for each in found["nodes"]] == [
        (reward_named(late), None, (now - DAY).isoformat()),
        (reward_named(early), (now + DAY).isoformat(), None),
    ]
    assert found["totalCount"] == 2
    one = await mall.world.data("query ($id: ID!) { reward(id: $id) { retiredAt forMe { whyNot { code } } } }", by=ANNA,
                                id=reward_named(gone))  # fmt: skip
    assert one["reward"] == {"retiredAt": now, "forMe": {"whyNot": {"code": "REWARD_CLOSED"}}}


async def test_the_list_is_of_one_program_and_of_one_kind_the_newest_first(mall: Mall) -> None:
    goods, packet = await mall.offers(), await mall.offers(kind=RewardKind.RED_PACKET, amount=100)
    codes = await mall.offers(kind=RewardKind.VOUCHER)
    theirs = await Mall(mall.world, ELSEWHERE).offers()

    async def found(by: Viewer = ANNA, **variables: Any) -> list[str]:
        page = await looks(mall, by, **variables)
        assert page["totalCount"] == len(page["nodes"])
        return [each["id"] for each in page["nodes"]]

    assert await found() == [reward_named(each) for each in (codes, packet, goods)]
    assert await found(kind="RED_PACKET") == [reward_named(packet)]
    assert await found(program=ELSEWHERE) == [reward_named(theirs)]
    result = await mall.world.ask('{ rewards(program: "brand-standard") { totalCount } }', by=OPERATOR)
    assert [(error.extensions or {})["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]


async def test_the_list_goes_on_after_a_cursor(mall: Mall) -> None:
    made = [reward_named(await mall.offers()) for _ in range(5)]
    after, found = None, list[str]()
    while True:
        page = await looks(mall, first=2, after=after)
        found += [each["id"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == made[::-1]


async def test_what_is_left_is_of_all_buckets_together_and_of_what_has_no_end_nothing_is_said(mall: Mall) -> None:
    """R31."""
    await mall.has("anna", 1000)
    stocked, endless = await mall.offers(stock=20, buckets=8), await mall.offers(stock=None)
    codes = await mall.offers(kind=RewardKind.VOUCHER, codes=("a", "b", "c"))
    for reward in (stocked, endless, codes):
        await mall.redeemed("anna", reward)
    assert [each["left"] for each in (await looks(mall))["nodes"]] == [2, None, 19]


async def test_a_reward_speaks_the_language_that_is_asked_for(mall: Mall) -> None:
    await mall.offers(name=InLanguages("晴雨伞", "An umbrella"), description=InLanguages("自动开合。", "It opens."))
    for language, name, description in (("zh", "晴雨伞", "自动开合。"), ("en", "An umbrella", "It opens.")):
        (found,) = (await looks(mall, language=language))["nodes"]
        assert (found["name"], found["description"]) == (name, description)


async def test_the_list_takes_as_many_statements_for_a_hundred_rewards_as_for_ten(mall: Mall, sql: Statements) -> None:
    """Also with all that is mine in it, points that are due (R2), and only what is affordable."""
    await mall.has("anna", 5000)
    mall.world.now += 370 * DAY
    await mall.world.orders("anna", 5000, paid=mall.world.now - 30 * DAY, completed=mall.world.now - 30 * DAY)
    mall.world.now += DAY
    counts: list[list[int]] = []
    for number in (10, 90):
        for each in range(number):
            kind = (RewardKind.GOODS, RewardKind.VOUCHER)[each % 2]
            await mall.offers(kind=kind, limit=Limit(3, tuple(Period)[each % 5]), tiers_from="v3" if each % 3 else None)
        counts.append([])
        for affordable in (None, True):
            with sql:
                found = await looks(mall, affordable=affordable)
            assert found["totalCount"] == len(found["nodes"]) > 0
            counts[-1].append(sql.count)
    assert counts[0] == counts[1]
    assert counts[0][0] <= 10, sql.texts


async def test_the_id_of_nothing_finds_no_reward_and_a_wrong_one_is_told(mall: Mall) -> None:
    asked = "query ($id: ID!) { reward(id: $id) { id } }"
    assert await mall.world.data(asked, by=ANNA, id="reward_" + "A" * 22) == {"reward": None}
    member = global_id("member", await mall.has("anna", 0))
    for wrong in ("x", member):
        result = await mall.world.ask(asked, by=ANNA, id=wrong)
        assert [getattr(error.original_error, "code", None) for error in result.errors or ()] == ["BAD_USER_INPUT"]
