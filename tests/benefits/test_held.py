"""Which benefits a member has: by tier, by campaigns, by staff, and of each the best (M14, R2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.benefits.rules.held import benefits_held, early_access
from app.benefits.rules.kinds import BenefitSource
from app.benefits.rules.quota import counted_from, quota_left
from app.benefits.rules.seen import locked_for
from app.benefits.rules.sources import SOURCES, Holder, InForce
from app.benefits.section import BenefitKind, Quota
from app.campaigns.rules import NOTHING
from app.clock import new_id
from app.definition import read
from app.points.section import Period
from app.programs.rules import SINCE_EVER, ProgramVersion
from app.tiers.section import TiersSection
from tests.statements import Statements
from tests.world import COMPILED, NOON, World, customer

from .club import CLUB, DAY, SARA, club, grants, grown, held, offered, opened, uses

LOCKED = f"""{{ me(program: "{CLUB}") {{
  lockedBenefits {{ benefit {{ code }} tier {{ code }} growthMissing }} }} }}"""
LIST = f"""query ($n: Int!) {{ members(program: "{CLUB}", first: $n) {{ nodes {{
  benefits {{ source benefit {{ code }} quota {{ used resetsAt }} }} lockedBenefits {{ growthMissing }} }} }} }}"""
EARLY = offered("early", BenefitKind.EARLY_ACCESS, "hours = 24")
TRIALS = offered("trials", BenefitKind.TRIAL_PRIORITY, "chances = 2", 'times = 2, period = "MONTH"')
SERVICE = offered("service", BenefitKind.DEDICATED_SERVICE, "within_minutes = 5")
COUPONS = offered("coupons", BenefitKind.EXCLUSIVE_COUPONS, 'templates = ["gold-only"]')
OF_GOLD = """[[benefits.of_tier]]
tier = "gold"
benefit = "trials"
parameters = { chances = 3 }
quota = { times = 4, period = "MONTH" }
[[benefits.of_tier]]
tier = "gold"
benefit = "early"
parameters = { hours = 72 }
"""
CAMPAIGN = """[[campaigns.planned]]
code = "{0}"
name = {{ zh = "活动", en = "The {0}" }}
window = {{ kind = "ONE_OFF", starts = 2026-03-01T00:00:00, ends = 2026-03-08T00:00:00 }}
effects = {{ {1} }}
"""
FEW = club(EARLY + TRIALS + SERVICE + COUPONS, silver='"trials"', gold='["trials", "early", "coupons"]', more=OF_GOLD)


def version_of(text: str) -> ProgramVersion:
    return ProgramVersion.of(read(text), number=1, effective_from=SINCE_EVER)


def holder(tier: str | None, *granted: str, text: str = FEW) -> Holder:
    """Who holds a tier, and was granted benefits until tomorrow."""
    version = version_of(text)
    section = version.section(TiersSection)
    step = section.ladder[0] if tier is None else section.tier(tier)
    return Holder(version, step, [InForce(new_id(), code, NOON + DAY) for code in granted], NOTHING, NOON)


def found(of: Holder) -> list[tuple[str, str]]:
    return [(each.benefit.code, each.source.name) for each in benefits_held(of)]


def test_every_source_is_asked() -> None:
    assert SOURCES.keys() == set(BenefitSource)


def test_each_is_had_once_by_the_best_that_gives_it() -> None:
    """How often counts before how much; of equals the tier's; and staff give what the program declares for all."""
    assert found(holder(None)) == []
    assert found(holder(None, "trials", "early")) == [("early", "STAFF"), ("trials", "STAFF")]
    assert found(holder("silver", "trials")) == [("trials", "TIER")]
    assert found(holder("gold", "early")) == [("early", "TIER"), ("trials", "TIER"), ("coupons", "TIER")]
    more = FEW.replace("chances = 3 }\nquota = { times = 4, ", "chances = 1 }\nquota = { times = 1, ")
    assert ("trials", "STAFF") in found(holder("gold", "trials", text=more.replace("chances = 1 }", "chances = 9 }")))


def test_staff_cannot_give_what_is_not_offered_any_more() -> None:
    assert found(holder(None, "coupons", "gone")) == [("coupons", "STAFF")]


def test_early_access_is_the_longest_of_what_one_has() -> None:
    assert early_access(holder("silver")) == timedelta()
    assert early_access(holder("silver", "early")) == timedelta(hours=24)
    assert early_access(holder("gold", "early")) == timedelta(hours=72)


