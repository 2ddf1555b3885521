"""Coupons and templates as they are listed: what they are by now, for me, and for my cart (R2, R31, R34)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coupons.queries import shown_coupons
from app.coupons.rules.coupon import Coupon, Order, state_at
from app.coupons.rules.coupon_shown import state_now
from app.coupons.rules.kinds import CouponState
from app.graph import Role
from app.graph.ids import global_id
from tests.coupons.shop import CLUB, DAY, HOUR, MINUTE, Shop, wish
from tests.statements import Statements
from tests.world import NOON, World, customer, staff

LINES = [
    {"quantity": 2, "amount": "120.00", "category": "books", "sku": "novel"},
    {"quantity": 1, "amount": "8.00", "kind": "SHIPPING"},
]
CART = {"currency": "CNY", "lines": LINES}
USABLE = """query ($cart: CartInput!, $usableFor: CartInput, $first: Int! = 20) { me { coupons(usableFor: $usableFor,
  first: $first) { totalCount nodes { id template { code } usability(cart: $cart) { isUsable discount { amount }
  lines { amount } whyNot { __typename code message } } } pageInfo { hasNextPage endCursor } } } }"""
FOR_ME = """query ($first: Int! = 100) { claimableCoupons(first: $first) { totalCount nodes { code left forMe {
  isClaimable whyNot { code } availableAt had limitLeft } } } }"""
WHOLE = """query ($first: Int!) { me { coupons(first: $first) { nodes { id state way expiresAt endedAt template {
  code name amount { amount } left tiersFrom { code } } use { order } history { totalCount nodes { step } }
  member { id } } } } }"""
SECOND = timedelta(seconds=1)


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def instants() -> st.SearchStrategy[datetime]:
    return st.integers(0, 60).map(lambda minutes: NOON + minutes * MINUTE)


@given(
    state=st.sampled_from([CouponState.ISSUED, CouponState.RESERVED]),
    expires_at=instants(),
    reserved_until=instants(),
    now=instants(),
)
def test_what_is_shown_is_what_settling_would_enter(
    state: CouponState, expires_at: datetime, reserved_until: datetime, now: datetime
) -> None:
    """R2: one reads less of the row than the other. Tried: `<` in place of `<=` at either end."""
    until = reserved_until if state is CouponState.RESERVED else None
    key = wish(None)["idempotencyKey"]
    coupon: Any = Coupon(
        member_id=key, id=key, program=CLUB, template_id=key, template="x", version=1, state=state, issued_at=NOON,
        valid_from=NOON, expires_at=expires_at, set_aside=0, bucket=None, number=None, code_shown_at=None,
        is_restocked=False, is_undue=False,
        order=None if until is None else Order("shop", "1"), discount=None, reserved_until=until, ended_at=None,
        due_at=until or expires_at, changes=0,
    )  # fmt: skip

    class Row:
        def __init__(self) -> None:
            self.state, self.expires_at, self.reserved_until = state.name, expires_at, until

    assert state_now(Row(), now=now) is state_at(coupon, now)


async def test_coupons_are_listed_by_what_they_are_by_now(shop: Shop) -> None:
    """R2: no job has run. Tried: by the state that is written, the expired one is listed as issued."""
    soon, later = await shop.offers(validity={"days": 1}), await shop.offers(validity={"days": 9})
    await shop.world.joins("anna")
    first, second = await shop.has("anna", soon), await shop.has("anna", later)
    await shop.reserves(second, until=(shop.world.now + HOUR).isoformat())
    for states, found in ((["ISSUED"], [first]), (["RESERVED"], [second]), (["EXPIRED"], []), (None, [second, first])):
        mine = await shop.mine("anna", states=states)
        assert ([each["id"] for each in mine["nodes"]], mine["totalCount"]) == (found, len(found)), states
    shop.world.now += 2 * DAY
    for states, found in ((["ISSUED"], [second]), (["RESERVED"], []), (["EXPIRED"], [first]), (None, [second, first])):
        mine = await shop.mine("anna", states=states)
        assert ([each["id"] for each in mine["nodes"]], mine["totalCount"]) == (found, len(found)), states
    steps = [[step["step"] for step in each["history"]["nodes"]] for each in (await shop.mine("anna"))["nodes"]]
    assert steps == [["TIME_OUT", "RESERVE"], ["EXPIRE"]]


async def test_at_its_end_a_coupon_is_not_issued_any_more_on_whatever_page(shop: Shop) -> None:
    """R2: valid before its end, not at it; the first page is read by another statement than those after a cursor."""
    template = await shop.offers(validity={"days": 1})
    await shop.world.joins("anna")
    first, last = await shop.has("anna", template), await shop.has("anna", template)
    page = await shop.mine("anna", first=1)
    end, cursor = datetime.fromisoformat(page["nodes"][0]["expiresAt"]), page["pageInfo"]["endCursor"]
    for now, found in ((end - SECOND, [last, first]), (end, [])):
        shop.world.now = now
        assert [each["id"] for each in (await shop.mine("anna", states=["ISSUED"]))["nodes"]] == found
        rest = await shop.mine("anna", states=["ISSUED"], after=cursor)
        assert [each["id"] for each in rest["nodes"]] == found[1:]


STEPS = """query ($id: ID!, $first: Int!, $after: String) { node(id: $id) { ... on Coupon { history(first: $first,
  after: $after) { totalCount nodes { step changedAt } pageInfo { hasNextPage endCursor } } } } }"""


async def test_steps_are_paged_the_last_first_also_those_that_nobody_has_entered_yet(shop: Shop) -> None:
    """R2: what is due by now has its place, which is the same when it is entered between two pages. Tried: what is due
    is on every page; a page by how many there are of all that was entered, not by the place, ends too early."""
    member = await shop.world.joins("anna")
    coupon, other = await shop.has("anna", await shop.offers()), await shop.has("anna", await shop.offers())
    for number in range(3):
        await shop.reserves(coupon, f"{number}")
        await shop.releases(coupon, f"{number}")
    await shop.reserves(coupon, "last", until=(shop.world.now + HOUR).isoformat())
    shop.world.now += HOUR
    for is_entered in (False, True):
        steps, after = list[str](), None
        for left in (5, 2, 0):
            found = await shop.world.data(STEPS, by=customer("anna"), id=coupon, first=3, after=after)
            page = found["node"]["history"]
            steps += [each["step"] for each in page["nodes"]]
            assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (8, left > 0)
            after = page["pageInfo"]["endCursor"]
            if is_entered:
                await shop.settles(member)
        assert steps == ["TIME_OUT", "RESERVE", *["RELEASE", "RESERVE"] * 3]
    found = await shop.world.data(STEPS, by=customer("anna"), id=other, first=3)
    assert found["node"]["history"]["nodes"] == []
    foreign = (await shop.mine("anna", first=1))["pageInfo"]["endCursor"]
    refused = await shop.world.ask(STEPS, by=customer("anna"), id=coupon, first=3, after=foreign)
    assert "not a cursor of this list" in str(refused.errors)


APRIL, MAY = (datetime.fromisoformat(f"2026-{month}-01T00:00:00") for month in ("04", "05"))
WORDS = {"zh": "动物园", "en": "The zoo"}
KINDS: dict[str, dict[str, Any]] = {
    "threshold": {"kind": "THRESHOLD", "amount": "30.00", "threshold": "120.00"},
    "too-high": {"kind": "THRESHOLD", "amount": "30.00", "threshold": "121.00"},
    "percentage": {"kind": "PERCENTAGE", "amount": None, "off": 15},
    "capped": {"kind": "PERCENTAGE", "amount": None, "off": 50, "most": "10.00"},
    "cash": {},
    "books": {"kind": "CATEGORY", "categories": ["books"]},
    "toys": {"kind": "CATEGORY", "categories": ["toys"]},
    "exchange": {"kind": "EXCHANGE", "amount": None, "sku": "novel", "price": "2.00"},
    "not-there": {"kind": "EXCHANGE", "amount": None, "sku": "atlas"},
    "partner": {"kind": "PARTNER", "amount": None, "partner": {"name": WORDS, "text": WORDS}},
    "not-yet": {
        "validity": {
            "since": datetime.fromisoformat("2026-04-01T00:00:00"),
            "until": datetime.fromisoformat("2026-05-01T00:00:00"),
        }
    },
}
TAKES_OFF = {"threshold": "30.00", "percentage": "18.00", "capped": "10.00", "cash": "10.00", "books": "10.00",
             "exchange": "58.00", "partner": "0.00"}  # fmt: skip


async def test_a_coupon_says_for_a_cart_what_reserving_it_would_answer(shop: Shop) -> None:
    """R34: one rule for both. Tried: a list that compares the threshold with the whole cart, shipping too."""
    for code, said in KINDS.items():
        await shop.offers(code, **said)
    await shop.world.joins("anna")
    coupons = {code: await shop.has("anna", code) for code in KINDS}
    answer = await shop.world.data(USABLE, by=customer("anna"), cart=CART)
    found = {each["template"]["code"]: each["usability"] for each in answer["me"]["coupons"]["nodes"]}
    takes = {code: each["discount"]["amount"] for code, each in found.items() if each["isUsable"]}
    assert takes == TAKES_OFF
    for code, coupon in coupons.items():
        reserved = await shop.reserves(coupon, f"order-{code}", lines=LINES)
        seen = found[code]
        if reserved["__typename"] == "ReserveCouponSuccess":
            assert seen["discount"]["amount"] == reserved["reservation"]["discount"]["amount"]
            assert seen["lines"] == reserved["reservation"]["lines"]
        else:
            assert seen["whyNot"] == {name: reserved[name] for name in ("__typename", "code", "message")}
    after = await shop.world.data(USABLE, by=customer("anna"), cart=CART)
    why_not = {
        each["template"]["code"]: each["usability"]["whyNot"]["code"] for each in after["me"]["coupons"]["nodes"]
    }
    assert {code for code, why in why_not.items() if why == "COUPON_STEP_NOT_POSSIBLE"} == {*TAKES_OFF, "not-yet"}


async def test_only_those_that_can_be_used_for_a_cart_are_listed_if_that_is_asked(shop: Shop) -> None:
    for code, said in KINDS.items():
        await shop.offers(code, **said)
    await shop.world.joins("anna")
    for code in KINDS:
        await shop.has("anna", code)
    found: list[str] = []
    after, document = None, USABLE.replace("first: $first", "first: 2, after: $after")
    document = document.replace("$first: Int! = 20", "$after: String")
    page: Any = None
    for _ in range(4):
        page = await shop.world.data(document, by=customer("anna"), cart=CART, usableFor=CART, after=after)
        page = page["me"]["coupons"]
        assert page["totalCount"] == len(TAKES_OFF)
        found += [each["template"]["code"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert (sorted(found), page["pageInfo"]["hasNextPage"]) == (sorted(TAKES_OFF), False)
    other = await shop.world.ask(USABLE, by=customer("anna"), cart=CART, usableFor={"currency": "USD", "lines": []})
    assert "The program's currency is CNY" in (other.errors or [])[0].message


async def test_of_very_many_coupons_no_usable_one_is_left_out_unsaid(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2, R34: those that are used up, not valid yet or past are not among those that are looked at, and a list that
    cannot be whole is refused. Tried: the last so many of all that are issued; fewer without a word."""
    ten, later = await shop.offers(**KINDS["cash"]), await shop.offers(**KINDS["not-yet"])
    soon = await shop.offers(validity={"days": 1})
    toys = await shop.offers(**KINDS["toys"])
    await shop.world.joins("anna")
    usable = [await shop.has("anna", ten) for _ in range(3)]
    for code in (later, soon, soon):
        await shop.has("anna", code)
    await shop.revokes(await shop.has("anna", ten))
    shop.world.now += 3 * DAY
    monkeypatch.setattr(shown_coupons, "MOST_LOOKED_AT", 3)

    async def asked(first: int, what: str = "nodes { id }", after: str | None = None) -> Any:
        document = f"""query ($cart: CartInput!, $after: String) {{ me {{ coupons(usableFor: $cart, first: {first},
            after: $after) {{ {what} pageInfo {{ endCursor }} }} }} }}"""
        return await shop.world.ask(document, by=customer("anna"), cart=CART, after=after)

    whole: Any = (await asked(20, "totalCount nodes { id }")).data
    assert [each["id"] for each in whole["me"]["coupons"]["nodes"]] == usable[::-1]
    assert whole["me"]["coupons"]["totalCount"] == 3
    await shop.has("anna", toys)
    for first, what in ((20, "nodes { id }"), (1, "totalCount")):
        error: Any = ((await asked(first, what)).errors or [None])[0]
        assert error is not None
        assert ((error.extensions or {})["code"], "page by page" in error.message) == ("QUERY_TOO_EXPENSIVE", True)
    page: Any = (await asked(1)).data
    rest: Any = (await asked(20, after=page["me"]["coupons"]["pageInfo"]["endCursor"])).data
    found = [each["id"] for part in (page, rest) for each in part["me"]["coupons"]["nodes"]]
    assert found == usable[::-1]


