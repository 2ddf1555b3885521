"""What staff did is on record: who, as what, what about, why and when; together with what it did, and for ever."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.db import Transaction
from app.graph import Role, Viewer
from app.staff.models import AuditRow
from tests.databases import run
from tests.db.test_sharding_rules import APP, statements
from tests.statements import Statements
from tests.world import World, customer, service

from .correcting import (
    ADA,
    ADJUST,
    BRAND,
    CLUB,
    OLGA,
    SARA,
    WHY,
    adjust,
    approve,
    as_id,
    available,
    codes,
    person,
    proved,
    reject,
    waiting,
)

AUDIT = """query Audit($member: ID!, $first: Int = 20, $after: String) { member(id: $member) {
  audit(first: $first, after: $after) {
    totalCount
    nodes { action about by { subject issuer } role reason at }
    pageInfo { hasNextPage endCursor }
  }
} }"""


async def audit(world: World, member: Any, **more: Any) -> Any:
    return (await world.data(AUDIT, by=ADA, member=as_id(member), **more))["member"]["audit"]


async def test_every_correction_is_on_record_the_last_first(world: World) -> None:
    anna, start = await world.joins("anna"), world.now
    alone = (await adjust(world, anna, 5))["adjustment"]["id"]
    world.now += timedelta(minutes=1)
    one = await waiting(world, anna, 5000)
    other = await waiting(world, anna, 6000, by=person("sara", Role.OPERATOR))
    world.now += timedelta(minutes=1)
    await approve(world, one)
    await reject(world, other, reason="We promised nothing.")
    found = await audit(world, anna)
    told = [(e["action"], e["about"], e["by"]["subject"], e["role"], e["reason"], e["at"]) for e in found["nodes"]]
    assert told == [
        ("ADJUSTMENT_REJECTED", other, "olga", "OPERATOR", "We promised nothing.", start + timedelta(minutes=2)),
        ("ADJUSTMENT_APPROVED", one, "olga", "OPERATOR", None, start + timedelta(minutes=2)),
        ("ADJUSTMENT_ASKED", other, "sara", "OPERATOR", WHY, start + timedelta(minutes=1)),
        ("ADJUSTMENT_ASKED", one, "sara", "SUPPORT", WHY, start + timedelta(minutes=1)),
        ("POINTS_ADJUSTED", alone, "sara", "SUPPORT", WHY, start),
    ]
    assert found["totalCount"] == 5
    assert {entry["by"]["issuer"] for entry in found["nodes"]} == {SARA.issuer}
    text = "query ($id: ID!) { node(id: $id) { ... on PointsAdjustment { points } } }"
    assert (await world.data(text, by=ADA, id=one))["node"] == {"points": 5000}
    await proved(world)


async def test_it_is_read_page_by_page(world: World) -> None:
    anna, bella = await world.joins("anna"), await world.joins("bella")
    for points in range(1, 6):
        await adjust(world, anna, points, reason=f"Reason {points}")
        await adjust(world, bella, points)
    seen: list[str] = []
    after, more = None, True
    while more:
        page = await audit(world, anna, first=2, after=after)
        seen += [entry["reason"] for entry in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == [f"Reason {points}" for points in range(5, 0, -1)]


async def test_what_was_refused_and_what_was_replayed_is_not_on_record(world: World) -> None:
    anna, key = await world.joins("anna"), uuid4()
    for _ in range(2):
        await adjust(world, anna, 5, key=key)
    await adjust(world, anna, -6)
    asked = await waiting(world, anna, 5000, by=OLGA)
    await approve(world, asked, by=OLGA)
    assert [entry["action"] for entry in (await audit(world, anna))["nodes"]] == ["ADJUSTMENT_ASKED", "POINTS_ADJUSTED"]


@pytest.mark.parametrize("step", ["asked", "approved", "rejected"])
async def test_what_cannot_be_put_on_record_is_not_done(
    world: World, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction for both."""

    async def fails(tx: Transaction, **_: Any) -> None:
        raise RuntimeError

    anna = await world.joins("anna")
    asked = await waiting(world, anna, 5000)
    steps: dict[str, Callable[[], Awaitable[Any]]] = {
        "asked": lambda: adjust(world, anna, 5),
        "approved": lambda: approve(world, asked),
        "rejected": lambda: reject(world, asked),
    }
    with monkeypatch.context() as patch:
        patch.setattr("app.staff.commands.adjusting.note", fails)
        with pytest.raises(AssertionError):
            await steps[step]()
    assert await available(world, anna) == 0
    rows = await run(world.database.settings.url, "SELECT state FROM points_adjustments")
    assert [row["state"] for row in rows] == ["WAITING"]
    assert len((await audit(world, anna))["nodes"]) == 1


CALLERS = {
    "a visitor": Viewer(),
    "the member": customer("anna"),
    "a service": service(CLUB),
    "support": SARA,
}


@pytest.mark.parametrize("caller", CALLERS)
async def test_only_operators_and_auditors_read_it(world: World, caller: str) -> None:
    anna = await world.joins("anna")
    await adjust(world, anna, 5)
    text = "query ($id: ID!) { node(id: $id) { ... on Member { audit { nodes { action } } } } }"
    expected = ["UNAUTHENTICATED" if caller == "a visitor" else "FORBIDDEN"]
    assert await codes(world, text, by=CALLERS[caller], id=as_id(anna)) == expected
    for by in (OLGA, ADA):
        assert await codes(world, text, by=by, id=as_id(anna)) == []
    stranger = person("bert", Role.AUDITOR, BRAND)
    assert (await world.data(text, by=stranger, id=as_id(anna)))["node"] is None


