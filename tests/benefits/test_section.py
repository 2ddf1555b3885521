"""What a program's file may say of benefits, and what it is told where it may not (M1, M14, R20)."""

from typing import Any

import pytest

from app.benefits.section import PARAMETERS, BenefitKind, BenefitsSection, Parameters
from app.definition import read
from app.programs.changes import problems_after
from app.programs.problems import WrongDefinition
from app.tiers.section import TiersSection

from .club import ALL, CODES, club, code_of, offered
from .club import PARAMETERS as SAID

PRICE = offered("price", BenefitKind.MEMBER_PRICE)
TRIALS = offered("trials", BenefitKind.TRIAL_PRIORITY, "chances = 2")
OF_GOLD = '[[benefits.of_tier]]\ntier = "gold"\nbenefit = "price"\n'


def problems(text: str) -> list[str]:
    with pytest.raises(WrongDefinition) as wrong:
        read(text)
    return [str(each) for each in wrong.value.problems]


def test_every_kind_says_which_parameters_it_has() -> None:
    assert PARAMETERS.keys() == set(BenefitKind)
    named = {name for takes in PARAMETERS.values() for name in (*takes.needs, *takes.may_have)}
    assert named == set(Parameters.model_fields)


def test_the_club_of_these_tests_offers_each_kind() -> None:
    definition = read(club())
    assert [each.kind for each in definition.section(BenefitsSection).offered] == list(SAID)
    assert [len(tier.given) for tier in definition.section(TiersSection).ladder] == [0, 0, len(BenefitKind)]