@given(
    at=st.integers(0, 10 * 366 * 24 * 60),
    uses=st.lists(st.integers(-800 * 24, 0), max_size=30),
    period=st.sampled_from(Period),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_uses_of_the_same_local_period_count(at: int, uses: Sequence[int], period: Period, zone: str) -> None:
    """R1, R2, R31: against a plain model that compares local dates; what is left never is below 0, and the next period
    begins when the model says another date."""
    now, place = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=at), ZoneInfo(zone)
    quota = Quota(times=3, period=period)
    used_at = [now + timedelta(hours=hours) for hours in uses]

    def name(instant: datetime) -> object:
        day: date = instant.astimezone(place).date()
        names: dict[Period, object] = {
            Period.DAY: day,
            Period.WEEK: day.isocalendar()[:2],
            Period.MONTH: (day.year, day.month),
            Period.YEAR: day.year,
            Period.LIFETIME: "ever",
        }
        return names[period]

    since = counted_from(quota, zone=place, now=now)
    counted = [each for each in used_at if each >= since]
    assert counted == [each for each in used_at if name(each) == name(now)]
    left = quota_left(quota, used=len(counted), zone=place, now=now)
    assert (left.used, left.left) == (len(counted), max(3 - len(counted), 0))
    if left.resets_at is None:
        assert period is Period.LIFETIME
    else:
        assert now < left.resets_at
        assert name(left.resets_at) != name(now) == name(left.resets_at - timedelta(microseconds=1))


async def test_what_campaigns_give_is_had_while_they_are_open(world: World) -> None:
    """M20, R2, R31: by name, or as a higher tier has it; half-open; used under the quota that one has then."""
    more = CAMPAIGN.format("week", 'benefits = ["service"]') + CAMPAIGN.format("up", 'benefits_of = "gold"')
    await opened(world, FEW + more)
    await grown(world, "anna", 0)
    mine = await held(world)
    assert {code: each["source"] for code, each in mine.items()} == dict.fromkeys(
        ("early", "trials", "service", "coupons"), "CAMPAIGN"
    )
    assert mine["early"]["benefit"]["parameters"]["hours"] == 72
    assert (mine["trials"]["quota"]["limit"], mine["service"]["quota"]) == (4, None)
    assert {each["until"] for each in mine.values()} == {datetime(2026, 3, 7, 16, tzinfo=UTC)}
    assert (await uses(world, "anna", "trials"))["use"]["grantedBy"] == "CAMPAIGN"
    world.now = datetime(2026, 3, 7, 16, tzinfo=UTC)
    assert await held(world) == {}
    assert (await uses(world, "anna", "trials"))["code"] == "BENEFIT_NOT_HELD"


async def test_what_was_used_by_a_better_source_counts_when_that_is_over(world: World) -> None:
    """R31: four by a campaign, and the tier's two are used up; nothing is below 0."""
    await opened(world, FEW + CAMPAIGN.format("up", 'benefits_of = "gold"'))
    await grown(world, "anna", 200)
    for _ in range(4):
        assert (await uses(world, "anna", "trials"))["__typename"] == "UseBenefitSuccess"
    world.now += 8 * DAY
    quota = (await held(world))["trials"]["quota"]
    assert (quota["limit"], quota["used"], quota["left"]) == (2, 4, 0)
    refused = await uses(world, "anna", "trials")
    assert (refused["code"], refused["limit"]) == ("QUOTA_USED", 2)


async def test_what_higher_tiers_would_give_is_shown_with_what_is_missing(world: World) -> None:
    """M6: each once, with the lowest tier that gives it; nothing that one has, by whatever source."""
    await opened(world, FEW)
    anna = await grown(world, "anna", 150)

    async def locked() -> list[tuple[str, str, int]]:
        rows = (await world.data(LOCKED, by=customer("anna")))["me"]["lockedBenefits"]
        return [(each["benefit"]["code"], each["tier"]["code"], each["growthMissing"]) for each in rows]

    assert await locked() == [("trials", "silver", 50), ("early", "gold", 350), ("coupons", "gold", 350)]
    await grants(world, anna, "early")
    assert await locked() == [("trials", "silver", 50), ("coupons", "gold", 350)]


@pytest.mark.parametrize("tier", [None, "silver", "gold"])
def test_who_has_nothing_but_a_tier_is_shown_what_looking_at_every_source_would_find(tier: str | None) -> None:
    """It is known beforehand; a grant of what is not offered any more has all sources asked, and gives nothing."""
    only, all_asked = holder(tier), holder(tier, "gone")
    all_asked = replace(all_asked, ladder=only.ladder, tier=only.tier)
    assert only.has_only_a_tier > all_asked.has_only_a_tier
    assert benefits_held(only) == tuple(benefits_held(all_asked))
    assert locked_for(only, growth=150) == locked_for(all_asked, growth=150)