async def test_the_member_sees_that_staff_corrected_and_not_who_or_why(world: World) -> None:
    """Nor what waits or was turned down."""
    anna = await world.joins("anna")
    await adjust(world, anna, 5)
    asked = await waiting(world, anna, 5000)
    entry = "pointHistory { nodes { cause ruleInWords adjustment { %s } } }"
    me = (await world.data("{ me { " + entry % "points state askedAt decidedAt" + " } }", by=customer("anna")))["me"]
    assert me["pointHistory"]["nodes"] == [
        {
            "cause": "ADJUSTMENT",
            "ruleInWords": "Points corrected by staff",
            "adjustment": {"points": 5, "state": "APPLIED", "askedAt": world.now, "decidedAt": None},
        }
    ]
    for hidden in ("reason", "askedBy { subject }", "decidedBy { subject }", "decisionReason", "needsSecond"):
        assert await codes(world, "{ me { " + entry % hidden + " } }", by=customer("anna")) == ["FORBIDDEN"], hidden
    assert await codes(world, "{ me { pointAdjustments { nodes { points } } } }", by=customer("anna")) == ["FORBIDDEN"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await world.data(node, by=customer("anna"), id=asked))["node"] is None
    await reject(world, asked)
    assert (await world.data(node, by=customer("anna"), id=asked))["node"] is None
    assert (await world.data(node, by=service(CLUB), id=asked))["node"] is None
    assert (await world.data(node, by=SARA, id=asked))["node"] == {"id": asked}


async def test_staff_find_what_became_of_adjustments(world: World) -> None:
    anna = await world.joins("anna")
    alone = (await adjust(world, anna, 5))["adjustment"]["id"]
    one, other, third = [await waiting(world, anna, 5000) for _ in range(3)]
    await approve(world, one)
    await reject(world, other)
    text = """query ($member: ID!, $states: [PointsAdjustmentState!]) { member(id: $member) {
        pointAdjustments(states: $states) { totalCount nodes { id } } } }"""
    for states, expected in (
        (None, [third, other, one, alone]),
        (["APPLIED"], [one, alone]),
        (["WAITING", "REJECTED"], [third, other]),
        ([], []),
    ):
        found = (await world.data(text, by=ADA, member=as_id(anna), states=states))["member"]["pointAdjustments"]
        assert [node["id"] for node in found["nodes"]] == expected, states
        assert found["totalCount"] == len(expected)


LIST = """{ members {
  nodes {
    displayName
    audit { totalCount nodes { reason by { subject } about } }
    pointAdjustments { totalCount nodes { points askedBy { subject } decidedBy { subject } } }
    pointHistory { nodes { cause adjustment { points reason } order { id } } }
  }
} }"""


@pytest.mark.parametrize("compiled", [True, False])
async def test_in_a_list_each_member_has_their_own(world: World, sql: Statements, compiled: bool) -> None:
    """With the same number of statements, however many members; compiled or not."""
    counts: set[int] = set()
    for number in range(1, 4):
        name = f"Anna {number}"
        member = await world.joins(name, name=name)
        await world.orders(name, "100")
        await adjust(world, member, number, reason=f"Because of {name}")
        run_ = world.execution.execute if compiled else world.execution.uncompiled
        with sql:
            result = await run_(LIST, {}, None, world.context(OLGA))
        counts |= {sql.count} if number > 1 else set()  # what is of one member alone is read together
        assert not result.errors
        assert result.data is not None
        for node in result.data["members"]["nodes"]:
            own = int(node["displayName"].removeprefix("Anna "))
            (entry,), (adjusted,) = node["audit"]["nodes"], node["pointAdjustments"]["nodes"]
            assert entry["reason"] == f"Because of {node['displayName']}"
            assert (adjusted["points"], adjusted["askedBy"], adjusted["decidedBy"]) == (own, {"subject": "sara"}, None)
            assert node["audit"]["totalCount"] == node["pointAdjustments"]["totalCount"] == 1
            moved = [(each["cause"], each["adjustment"]) for each in node["pointHistory"]["nodes"]]
            assert moved == [("ADJUSTMENT", {"points": own, "reason": entry["reason"]}), ("ORDER", None)]
    assert len(counts) == 1


async def test_who_was_never_corrected_costs_no_statement(world: World, sql: Statements) -> None:
    await world.orders("anna", "100")
    with sql:
        await world.data("{ me { pointHistory { nodes { adjustment { points } } } } }", by=customer("anna"))
    assert sql.count == 2


def test_no_statement_changes_or_deletes_what_is_on_record() -> None:
    """Append-only: whatever is run on the table reads or inserts."""
    table = AuditRow.__tablename__
    texts = [sql for _, _, sql in statements() if re.search(rf"\b{table}\b", sql)]
    assert len(texts) >= 3
    assert {sql.split()[0] for sql in texts} == {"SELECT", "INSERT"}


def test_no_source_names_the_record_in_sql_of_its_own() -> None:
    """All else goes through the statements looked at above."""
    sources = {path: path.read_text("utf-8") for path in APP.rglob("*.py") if "migrations" not in path.parts}
    naming = {path.name for path, text in sources.items() if re.search(r"\baudit_entries\b", text)}
    assert naming == {"models.py", "proving.py"}


async def test_a_retry_after_the_reply_was_lost_leaves_one_record(world: World) -> None:
    """R36."""
    anna = await world.joins("anna")
    asked: dict[str, Any] = {"key": str(uuid4()), "member": as_id(anna), "points": 5, "reason": WHY}
    await world.data(ADJUST, by=SARA, **asked)
    await world.data(ADJUST, by=SARA, **asked)
    assert (await audit(world, anna))["totalCount"] == 1
