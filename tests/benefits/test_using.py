"""Other systems have members use benefits, once for each thing, and give them back (R24, R31, R43)."""

from typing import Any

import pytest

from app.benefits.section import BenefitKind
from app.graph import Viewer
from tests.world import World, customer, service

from .club import CLUB, DAY, SARA, SHOP, USED, club, gives_back, grown, held, offered, opened, uses

PRICE = offered("price", BenefitKind.MEMBER_PRICE)
TRIALS = offered("trials", BenefitKind.TRIAL_PRIORITY, "chances = 2", 'times = 1, period = "DAY"')
FEW = club(PRICE + TRIALS, silver='"price"', gold='["price", "trials"]')
HISTORY = f"""{{ me(program: "{CLUB}") {{ benefitUses(first: 2) {{ totalCount pageInfo {{ hasNextPage }} nodes {{
  cause source reference state benefit {{ code }} }} }} }} }}"""


async def asked(world: World, by: Viewer, **more: Any) -> Any:
    """What is asked as it may not be."""
    given = {"program": CLUB, "customer": {"subject": "anna"}, "benefit": "price", "cause": {"id": "o-1"}, **more}
    return await world.ask(USED, by=by, input=given)


async def test_the_same_with_something_else_is_refused(world: World) -> None:
    """R24: of another customer, or said otherwise; nothing is changed by it."""
    await opened(world, FEW)
    await grown(world, "anna")
    await grown(world, "bella")
    first = await uses(world, "anna", "price", "o-1", reference="seven cups")
    assert (first["use"]["cause"], first["use"]["source"], first["use"]["reference"]) == ("o-1", "shop", "seven cups")
    for refused in (
        await uses(world, "anna", "price", "o-1"),
        await uses(world, "anna", "price", "o-1", reference="six cups"),
        await uses(world, "bella", "price", "o-1", reference="seven cups"),
    ):
        assert (refused["code"], refused["source"], refused["cause"]) == ("BENEFIT_USE_CONFLICT", "shop", "o-1")
    again = await uses(world, "anna", "price", "o-1", reference="seven cups")
    assert (again["replayed"], again["use"]) == (True, first["use"])
    page = await world.data(HISTORY, by=customer("bella"))
    assert page["me"]["benefitUses"]["totalCount"] == 0


