"""A hundred operators at one coupon template, and a crowd that claims while its file says more. Each race fails without
the lock or key that decides it (R31, R36). Tried: every pair of `LOSSES`."""

import copy
from collections import Counter
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from app.coupons.commands import filling, templates
from app.definition import PRESETS
from app.programs import commands as programs
from tests.coupons.shop import Shop, balanced
from tests.staff.keeping_coupons import CLUB, NAME, OLGA, SHOWN, asks, claims, created, passes, seen
from tests.world import World

from .racing import CROWD, Mutant, Race, at_once, fails, unlocked, without_idempotency_key

NUMBERS = count(1)
PUBLISH = "mutation ($input: PublishProgramInput!) { publishProgram(input: $input) { __typename } }"
TEN = """
[[coupons.templates]]
code = "{code}"
kind = "CASH"
name = {{ zh = "券", en = "A coupon" }}
amount = "1.00"
validity = {{ days = 1 }}
"""


def new(name: str) -> str:
    """A name that no race before had."""
    return f"{name}-{next(NUMBERS)}"


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def takers(world: World, number: int) -> list[str]:
    subjects = [new("wanting") for _ in range(number)]
    await at_once(world.joins(subject) for subject in subjects)
    return subjects


async def a_hundred_make_a_template_of_one_code_and_one_does(world: World) -> None:
    asked: dict[str, Any] = {"program": CLUB, "code": new("kept"), "kind": "CASH", "name": NAME, "amount": "1.00",
                             "validity": {"days": 1}, "stock": 5}  # fmt: skip
    answers = await at_once(asks(world, "CreateCouponTemplate", **asked) for _ in range(CROWD))
    assert kinds(answers) == {"CreateCouponTemplateSuccess": 1, "CouponTemplateCodeTaken": CROWD - 1}


async def a_hundred_change_a_template_and_none_undoes_what_another_said(world: World) -> None:
    """Each says one of three things: at the end there are all three."""
    template = (await created(world, new("kept")))["id"]
    said: list[dict[str, Any]] = [{"name": {"zh": "新", "en": "New"}}, {"limit": {"times": 7, "period": "WEEK"}},
                                  {"closesAt": "2026-09-01T00:00:00Z"}]  # fmt: skip
    answers = await at_once(asks(world, "ChangeCouponTemplate", template=template, **said[number % 3])
                            for number in range(CROWD))  # fmt: skip
    assert kinds(answers) == {"ChangeCouponTemplateSuccess": CROWD}
    await passes(world)
    now = await seen(world, template)
    assert (now["name"], now["limit"], now["closesAt"] is not None) == ("New", {"times": 7}, True)


async def a_file_says_more_while_a_hundred_claim_and_no_more_than_that_is_given(world: World) -> None:
    """What is more is put in once, by whoever finds nothing left."""
    shop, subjects = Shop(world), await takers(world, CROWD)
    code = await shop.offers(new("raised"), stock=5, buckets=3, budget="80.00")
    await at_once(shop.claims(subject, code) for subject in subjects[:10])
    shop.templates = [each.replace("stock = 5", "stock = 25").replace('"80.00"', '"400.00"') for each in shop.templates]
    await shop.publishes()
    answers = await at_once(shop.claims(subject, code) for subject in subjects[10:])
    assert kinds(answers) == {"ClaimCouponSuccess": 20, "CouponsOutOfStock": CROWD - 30}
    assert (await shop.left(code), await shop.money(code)) == ((25, 0), (40_000, 15_000))
    await balanced(world)