async def test_a_template_says_for_me_what_claiming_it_would_answer(shop: Shop) -> None:
    """R31: why, and when. Tried: without the stock in the list, `gone` is told to be claimable."""
    offers: dict[str, dict[str, Any]] = {
        "open": {"limit": {"times": 2, "period": "MONTH"}},
        "gone": {"stock": 1},
        "spent": {"budget": "10.00"},
        "higher": {"tiers_from": "v4"},
        "limited": {"limit": {"times": 1, "period": "DAY"}},
        "later": {"opens_at": datetime.fromisoformat("2026-03-09T08:00:00")},
        "past": {"closes_at": datetime.fromisoformat("2026-02-01T00:00:00")},
        "not-claimed": {"ways": ["GRANT"]},
    }
    for code, said in offers.items():
        await shop.offers(code, **said)
    for subject in ("anna", "ben"):
        await shop.world.joins(subject)
    for code in ("gone", "spent"):
        await shop.has("ben", code)
    for code in ("open", "limited"):
        await shop.has("anna", code)
    listed = (await shop.world.data(FOR_ME, by=customer("anna")))["claimableCoupons"]
    found = {each["code"]: each["forMe"] for each in listed["nodes"] if each["code"] in offers}
    assert {code: each["whyNot"] and each["whyNot"]["code"] for code, each in found.items()} == {
        "open": None,
        "gone": "OUT_OF_STOCK",
        "spent": "COUPON_BUDGET_USED",
        "higher": "TIER_TOO_LOW",
        "limited": "LIMIT_REACHED",
        "later": "NOT_YET_OPEN",
    }
    assert (found["open"]["had"], found["open"]["limitLeft"]) == (1, 1)
    again = [datetime.fromisoformat(str(found[code]["availableAt"])) for code in ("limited", "later")]
    assert again == [datetime(2026, 3, 1, 16, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)]
    for code in found:
        answer = await shop.claims("anna", code)
        assert answer.get("code") == (found[code]["whyNot"] or {}).get("code"), code
    stranger = (await shop.world.data(FOR_ME, by=customer("nobody")))["claimableCoupons"]["nodes"]
    assert {each["forMe"]["whyNot"]["code"] for each in stranger} == {"NOT_A_MEMBER"}
    clerk = (await shop.world.data(FOR_ME, by=staff(Role.SUPPORT, CLUB)))["claimableCoupons"]["nodes"]
    assert {each["forMe"] for each in clerk} == {None}


