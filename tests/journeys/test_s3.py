"""What brands ask about standardised benefits (S3): each question is answered through HTTP, or by a command."""

import csv
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app import clock
from app.definition import PRESETS, programs_to_hold
from app.facts.importing.reading import Mapped
from app.facts.importing.stages import NOTHING
from app.jobs import settle_the_idle, settle_tiers
from app.prover import prove
from tests.facts.history import contents, imported, members_imported
from tests.served import issuer_in
from tests.test_processes import output_of, process
from tests.world import EXAMPLES, World

from .asking import House, opened

BRAND = "brand-standard"
FILE = (PRESETS / f"{BRAND}.toml").read_text("utf-8")
LADDER = (EXAMPLES / "operations" / "tier.graphql").read_text("utf-8")
CHECKOUT = (EXAMPLES / "operations" / "checkout.graphql").read_text("utf-8")
PUBLISHING = (EXAMPLES / "operations" / "publishing.graphql").read_text("utf-8")
ME = """{ me {
  tier { code } growth
  tierProgress { periodEnd renewRemaining atRisk }
  points { available pending held }
} }"""
TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    world.now = TODAY
    async with opened(world, tmp_path, monkeypatch, BRAND) as server:
        yield server


async def me(house: House, who: str) -> Any:
    return (await house.ask(ME, by=who))["me"]


async def tier_of(house: House, who: str) -> str:
    return (await me(house, who))["tier"]["code"]