async def a_hundred_add_to_a_template_while_others_claim(world: World) -> None:
    code = new("filled")
    template = (await created(world, code, stock=1, buckets=2))["id"]
    subjects = await takers(world, CROWD // 2)
    work = [claims(world, subject, code) for subject in subjects]
    work += [asks(world, "AddCouponStock", template=template, pieces=1) for _ in range(CROWD // 2)]
    taken = kinds(await at_once(work))["ClaimCouponSuccess"]
    now = await seen(world, template)
    assert (now["total"], now["left"]) == (1 + CROWD // 2, 1 + CROWD // 2 - taken)
    await balanced(world)


async def one_adds_to_a_budget_a_hundred_times_with_one_key(world: World) -> None:
    template = (await created(world, new("keyed"), budget="100.00"))["id"]
    key = uuid4()
    answers = await at_once(asks(world, "AddCouponBudget", template=template, amount="5.00", key=key)
                            for _ in range(CROWD))  # fmt: skip
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert (await seen(world, template))["budget"]["amount"] == "105.00"


async def a_file_takes_codes_that_operators_take_at_the_same_instant(world: World) -> None:
    """R20: a code is the file's or an operator's, never both: the second is told. Half a hundred of them make templates
    and half publish a file with all of these."""
    wanted = [new("both") for _ in range(CROWD // 2)]
    text = (PRESETS / f"{CLUB}.toml").read_text("utf-8") + "".join(TEN.format(code=code) for code in wanted)
    asked: dict[str, Any] = {"program": CLUB, "kind": "CASH", "name": NAME, "amount": "1.00", "validity": {"days": 1}}
    number = world.programs.current(CLUB, world.now).number
    work = [published(world, text, number) for _ in wanted]
    work += [made(world, {**asked, "code": code}) for code in wanted]
    answers = await at_once(
        each for pair in zip(work[: len(wanted)], work[len(wanted) :], strict=True) for each in pair
    )
    of_file, of_operators = sum(answers[::2]), sum(answers[1::2])
    assert (of_file == 1 and of_operators == 0) or (of_file == 0 and of_operators > 0), (of_file, of_operators)
    await passes(world)


async def published(world: World, file: str, expected: int) -> bool:
    """Did it go? May be that there is a template of an operator's with one of its codes."""
    asked = {"idempotencyKey": str(uuid4()), "program": CLUB, "file": file, "expectedVersion": expected}
    answer = (await world.data(PUBLISH, by=OLGA, input=asked))["publishProgram"]
    return answer["__typename"] == "PublishProgramSuccess"


async def made(world: World, asked: dict[str, Any]) -> bool:
    """Did it go? Refused, or told to ask again, where a file was published that is not held here yet."""
    result = await world.ask(SHOWN["CreateCouponTemplate"], by=OLGA, create={"idempotencyKey": str(uuid4()), **asked})
    assert [(error.extensions or {})["code"] for error in result.errors or ()] in ([], ["OVERLOADED"]), result.errors
    data: Any = result.data
    return not result.errors and data["createCouponTemplate"]["__typename"] == "CreateCouponTemplateSuccess"


def without_the_lock_of_the_program(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(programs, "LOCK", unlocked(programs.LOCK))


def without_the_lock_of_the_template(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(templates, "LOCK", unlocked(templates.LOCK))


def without_the_locks_of_what_is_filled(patch: pytest.MonkeyPatch) -> None:
    for name in ("STOCK", "BUDGET"):
        patch.setattr(filling, name, unlocked(getattr(filling, name)))


def the_code_is_not_claimed(patch: pytest.MonkeyPatch) -> None:
    mutant = copy.copy(templates.INSERT)
    mutant.sql = templates.INSERT.sql.replace("ON CONFLICT (id, number) DO NOTHING", "")
    assert mutant.sql != templates.INSERT.sql
    patch.setattr(templates, "INSERT", mutant)


RACES: dict[Race, tuple[Mutant, ...]] = {
    a_hundred_make_a_template_of_one_code_and_one_does: (the_code_is_not_claimed,),
    a_hundred_change_a_template_and_none_undoes_what_another_said: (without_the_lock_of_the_template,),
    a_file_says_more_while_a_hundred_claim_and_no_more_than_that_is_given: (without_the_locks_of_what_is_filled,),
    a_hundred_add_to_a_template_while_others_claim: (),
    a_file_takes_codes_that_operators_take_at_the_same_instant: (without_the_lock_of_the_program,),
    one_adds_to_a_budget_a_hundred_times_with_one_key: (without_idempotency_key,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_or_key_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)
