"""Each kind of benefit, by each of its sources: who reaches its tier has it, or for whom a campaign is open, or whom
staff gave it, with its parameters; it is used, and no more often than its quota says (M14). As the shop's systems ask.
What those do that are not used by themselves is in `test_effects`."""

from datetime import timedelta
from typing import Any

import pytest

from app.benefits.section import BenefitKind
from app.prover import prove
from tests.world import World

from .club import CODES, DAY, HIGHER, NAMED, club, code_of, gives_back, grants, grown, held, opened, quota_of, uses

EMPTY: dict[str, Any] = {
    "percentOff": None, "categories": [], "withinHours": None, "withinMinutes": None, "hours": None, "days": None,
    "multiplier": None, "rules": [], "chances": None, "campaigns": [], "templates": [], "brand": None, "gift": None,
}  # fmt: skip
SHOWN: dict[BenefitKind, dict[str, Any]] = {
    BenefitKind.MEMBER_PRICE: {"percentOff": 5, "categories": ["cups"]},
    BenefitKind.PRIORITY_SHIPPING: {"withinHours": 24},
    BenefitKind.DEDICATED_SERVICE: {"withinMinutes": 5},
    BenefitKind.MEMBER_DAY_EXTRA: {"campaigns": ["day"]},
    BenefitKind.TRIAL_PRIORITY: {"chances": 2},
    BenefitKind.EARLY_ACCESS: {"hours": 48},
    BenefitKind.POINTS_MULTIPLIER: {"multiplier": "1.50", "rules": ["order"]},
    BenefitKind.BIRTHDAY_GIFT: {"gift": "A cake"},
    BenefitKind.EXPRESS_REFUND: {"withinHours": 2},
    BenefitKind.FLEXIBLE_RETURNS: {"days": 30},
    BenefitKind.PARTNER_BENEFIT: {"brand": "The Café"},
    BenefitKind.EXCLUSIVE_COUPONS: {"templates": ["gold-only"]},
    BenefitKind.PROMOTION_EXTRAS: {"campaigns": ["sale"]},
    BenefitKind.AFTER_SALES_PRIORITY: {"withinHours": 4},
}


def test_no_kind_is_left_out() -> None:
    assert SHOWN.keys() == set(BenefitKind)


@pytest.mark.parametrize("kind", BenefitKind, ids=lambda kind: kind.value)
async def test_it_is_had_used_and_used_up(world: World, kind: BenefitKind) -> None:
    """M14, R1, R24, R31: by the tier; each use counts once; with the quota used up it is refused until the next period,
    or until a use was given back."""
    await opened(world, club())
    code, (times, period) = code_of(kind), quota_of(kind)
    await grown(world, "nearly", 499)
    assert code not in await held(world, "nearly")
    assert (await uses(world, "nearly", code))["code"] == "BENEFIT_NOT_HELD"

    await grown(world, "anna")
    mine = (await held(world))[code]
    assert (mine["source"], mine["until"], mine["benefit"]["kind"]) == ("TIER", None, kind.value)
    assert mine["benefit"]["parameters"] == EMPTY | SHOWN[kind]
    assert mine["benefit"]["limit"] == {"times": times, "period": period}
    resets = mine["quota"]["resetsAt"]
    assert mine["quota"] == {"limit": times, "period": period, "used": 0, "left": times, "resetsAt": resets}

    for number in range(times):
        first, again = (
            await uses(world, "anna", code, f"cause-{number}"),
            await uses(world, "anna", code, f"cause-{number}"),
        )
        assert (first["replayed"], again["replayed"], again["use"]["id"]) == (False, True, first["use"]["id"])
        assert (first["use"]["state"], first["use"]["grantedBy"]) == ("USED", "TIER")
        assert first["use"]["benefit"] == {"code": code, "kind": kind.value}
        assert (await held(world))[code]["quota"]["used"] == number + 1
    refused = await uses(world, "anna", code, "one-more")
    assert (refused["code"], refused["limit"], refused["resetsAt"]) == ("QUOTA_USED", times, resets)
    assert (await uses(world, "anna", code, "cause-0"))["replayed"], "what was used before is not refused"

    assert (await gives_back(world, "anna", code, "cause-0"))["use"]["state"] == "GIVEN_BACK"
    assert (await uses(world, "anna", code, "one-more"))["replayed"] is False
    assert (await uses(world, "anna", code, "and-more"))["code"] == "QUOTA_USED"

    world.now += (366 if period == "YEAR" else 31) * DAY
    assert (await held(world))[code]["quota"]["used"] == 0
    assert (await uses(world, "anna", code, "and-more"))["replayed"] is False


@pytest.mark.parametrize(("source", "more"), [("CAMPAIGN", NAMED), ("CAMPAIGN", HIGHER), ("STAFF", "")])
async def test_each_is_given_by_other_sources_as_well(world: World, source: str, more: str) -> None:
    """M14, M20, R2, R24, R31: by a campaign that names it, or gives all that a higher tier has, while it is open; by
    staff until the end that they say. It is used under the quota that goes with it, and not had before or after."""
    await opened(world, club(more=more))
    anna = await grown(world, "anna", 0)
    if source == "STAFF":
        assert await held(world) == {}
        for code in CODES:
            assert (await grants(world, anna, code, until=7 * DAY))["__typename"] == "GrantBenefitSuccess", code
    mine = await held(world)
    assert {code: each["source"] for code, each in mine.items()} == dict.fromkeys(CODES, source)
    for kind in BenefitKind:
        code, (times, period) = code_of(kind), quota_of(kind)
        assert mine[code]["benefit"]["parameters"] == EMPTY | SHOWN[kind]
        assert (mine[code]["quota"]["limit"], mine[code]["quota"]["period"]) == (times, period)
        for number in range(times):
            used = await uses(world, "anna", code, f"cause-{number}")
            assert (used["use"]["grantedBy"], used["use"]["benefit"]["kind"]) == (source, kind.value)
        assert (await uses(world, "anna", code, "one-more"))["code"] == "QUOTA_USED", code
        assert (await gives_back(world, "anna", code, "cause-0"))["use"]["state"] == "GIVEN_BACK"
    (until,) = {each["until"] for each in mine.values()}
    world.now = until - timedelta.resolution
    assert (await held(world)).keys() == set(CODES)
    world.now = until
    assert await held(world) == {}
    assert {(await uses(world, "anna", code, "late"))["code"] for code in CODES} == {"BENEFIT_NOT_HELD"}
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches
