"""What becomes of a redemption over HTTP: cancelled, fulfilled, its code shown, refunded; what returns (R7, R35)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.definition import PRESETS
from app.errors import BadInput, Refused
from app.graph import Role
from app.rewards.rules.kinds import RewardKind
from app.rewards.rules.refusals import StepNotPossible, WhyNot
from tests.databases import run
from tests.world import NOON, World, staff

from .mall import CLERK, DAY, Mall, balanced, held, pair, redemption_named, stock, wish

CODES = ("AAAA-1111-ZZZZ", "BBBB-2222-YYYY")
HOUR = timedelta(hours=1)
SEE = """query See($id: ID!) { node(id: $id) { ... on Redemption { state voucherCode history { toState reason } } } }"""


@pytest.fixture
async def mall(world: World) -> Mall:
    return Mall(world)


def gone(answer: Any) -> str:
    """The kind of the answer, without what tells which mutation it was."""
    return answer["__typename"].removesuffix("Success")


async def refused(step: Any) -> WhyNot:
    with pytest.raises(Refused) as caught:
        await step
    answer = caught.value.answer
    assert isinstance(answer, StepNotPossible)
    return answer.why


async def test_cancelling_gives_points_and_stock_back(mall: Mall) -> None:
    """R7, R35: before it is fulfilled; once."""
    await mall.has("anna", 150)
    cup = await mall.offers(points=100, stock=1)
    redemption = await mall.redeemed("anna", cup)
    assert await stock(mall.world, cup) == (1, 0)
    mall.world.now += HOUR
    answer = await mall.cancels("anna", redemption)
    assert gone(answer) == "CancelRedemption"
    assert answer["member"]["points"] == {"available": 150}
    found = answer["redemption"]
    assert (found["state"], found["isCancelable"]) == ("CANCELED", False)
    assert datetime.fromisoformat(found["endedAt"]) == mall.world.now
    assert [(step["toState"], step["actor"]) for step in found["history"]][2:] == [("CANCELED", "MEMBER")]
    assert await stock(mall.world, cup) == (1, 1)
    await balanced(mall.world)
    again = await mall.cancels("anna", redemption)
    assert (again["code"], again["why"], again["state"]) == (
        "REDEMPTION_STEP_NOT_POSSIBLE", "GIVEN_BACK", "CANCELED"
    )  # fmt: skip
    assert (await mall.mine("anna"))["points"] == {"available": 150}
    assert await stock(mall.world, cup) == (1, 1)
    await mall.redeemed("anna", cup)
    await balanced(mall.world)


async def test_points_go_back_to_the_lots_that_paid(mall: Mall) -> None:
    """R7: to what lapses first; what has lapsed meanwhile is gone, for it was the member who cancelled."""
    await mall.has("anna", 0)
    soon, later = NOON - 363 * DAY, NOON - 30 * DAY
    for amount, paid in ((60, soon), (60, later)):
        await mall.world.orders("anna", amount, paid=paid - 8 * DAY, completed=paid - 7 * DAY)
    cup = await mall.offers(points=100)
    redemption = await mall.redeemed("anna", cup)
    mall.world.now += 5 * DAY
    answer = await mall.cancels("anna", redemption)
    assert answer["member"]["points"] == {"available": 60}
    await balanced(mall.world)


async def test_what_the_shop_takes_back_may_be_extended(mall: Mall) -> None:
    """R7: EXTEND, when the shop cancels and only then."""
    text = (PRESETS / "taobao-club.toml").read_text("utf-8")
    given = '[points]\ngive_backs = { policy = "EXTEND", days = 10 }'
    assert text.count("[points]\n") == 1
    await mall.world.publishes(text.replace("[points]\n", given + "\n"), effective_from=NOON - DAY)
    for subject in ("anna", "ben"):
        await mall.has(subject, 0)
        paid = NOON - 363 * DAY
        await mall.world.orders(subject, 60, paid=paid - 8 * DAY, completed=paid - 7 * DAY)
    cup = await mall.offers(points=60)
    of_anna, of_ben = await mall.redeemed("anna", cup), await mall.redeemed("ben", cup)
    mall.world.now += 5 * DAY
    await mall.refunds(of_anna)
    await mall.cancels("ben", of_ben)
    assert (await mall.mine("anna"))["points"] == {"available": 60}
    assert (await mall.mine("ben"))["points"] == {"available": 0}
    await balanced(mall.world)
    mall.world.now += 10 * DAY
    assert (await mall.mine("anna"))["points"] == {"available": 0}


async def test_goods_are_fulfilled_by_staff_and_then_only_they_take_it_back(mall: Mall) -> None:
    """R35: with a reference that the member sees."""
    await mall.has("anna", 100)
    cup = await mall.offers(points=100, stock=1)
    redemption = await mall.redeemed("anna", cup)
    await mall.fulfils(redemption, reference="SF-42")
    (node,) = (await mall.mine("anna"))["redemptions"]["nodes"]
    assert (node["state"], node["reference"], node["isCancelable"]) == ("FULFILLED", "SF-42", False)
    assert node["history"][-1]["reference"] == "SF-42"
    answer = await mall.cancels("anna", redemption)
    assert (answer["why"], answer["redemption"]["state"]) == ("FULFILLED_ALREADY", "FULFILLED")
    await balanced(mall.world)
    await mall.refunds(redemption, restock=False)
    (node,) = (await mall.mine("anna"))["redemptions"]["nodes"]
    assert (node["state"], node["reference"]) == ("REFUNDED", "SF-42")
    assert (await mall.mine("anna"))["points"] == {"available": 100}
    assert await stock(mall.world, cup) == (1, 0)
    await balanced(mall.world)
    assert await refused(mall.refunds(redemption)) is WhyNot.GIVEN_BACK
    assert await refused(mall.fulfils(redemption)) is WhyNot.GIVEN_BACK


async def test_what_staff_put_back_can_be_redeemed_again(mall: Mall) -> None:
    """R31: restock."""
    await mall.has("anna", 200)
    cup = await mall.offers(points=100, stock=1)
    redemption = await mall.redeemed("anna", cup)
    await mall.fulfils(redemption)
    await mall.refunds(redemption, restock=True)
    assert await stock(mall.world, cup) == (1, 1)
    await mall.redeemed("anna", cup)
    await balanced(mall.world)


async def test_what_needs_confirming_waits_for_it(mall: Mall) -> None:
    """PENDING, until staff confirm; the member may cancel before."""
    await mall.has("anna", 300)
    cup = await mall.offers(points=100, is_confirmed_by_staff=True)
    redemption = await mall.redeemed("anna", cup)
    (node,) = (await mall.mine("anna"))["redemptions"]["nodes"]
    assert (node["state"], [step["toState"] for step in node["history"]]) == ("PENDING", ["PENDING"])
    assert await refused(mall.fulfils(redemption)) is WhyNot.NOT_CONFIRMED
    await mall.confirms(redemption)
    assert await refused(mall.confirms(redemption)) is WhyNot.CONFIRMED_ALREADY
    (node,) = (await mall.mine("anna"))["redemptions"]["nodes"]
    assert [(step["toState"], step["actor"]) for step in node["history"]] == [
        ("PENDING", "MEMBER"), ("CONFIRMED", "STAFF")
    ]  # fmt: skip
    await mall.fulfils(redemption)
    other = await mall.redeemed("anna", cup)
    assert gone(await mall.cancels("anna", other)) == "CancelRedemption"
    assert await refused(mall.confirms(other)) is WhyNot.GIVEN_BACK
    await balanced(mall.world)


async def test_a_voucher_is_fulfilled_when_its_code_is_shown(mall: Mall) -> None:
    """R35, R41: the code is seen by nobody before; then by the member, and its end by staff."""
    await mall.has("anna", 300)
    voucher = await mall.offers(points=100, kind=RewardKind.VOUCHER, codes=CODES[:1])
    redemption = await mall.redeemed("anna", voucher)
    (node,) = (await mall.mine("anna"))["redemptions"]["nodes"]
    assert (node["state"], node["voucherCode"], node["codeShownAt"]) == ("CONFIRMED", None, None)
    assert await refused(mall.fulfils(redemption)) is WhyNot.FULFILLED_BY_CODE
    mall.world.now += HOUR
    answer = await mall.shows("anna", redemption)
    found = answer["redemption"]
    assert (gone(answer), found["state"], found["voucherCode"]) == ("ShowVoucherCode", "FULFILLED", CODES[0])
    assert datetime.fromisoformat(found["codeShownAt"]) == mall.world.now
    mall.world.now += HOUR
    again = await mall.shows("anna", redemption)
    assert again["redemption"] == found
    cancelled = await mall.cancels("anna", redemption)
    assert (cancelled["why"], cancelled["state"]) == ("CODE_SHOWN", "FULFILLED")
    support = staff(Role.SUPPORT, "taobao-club")
    seen = (await mall.world.data(SEE, by=support, id=redemption))["node"]
    assert seen["voucherCode"] == "••••••••••ZZZZ"
    await balanced(mall.world)


async def test_a_code_that_was_seen_is_never_given_again(mall: Mall) -> None:
    """R35: not even when staff take it back; one that was not seen goes to the next."""
    await mall.has("anna", 500)
    voucher = await mall.offers(points=100, kind=RewardKind.VOUCHER, codes=CODES, buckets=1)
    seen, unseen = await mall.redeemed("anna", voucher), await mall.redeemed("anna", voucher)
    await mall.shows("anna", seen)
    assert (await mall.redeems("anna", voucher))["code"] == "OUT_OF_STOCK"
    for redemption in (seen, unseen):
        await mall.refunds(redemption, restock=True)
    assert await stock(mall.world, voucher) == (2, 1)
    (first, second) = (await mall.mine("anna"))["redemptions"]["nodes"]
    assert (first["voucherCode"], second["voucherCode"]) == (None, CODES[0])
    assert (await mall.shows("anna", unseen))["why"] == "GIVEN_BACK"
    await balanced(mall.world)
    third = await mall.redeemed("anna", voucher)
    assert (await mall.shows("anna", third))["redemption"]["voucherCode"] == CODES[1]
    assert (await mall.redeems("anna", voucher))["code"] == "OUT_OF_STOCK"
    await balanced(mall.world)


async def test_a_code_that_comes_back_is_behind_the_others(mall: Mall) -> None:
    """The pool is a queue; each code has one taker at a time."""
    await mall.has("anna", 1000)
    voucher = await mall.offers(points=100, kind=RewardKind.VOUCHER, codes=CODES, buckets=1)
    first = await mall.redeemed("anna", voucher)
    await mall.cancels("anna", first)
    await balanced(mall.world)
    codes = [
        (await mall.shows("anna", await mall.redeemed("anna", voucher)))["redemption"]["voucherCode"] for _ in range(2)
    ]
    assert codes == [CODES[1], CODES[0]]
    await balanced(mall.world)


async def test_goods_have_no_code(mall: Mall) -> None:
    """Nor red packets."""
    await mall.has("anna", 100)
    redemption = await mall.redeemed("anna", await mall.offers(points=100))
    answer = await mall.shows("anna", redemption)
    assert (answer["why"], answer["message"]) == ("NO_CODE", "This reward has no code.")


async def test_a_code_is_in_nothing_that_is_written_about_it(mall: Mall) -> None:
    """R41: it stands in the pool alone: not under the key, not in an event, not in the audit."""
    await mall.has("anna", 100)
    voucher = await mall.offers(points=100, kind=RewardKind.VOUCHER, codes=CODES[:1])
    await mall.shows("anna", await mall.redeemed("anna", voucher))
    url = mall.world.database.settings.url
    tables = await run(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    with_it: list[str] = []
    for row in tables:
        name = row["tablename"]
        ((number,),) = await run(url, f"SELECT count(*) FROM \"{name}\" AS t WHERE t::text LIKE '%{CODES[0]}%'")
        with_it += [name] if number else []
    assert with_it == ["voucher_codes"]


async def test_nobody_touches_what_another_redeemed(mall: Mall) -> None:
    """R43: it is as if there were none."""
    await mall.has("anna", 100)
    await mall.has("ben", 100)
    voucher = await mall.offers(points=100, kind=RewardKind.VOUCHER, codes=CODES)
    redemption = await mall.redeemed("anna", voucher)
    own = redemption_named(pair(await mall.redeemed("ben", voucher))[0], pair(redemption)[1])
    for asked in (redemption, own):
        for name, of in (("CancelRedemption", "cancel"), ("ShowVoucherCode", "show")):
            fault = await mall.fault("ben", name, **{of: wish(None, redemption=asked)})
            assert fault == ("BAD_USER_INPUT", "There is no such redemption.")
    assert await held(mall.world, voucher) == 2
    with pytest.raises(BadInput):
        await mall.fulfils(own)


async def test_why_is_for_staff(mall: Mall) -> None:
    """Reasons are in the words of staff, and for them."""
    await mall.has("anna", 100)
    redemption = await mall.redeemed("anna", await mall.offers(points=100))
    await mall.refunds(redemption, by=CLERK)
    support = staff(Role.SUPPORT, "taobao-club")
    seen = (await mall.world.data(SEE, by=support, id=redemption))["node"]
    assert seen["history"][-1] == {"toState": "REFUNDED", "reason": "It came broken."}
