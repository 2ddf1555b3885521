"""Redeeming over HTTP: points, stock and what is bought move together or not at all (R31, R35)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.errors import Refused
from app.points.rules import NotEnoughPoints
from app.points.section import Period
from app.rewards.commands.stock import TAKE
from app.rewards.rules.kinds import RewardKind
from app.rewards.rules.offering import Limit, Said
from tests.points.till import Till
from tests.programs.files import shop
from tests.statements import Statements
from tests.world import NOON, World, customer

from .mall import DAY, Mall, balanced, held, pair, redemption_named, reward_named, stock, wish

MOMENT = timedelta(microseconds=1)
SHOP = "shop"
AFFORDABLE = """query ($program: String) { me(program: $program) { points { available debt } }
  rewards(program: $program, affordable: true) { nodes { id forMe { price whyNot { code } } } } }"""


@pytest.fixture
async def mall(world: World) -> Mall:
    return Mall(world)


async def test_points_buy_a_reward(mall: Mall) -> None:
    """R35: in one: points, stock, what is bought, and its history."""
    await mall.has("anna", 150)
    cup = await mall.offers(points=100, stock=3)
    answer = await mall.redeems("anna", cup, channel="app")
    assert (answer["__typename"], answer["replayed"]) == ("RedeemRewardSuccess", False)
    redemption = answer["redemption"]
    assert (redemption["state"], redemption["points"], redemption["channel"]) == ("CONFIRMED", 100, "app")
    assert (redemption["isCancelable"], redemption["endedAt"], redemption["voucherCode"]) == (True, None, None)
    assert (redemption["tier"], redemption["amount"]) == ({"code": "v1"}, None)
    assert redemption["reward"]["id"] == reward_named(cup)
    steps = [(step["fromState"], step["toState"], step["actor"]) for step in redemption["history"]]
    assert steps == [(None, "PENDING", "MEMBER"), ("PENDING", "CONFIRMED", "PROGRAM")]
    assert answer["member"]["points"] == {"available": 50}
    assert await stock(mall.world, cup) == (3, 2)
    assert (await mall.mine("anna"))["redemptions"]["nodes"] == [redemption]
    await balanced(mall.world)


async def test_too_few_points_buy_nothing(mall: Mall) -> None:
    """R8: and nothing has moved."""
    await mall.has("anna", 99)
    cup = await mall.offers(points=100, stock=1)
    answer = await mall.redeems("anna", cup)
    assert (answer["code"], answer["required"], answer["available"]) == ("NOT_ENOUGH_POINTS", 100, 99)
    assert await stock(mall.world, cup) == (1, 1)
    assert (await mall.mine("anna"))["redemptions"]["totalCount"] == 0
    await balanced(mall.world)


async def test_what_lapsed_buys_nothing_though_nobody_has_entered_it(mall: Mall) -> None:
    """R2: the member is settled first."""
    await mall.has("anna", 100)
    cup = await mall.offers(points=100)
    mall.world.now += 370 * DAY
    answer = await mall.redeems("anna", cup)
    assert (answer["code"], answer["available"]) == ("NOT_ENOUGH_POINTS", 0)


async def test_a_reward_for_nothing_moves_no_points(mall: Mall) -> None:
    """A price of 0 is a price."""
    await mall.has("anna", 0)
    cup = await mall.offers(points=0, stock=1)
    redemption = await mall.redeemed("anna", cup)
    await balanced(mall.world)
    assert (await mall.cancels("anna", redemption))["__typename"] == "CancelRedemptionSuccess"
    assert await stock(mall.world, cup) == (1, 1)
    await balanced(mall.world)


@pytest.mark.parametrize("price", [{"points": 0}, {"points": 10, "tier_points": {"v1": 0}}])
async def test_what_costs_nothing_is_for_who_owes_points_too(world: World, price: dict[str, Any]) -> None:
    """R11: less than nothing is enough for nothing, also where only what one can afford is looked for."""
    await world.publishes(shop().replace("[points]\n", '[points]\nrefunds = { claw_back = "DEBT" }\n', 1))
    mall = Mall(world, SHOP)
    await world.joins("anna", program=SHOP)
    order = await world.orders("anna", 100, program=SHOP, order="o-1", completed=NOON - 9 * DAY, paid=NOON - 9 * DAY)
    await Till(world, SHOP, order.member_id).sells(100)
    await world.refunds("anna", "o-1", {1: 100}, program=SHOP)
    cup, mug = await mall.offers(**price), await mall.offers(points=1)
    seen = await world.data(AFFORDABLE, by=customer("anna"), program=SHOP)
    assert seen["me"]["points"] == {"available": -100, "debt": 100}
    assert seen["rewards"]["nodes"] == [{"id": reward_named(cup), "forMe": {"price": 0, "whyNot": None}}]
    assert (await mall.redeems("anna", mug, program=SHOP))["available"] == 0
    await mall.redeemed("anna", cup, program=SHOP)
    await balanced(world)


async def test_nobody_pays_more_than_they_were_shown(mall: Mall) -> None:
    """R8, R36: nothing has moved, and the same key is told the same; less is paid if it costs less."""
    await mall.has("anna", 1000)
    cup = await mall.offers(points=100, stock=3)
    await mall.redeemed("anna", cup, points=100)
    await mall.says(cup, Said(points=120))
    key = uuid4()
    for _ in range(2):
        answer = await mall.redeems("anna", cup, points=100, key=key)
        assert (answer["__typename"], answer["code"]) == ("RewardPriceRaised", "PRICE_RAISED")
        assert (answer["points"], answer["shown"], answer["message"]) == (120, 100, "It costs 120 points by now.")
        assert await stock(mall.world, cup) == (3, 2)
    await mall.redeemed("anna", cup, points=120)
    await mall.says(cup, Said(points=90))
    await mall.redeemed("anna", cup, points=120)
    assert (await mall.mine("anna"))["points"]["available"] == 1000 - 100 - 120 - 90
    await balanced(mall.world)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOON - MOMENT, "NOT_YET_OPEN"),
        (NOON, None),
        (NOON + DAY - MOMENT, None),
        (NOON + DAY, "REWARD_CLOSED"),
    ],
)
async def test_a_reward_is_open_in_its_window_only(mall: Mall, at: datetime, code: str | None) -> None:
    """R2: half-open, and told without a lock."""
    await mall.has("anna", 100)
    cup = await mall.offers(opens_at=NOON, closes_at=NOON + DAY)
    mall.world.now = at
    answer = await mall.redeems("anna", cup)
    assert answer.get("code") == code
    when = {"NOT_YET_OPEN": ("opensAt", NOON), "REWARD_CLOSED": ("closedAt", NOON + DAY)}
    if code is not None:
        name, instant = when[code]
        assert datetime.fromisoformat(answer[name]) == instant


async def test_a_retired_reward_cannot_be_redeemed(mall: Mall) -> None:
    """R20: it is there for the record."""
    await mall.has("anna", 200)
    cup = await mall.offers(points=100)
    redemption = await mall.redeemed("anna", cup)
    await mall.retires(cup)
    assert (await mall.redeems("anna", cup))["code"] == "REWARD_CLOSED"
    assert (await mall.cancels("anna", redemption))["__typename"] == "CancelRedemptionSuccess"
    await balanced(mall.world)


async def test_a_higher_tier_may_and_a_lower_one_may_not(mall: Mall) -> None:
    """R16: at the threshold, not below."""
    await mall.has("anna", 2999)
    await mall.has("zoe", 3000)
    cup = await mall.offers(points=100, tiers_from="v3")
    answer = await mall.redeems("anna", cup)
    assert (answer["code"], answer["tier"]["code"], answer["growthMissing"]) == ("TIER_TOO_LOW", "v3", 1)
    assert answer["tier"]["name"] in answer["message"]
    assert (await mall.redeems("zoe", cup))["__typename"] == "RedeemRewardSuccess"


async def test_what_a_member_pays_is_the_price_of_their_tier(mall: Mall) -> None:
    """The price of the highest tier up to the one held for which there is one."""
    prices = {"v2": 80, "v4": 50}
    cup = await mall.offers(points=100, tier_points=prices)
    for subject, growth, price in (("anna", 999, 100), ("ben", 1000, 80), ("cleo", 3000, 80), ("dora", 20000, 50)):
        await mall.has(subject, growth)
        answer = await mall.redeems(subject, cup)
        assert answer["redemption"]["points"] == price
        assert answer["member"]["points"]["available"] == growth - price
    await balanced(mall.world)


SHANGHAI_MIDNIGHT = datetime(2026, 3, 31, 16, tzinfo=UTC)
"""Between March and April, a Wednesday, in the program's time zone."""
PERIODS = [
    (Period.DAY, SHANGHAI_MIDNIGHT, SHANGHAI_MIDNIGHT + DAY),
    (Period.WEEK, SHANGHAI_MIDNIGHT + 5 * DAY, SHANGHAI_MIDNIGHT + 12 * DAY),
    (Period.MONTH, SHANGHAI_MIDNIGHT, SHANGHAI_MIDNIGHT + 30 * DAY),
    (Period.YEAR, datetime(2026, 12, 31, 16, tzinfo=UTC), datetime(2027, 12, 31, 16, tzinfo=UTC)),
]


