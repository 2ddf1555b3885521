"""The demo: somebody to ask as for each kind of caller, with something to see, loaded once."""

import json
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.db import Database
from app.definition import PRESETS, programs_to_hold, read
from app.demo import IDENTITIES, DemoIdentity, is_fit_for_demo, load_demo, loading
from app.graph import Role, Viewer
from app.programs.commands import publish
from app.prover import prove
from app.staff.commands.coupons import do_coupon_jobs
from app.tokens import DevelopmentIssuer, Verifier, development_key
from tests.databases import run
from tests.facts.history import contents
from tests.world import World

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
PAGE = """{ me {
  tier { code } tierProgress { growthRemaining } points { available pending expiring(within: 30) { amount } }
} }"""
MEMBERS = {each.subject: each for each in IDENTITIES if each.programs == ("taobao-club",)}


@pytest.fixture
def issuer(tmp_path: Path) -> DevelopmentIssuer:
    return development_key(tmp_path)


@pytest.fixture
async def demo(database: Database, issuer: DevelopmentIssuer, monkeypatch: pytest.MonkeyPatch) -> World:
    """Without the real orders, which have tests of their own."""
    monkeypatch.setattr(loading, "HISTORIES", loading.HISTORIES[:1])
    assert await load_demo(database, now=NOW, issuer=issuer.issuer) == list(IDENTITIES)
    held = programs_to_hold()
    await held.load(database)
    return World(database, held.programs, now=NOW)


async def asked(demo: World, issuer: DevelopmentIssuer, identity: DemoIdentity, query: str) -> Mapping[str, Any]:
    """What an operation gives to the holder of the identity's token."""
    verifier = Verifier(jwks=issuer.jwks, issuers=[issuer.issuer], audience=issuer.audience)
    return await demo.data(query, by=verifier.verify(identity.token(issuer, NOW), now=NOW))


async def test_a_new_member_one_below_a_tier_and_one_at_the_top_are_what_they_are_called(
    demo: World, issuer: DevelopmentIssuer
) -> None:
    """R9, R16."""
    new, nearly, top = [
        (await asked(demo, issuer, MEMBERS[name], PAGE))["me"] for name in ("newcomer", "nearly", "top")
    ]
    assert new["points"] == {"available": 0, "pending": 0, "expiring": []}
    assert nearly["tierProgress"] == {"growthRemaining": 1}
    assert top["tier"] == {"code": "v6"}
    assert top["points"] == {"available": 52_000, "pending": 188, "expiring": [{"amount": 30_000}]}
    assert (await prove(demo.database, now=NOW, programs=demo.programs)).mismatches == []


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.name)
async def test_the_line_that_is_printed_asks_as_them(
    demo: World, issuer: DevelopmentIssuer, identity: DemoIdentity
) -> None:
    words = shlex.split(identity.curl(issuer, NOW, address="http://127.0.0.1:8000/graphql"))
    assert words[:3] == ["curl", "-s", "http://127.0.0.1:8000/graphql"]
    (bearer,) = [word for word in words if word.startswith("authorization: Bearer ")]
    assert bearer.endswith(identity.token(issuer, NOW))

    answer = await asked(demo, issuer, identity, json.loads(words[-1])["query"])
    assert all(value != {} for value in answer.values())


async def test_both_presets_have_rewards_of_each_kind_with_stock_and_codes(
    demo: World, issuer: DevelopmentIssuer
) -> None:
    """R31: and the record says who made them."""
    support, operator = [each for each in IDENTITIES if each.name in ("support", "operator")]
    look = "{ rewards(program: %s) { nodes { code kind left forMe { whyNot { code } } } } }"
    for program in ('"taobao-club"', '"brand-standard"'):
        mall = (await asked(demo, issuer, MEMBERS["top"], look % program))["rewards"]["nodes"]
        assert {each["kind"] for each in mall} == {"GOODS", "RED_PACKET", "VOUCHER"}
        assert all(each["left"] is None or each["left"] > 0 for each in mall)
    for_top = (await asked(demo, issuer, MEMBERS["top"], look.replace("(program: %s)", "")))["rewards"]["nodes"]
    why = {each["code"]: each["forMe"]["whyNot"] and each["forMe"]["whyNot"]["code"] for each in for_top}
    assert why == {
        "umbrella": None,
        "suitcase": None,
        "flash-mug": "NOT_YET_OPEN",
        "red-packet": None,
        "coffee": None,
        "stickers": "LIMIT_REACHED",
    }
    waiting = await asked(demo, issuer, support, "{ redemptions(filter: {states: [PENDING]}) { totalCount } }")
    assert waiting == {"redemptions": {"totalCount": 1}}
    audit = await asked(demo, issuer, operator, "{ program { audit(first: 50) { nodes { action by { subject } } } } }")
    made = [each for each in audit["program"]["audit"]["nodes"] if each["action"] == "REWARD_CREATED"]
    assert {each["by"]["subject"] for each in made} == {"operator"}
    assert len(made) == len(for_top)
    assert (await prove(demo.database, now=NOW, programs=demo.programs)).holds