@pytest.mark.parametrize("document", [WHOLE, FOR_ME])
async def test_a_hundred_cost_as_many_statements_as_ten(shop: Shop, sql: Statements, document: str) -> None:
    """Fixed, however many there are. Tried: the history of each coupon by statements of its own."""
    shop.templates += [
        f'[[coupons.templates]]\ncode = "c-{number}"\nkind = "CASH"\namount = "1.00"\nvalidity = {{ days = 9 }}\n'
        f'name = {{ zh = "券", en = "A coupon" }}\nstock = 9\nbudget = "9.00"\nlimit = {{ times = 3 }}\n'
        f'tiers_from = "v1"\nways = ["CLAIM", "GIFT"]'
        for number in range(100)
    ]
    await shop.publishes()
    member = await shop.world.joins("anna")
    if document == WHOLE:
        for number in range(100):
            await shop.gives(member, f"c-{number}")
    counts: list[int] = []
    for first in (10, 100):
        with sql:
            answer = await shop.world.data(document, by=customer("anna"), first=first)
        counts.append(sql.count)
        (listed,) = (answer["me"] if document == WHOLE else answer).values()
        assert len(listed["nodes"]) == first
    assert counts[0] == counts[1] <= 7, counts


async def test_a_coupon_is_called_as_its_template_is_now(shop: Shop) -> None:
    """However often the same list was shown before (R2): what operators make changes without a publication."""
    world, operator = shop.world, staff(Role.OPERATOR, CLUB)
    member = global_id("member", await world.joins("anna"))

    async def does(name: str, shown: str, /, **said: Any) -> Any:
        document = f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ {shown} }} }}"
        done = await world.data(document, by=operator, input={"idempotencyKey": str(uuid4()), **said})
        await world.looks()
        return done[name]

    terms = {
        "kind": "CASH",
        "ways": ["GRANT"],
        "amount": "1.00",
        "validity": {"days": 1},
        "name": {"zh": "x", "en": "Old"},
    }
    made = await does("createCouponTemplate", MADE, program=CLUB, code="renamed", **terms)
    template = made["template"]["id"]
    for _ in range(2):
        await does("issueCoupon", "__typename", member=member, template=template, reason="for the test")
    assert await names(world) == ["Old", "Old"]
    await does("changeCouponTemplate", "__typename", template=template, name={"zh": "y", "en": "New"})
    assert await names(world) == ["New", "New"]


MADE = "... on CreateCouponTemplateSuccess { template { id } }"


async def names(world: World) -> list[str]:
    shown = await world.data("{ me { coupons { nodes { template { name } } } } }", by=customer("anna"))
    return [coupon["template"]["name"] for coupon in shown["me"]["coupons"]["nodes"]]