@pytest.mark.parametrize(("period", "begins", "ends"), PERIODS)
async def test_limits_count_by_the_local_calendar(mall: Mall, period: Period, begins: datetime, ends: datetime) -> None:
    """R1, R31: twice in a period, until the next one begins by the program's own clock."""
    mall.world.now = begins - MOMENT
    await mall.has("anna", 1000)
    cup = await mall.offers(points=10, limit=Limit(2, period))
    for _ in range(2):
        await mall.redeemed("anna", cup)
    answer = await mall.redeems("anna", cup)
    assert (answer["code"], answer["limit"], answer["period"]) == ("LIMIT_REACHED", 2, period.name)
    assert datetime.fromisoformat(answer["resetsAt"]) == begins
    mall.world.now = begins
    for _ in range(2):
        await mall.redeemed("anna", cup)
    assert datetime.fromisoformat((await mall.redeems("anna", cup))["resetsAt"]) == ends
    await balanced(mall.world)


async def test_a_limit_for_ever_never_begins_anew(mall: Mall) -> None:
    """R31."""
    await mall.has("anna", 1000)
    cup = await mall.offers(points=10, limit=Limit(1, Period.LIFETIME))
    await mall.redeemed("anna", cup)
    mall.world.now += 300 * DAY
    answer = await mall.redeems("anna", cup)
    assert (answer["code"], answer["period"], answer["resetsAt"]) == ("LIMIT_REACHED", "LIFETIME", None)


