"""An operator's coupon templates: made, said otherwise, retired, added to, and all of it on record."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.coupons.templates import template_id
from app.definition import PRESETS
from app.programs.rules import SPREAD
from tests.campaigns.making import changes, has
from tests.databases import run
from tests.staff.keeping_coupons import (
    BOSS,
    BRAND,
    CLUB,
    NAME,
    OLGA,
    SARA,
    asks,
    audited,
    claims,
    created,
    errors,
    passes,
    seen,
)
from tests.world import World, customer

WHOLE: dict[str, Any] = {
    "kind": "THRESHOLD",
    "name": {"zh": " 满减 ", "en": "20 off"},
    "description": {"zh": "春季券", "en": "For the spring"},
    "amount": "20.00",
    "threshold": "100.00",
    "validity": {"since": "2026-03-02T00:00:00+08:00", "until": "2026-04-01T00:00:00+08:00"},
    "tiersFrom": "v2",
    "opensAt": "2026-03-01T20:10:00+08:00",
    "closesAt": "2026-03-20T00:00:00+08:00",
    "limit": {"times": 2, "period": "MONTH"},
    "stackingGroup": "spring",
    "ways": ["CLAIM", "GRANT"],
    "stock": 10,
    "budget": "150.00",
}
SAID = {
    "code": "spring",
    "kind": "THRESHOLD",
    "name": "20 off",
    "description": "For the spring",
    "amount": {"amount": "20.00", "currency": "CNY"},
    "percentOff": None,
    "threshold": {"amount": "100.00", "currency": "CNY"},
    "validity": {"since": datetime(2026, 3, 1, 16, tzinfo=UTC), "until": datetime(2026, 3, 31, 16, tzinfo=UTC),
                 "days": None, "months": None},
    "stackingGroup": "spring",
    "ways": ["CLAIM", "GRANT"],
    "tiersFrom": {"code": "v2"},
    "opensAt": datetime(2026, 3, 1, 12, 10, tzinfo=UTC),
    "closesAt": datetime(2026, 3, 19, 16, tzinfo=UTC),
    "limit": {"times": 2, "period": "MONTH"},
    "left": 10,
    "total": 10,
    "budget": {"amount": "150.00", "currency": "CNY"},
    "budgetLeft": {"amount": "150.00", "currency": "CNY"},
    "isMadeByOperator": True,
    "retiredAt": None,
}  # fmt: skip


DEEDS: dict[str, Any] = {
    "RetireCouponTemplate": {},
    "ChangeCouponTemplate": {"name": NAME},
    "AddCouponStock": {"pieces": 1},
    "AddCouponBudget": {"amount": "1.00"},
}
FILE = (PRESETS / f"{CLUB}.toml").read_text("utf-8")
TEMPLATE_OF_FILE = """
[[coupons.templates]]
code = "of-file"
kind = "CASH"
name = { zh = "红包", en = "Off" }
amount = "10.00"
validity = { days = 30 }
stock = 3
"""


async def test_a_template_is_as_the_operator_says_and_who_made_it_is_on_record(world: World) -> None:
    """R12, R31: rows of its stock and its budget are there at once. Tried: without the note the record is empty."""
    made_at = world.now
    template = await created(world, "spring", **WHOLE, reason="For the spring.")
    assert {name: template[name] for name in SAID} == SAID
    (listed,) = (await world.data("{ couponTemplates { nodes { id } } }", by=OLGA))["couponTemplates"]["nodes"][-1:]
    assert listed == {"id": template["id"]}
    (noted,) = [each for each in await audited(world) if each["about"] == template["id"]]
    assert noted == {
        "action": "COUPON_TEMPLATE_CREATED",
        "about": template["id"],
        "by": {"subject": "olga"},
        "role": "OPERATOR",
        "reason": "For the spring.",
        "changes": [{"what": what, "before": None, "after": after} for what, after in (
            ("code", "spring"), ("kind", "THRESHOLD"), ("amount", "2000"), ("stock", "10"), ("budget", "15000"))],
        "at": made_at,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("'code': must match", {"code": "Ten"}),
        ("'name' must have 1 to 60", {"name": {"zh": "券" * 61, "en": "A coupon"}}),
        ("'name.en': it is empty", {"name": {"zh": "券", "en": " "}}),
        ("'amount': missing: a coupon of kind CASH needs it", {"amount": None}),
        ("'amount': the currency has 2 decimals", {"amount": "0.001"}),
        ("'percentOff': a coupon of kind CASH has none", {"percentOff": 10}),
        ("'tiersFrom': the program has no tier 'gold'", {"tiersFrom": "gold"}),
        ("'limit.times': must be greater", {"limit": {"times": 0}}),
        ("'validity.until': missing", {"validity": {}}),
        ("'closesAt': must be after", {"opensAt": "2026-05-01T00:00:00Z", "closesAt": "2026-05-01T00:00:00Z"}),
        ("'opensAt': must be of the years", {"opensAt": "0001-01-01T00:00:00+14:00"}),
        ("'stock': must be greater", {"stock": 0}),
        ("'budget': is not enough", {"budget": "9.99"}),
        ("'campaign': a campaign opens", {"campaign": "fair", "ways": ["CODE"]}),
        ("'reason' must have 3 to 500", {"reason": "x"}),
    ],
)
async def test_what_makes_no_sense_is_told_by_its_name(world: World, words: str, wrong: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"program": CLUB, "kind": "CASH", "code": "ten", "name": NAME, "amount": "10.00",
                             "validity": {"days": 30}, **wrong}  # fmt: skip
    ((code, message),) = await errors(world, "CreateCouponTemplate", **asked)
    assert code == "BAD_USER_INPUT"
    assert words in message


PROBLEMS = """query ($file: String!) { compareProgram(program: "taobao-club", file: $file) {
  problems { key message } } }"""
PUBLISH = """mutation ($input: PublishProgramInput!) { publishProgram(input: $input) { __typename
  ... on WrongProgramFile { problems { key } } } }"""
EVENINGS: dict[str, Any] = {
    "code": "evenings",
    "name": {"zh": "之夜", "en": "Evenings"},
    "window": {"kind": "WEEKLY", "days": ["MONDAY"]},
    "effects": {"coupons": True},
}


async def test_a_file_cannot_have_the_code_of_a_template_that_an_operator_made(world: World) -> None:
    """R20, R31: both would be of one stock and one budget; also where the server does not hold it yet. Tried: without
    looking at templates the file is published."""
    asked: dict[str, Any] = {"program": CLUB, "kind": "CASH", "name": NAME, "amount": "1.00", "validity": {"days": 1}}
    await asks(world, "CreateCouponTemplate", code="of-file", **asked)
    text = FILE + TEMPLATE_OF_FILE
    found = (await world.data(PROBLEMS, by=OLGA, file=text))["compareProgram"]["problems"]
    number = text.count("[[coupons.templates]]") - 1
    assert found == [
        {
            "key": f"coupons.templates[{number}].code",
            "message": '"of-file" is the code of a template that an operator made',
        }
    ]
    sent = {"idempotencyKey": str(uuid4()), "program": CLUB, "file": text, "expectedVersion": 1, "reason": "Spring."}
    refused = (await world.data(PUBLISH, by=OLGA, input=sent))["publishProgram"]
    assert refused == {"__typename": "WrongProgramFile", "problems": [{"key": found[0]["key"]}]}


async def test_a_template_is_not_made_beside_a_file_that_the_server_does_not_know_yet(world: World) -> None:
    """The file may have the code. Tried: by what is held alone, there are two of one code."""
    held = world.programs
    await world.publishes(FILE + TEMPLATE_OF_FILE)
    world.programs, newer = held, world.programs
    asked: dict[str, Any] = {"program": CLUB, "kind": "CASH", "name": NAME, "amount": "1.00", "validity": {"days": 1}}
    ((code, _),) = await errors(world, "CreateCouponTemplate", code="of-file", **asked)
    assert code == "OVERLOADED"
    world.programs = newer
    assert (await asks(world, "CreateCouponTemplate", code="of-file", **asked))["code"] == "COUPON_TEMPLATE_CODE_TAKEN"


async def test_a_template_that_no_campaign_ever_opens_is_not_made(world: World) -> None:
    """M20. Tried: without looking at campaigns, each is made and nobody ever gets one."""
    asked: dict[str, Any] = {"program": CLUB, "kind": "CASH", "name": NAME, "amount": "1.00", "validity": {"days": 1}}
    once: Any = {"kind": "ONE_OFF", "starts": "2026-03-01T00:00", "ends": "2026-03-02T00:00"}
    await has(world, **EVENINGS)
    await has(world, **{**EVENINGS, "code": "over", "window": once})
    await has(world, **{**EVENINGS, "code": "ended"})
    await changes(world, "endCampaign", "ended")
    await changes(world, "pauseCampaign", "evenings")  # it may be resumed
    world.now += timedelta(days=2)
    for campaign, words in {
        "nothing-like-it": "is no campaign",
        "member-day": "opens no coupons",
        "ended": "is no campaign",
        "over": "is over",
    }.items():
        ((code, message),) = await errors(world, "CreateCouponTemplate", code="one", campaign=campaign, **asked)
        assert (code, words in message) == ("BAD_USER_INPUT", True), message
    made = await asks(world, "CreateCouponTemplate", code="one", campaign="evenings", **asked)
    assert made["__typename"] == "CreateCouponTemplateSuccess"


async def test_a_code_is_of_one_template_whether_of_the_file_or_an_operator_s(world: World) -> None:
    """R20: also of one that is retired, or was in an earlier version of the file. Tried: without looking at the file
    there are two."""
    template = await created(world)
    await asks(world, "RetireCouponTemplate", template=template["id"])
    await world.publishes(FILE + TEMPLATE_OF_FILE)
    await world.publishes(FILE)
    for taken in ("ten", "of-file"):
        answer = await asks(world, "CreateCouponTemplate", program=CLUB, kind="CASH", code=taken, name=NAME,
                            amount="1.00", validity={"days": 1})  # fmt: skip
        assert answer["code"] == "COUPON_TEMPLATE_CODE_TAKEN"
    elsewhere = await asks(world, "CreateCouponTemplate", by=BOSS, program=BRAND, kind="CASH", code="ten", name=NAME,
                           amount="1.00", validity={"days": 1})  # fmt: skip
    assert elsewhere["__typename"] == "CreateCouponTemplateSuccess"


async def test_nobody_gets_it_before_every_process_knows_of_it(world: World) -> None:
    """R25: it opens two seconds after it was made. Tried: opening at once, the first claim succeeds."""
    await world.joins("anna")
    asked: dict[str, Any] = {
        "program": CLUB,
        "kind": "CASH",
        "code": "ten",
        "name": NAME,
        "amount": "10.00",
        "validity": {"days": 30},
    }
    await asks(world, "CreateCouponTemplate", **asked)
    made_at = world.now
    await world.looks()
    early = await claims(world, "anna")
    assert (early["code"], early["opensAt"]) == ("NOT_YET_OPEN", made_at + SPREAD)
    world.now = made_at + SPREAD
    assert (await claims(world, "anna"))["__typename"] == "ClaimCouponSuccess"


async def test_what_is_said_otherwise_counts_two_seconds_later_and_terms_stay(world: World) -> None:
    """R25: what was in force at an instant follows from what was written, not from what is held when asked. Tried:
    taking the newest state at once."""
    template = await created(world, limit={"times": 1, "period": "LIFETIME"})
    answer = await asks(world, "ChangeCouponTemplate", template=template["id"], limit={"times": 3, "period": "DAY"},
                        name={"zh": "新", "en": "New"}, remove=["DESCRIPTION"])  # fmt: skip
    assert (answer["template"]["name"], answer["template"]["limit"]) == ("New", {"times": 3, "period": "DAY"})
    await world.looks()
    now = await seen(world, template["id"])
    assert (now["name"], now["limit"]) == ("Ten off", {"times": 1})
    await passes(world)
    later = await seen(world, template["id"])
    assert (later["name"], later["limit"], later["amount"]) == ("New", {"times": 3}, {"amount": "10.00"})
    changes = {each["what"] for each in (await audited(world))[0]["changes"]}
    assert changes == {"name", "limit"}


async def test_a_retired_template_gives_nothing_more_and_its_coupons_stay(world: World) -> None:
    """R20. Tried: without the retiring in what is held the second claim succeeds."""
    await world.joins("anna")
    await world.joins("ben")
    template = await created(world)
    coupon = (await claims(world, "anna"))["coupon"]
    await asks(world, "RetireCouponTemplate", template=template["id"])
    await passes(world)
    assert (await claims(world, "ben"))["code"] == "COUPON_OFFER_CLOSED"
    assert (await seen(world, template["id"]))["retiredAt"] == world.now
    mine = "{ me { coupons { nodes { id state template { code } } } } }"
    found = (await world.data(mine, by=customer("anna")))["me"]["coupons"]["nodes"]
    assert found == [{"id": coupon["id"], "state": "ISSUED", "template": {"code": "ten"}}]
    for name, more in DEEDS.items():
        answer = await asks(world, name, template=template["id"], **more)
        assert answer["code"] == "COUPON_TEMPLATE_RETIRED", name


async def test_stock_and_budget_are_added_to_at_once(world: World) -> None:
    """R31. Tried: without the rows' lock the totals of several at once are too small."""
    await world.joins("anna")
    template = await created(world, stock=1, budget="10.00", buckets=1)
    await claims(world, "anna")
    more: list[tuple[str, dict[str, Any]]] = [
        ("AddCouponStock", {"pieces": 2}),
        ("AddCouponBudget", {"amount": "1.50"}),
    ] * 5
    await asyncio.gather(*(asks(world, name, template=template["id"], **each) for name, each in more))
    now = await seen(world, template["id"])
    assert (now["total"], now["left"]) == (11, 10)
    assert (now["budget"]["amount"], now["budgetLeft"]["amount"]) == ("17.50", "7.50")


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("AddCouponStock", {"pieces": 1}, "it has no stock"),
        ("AddCouponBudget", {"amount": "1.00"}, "has no budget"),
        ("ChangeCouponTemplate", {}, "Say what is to be different"),
        ("ChangeCouponTemplate", {"remove": ["LIMIT"], "limit": {"times": 1}}, "LIMIT cannot be removed and said"),
        ("ChangeCouponTemplate", {"closesAt": "1900-01-01T00:00:00Z"}, "'closesAt': must be of the years"),
    ],
)
async def test_what_cannot_be_done_with_a_template_is_told(
    world: World, name: str, more: dict[str, Any], words: str
) -> None:
    template = await created(world)
    ((code, message),) = await errors(world, name, template=template["id"], **more)
    assert (code, words in message) == ("BAD_USER_INPUT", True), message