WRONG: dict[str, tuple[str, str]] = {
    "a tier has what nobody offers": (
        club(PRICE, gold='["price", "prices"]'),
        'tiers.ladder[2].benefits[1]: "prices" is no benefit that is offered',
    ),
    "a tier has it twice": (
        club(PRICE, gold='["price", "price"]'),
        "tiers.ladder[2].benefits[1]: is in the list before",
    ),
    "the same code twice": (
        club(PRICE + PRICE, gold="[]"),
        'benefits.offered[1].code: "price" is also the code of offered[0]',
    ),
    "what its kind needs is missing": (
        club(offered("early", BenefitKind.EARLY_ACCESS), gold="[]"),
        "benefits.offered[0].parameters.hours: missing: EARLY_ACCESS says it",
    ),
    "what its kind has not": (
        club(offered("price", BenefitKind.MEMBER_PRICE, "hours = 3"), gold="[]"),
        "benefits.offered[0].parameters.hours: has no meaning with kind MEMBER_PRICE",
    ),
    "a birthday gift twice a year": (
        club(offered("cake", BenefitKind.BIRTHDAY_GIFT, SAID[BenefitKind.BIRTHDAY_GIFT], 'times = 2, period = "YEAR"'),
             gold="[]"),
        'benefits.offered[0].quota: BIRTHDAY_GIFT is once a year: { times = 1, period = "YEAR" }',
    ),
    "a tier that there is not": (
        club(PRICE, gold='["price"]', more=OF_GOLD.replace("gold", "iron") + 'quota = { times = 1, period = "DAY" }'),
        'benefits.of_tier[0].tier: "iron" is no tier of the ladder',
    ),
    "of a tier that does not have it": (
        club(PRICE, gold="[]", more=OF_GOLD + 'quota = { times = 1, period = "DAY" }'),
        'benefits.of_tier[0].benefit: the tier "gold" does not have "price"',
    ),
    "otherwise, and nothing is": (
        club(PRICE, gold='["price"]', more=OF_GOLD),
        "benefits.of_tier[0].parameters: missing: says neither parameters nor a quota",
    ),
    "otherwise than its kind can be": (
        club(PRICE, gold='["price"]', more=OF_GOLD + "parameters = { days = 3 }"),
        "benefits.of_tier[0].parameters.days: has no meaning with kind MEMBER_PRICE",
    ),
    "of what nobody offers": (
        club(PRICE, gold='["price"]', more=OF_GOLD.replace('"price"', '"prices"') + "parameters = { days = 3 }"),
        'benefits.of_tier[0].benefit: "prices" is not offered',
    ),
    "retired and offered": (
        club(f'[benefits]\nretired = ["price"]\n{PRICE}', gold="[]"),
        'benefits.retired[0]: "price" is offered, so it is not retired',
    ),
    "more points than are given": (
        club(ALL.replace('multiplier = "1.5"', 'multiplier = "2"')),
        'benefits.offered[6].parameters.multiplier: "gold" has 2 times, and the rule "order" gives it 1.5',
    ),
    "more points for who is given none": (
        club(silver='"points-multiplier"'),
        'benefits.offered[6].parameters.multiplier: "silver" has 1.5 times, and the rule "order" gives it 1',
    ),
    "coupons that there are not": (
        club(ALL.replace('"gold-only"', '"golden"')),
        'benefits.offered[11].parameters.templates[0]: "golden" is no template of coupons',
    ),
    "coupons that others can have, too": (
        club().replace('tiers_from = "gold"', 'tiers_from = "silver"'),
        'benefits.offered[11].parameters.templates[0]: coupons of "gold-only" are for "silver" and above, and this is '
        'for "gold" and above',
    ),
    "coupons that everybody can have": (
        club().replace('tiers_from = "gold"\n', ""),
        'benefits.offered[11].parameters.templates[0]: coupons of "gold-only" are for everybody, and this is for '
        '"gold" and above',
    ),
    "an extra by a campaign that there is not": (
        club(ALL.replace('campaigns = ["day"]', 'campaigns = ["days"]')),
        'benefits.offered[3].parameters.campaigns[0]: "days" is no campaign',
    ),
    "an extra that others have, too": (
        club().replace('tiers = ["gold"]', 'tiers = ["silver", "gold"]', 1),
        'benefits.offered[3].parameters.campaigns[0]: the campaign "day" is for "silver", "gold", and "gold" have this',
    ),
    "an extra that not all have who are promised it": (
        club(ALL, silver='"promotion-extras"'),
        'benefits.offered[12].parameters.campaigns[0]: the campaign "sale" is for "gold", and "silver", "gold" '
        "have this",
    ),
    "more points by a rule that there is not": (
        club(ALL.replace('rules = ["order"]', 'rules = ["orders"]')),
        'benefits.offered[6].parameters.rules[0]: "orders" is no rule that earns points',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_makes_no_sense_is_told_by_its_key(case: str) -> None:
    text, expected = WRONG[case]
    assert expected in problems(text)


def test_more_points_are_not_given_to_a_tier_of_which_it_is_not_said() -> None:
    """M14: the rule gives gold 1.5 times; that is gold's benefit, and nobody's otherwise."""
    less = str([code for code in CODES if code != "points-multiplier"])
    assert problems(club(gold=less)) == [
        'benefits.offered[6].parameters.multiplier: "gold" has 1 times, and the rule "order" gives it 1.5'
    ]


def after(earlier: str, later: str) -> list[str]:
    return [str(each) for each in problems_after(read(earlier), read(later))]


def retiring(*codes: str) -> str:
    return club(f"[benefits]\nretired = {list(codes)}\n" + TRIALS, gold="[]")


def test_codes_are_retired_and_do_not_come_back() -> None:
    """R20: neither as something else nor as what they were, and a code stays of its kind."""
    both, one = club(PRICE + TRIALS, gold="[]"), club(TRIALS, gold="[]")
    assert after(both, one) == ['benefits.retired: "price" was offered before: name it here, it cannot come back']
    assert after(both, retiring("price")) == []
    assert after(retiring("price"), one) == after(both, one)
    assert after(retiring("price"), both) == [
        'benefits.offered[0].code: "price" is the code of a benefit that is gone, and is retired: choose another'
    ]
    other = club(TRIALS + offered("price", BenefitKind.PRIORITY_SHIPPING), gold="[]")
    assert after(both, other) == ["benefits.offered[1].kind: cannot change: it was published as MEMBER_PRICE"]


def test_a_tier_has_otherwise_what_is_said_of_it_and_the_rest_as_all() -> None:
    """Parameters and quotas each take the place of the benefit's own."""
    more = '[[benefits.of_tier]]\ntier = "gold"\nbenefit = "trials"\nquota = { times = 3, period = "DAY" }\n'
    definition = read(club(TRIALS, silver='"trials"', gold='["trials"]', more=more))
    _, silver, gold = definition.section(TiersSection).ladder
    told: list[Any] = [[each.model_dump(mode="json", exclude={"name", "description"}) for each in tier.given]
                       for tier in (silver, gold)]  # fmt: skip
    assert [(each["parameters"]["chances"], each["quota"]) for (each,) in told] == [
        (2, None),
        (2, {"times": 3, "period": "DAY"}),
    ]


@pytest.mark.parametrize("kind", BenefitKind, ids=code_of)
def test_members_read_of_each_kind_in_both_languages(kind: BenefitKind) -> None:
    """M31: the rules in words name the tier, the benefit, and how often."""
    found = next(rule for rule in read(club()).rules if rule.code == f"benefits.gold.{code_of(kind)}")
    assert found.words.zh.startswith("金卡：权益。一项权益。")
    assert found.words.zh.endswith("1 次。" if kind is BenefitKind.BIRTHDAY_GIFT else "2 次。")
    assert found.words.en.startswith(f"Gold: The {code_of(kind)}. A benefit.")
    assert found.words.en.endswith("at most.")