async def test_what_was_given_back_does_not_count(mall: Mall) -> None:
    """R31: a limit counts what members have, of this reward and of themselves."""
    await mall.has("anna", 1000)
    await mall.has("ben", 1000)
    cup = await mall.offers(points=10, limit=Limit(1, Period.LIFETIME))
    pot = await mall.offers(points=10, limit=Limit(1, Period.LIFETIME))
    await mall.redeemed("ben", cup)
    await mall.redeemed("anna", pot)
    first = await mall.redeemed("anna", cup)
    await mall.cancels("anna", first)
    second = await mall.redeemed("anna", cup)
    await mall.refunds(second)
    await mall.redeemed("anna", cup)
    assert (await mall.redeems("anna", cup))["code"] == "LIMIT_REACHED"


async def test_the_last_one_is_the_last(mall: Mall) -> None:
    """R31: whichever bucket it is in; then it is sold out, for everybody, at once."""
    await mall.has("anna", 1000)
    for buckets in (1, 8, 64):
        cup = await mall.offers(points=10, stock=3, buckets=buckets)
        for _ in range(3):
            await mall.redeemed("anna", cup)
        answer = await mall.redeems("anna", cup)
        assert (answer["code"], answer["reward"]["left"]) == ("OUT_OF_STOCK", 0)
        await mall.adds(cup, 1)
        await mall.redeemed("anna", cup)
        assert await stock(mall.world, cup) == (4, 0)
    await balanced(mall.world)


