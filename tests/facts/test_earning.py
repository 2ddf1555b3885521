"""What an order earns: exclusions, weights of categories, multipliers of tiers, and the same told beforehand."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.db import Database
from app.definition import PRESETS, read
from app.errors import BadInput
from app.facts.rules import Bringing, Line, LineKind, growth_earned, points_earned, points_of_lines
from app.facts.rules.credited import Credited
from app.facts.simulation import Bringings, CappedOrder, simulated
from app.graph import Role
from app.graph.ids import global_id
from app.points.rules.caps import Capped
from app.points.section import PointsSection
from app.programs.problems import WrongDefinition
from app.programs.rules import SINCE_EVER, ProgramVersion
from app.prover import prove
from app.tiers.section import TiersSection
from tests.world import NOON, World, customer, published, service, staff

CLUB = (PRESETS / "taobao-club.toml").read_text("utf-8")
RULE = 'per = "1.00"\n'


def with_rule(*more: str) -> str:
    """The club's file, with more said of its rule for points."""
    start = CLUB.index("[[points.earning]]")
    place = CLUB.index(RULE, start)
    return CLUB[:place] + RULE + "".join(f"{line}\n" for line in more) + CLUB[place + len(RULE) :]


WEIGHTED = with_rule('categories = { books = "2", phones = "0.5" }', 'tiers = { v2 = "1.5", v3 = "3" }')
VERSION = ProgramVersion.of(read(WEIGHTED), number=1, effective_from=SINCE_EVER)
SECTION = VERSION.section(PointsSection)