async def test_for_one_thing_several_benefits_are_used_and_of_several_systems(world: World) -> None:
    """R24: what is used once is a benefit for what a system names; another benefit or another system is another."""
    await opened(world, FEW)
    await grown(world, "anna")
    found = [
        await uses(world, "anna", "price", "o-1"),
        await uses(world, "anna", "trials", "o-1"),
        await uses(world, "anna", "price", "o-1", by=service(CLUB, sources=("erp",))),
    ]
    assert [each["replayed"] for each in found] == [False] * 3
    page = (await world.data(HISTORY, by=customer("anna")))["me"]["benefitUses"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    assert [(each["benefit"]["code"], each["source"]) for each in page["nodes"]] == [
        ("price", "erp"),
        ("trials", "shop"),
    ]


async def test_what_is_given_back_counts_no_more_and_is_not_used_again(world: World) -> None:
    """R24, R31: giving back twice is once; the same cause stays given back, another may use it."""
    await opened(world, FEW)
    await grown(world, "anna")
    used = await uses(world, "anna", "trials", "o-1")
    world.now += DAY / 24
    first, second = [await gives_back(world, "anna", "trials", "o-1") for _ in range(2)]
    assert (first["replayed"], second["replayed"], first["use"], second["use"]["id"]) == (
        False, True, second["use"], used["use"]["id"],
    )  # fmt: skip
    assert first["use"]["givenBackAt"] == world.now
    assert (await held(world))["trials"]["quota"]["left"] == 1
    again = await uses(world, "anna", "trials", "o-1")
    assert (again["replayed"], again["use"]["state"]) == (True, "GIVEN_BACK")
    assert (await held(world))["trials"]["quota"]["left"] == 1
    assert (await uses(world, "anna", "trials", "o-2"))["replayed"] is False


async def test_who_has_left_gives_back_and_uses_nothing_new(world: World) -> None:
    await opened(world, FEW)
    await grown(world, "anna")
    await uses(world, "anna", "trials", "o-1")
    await world.leaves("anna", program=CLUB)
    assert (await uses(world, "anna", "trials", "o-1"))["replayed"] is True
    assert (await uses(world, "anna", "trials", "o-2"))["__typename"] == "NotAMember"
    assert (await gives_back(world, "anna", "trials", "o-1"))["use"]["state"] == "GIVEN_BACK"


async def test_what_is_not_had_says_with_which_tier_it_is(world: World) -> None:
    """In the language that was asked for."""
    await opened(world, FEW)
    await grown(world, "anna", 200)
    refused = await uses(world, "anna", "trials")
    assert (refused["code"], refused["tier"]["code"]) == ("BENEFIT_NOT_HELD", "gold")
    assert refused["message"] == "You do not have “The trials” now."
    await grown(world, "bella")
    _, refused = [await uses(world, "bella", "trials") for _ in range(2)]
    assert refused["message"] == "You have used “The trials” as often as you may."
    answer = await world.data(
        USED, by=SHOP, language="zh",
        input={"program": CLUB, "customer": {"subject": "bella"}, "benefit": "trials", "cause": {"id": "o-9"}},
    )  # fmt: skip
    assert answer["useBenefit"]["message"] == "“权益”的使用次数已用完。"


WRONG: dict[str, tuple[Viewer, dict[str, Any], str]] = {
    "a benefit that there is not": (SHOP, {"benefit": "prices"}, "BAD_USER_INPUT"),
    "for nothing": (SHOP, {"cause": {"id": ""}}, "BAD_USER_INPUT"),
    "for what cannot be seen": (SHOP, {"cause": {"id": "a\u200bb"}}, "BAD_USER_INPUT"),
    "for too much": (SHOP, {"cause": {"id": "x" * 201}}, "BAD_USER_INPUT"),
    "with too much to say": (SHOP, {"reference": "x" * 201}, "BAD_USER_INPUT"),
    "in another program": (service("taobao-club"), {}, "BAD_USER_INPUT"),
    "without the scope": (service(CLUB, scopes=("facts:write",)), {}, "FORBIDDEN"),
    "for another system": (SHOP, {"cause": {"id": "o-1", "source": "erp"}}, "FORBIDDEN"),
    "as the member": (customer("anna"), {}, "FORBIDDEN"),
    "as staff": (SARA, {}, "FORBIDDEN"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_cannot_be_asked_is_an_error(world: World, case: str) -> None:
    await opened(world, FEW)
    await grown(world, "anna")
    viewer, more, code = WRONG[case]
    result = await asked(world, viewer, **more)
    assert [error.extensions["code"] for error in result.errors or ()] == [code]


async def test_nobody_learns_of_what_another_used(world: World) -> None:
    """R43: for what another used and for what nobody did the answer is the same."""
    await opened(world, FEW)
    await grown(world, "anna")
    await grown(world, "bella")
    await uses(world, "anna", "price", "o-1")
    texts: list[str] = []
    for cause in ("o-1", "nobody's"):
        given = {"program": CLUB, "customer": {"subject": "bella"}, "benefit": "price", "cause": {"id": cause}}
        document = "mutation ($input: GiveBackBenefitInput!) { giveBackBenefit(input: $input) { __typename } }"
        result = await world.ask(document, by=SHOP, input=given)
        texts += [error.message for error in result.errors or ()]
    assert len(texts) == 2
    assert texts[0] == texts[1]


async def test_of_several_in_one_request_each_shows_what_is_left_after_it(world: World) -> None:
    """R24: what was read for the first says nothing of the second."""
    few = offered("trials", BenefitKind.TRIAL_PRIORITY, "chances = 2", 'times = 3, period = "DAY"')
    await opened(world, club(few, silver="", gold='["trials"]'))
    await grown(world, "anna")
    shown = "... on UseBenefitSuccess { member { benefits { quota { left } } } }"
    wish = f'program: "{CLUB}", customer: {{subject: "anna"}}, benefit: "trials"'
    parts = [f'{name}: useBenefit(input: {{{wish}, cause: {{id: "{name}"}}}}) {{ {shown} }}' for name in "ab"]
    found = await world.data(f"mutation {{ {' '.join(parts)} }}", by=SHOP)
    assert [found[name]["member"]["benefits"] for name in "ab"] == [[{"quota": {"left": left}}] for left in (2, 1)]