async def test_sold_out_is_told_without_a_lock_or_a_transaction(mall: Mall, sql: Statements) -> None:
    """R31: two reads and the row of the key. Tried: without `ahead` there are locks."""
    await mall.has("anna", 1000)
    cup = await mall.offers(points=10, stock=0)
    with sql:
        answer = await mall.redeems("anna", cup)
    assert answer["code"] == "OUT_OF_STOCK"
    assert not [text for text in sql.texts if "FOR UPDATE" in text or text.startswith("UPDATE")]
    written = [text for text in sql.texts if not text.lstrip("(").startswith("SELECT")]
    assert [("idempotency_keys" in text) for text in written] == [True]


async def test_nothing_is_refused_once_a_piece_is_taken(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    """R31, R35: no savepoint stands around the taking, so a refusal after it would keep the piece: it gives up all
    instead. Tried: without `surely` the piece is gone."""
    await mall.has("anna", 100)
    cup, key = await mall.offers(points=100, stock=1), uuid4()

    async def refuses(*_: object, **__: object) -> None:
        raise Refused(NotEnoughPoints(1, 0))

    with monkeypatch.context() as patch:
        patch.setattr("app.points.commands.spend", refuses)
        code, _ = await mall.fault("anna", "RedeemReward", redeem=wish(key, reward=reward_named(cup)))
        assert code == "INTERNAL"
    assert await stock(mall.world, cup) == (1, 1)
    assert (await mall.redeems("anna", cup, key=key))["replayed"] is False
    await balanced(mall.world)


async def test_redeeming_takes_few_statements_however_much_one_has(mall: Mall, sql: Statements) -> None:
    """Each is waited for: ahead 1, lock, key, account, reward, stock, lots, and all that is written."""
    await mall.has("anna", 100)
    for _ in range(9):
        await mall.world.orders("anna", 100, paid=NOON - 30 * DAY, completed=NOON - 30 * DAY)
    cup = await mall.offers(points=10, limit=Limit(50, Period.LIFETIME))
    counts: list[int] = []
    await mall.redeemed("anna", cup)
    for price in (10, 450):
        cup = await mall.offers(points=price, limit=Limit(50, Period.LIFETIME))
        with sql:
            await mall.sends_bare("anna", cup)
        counts.append(sql.count)
    assert counts[0] == 7
    assert counts[1] == counts[0] + 3  # more lots paid than go with the others in one statement


async def test_nothing_is_read_any_more_while_others_wait_for_the_stock(mall: Mall, sql: Statements) -> None:
    """R31: the row of a hot reward is held from its taking to the commit, so what can be read is read before, and no
    savepoint is opened for it. Tried: without `ready_to_spend` the lots are read in between."""
    await mall.has("anna", 100)
    cup = await mall.offers(points=100, stock=1, buckets=1)
    with sql:
        await mall.sends_bare("anna", cup)
    (taken,) = [number for number, text in enumerate(sql.texts) if text.startswith("UPDATE reward_stock")]
    assert [text.split()[0] for text in sql.texts[taken + 1 :]] == ["WITH"]
    assert not TAKE.needs_savepoint
    await balanced(mall.world)


async def test_the_same_key_redeems_once(mall: Mall) -> None:
    """R36: the first outcome again, also when it is sold out by now; other input is refused."""
    await mall.has("anna", 1000)
    key = uuid4()
    cup, pot = await mall.offers(points=10, stock=1), await mall.offers(points=10, stock=1)
    first = await mall.redeems("anna", cup, key=key)
    again = await mall.redeems("anna", cup, key=key)
    assert (again["__typename"], again["replayed"]) == ("RedeemRewardSuccess", True)
    assert again["redemption"]["id"] == first["redemption"]["id"]
    code, _ = await mall.fault("anna", "RedeemReward", redeem=wish(key, reward=reward_named(pot)))
    assert code == "IDEMPOTENCY_KEY_REUSED"
    assert await held(mall.world, cup) == 1


async def test_a_refusal_stays_under_its_key(mall: Mall) -> None:
    """R36: also when the reason is gone."""
    await mall.has("anna", 5)
    cup, pot = await mall.offers(points=10, stock=0), await mall.offers(points=150, stock=1)
    for reward, code in ((cup, "OUT_OF_STOCK"), (pot, "NOT_ENOUGH_POINTS")):
        key = uuid4()
        first = await mall.redeems("anna", reward, key=key)
        assert first["code"] == code
        await mall.adds(reward, 1)
        await mall.world.orders("anna", 100, paid=NOON - 30 * DAY, completed=NOON - 30 * DAY)
        again = await mall.redeems("anna", reward, key=key)
        assert again["code"] == code
        await mall.redeemed("anna", reward)


async def test_who_is_no_member_redeems_nothing(mall: Mall) -> None:
    """Neither who never was one, nor who has left."""
    cup = await mall.offers(points=0)
    await mall.has("ben", 100)
    await mall.world.leaves("ben")
    for subject in ("anna", "ben"):
        assert (await mall.redeems(subject, cup))["code"] == "NOT_A_MEMBER"


async def test_a_reward_of_another_program_does_not_exist(mall: Mall) -> None:
    """R43."""
    other = Mall(mall.world, "brand-standard")
    await mall.has("anna", 100)
    for stock_ in (1, 0):
        cup = await other.offers(points=0, stock=stock_)
        fault = await mall.fault("anna", "RedeemReward", redeem=wish(None, reward=reward_named(cup)))
        assert fault == ("BAD_USER_INPUT", "There is no such reward.")
    nobodys = reward_named(uuid4())
    assert await mall.fault("anna", "RedeemReward", redeem=wish(None, reward=nobodys)) == fault


async def test_what_was_bought_stays_what_it_was(mall: Mall) -> None:
    """R35: its price, and what is in a red packet; whatever the operator says of the reward later."""
    await mall.has("anna", 1000)
    packet = await mall.offers(points=100, kind=RewardKind.RED_PACKET, amount=880)
    redemption = await mall.redeemed("anna", packet)
    await mall.says(packet, Said(points=500))
    (node,) = (await mall.mine("anna"))["redemptions"]["nodes"]
    assert (node["points"], node["amount"]) == (100, {"amount": "8.80", "currency": "CNY"})
    await mall.cancels("anna", redemption)
    assert (await mall.mine("anna"))["points"]["available"] == 1000
    await balanced(mall.world)


async def test_a_reward_without_a_stock_has_no_end(mall: Mall) -> None:
    """No bucket, no number."""
    await mall.has("anna", 1000)
    cup = await mall.offers(points=10, stock=None)
    for _ in range(3):
        await mall.redeemed("anna", cup)
    await mall.cancels("anna", await mall.redeemed("anna", cup))
    await balanced(mall.world)


async def test_redemptions_are_paged_and_limited_to_states(mall: Mall) -> None:
    """The last first."""
    await mall.has("anna", 1000)
    cup = await mall.offers(points=10)
    made = [await mall.redeemed("anna", cup) for _ in range(5)]
    await mall.cancels("anna", made[1])
    await mall.cancels("anna", made[3])
    canceled = await mall.mine("anna", states=["CANCELED"])
    assert [node["id"] for node in canceled["redemptions"]["nodes"]] == [made[3], made[1]]
    assert canceled["redemptions"]["totalCount"] == 2
    seen: list[str] = []
    after = None
    while True:
        page = (await mall.mine("anna", first=2, after=after))["redemptions"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == made[::-1]
    assert page["totalCount"] == 5


async def test_the_words_are_in_the_language_asked_for(mall: Mall) -> None:
    """zh-CN as well."""
    await mall.has("anna", 1000)
    once = Limit(1, Period.DAY)
    cup, gold = await mall.offers(points=1, limit=once), await mall.offers(points=1, tiers_from="v6")
    await mall.redeemed("anna", cup)
    for reward, words in ((cup, "已达兑换上限：每位会员每天最多 1 次。"), (gold, "V6 及以上会员可兑换。")):
        assert (await mall.redeems("anna", reward, language="zh"))["message"] == words


def test_ids_name_whose_it_is() -> None:
    """One id leads to the owner without a read."""
    owner, redemption = uuid4(), uuid4()
    assert pair(redemption_named(owner, redemption)) == (owner, redemption)
