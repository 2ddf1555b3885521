"""Staff set a tier beside the one that is earned, with a reason, an author and an end (R23)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.definition import programs_to_hold
from app.graph import Role, Viewer
from app.graph.ids import global_id
from app.jobs import settle_tiers
from app.prover import prove
from tests.databases import run
from tests.programs.files import shop
from tests.world import ISSUER, NOON, World, customer, service, staff

from .correcting import ADA, codes, person
from .setting_tiers import DAY, END, OLGA, SARA, SET, SHOP, WHY, asked, ends, sets

TICK = timedelta(microseconds=1)
TIER = "query ($id: ID!) { member(id: $id) { tier { code } earnedTier { code } manualTier { until } } }"
HISTORY = "tierHistory { nodes { kind cause words toTier { code } heldTier { code } changedAt } }"


async def opened(world: World, **more: Any) -> UUID:
    """The small shop, and Anna in it."""
    await world.publishes(shop(**more))
    return await world.joins("anna", program=SHOP)


async def held(world: World, member: UUID, *, by: Viewer = SARA) -> tuple[str, str]:
    """The tier that a member is in, and the one that they earned."""
    seen = (await world.data(TIER, by=by, id=global_id("member", member)))["member"]
    return seen["tier"]["code"], seen["earnedTier"]["code"]


async def settles(world: World) -> None:
    await settle_tiers(world.database, now=world.now, held=programs_to_hold())


async def proved(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches[:5]]


@pytest.mark.parametrize("by", [SARA, OLGA], ids=["support", "operator"])
async def test_a_tier_is_held_from_now_until_its_end_beside_the_one_that_is_earned(world: World, by: Viewer) -> None:
    """R23, R2: half-open, whether or not a job has run."""
    anna = await opened(world)
    answer = await sets(world, anna, by=by)
    assert (answer["__typename"], answer["replayed"]) == ("SetManualTierSuccess", False)
    seen = answer["member"]
    assert (seen["tier"], seen["earnedTier"]) == ({"code": "v3"}, {"code": "v1"})
    assert seen["manualTier"] == {
        "tier": {"code": "v3"},
        "until": NOON + 30 * DAY,
        "hold": "AT_LEAST",
        "reason": WHY,
        "setBy": {"subject": by.subject, "issuer": ISSUER},
    }
    world.now = NOON + 30 * DAY - TICK
    assert await held(world, anna) == ("v3", "v1")
    world.now = NOON + 30 * DAY
    assert await held(world, anna) == ("v1", "v1")
    await settles(world)
    assert await held(world, anna) == ("v1", "v1")
    nodes = (await world.data(f"{{ me(program: {quoted(SHOP)}) {{ {HISTORY} }} }}", by=customer("anna")))["me"]
    over, begun = nodes["tierHistory"]["nodes"]
    assert (begun["kind"], begun["cause"], begun["heldTier"]) == ("MANUAL", "STAFF", {"code": "v3"})
    assert begun["words"] == "Staff set v3 at least until 2026-03-31 20:00."
    assert (over["kind"], over["cause"], over["changedAt"]) == ("MANUAL_ENDED", "TIME", world.now)
    assert over["words"] == "v3, which staff had set, is over; the tier is v1."
    await proved(world)


def quoted(text: str) -> str:
    return f'"{text}"'


@pytest.mark.parametrize(("hold", "expected"), [("AT_LEAST", "v3"), ("EXACTLY", "v2")])
async def test_it_is_a_floor_or_the_tier_whatever_is_earned(world: World, hold: str, expected: str) -> None:
    """R23: growth goes on beside it."""
    anna = await opened(world)
    await sets(world, anna, "v2", hold=hold)
    await world.orders("anna", 600, program=SHOP, completed=NOON)
    assert await held(world, anna) == (expected, "v3")
    world.now += 30 * DAY
    assert await held(world, anna) == ("v3", "v3")
    await proved(world)


async def test_another_tier_or_another_end_replaces_what_was_set(world: World) -> None:
    anna = await opened(world)
    await sets(world, anna, "v3")
    answer = await sets(world, anna, "v2", until=NOON + 60 * DAY, hold="EXACTLY", by=OLGA)
    manual = answer["member"]["manualTier"]
    assert (manual["tier"], manual["until"], manual["hold"]) == ({"code": "v2"}, NOON + 60 * DAY, "EXACTLY")
    assert manual["setBy"]["subject"] == "olga"
    world.now += 30 * DAY
    assert await held(world, anna) == ("v2", "v1")
    await proved(world)


async def test_what_staff_set_is_ended_before_its_time_once(world: World) -> None:
    anna = await opened(world)
    await sets(world, anna)
    world.now += DAY
    answer = await ends(world, anna, by=OLGA, reason="It was a mistake.")
    assert answer["__typename"] == "EndManualTierSuccess"
    assert (answer["member"]["tier"], answer["member"]["manualTier"]) == ({"code": "v1"}, None)
    change = answer["change"]
    assert (change["kind"], change["cause"], change["reason"]) == ("MANUAL_ENDED", "STAFF", "It was a mistake.")
    assert change["by"] == {"subject": "olga"}
    again = await ends(world, anna)
    assert (again["__typename"], again["code"]) == ("NoManualTier", "NO_MANUAL_TIER")
    await proved(world)


async def test_what_is_over_is_not_ended_whether_or_not_a_job_has_run(world: World) -> None:
    """R2: it ends by time, with nobody for an author."""
    anna = await opened(world)
    await sets(world, anna)
    world.now += 30 * DAY
    assert (await ends(world, anna))["__typename"] == "NoManualTier"
    await settles(world)
    (ended,) = await run(world.database.settings.url, "SELECT * FROM tier_changes WHERE kind = 'MANUAL_ENDED'")
    assert (ended["by_subject"], ended["changed_at"]) == (None, world.now)
    await proved(world)


async def test_nothing_is_given_for_a_tier_that_staff_sets(world: World) -> None:
    """R16, R23: neither points nor growth."""
    anna = await opened(world)
    await sets(world, anna)
    assert await run(world.database.settings.url, "SELECT * FROM tier_gifts") == []
    assert await run(world.database.settings.url, "SELECT * FROM points_entries") == []
    assert await run(world.database.settings.url, "SELECT * FROM growth_entries") == []


async def test_each_is_on_record_with_who_and_why(world: World) -> None:
    """The record leads to what was written of the tier."""
    anna = await opened(world)
    done = [(await sets(world, anna))["change"]["id"], (await ends(world, anna, by=OLGA))["change"]["id"]]
    text = """query ($id: ID!) { member(id: $id) { audit { totalCount nodes { action about reason role
      by { subject } } } } }"""
    audit = (await world.data(text, by=OLGA, id=global_id("member", anna)))["member"]["audit"]
    assert [(node["action"], node["about"], node["by"]["subject"], node["role"]) for node in audit["nodes"]] == [
        ("MANUAL_TIER_ENDED", done[1], "olga", "OPERATOR"),
        ("MANUAL_TIER_SET", done[0], "sara", "SUPPORT"),
    ]
    assert {node["reason"] for node in audit["nodes"]} == {WHY}


async def test_what_is_not_on_record_is_a_mismatch(world: World) -> None:
    """The prover holds what became of the tier against the record."""
    anna = await opened(world)
    await sets(world, anna)
    await run(world.database.settings.url, "DELETE FROM audit_entries")
    proof = await prove(world.database, now=world.now, programs=world.programs)
    (mismatch,) = proof.mismatches
    assert mismatch.what.startswith("audit_entries of the change of tier")


async def test_the_member_sees_that_it_was_set_but_not_why_and_by_whom(world: World) -> None:
    anna = await opened(world)
    await sets(world, anna)
    mine = "{ me(program: %s) { %s } }"
    seen = await world.data(mine % (quoted(SHOP), "manualTier { tier { code } until hold }"), by=customer("anna"))
    assert seen["me"]["manualTier"]["tier"] == {"code": "v3"}
    for hidden in ("manualTier { reason }", "manualTier { setBy { subject } }",
                   "tierHistory { nodes { reason } }", "tierHistory { nodes { by { subject } } }"):  # fmt: skip
        assert await codes(world, mine % (quoted(SHOP), hidden), by=customer("anna")) == ["FORBIDDEN"]


async def test_the_same_key_sets_it_once(world: World) -> None:
    """R36: the first outcome, marked as replayed, also when its end is past; other input is refused."""
    anna, key = await opened(world), uuid4()
    first = await sets(world, anna, key=key)
    world.now += 40 * DAY
    again = await sets(world, anna, key=key)
    assert (again["replayed"], again["change"]["id"]) == (True, first["change"]["id"])
    assert again["member"]["manualTier"] is None
    assert await codes(world, SET, by=SARA, input=asked(anna, "v2", key=key)) == ["IDEMPOTENCY_KEY_REUSED"]
    assert len(await run(world.database.settings.url, "SELECT 1 FROM tier_changes WHERE kind = 'MANUAL'")) == 1


async def test_nobody_sets_or_ends_the_tier_of_their_own_membership(world: World) -> None:
    """Nor in another role: the person counts."""
    await opened(world)
    sara = await world.joins("sara", program=SHOP)
    answer = await sets(world, sara)
    assert (answer["__typename"], answer["code"]) == ("OwnTier", "OWN_TIER")
    assert answer["member"]["id"] == global_id("member", sara)
    await sets(world, sara, "v1", hold="EXACTLY", by=OLGA)
    assert (await ends(world, sara))["code"] == "OWN_TIER"
    assert (await ends(world, sara, by=person("sara", Role.OPERATOR, SHOP)))["code"] == "OWN_TIER"
    await proved(world)


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": NOON},
        {"until": NOON - DAY},
        {"tier": "v9"},
        {"tier": "gone"},
        {"tier": ""},
        {"reason": "??"},
        {"reason": "  "},
        {"reason": "x" * 501},
    ],
    ids=str,
)
async def test_what_makes_no_sense_is_refused(world: World, wrong: dict[str, Any]) -> None:
    """R23: an end in the future, a tier of the present ladder, a reason."""
    anna = await opened(world, successors={"gone": "v3"})
    assert await codes(world, SET, by=SARA, input=asked(anna, **wrong)) == ["BAD_USER_INPUT"]
    assert await run(world.database.settings.url, "SELECT * FROM tier_changes") == []
    assert await run(world.database.settings.url, "SELECT * FROM audit_entries") == []


@pytest.mark.parametrize(
    "by",
    [customer("anna"), ADA, service(SHOP), Viewer()],
    ids=["the member", "an auditor", "a service", "a visitor"],
)
async def test_only_support_and_operators_set_and_end_tiers(world: World, by: Viewer) -> None:
    anna = await opened(world)
    denied = ["UNAUTHENTICATED" if by.role is Role.VISITOR else "FORBIDDEN"]
    assert await codes(world, SET, by=by, input=asked(anna)) == denied
    given = {"idempotencyKey": str(uuid4()), "member": global_id("member", anna), "reason": WHY}
    assert await codes(world, END, by=by, input=given) == denied


async def test_a_member_of_another_program_is_not_found(world: World) -> None:
    """R43: as one that there is not."""
    anna = await opened(world)
    elsewhere = staff(Role.OPERATOR, "taobao-club")
    known = await world.ask(SET, by=elsewhere, input=asked(anna))
    unknown = await world.ask(SET, by=elsewhere, input=asked(uuid4()))
    assert known.errors
    assert unknown.errors
    assert known.errors[0].message == unknown.errors[0].message == "There is no such member."
    assert await held(world, anna) == ("v1", "v1")


async def test_a_tier_that_is_replaced_goes_on_as_its_successor(world: World) -> None:
    """R20."""
    anna = await opened(world)
    await sets(world, anna, "v2")
    await world.publishes(
        shop(ladder={"v1": 0, "plus": 250, "v3": 500}, successors={"v2": "plus"}), effective_from=world.now + DAY
    )
    world.now += DAY
    assert await held(world, anna) == ("plus", "v1")
    await settles(world)
    assert await held(world, anna) == ("plus", "v1")
    await proved(world)