async def proves(house: House) -> None:
    """R5: nothing disagrees with the books."""
    proof = await prove(house.world.database, now=house.world.now, programs=house.world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


@pytest.mark.parametrize(
    ("growth", "tier"), [(199, "v1"), (200, "v2"), (499, "v2"), (500, "v3"), (1999, "v3"), (2000, "v4")]
)
async def test_from_which_growth_is_one_in_which_tier(house: House, growth: int, tier: str) -> None:
    """S3, R16: V1 on joining, V2 from 200, V3 from 500, V4 from 2000; one less is the tier below."""
    await house.joins("anna")
    assert await tier_of(house, "anna") == "v1"
    for number, amount in enumerate([90] * (growth // 90) + [growth % 90]):  # each too small to count as an order
        await house.orders("anna", amount, order=f"o-{number}")
    shown = await me(house, "anna")
    assert (shown["growth"], shown["tier"]["code"]) == (growth, tier)


async def test_what_brings_growth_and_how_much_at_most(house: House) -> None:
    """S3, M4: purchases by amount and by count, reviews, shares, posts and answers."""
    await house.joins("anna")
    found = [
        (await house.orders("anna", "99.90", order="small"))["growth"],
        (await house.orders("anna", "100.00", order="counts"))["growth"],
        *[(await house.did("anna", action, id="1"))["growth"] for action in ("REVIEW", "SHARE", "POST", "ANSWER")],
    ]
    assert found == [99, 110, 10, 2, 5, 5]
    assert [(await house.did("anna", "REVIEW", id=f"more-{n}"))["growth"] for n in range(2)] == [10, 0]  # two a day
    assert [(await house.did("anna", "POST", id=f"more-{n}"))["growth"] for n in range(7)] == [5, 5, 5, 5, 5, 3, 0]
    assert [(await house.orders("anna", "100", order=f"o-{n}"))["growth"] for n in range(5)] == [110] * 4 + [100]
    assert (await me(house, "anna"))["growth"] == 99 + 110 + 60 + 540
    await proves(house)


async def test_whether_one_climbs_at_once_over_several_tiers_and_what_is_given(house: House) -> None:
    """S3, R16, R17: in the transaction that brought the growth; each tier's gift once, also after a fall and a rise."""
    await house.joins("anna")
    await house.orders("anna", "2100", order="first")
    assert (await me(house, "anna"))["tier"] == {"code": "v4"}
    assert (await me(house, "anna"))["points"]["available"] == 50 + 150 + 600
    await house.refunds("anna", "2000", order="first")
    assert (await me(house, "anna"))["points"]["available"] == 0
    await house.orders("anna", "3000", order="second")
    assert (await me(house, "anna"))["points"]["available"] == 50 + 150 + 600
    await proves(house)


async def test_who_sees_the_benefits_of_which_tier(house: House) -> None:
    """S3: everybody those of all tiers: a visitor, a member of the lowest tier, one of the highest; and what is missing
    to reach each."""
    ladder = {who: await house.ask(LADDER, by=who, operation="Ladder") for who in (None, "anna")}
    for who in ("anna", "bella"):
        await house.joins(who)
    await house.orders("bella", "5000", order="large")
    ladder |= {f"member {who}": await house.ask(LADDER, by=who, operation="Ladder") for who in ("anna", "bella")}
    assert all(shown == ladder[None] for shown in ladder.values())

    tiers = ladder[None]["program"]["tiers"]
    assert [len(tier["benefits"]) for tier in tiers] == [1, 2, 3, 4]
    assert all(benefit["name"] and benefit["description"] for tier in tiers for benefit in tier["benefits"])
    missing: Mapping[str, list[int]] = {"anna": [0, 200, 500, 2000], "bella": [0, 0, 0, 0]}
    for who, growth in missing.items():
        shown = (await house.ask(LADDER, by=who, operation="TierPage"))["me"]["tiers"]
        assert [step["tier"] for step in shown] == tiers
        assert [step["growthMissing"] for step in shown] == growth


async def test_how_long_a_tiers_name_may_be(house: House) -> None:
    """S3, R21: at most 5 characters in Chinese, as a person counts them: a family of four that is one sign is one."""
    for language, most in (("zh", 5), ("en", 16)):
        tiers = (await house.ask(LADDER, by=None, operation="Ladder", language=language))["program"]["tiers"]
        assert all(0 < len(tier["name"]) <= most for tier in tiers)
    family = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"
    for name, is_wrong in (("黑金会员卡", False), ("黑金会员卡片", True), (f"黑金会员{family}", False)):
        file = FILE.replace('zh = "黑金会员"', f'zh = "{name}"')
        assert file != FILE
        sent = {"program": BRAND, "file": file}
        compared = (await house.ask(PUBLISHING, by="olga", operation="CompareProgram", **sent))["compareProgram"]
        problems = [(each["key"], each["message"]) for each in compared["problems"]]
        assert problems == ([("tiers.ladder[3].name.zh", "6 characters, at most 5")] if is_wrong else [])


async def test_whether_points_that_are_spent_or_lapse_cost_growth(house: House) -> None:
    """S3, R15, R22: never: growth only measures. Nor is growth reckoned from points: what brings the one brings none of
    the other."""
    world = house.world
    await house.joins("anna")
    await house.orders("anna", "300.00", order="o-1")
    world.now += 7 * DAY
    growth = 310

    async def shows(**points: int) -> None:
        shown = await me(house, "anna")
        assert (shown["tier"]["code"], shown["growth"]) == ("v2", growth)
        assert shown["points"] == {"pending": 0, "held": 0} | points

    await shows(available=350)
    for operation, ends in (("ReleaseHold", "release"), ("CaptureHold", "capture")):
        placed = await checkout(house, "PlaceHold", place={"customer": {"subject": "anna"}, "points": 100})
        await shows(available=250, held=100)
        await checkout(house, operation, **{ends: {"hold": placed["hold"]["id"]}})
    await shows(available=250)
    assert (await house.did("anna", "REVIEW", id="review"))["points"] == 0
    growth += 10
    await shows(available=250)
    world.now += 366 * DAY
    await shows(available=0)
    await settle_the_idle(world.database, now=world.now, held=programs_to_hold())
    await settle_tiers(world.database, now=world.now, held=programs_to_hold())
    await shows(available=0)
    await proves(house)


async def checkout(house: House, operation: str, **sent: dict[str, Any]) -> Any:
    """A step of paying with points."""
    given: dict[str, Any] = {name: {"idempotencyKey": str(uuid4()), **value} for name, value in sent.items()}
    (done,) = (await house.ask(CHECKOUT, by="shop", operation=operation, **given)).values()
    assert done["__typename"] == f"{operation}Success"
    return done


MEMBERS = """customer,tier,joined,growth
ada,v3,2024-05-01,
ben,,2025-01-01,
cleo,v2,2024-01-01,480
dan,v2,2025-06-01,2100
eve,v4,2023-01-01,
"""
ORDERS = """customer,order,date,amount
ada,a-1,2025-03-01,250.00
ben,b-1,2025-04-01,390.00
ben,b-2,2025-05-01,99.00
cleo,c-1,2025-06-01,700.00
fay,f-1,2025-07-01,600.00
"""
STANDS = {"ada": ("v3", 260), "ben": ("v2", 499), "cleo": ("v2", 480), "dan": ("v4", 2100), "eve": ("v4", 0)}
"""The tier held or that of one's own orders, whichever is higher. Cleo's known growth has her orders in it; Fay never
joined."""


async def test_what_becomes_of_who_is_a_member_already(
    world: World, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3, M7, R19: they are back-filled from their orders by the program's own rules, keep at least the tier that they
    hold, are given nothing for what was before, and repeating it changes nothing. A dry run lists who would change."""
    members, orders = tmp_path / "members.csv", tmp_path / "orders.csv"
    members.write_text(MEMBERS, "utf-8")
    orders.write_text(ORDERS, "utf-8")
    where = ("--program", BRAND, "--issuer", issuer_in(tmp_path).issuer, "--database-url", database_url)
    take_over = ("import", "members", members, "--growth", "growth", *where)
    columns = ("--amount", "amount", "--quantity", "", "--order", "order")
    play = ("import", "orders", orders, "--source", "shop", *columns, *where)

    before = await contents(database_url)
    listed = list(csv.DictReader((await output_of(*take_over, "--dry-run")).splitlines()))
    assert {row["customer"]: row["tier_after"] for row in listed} == {
        "ada": "v3", "ben": "v1", "cleo": "v2", "dan": "v4", "eve": "v4",
    }  # fmt: skip
    assert await contents(database_url) == before

    await output_of(*take_over)
    assert "1 not taken" in await told_by(*play)
    played = await contents(database_url)
    world.now = clock.now() + DAY
    again: Any = {"program": BRAND, "issuer": issuer_in(tmp_path).issuer}
    assert (await members_imported(world, *MEMBERS.splitlines()[1:], **again)).new == 0
    mapped = Mapped(amount="amount", quantity=None, order="order")
    known = await imported(world, ORDERS.encode(), source="shop", mapped=mapped, brings=NOTHING, **again)
    assert (known.new, known.known) == (0, 4)
    assert await contents(database_url) == played

    async with opened(world, tmp_path, monkeypatch, BRAND) as house:
        for who, (tier, growth) in STANDS.items():
            shown = await me(house, who)
            assert (shown["tier"]["code"], shown["growth"]) == (tier, growth), who
            assert shown["points"] == {"available": 0, "pending": 0, "held": 0}
        assert await me(house, "fay") is None
        await proves(house)
        await goes_down_one_step_after_a_first_period(house)


async def told_by(*arguments: object) -> str:
    """What a command tells people, whatever its exit code."""
    async with process(*arguments) as started:
        return (await started.communicate())[1].decode()


async def goes_down_one_step_after_a_first_period(house: House) -> None:
    """R17, R19: Eve brought V4 along and bought nothing: it is hers for a year, she is told two months before the end,
    and after a month of grace she is V3."""
    world, held = house.world, programs_to_hold()
    until = datetime.fromisoformat((await me(house, "eve"))["tierProgress"]["periodEnd"])
    days = [until - 61 * DAY, until - 59 * DAY, until + 29 * DAY, until + 31 * DAY]
    found: list[tuple[str, bool]] = []
    for world.now in days:
        await settle_tiers(world.database, now=world.now, held=held)
        shown = await me(house, "eve")
        found.append((shown["tier"]["code"], shown["tierProgress"]["atRisk"]))
    assert found == [("v4", False), ("v4", True), ("v4", True), ("v3", False)]
    assert await tier_of(house, "ben") == "v2"  # of own growth, which counts for ever
    await proves(house)
