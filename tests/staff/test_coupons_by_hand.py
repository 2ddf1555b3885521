"""How many coupons one person of support issues to a member in a day (decision 16)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.definition import PRESETS, WrongDefinition
from app.graph import Role, Viewer
from app.programs.rules import SPREAD
from app.prover import prove
from tests.databases import run
from tests.staff.correcting import person, proved
from tests.staff.keeping_coupons import CLUB, OLGA, SARA, asks, created
from tests.world import NOON, World, customer

FILE = (PRESETS / f"{CLUB}.toml").read_text("utf-8")
MIDNIGHT = NOON.replace(hour=16)
"""In Shanghai."""


@pytest.fixture
async def template(world: World) -> str:
    for name in ("anna", "bella"):
        await world.joins(name)
    return (await created(world))["id"]


async def issues(world: World, name: str, template: str, *, by: Viewer = SARA) -> Any:
    found = await world.data("{ me { id } }", by=customer(name))
    return await asks(world, "IssueCoupon", by=by, member=found["me"]["id"], template=template, reason="Late parcel.")


async def test_support_issues_five_to_a_member_in_a_day_and_operators_as_many_as_they_see_fit(
    world: World, template: str
) -> None:
    """R1, R2: from local midnight on more; what was taken back counts; another person, and another member, have a count
    of their own. Tried: the server's day; a count of all members, or of the others of staff; a limit for operators."""
    given = [await issues(world, "anna", template) for _ in range(5)]
    assert {each["__typename"] for each in given} == {"IssueCouponSuccess"}
    await asks(world, "RevokeCoupon", by=SARA, coupon=given[0]["coupon"]["id"], reason="A mistake.")
    refused = await issues(world, "anna", template)
    assert (refused["code"], refused["limit"], refused["resetsAt"]) == (
        "SUPPORT_LIMIT_REACHED",
        5,
        MIDNIGHT,
    )
    for name, by in (("anna", OLGA), ("anna", person("otto")), ("bella", SARA)):
        assert (await issues(world, name, template, by=by))["__typename"] == "IssueCouponSuccess"
    sara_too = person("sara", Role.OPERATOR)
    assert (await issues(world, "anna", template, by=sara_too))["__typename"] == "IssueCouponSuccess"
    world.now = MIDNIGHT - timedelta(seconds=1)
    assert (await issues(world, "anna", template))["code"] == "SUPPORT_LIMIT_REACHED"
    world.now = MIDNIGHT
    given = [await issues(world, "anna", template) for _ in range(6)]
    assert [each["__typename"] for each in given] == ["IssueCouponSuccess"] * 5 + ["SupportLimitReached"]


async def test_what_one_issued_as_an_operator_counts_when_they_issue_as_support(world: World, template: str) -> None:
    """Decision 16: another role is not another person."""
    for _ in range(5):
        await issues(world, "anna", template, by=person("sara", Role.OPERATOR))
    assert (await issues(world, "anna", template))["code"] == "SUPPORT_LIMIT_REACHED"


@pytest.mark.parametrize(("said", "resets_at"), [(0, None), (2, MIDNIGHT)])
async def test_the_program_says_how_many(world: World, template: str, said: int, resets_at: datetime | None) -> None:
    """Also none: then there is no waiting for it."""
    await world.publishes(f"{FILE}\n[coupons.by_hand]\nsupport_a_day = {said}\n")
    world.now += SPREAD
    for _ in range(said):
        assert (await issues(world, "anna", template))["__typename"] == "IssueCouponSuccess"
    refused = await issues(world, "anna", template)
    assert (refused["code"], refused["limit"], refused["resetsAt"]) == ("SUPPORT_LIMIT_REACHED", said, resets_at)


async def test_fewer_than_none_cannot_be_said(world: World) -> None:
    with pytest.raises(WrongDefinition, match=r"coupons.by_hand.support_a_day: must be greater than or equal to 0"):
        await world.publishes(f"{FILE}\n[coupons.by_hand]\nsupport_a_day = -1\n")


async def test_more_than_support_may_issue_is_named_by_the_prover(world: World, template: str) -> None:
    """Operators issue as many as they like."""
    for _ in range(6):
        await issues(world, "anna", template, by=OLGA)
    await proved(world)
    await run(world.database.settings.url, "UPDATE audit_entries SET role = 'SUPPORT' WHERE action = 'COUPON_ISSUED'")
    proof = await prove(world.database, now=world.now, programs=world.programs)
    (told,) = [each.what for each in proof.mismatches]
    assert told.startswith("audit_entries: coupons within what support issues in a day")