LINES = some.lists(
    some.builds(
        Line,
        quantity=some.integers(1, 9),
        amount=some.integers(10_000, 10**6),
        category=some.sampled_from([None, "books", "phones", "shoes"]),
        kind=some.sampled_from(LineKind),
        by_points=some.integers(0, 5_000),
        by_coupons=some.integers(0, 5_000),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize(
    ("line", "eligible"),
    [
        (Line(1, 1000), 1000),
        (Line(1, 1000, kind=LineKind.GIFT_CARD), 0),
        (Line(1, 1000, kind=LineKind.SHIPPING), 0),
        (Line(1, 1000, by_points=300), 700),
        (Line(1, 1000, by_coupons=1000), 0),
        (Line(1, 1000, by_points=300, by_coupons=200), 500),
    ],
)
def test_nothing_is_earned_on_gift_cards_shipping_and_what_points_or_coupons_paid(line: Line, eligible: int) -> None:
    """R13"""
    assert line.eligible == eligible


@given(LINES, some.sampled_from(["v1", "v2", "v3", "v4"]))
def test_weighted_points_are_rounded_once_and_the_lines_add_up(lines: Sequence[Line], tier: str) -> None:
    """R12: reckoned here in hundredths of hundredths of fen."""
    (earned,) = points_earned(lines, section=SECTION, tier=tier)
    weight = {None: 100, "shoes": 100, "books": 200, "phones": 50}
    multiplier = {"v2": 150, "v3": 300}.get(tier, 100)
    exact = sum(line.eligible * weight[line.category] for line in lines) * multiplier
    assert earned.amount == exact // (100 * 100 * 100)
    parts = points_of_lines(lines, [earned])
    assert sum(parts) == earned.amount
    assert all(part == 0 for part, line in zip(parts, lines, strict=True) if line.eligible == 0)


@given(LINES)
def test_what_is_told_beforehand_is_what_is_earned(lines: Sequence[Line]) -> None:
    """M11: `simulateOrder` reckons by the very functions that a real order goes through."""
    (earned,) = points_earned(lines, section=SECTION, tier="v2")
    growing = growth_earned(lines, section=VERSION.section(TiersSection))
    left = CappedOrder([Capped(earned.rule, earned.amount)], [Capped(each.rule, each.amount) for each in growing])
    bringings = Bringings(Bringing([earned]), Bringing(growing))
    told = simulated(lines, bringings, capped=left, version=VERSION, stood=Credited("v2"), now=NOON)
    assert told.points == earned.amount == sum(line.points for line in told.lines)
    assert told.points == sum(rule.points for rule in told.rules)
    assert told.growth == sum(rule.growth for rule in told.rules)


def test_points_by_a_tier_that_is_not_on_the_ladder_are_refused() -> None:
    with pytest.raises(WrongDefinition, match=r"points\.earning\[0\]\.tiers\.v9: is no tier of the ladder"):
        read(with_rule('tiers = { v9 = "2" }'))


@pytest.mark.parametrize("weight", ['"-1"', '"1.234"', '"101"', "2", '"x"'])
def test_a_weight_that_makes_no_sense_is_refused_by_its_key(weight: str) -> None:
    with pytest.raises(WrongDefinition, match=r"points\.earning\[0\]\.categories\.books: "):
        read(with_rule(f"categories = {{ books = {weight} }}"))


@pytest.fixture
async def weighted(database: Database, tmp_path: Path) -> World:
    file = tmp_path / "club.toml"
    file.write_text(WEIGHTED, "utf-8")
    return World(database, await published(database, file, default="taobao-club"))


async def test_points_are_multiplied_for_the_tier_held_when_the_order_was_paid(weighted: World) -> None:
    """R25: not for the tier held when it was reported, nor for the one that the order itself brings."""
    day = timedelta(days=1)
    ladder = weighted.programs.current("taobao-club", NOON)
    growth = str(ladder_threshold(ladder, "v2"))
    first = await weighted.orders("anna", growth, paid=NOON - 10 * day, completed=NOON - 9 * day)
    assert first.points == int(growth)
    before = await weighted.orders("anna", "100", paid=NOON - 11 * day)
    after = await weighted.orders("anna", "100", paid=NOON - 8 * day)
    assert (before.points, after.points) == (100, 150)
    proof = await prove(weighted.database, now=NOON, programs=weighted.programs)
    assert proof.mismatches == []


def ladder_threshold(version: ProgramVersion, code: str) -> int:
    return version.section(TiersSection).tier(code).threshold


SIMULATE = """query ($lines: [OrderLineInput!]!, $currency: String!, $member: ID) {
  simulateOrder(lines: $lines, currency: $currency, member: $member) {
    points growth tierCode ruleVersion
    lines { number eligible { amount currency } points }
    rules { code words points growth multiplier }
  }
}"""
CART: list[dict[str, Any]] = [
    {"quantity": 1, "amount": "30.00", "category": "books"},
    {"quantity": 2, "amount": "10.00", "category": "phones", "paidByPoints": "2.00"},
    {"quantity": 1, "amount": "8.00", "kind": "SHIPPING"},
    {"quantity": 1, "amount": "50.00", "kind": "GIFT_CARD"},
]


async def test_a_cart_is_told_line_by_line_what_it_would_earn_and_nothing_is_written(weighted: World) -> None:
    """M11, R13"""
    answer = (await weighted.data(SIMULATE, by=customer("anna"), lines=CART, currency="CNY"))["simulateOrder"]
    assert (answer["points"], answer["growth"], answer["tierCode"]) == (64, 38, "v1")
    assert [line["eligible"]["amount"] for line in answer["lines"]] == ["30.00", "8.00", "0.00", "0.00"]
    assert [line["points"] for line in answer["lines"]] == [60, 4, 0, 0]
    assert {rule["points"] + rule["growth"] for rule in answer["rules"]} == {64, 38}
    assert all(rule["words"] for rule in answer["rules"])
    assert (await weighted.data("{ me { id } }", by=customer("anna")))["me"] is None


async def test_what_a_member_would_earn_goes_by_their_own_tier(weighted: World) -> None:
    growth = str(ladder_threshold(weighted.programs.current("taobao-club", NOON), "v2"))
    recorded = await weighted.orders("anna", growth, completed=NOON)
    member = global_id("member", recorded.member_id)
    for viewer, named in ((customer("anna"), None), (staff(Role.SUPPORT, "taobao-club"), member)):
        answer = await weighted.data(SIMULATE, by=viewer, lines=CART, currency="CNY", member=named)
        assert (answer["simulateOrder"]["tierCode"], answer["simulateOrder"]["points"]) == ("v2", 96)
    for viewer in (customer("bella"), service("brand-standard"), staff(Role.SUPPORT, "brand-standard")):
        result = await weighted.ask(SIMULATE, by=viewer, lines=CART, currency="CNY", member=member)
        assert result.errors is not None
        assert isinstance(result.errors[0].original_error, BadInput)


async def test_a_real_order_earns_what_was_told(weighted: World) -> None:
    told = (await weighted.data(SIMULATE, by=service("taobao-club"), lines=CART, currency="CNY"))["simulateOrder"]
    record = """mutation ($input: RecordOrderInput!) { recordOrder(input: $input) { ... on RecordOrderSuccess {
        points growth order { eligible { amount } lines { kind points } } } } }"""
    given_order = {
        "customer": {"issuer": "https://id.example", "subject": "anna"},
        "order": "o-1",
        "currency": "CNY",
        "paidAt": "2026-02-01T10:00:00Z",
        "completedAt": "2026-02-01T10:00:00Z",
        "lines": CART,
    }
    done = (await weighted.data(record, by=service("taobao-club"), input=given_order))["recordOrder"]
    assert (done["points"], done["growth"]) == (told["points"], told["growth"])
    assert done["order"]["eligible"] == {"amount": "38.00"}
    assert [line["points"] for line in done["order"]["lines"]] == [line["points"] for line in told["lines"]]