async def test_people_have_coupons_and_there_are_codes_once_the_worker_has_made_them(
    demo: World, issuer: DevelopmentIssuer
) -> None:
    """R31: by what the files offer, and what an operator made."""
    operator = next(each for each in IDENTITIES if each.name == "operator")
    mine = "{ me { coupons(states: [ISSUED]) { nodes { template { code } } } } }"
    held = {
        name: {
            each["template"]["code"]
            for each in (await asked(demo, issuer, MEMBERS[name], mine))["me"]["coupons"]["nodes"]
        }
        for name in ("newcomer", "top")
    }
    assert held == {"newcomer": {"welcome"}, "top": {"welcome", "v4-exclusive"}}
    await do_coupon_jobs(demo.database, held=programs_to_hold(), clock=lambda: NOW)
    made = "{ couponJobs { nodes { state done codes(first: 50) { totalCount } template { code } } } }"
    jobs = await asked(demo, issuer, operator, made)
    (job,) = jobs["couponJobs"]["nodes"]
    assert (job["state"], job["done"], job["codes"]["totalCount"]) == ("DONE", 20, 20)
    assert (await prove(demo.database, now=NOW, programs=demo.programs)).holds


async def test_people_enjoy_what_their_tier_a_campaign_and_support_give_them(
    demo: World, issuer: DevelopmentIssuer
) -> None:
    """M14, M20: the campaign is in force a moment after it was made, on working days; uses count against the quota."""
    mine = "{ me { benefits { source benefit { code } quota { limit used } } campaigns { code isOpen } } }"
    demo.now = NOW + timedelta(days=2)  # a Monday
    found = {name: (await asked(demo, issuer, MEMBERS[name], mine))["me"] for name in ("newcomer", "nearly", "top")}
    held = {name: {each["benefit"]["code"]: each for each in me["benefits"]} for name, me in found.items()}
    assert {name: each["source"] for name, each in held["newcomer"].items()} == {"priority-shipping": "CAMPAIGN"}
    assert {name: each["source"] for name, each in held["nearly"].items()} == {"dedicated-service": "STAFF"}
    assert len(held["top"]) == 6
    assert held["top"]["trial-priority"]["quota"] == {"limit": 4, "used": 1}
    assert [each["code"] for each in found["newcomer"]["campaigns"] if each["isOpen"]] == ["newcomers"]
    assert (await prove(demo.database, now=NOW, programs=demo.programs)).holds


async def test_somebody_checked_in_until_yesterday_and_missed_a_day(demo: World, issuer: DevelopmentIssuer) -> None:
    """R29, R30: making it up makes six in a row; today's is for who tries it."""
    look = "{ me { checkIn { today { day } streak makeUpDays makeUpsLeft nextBonus { streak } } } }"
    found = (await asked(demo, issuer, MEMBERS["nearly"], look))["me"]["checkIn"]
    assert (found["today"], found["streak"], found["makeUpsLeft"]) == (None, 2, 3)
    assert found["makeUpDays"] == ["2026-11-14", "2026-11-18"]
    assert (await prove(demo.database, now=NOW, programs=demo.programs)).holds


async def test_a_friend_joined_by_invitation_and_what_that_brings_waits_for_an_order(
    demo: World, issuer: DevelopmentIssuer
) -> None:
    """R37."""
    look = "{ me { displayName points { available pending } referral { inviter { state } } } }"
    friend = await demo.data(look, by=Viewer(Role.MEMBER, issuer.issuer, "friend", program="taobao-club"))
    assert friend["me"]["displayName"] == "小友"
    assert friend["me"]["points"]["available"] == 0 < friend["me"]["points"]["pending"]
    assert friend["me"]["referral"]["inviter"] == {"state": "REGISTERED"}
    inviter = await asked(demo, issuer, MEMBERS["top"], "{ me { referral { code } } }")
    assert inviter["me"]["referral"]["code"] is not None


async def test_loading_again_changes_nothing_on_that_day_or_later(
    demo: World, database_url: str, issuer: DevelopmentIssuer
) -> None:
    before = await contents(database_url)
    for later in (timedelta(), timedelta(days=45)):
        await load_demo(demo.database, now=NOW + later, issuer=issuer.issuer)
        assert await contents(database_url) == before


async def test_what_was_interrupted_is_gone_on_with(demo: World, database_url: str, issuer: DevelopmentIssuer) -> None:
    await run(database_url, "UPDATE imports SET finished_at = NULL")
    before = await contents(database_url)
    await load_demo(demo.database, now=NOW + timedelta(days=1), issuer=issuer.issuer)

    after = await contents(database_url)
    assert {table for table in after if after[table] != before[table]} == {"imports"}
    assert await run(database_url, "SELECT count(*) FROM imports WHERE finished_at IS NULL") == [(0,)]


async def test_a_program_that_a_developer_published_stays(demo: World, issuer: DevelopmentIssuer) -> None:
    changed = read((PRESETS / "taobao-club.toml").read_text("utf-8").replace("months = 12", "months = 18"))
    async with demo.database.transaction() as tx:
        published = await publish(tx, definition=changed, now=NOW, published_by="a developer")
    assert published.number == 2

    await load_demo(demo.database, now=NOW + timedelta(hours=1), issuer=issuer.issuer)
    async with demo.database.transaction() as tx:
        assert not (await publish(tx, definition=changed, now=NOW, published_by="a developer")).is_new


async def test_a_demo_is_not_mixed_with_other_people(demo: World, database: Database) -> None:
    """`dev` on a given database goes on with its own demo, or with an empty one."""
    assert await is_fit_for_demo(database)
    await run(database.settings.url, "DELETE FROM imports")
    assert not await is_fit_for_demo(database)


async def test_an_empty_database_may_have_a_demo(database: Database) -> None:
    assert await is_fit_for_demo(database)