async def test_a_page_of_all_about_benefits_reads_what_is_written_of_them_once(world: World, sql: Statements) -> None:
    """What they lack, and which campaigns are for them, waits for what is read of what they have; and no order has what
    is asked for again be read twice. Loaders do not wait for one another: uncompiled each reads for itself."""
    await opened(world)
    await grown(world, "anna", 150)
    page = f"""{{ me(program: "{CLUB}") {{ growth benefits {{ source }} lockedBenefits {{ growthMissing }}
        campaigns {{ code }} }} }}"""
    before = (await world.data(page, by=customer("anna")))["me"]
    await world.orders("anna", 10, program=CLUB, paid=world.now, completed=world.now)
    with sql.asked_again():
        after = (await world.data(page, by=customer("anna")))["me"]
    assert after["growth"] > before["growth"]
    assert after["lockedBenefits"] != before["lockedBenefits"]
    reads = sum(text.count("FROM benefit_grants") for text in sql.texts)
    assert (sql.count, reads) == ((1, 1) if COMPILED else (4, 3))


async def test_who_has_left_has_none(world: World) -> None:
    await opened(world, FEW)
    member = await grown(world, "anna")
    await world.leaves("anna", program=CLUB)
    page = f'{{ member(id: "{member}") {{ benefits {{ source }} lockedBenefits {{ growthMissing }} }} }}'
    assert (await world.data(page, by=SARA))["member"] == {"benefits": [], "lockedBenefits": []}
    assert (await uses(world, "anna", "trials"))["__typename"] == "NotAMember"


async def test_a_grant_is_had_before_its_end_and_not_at_it(world: World) -> None:
    """R2: half-open, whether a job has run or not."""
    await opened(world, FEW)
    anna = await grown(world, "anna", 0)
    await grants(world, anna, "service", until=2 * DAY)
    end = world.now + 2 * DAY
    mine = (await held(world))["service"]
    assert (mine["source"], mine["until"]) == ("STAFF", end)
    world.now = end - timedelta(microseconds=1)
    assert (await uses(world, "anna", "service"))["use"]["grantedBy"] == "STAFF"
    world.now = end
    assert await held(world) == {}
    assert (await uses(world, "anna", "service"))["code"] == "BENEFIT_NOT_HELD"


async def test_a_list_costs_the_same_however_many_there_are(world: World, sql: Statements) -> None:
    """One statement for all that members have, one for all that they lack, or both in one."""
    await opened(world, FEW)
    counts: list[int] = []
    for number in range(12):
        member = await grown(world, f"member-{number}", 500 if number % 2 else 0)
        await grants(world, member, "service")
        if number % 2:
            await uses(world, f"member-{number}", "trials")
    for asked in (2, 10):
        with sql:
            page = await world.data(LIST, by=SARA, n=asked)
        counts.append(sql.count)
        assert len(page["members"]["nodes"]) == asked
        assert sum("benefit_grants" in text for text in sql.texts) in (1, 2)
    assert counts[0] == counts[1] <= 4


async def test_nothing_is_had_of_what_the_program_does_not_offer_any_more(world: World) -> None:
    """R20: a grant outlives the benefit; what it was is still shown."""
    await opened(world, FEW)
    anna = await grown(world, "anna", 0)
    await grants(world, anna, "service", until=99 * DAY)
    retired = FEW.replace(SERVICE, "").replace(
        "[[benefits.offered]]", '[benefits]\nretired = ["service"]\n[[benefits.offered]]', 1
    )
    await world.publishes(retired, effective_from=world.now + DAY)
    world.now += 2 * DAY
    assert await held(world) == {}
    page: Any = await world.data(
        f'{{ me(program: "{CLUB}") {{ benefitGrants {{ nodes {{ benefit {{ code name }} }} }} }} }}',
        by=customer("anna"),
    )
    assert page["me"]["benefitGrants"]["nodes"] == [{"benefit": {"code": "service", "name": "The service"}}]


@pytest.mark.parametrize("tier", ["silver", "gold"])
def test_a_holder_of_a_tier_has_all_of_it(tier: str) -> None:
    of = holder(tier)
    assert {code for code, _ in found(of)} == set(of.tier.benefits)
    assert found(replace(of, grants=())) == found(of)