async def test_a_template_of_the_file_is_the_file_s(world: World) -> None:
    """A file owns what it declares."""
    await world.publishes(FILE + TEMPLATE_OF_FILE)
    await passes(world)
    listed = await world.data("{ couponTemplates { nodes { id code isMadeByOperator } } }", by=OLGA)
    (of_file,) = [each for each in listed["couponTemplates"]["nodes"] if each["code"] == "of-file"]
    assert of_file["isMadeByOperator"] is False
    for name, more in DEEDS.items():
        ((_, message),) = await errors(world, name, template=of_file["id"], **more)
        assert "is of the program's file" in message


async def test_a_template_that_the_file_leaves_out_is_retired_from_then_on(world: World) -> None:
    """R20: and it can still be looked at."""
    await world.publishes(FILE + TEMPLATE_OF_FILE)
    await passes(world)
    gone_at = world.now + timedelta(days=1)
    await world.publishes(FILE, effective_from=gone_at)
    listed = await world.data("{ couponTemplates { nodes { id code } } }", by=OLGA)
    (template,) = [each["id"] for each in listed["couponTemplates"]["nodes"] if each["code"] == "of-file"]
    assert (await seen(world, template))["retiredAt"] is None
    world.now = gone_at
    assert (await seen(world, template))["retiredAt"] == gone_at
    everything = await world.data("{ couponTemplates(includeRetired: true) { nodes { code } totalCount } }", by=OLGA)
    assert "of-file" in [each["code"] for each in everything["couponTemplates"]["nodes"]]


async def test_staff_of_another_program_find_no_template(world: World) -> None:
    """R43: as if there were none; customers may look at any."""
    template = await created(world)
    document = "query ($id: ID!) { couponTemplate(id: $id) { code } }"
    for viewer, found in ((BOSS, None), (SARA, {"code": "ten"}), (customer("anna"), {"code": "ten"})):
        assert (await world.data(document, by=viewer, id=template["id"]))["couponTemplate"] == found
    ((_, message),) = await errors(world, "RetireCouponTemplate", by=BOSS, template=template["id"])
    assert message == "There is no such coupon template."


async def test_the_rows_of_a_template_are_only_added_to(world: World) -> None:
    """What was said at any time can be read again."""
    template = await created(world)
    for times in (1, 2):
        await asks(world, "ChangeCouponTemplate", template=template["id"], limit={"times": times})
    await asks(world, "RetireCouponTemplate", template=template["id"])
    rows = await run(world.database.settings.url, "SELECT id, number, is_retired FROM coupon_templates ORDER BY number")
    key = template_id(CLUB, "ten")
    assert [tuple(row) for row in rows] == [(key, 1, False), (key, 2, False), (key, 3, False), (key, 4, True)]
