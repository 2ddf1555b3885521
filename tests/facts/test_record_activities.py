"""Activities as another system reports them, through the graph: each by itself, in order, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from app.campaigns.rules import open_at
from app.graph import Role
from app.graph.masking import code_of
from app.graph.viewer import VISITOR
from app.prover import prove
from tests.databases import run
from tests.statements import Statements
from tests.world import COMPILED, NOON, World, customer, service

from .activities import CLUB, DAY, RECORD, capped_club, did, points, recorded

BALANCE = "{ me { points { available pending } } }"
ENTRIES = """{ me { pointHistory(first: 100) { nodes {
  kind change cause rule ruleInWords activity { action externalId } order { externalId }
} } } }"""


async def balance(world: World, subject: str) -> tuple[int, int]:
    found = (await world.data(BALANCE, by=customer(subject)))["me"]["points"]
    return found["available"], found["pending"]


async def proves(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def test_an_activity_earns_what_its_rule_says_and_makes_a_member(world: World) -> None:
    """M11, R24: a first fact joins where the program joins automatically; points without a return window are active
    at once."""
    (review,) = await recorded(world, did("r-1", channel="app"))
    assert (review["points"], review["replayed"]) == (20, False)
    assert review["activity"] == {
        "action": "REVIEW",
        "occurredAt": datetime(2026, 2, 28, 4, tzinfo=UTC),
        "source": "shop",
        "externalId": "r-1",
        "channel": "app",
    }
    assert await balance(world, "anna") == (20, 0)
    await proves(world)


async def test_an_action_without_a_rule_is_known_and_earns_nothing(world: World) -> None:
    """R24: the same again is known, and the same id with other content is refused."""
    assert await points(world, did("l-1", "LOGIN")) == [0]
    again, other = await recorded(world, did("l-1", "LOGIN"), did("l-1", "LOGIN", at=NOON))
    assert (again["points"], again["replayed"], other["code"]) == (0, True, "FACT_CONFLICT")
    await proves(world)


async def test_the_same_again_is_answered_with_what_the_first_did(world: World) -> None:
    """R24: also within one list, for another channel, and once a cap is full that was not then."""
    first = await recorded(world, did("r-1"), did("r-1", channel="web"), *(did(f"r-{n}") for n in range(2, 8)))
    assert [(each["points"], each["replayed"]) for each in first] == [
        (20, False), (20, True), (20, False), (20, False), (20, False), (20, False), (0, False), (0, False)
    ]  # fmt: skip
    (again,) = await recorded(world, did("r-1"))
    assert again == {**first[0], "replayed": True}
    assert await balance(world, "anna") == (100, 0)
    await proves(world)


async def test_an_id_is_known_by_program_source_and_action(world: World) -> None:
    """R24: whoever else uses the id means something else by it, and somebody else may have done it."""
    await world.joins("dora", program="brand-standard")
    shop = service("taobao-club", "brand-standard", sources=("shop", "forum"))
    for source, first, second in (("shop", "anna", "bella"), ("forum", "bella", "carla")):
        activities = did("1", who=first), did("1", "SHARE", who=second)
        found = await recorded(world, *activities, by=shop, source=source)
        assert [each["replayed"] for each in found] == [False, False]
    (elsewhere,) = await recorded(world, did("1", who="dora"), program="brand-standard")
    assert not elsewhere["replayed"]
    assert [await balance(world, who) for who in ("anna", "bella", "carla")] == [(20, 0), (25, 0), (5, 0)]
    await proves(world)


@pytest.mark.parametrize("other", [did("r-1", at=NOON), did("r-1", who="bella")])
async def test_the_same_id_with_other_content_or_for_another_is_a_conflict(
    world: World, other: dict[str, object]
) -> None:
    """R24: nobody becomes a member by it, and nothing is earned."""
    (_, conflict) = await recorded(world, did("r-1"), other)
    assert conflict["__typename"] == "FactConflict"
    assert conflict["code"] == "FACT_CONFLICT"
    assert await balance(world, "anna") == (20, 0)
    assert (await world.data("{ me { id } }", by=customer("bella")))["me"] is None
    await proves(world)


async def test_who_is_no_member_of_a_program_that_is_joined_by_asking_earns_nothing(world: World) -> None:
    """R24: the id is still free when they have joined; who has left earns no more, and is answered as before."""
    (refused,) = await recorded(world, did("r-1"), program="brand-standard")
    assert refused["code"] == "NOT_A_MEMBER"
    await world.joins("anna", program="brand-standard")
    (taken,) = await recorded(world, did("r-1"), program="brand-standard")
    assert not taken["replayed"]
    await world.leaves("anna", program="brand-standard")
    again, new = await recorded(world, did("r-1"), did("r-2"), program="brand-standard")
    assert (again["replayed"], new["code"]) == (True, "NOT_A_MEMBER")
    await proves(world)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (did(""), "ID"),
        (did("a\nb"), "ID"),
        (did("x" * 201), "ID"),
        (did("r", at=NOON + timedelta(minutes=6)), "FUTURE"),
        (did("r") | {"occurredAt": "9999-12-31T23:59:59-14:00"}, "FUTURE"),
        (did("r") | {"occurredAt": "1899-12-31T23:59:59Z"}, "PAST"),
        (did("r") | {"occurredAt": "0001-01-01T00:00:00+14:00"}, "PAST"),
        (did("r", channel="The App"), "CHANNEL"),
        (did("r", who=""), "CUSTOMER"),
        (did("r") | {"customer": {"subject": "anna", "issuer": "https://other.example"}}, "CUSTOMER"),
    ],
)
async def test_what_makes_no_sense_is_refused_at_its_place_and_the_others_are_taken(
    world: World, wrong: dict[str, object], problem: str
) -> None:
    """R24, R26: in words of both languages; not all or nothing."""
    sent = {"activities": [did("a"), wrong, did("b")], "program": "taobao-club"}
    for language, replayed in (("en", False), ("zh", True)):
        answer = await world.data(RECORD, by=service("taobao-club"), language=language, input=sent)
        first, refused, last = answer["recordActivities"]
        assert (refused["__typename"], refused["code"], refused["problem"]) == ("InvalidFact", "INVALID_FACT", problem)
        assert refused["message"].isascii() == (language == "en")
        assert [(each["points"], each["replayed"]) for each in (first, last)] == [(20, replayed)] * 2


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"activities": []}, "BAD_USER_INPUT"),
        ({"activities": [did("r")] * 501}, "BAD_USER_INPUT"),
        ({"activities": [did("r")], "program": "nowhere"}, "BAD_USER_INPUT"),
        ({"activities": [did("r")], "program": "brand-standard"}, "BAD_USER_INPUT"),
        ({"activities": [did("r")], "source": "elsewhere"}, "FORBIDDEN"),
        ({"activities": [did("r", "SING")]}, "BAD_USER_INPUT"),
        ({"activities": [did("r") | {"occurredAt": "2026-02-28"}]}, "BAD_USER_INPUT"),
    ],
)
async def test_a_list_that_cannot_be_taken_is_refused_as_a_whole(world: World, sent: dict[str, Any], code: str) -> None:
    """R24: nothing of it is done."""
    result = await world.ask(RECORD, by=service("taobao-club"), input=sent)
    assert [code_of(error) for error in result.errors or ()] == [code]
    assert await run(world.database.settings.url, "SELECT 1 FROM facts") == []


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (customer("anna"), "FORBIDDEN"),
        (replace(service("taobao-club"), role=Role.MEMBER), "FORBIDDEN"),
        (replace(service("taobao-club"), role=Role.OPERATOR), "FORBIDDEN"),
        (VISITOR, "UNAUTHENTICATED"),
        (service("taobao-club", scopes=("members:read",)), "FORBIDDEN"),
        (service("brand-standard"), "BAD_USER_INPUT"),
    ],
)
async def test_only_services_that_may_write_facts_of_the_program_report(world: World, caller: Any, code: str) -> None:
    """R43"""
    result = await world.ask(RECORD, by=caller, input={"activities": [did("r")], "program": "taobao-club"})
    assert [code_of(error) for error in result.errors or ()] == [code]
    assert await run(world.database.settings.url, "SELECT 1 FROM facts") == []


async def test_an_operation_reports_one_list(world: World) -> None:
    """Nobody sends twenty times 500 at once."""
    twice = "mutation M($i: RecordActivitiesInput!) { a: recordActivities(input: $i) { __typename } "
    twice += "b: recordActivities(input: $i) { __typename } }"
    result = await world.ask(twice, by=service("taobao-club"), i={"activities": [did("r")]})
    assert "one by one" in str(result.errors)


async def test_points_for_an_action_may_be_pending_for_days(world: World) -> None:
    """R2, R9: local days from when it was done; their months run from activation."""
    await world.publishes(capped_club(rule=("pending_days = 2",)), effective_from=NOON + timedelta(hours=1))
    world.now = NOON + 2 * DAY
    done = world.now
    await recorded(world, did("r-1", at=done))
    world.now = done + 2 * DAY - timedelta(microseconds=1)
    assert await balance(world, "anna") == (0, 20)
    world.now = done + 2 * DAY
    assert await balance(world, "anna") == (20, 0)
    ((activates_at, expires_at),) = await run(
        world.database.settings.url, "SELECT activates_at, expires_at FROM points_lots"
    )
    assert activates_at == done + 2 * DAY
    assert (expires_at.year, expires_at.month, expires_at.day) == (2027, 3, activates_at.day)
    await proves(world)


async def test_rules_tier_and_cap_are_those_of_when_it_was_done(world: World) -> None:
    """R25: not of when it was reported, whatever was published and reached since."""
    dear = capped_club(rule=('tiers = { v2 = "2.5" }',)).replace("points = 20\n", "points = 30\n", 1)
    await world.publishes(dear, effective_from=NOON)
    await world.orders("anna", "1000", paid=NOON + DAY, completed=NOON + 2 * DAY, now=NOON + 2 * DAY)
    world.now = NOON + 10 * DAY
    found = await points(
        world,
        did("before", at=NOON - timedelta(seconds=1)),
        did("at", at=NOON),
        did("as-v2", at=NOON + 2 * DAY),
        did("later", at=NOON + 3 * DAY),
    )
    assert found == [20, 30, 75, 75]
    await proves(world)


async def test_an_entry_tells_what_was_done_in_one_statement_for_a_page(world: World, sql: Statements) -> None:
    """R5: each entry has its cause and its rule in words."""
    await world.orders("anna", "100", order="o-1")
    await recorded(world, did("r-1"), did("s-1", "SHARE"))
    await world.data(ENTRIES, by=customer("anna"))
    with sql:
        entries = (await world.data(ENTRIES, by=customer("anna")))["me"]["pointHistory"]["nodes"]
    assert len([text for text in sql.texts if " facts" in text]) == 1
    by_rule = {(entry["rule"], entry["kind"]): entry for entry in entries}
    review = by_rule["review", "ACTIVATED"]
    assert (review["cause"], review["change"], review["ruleInWords"]) == ("ACTIVITY", 20, "20 points for each review")
    assert (review["activity"], review["order"]) == ({"action": "REVIEW", "externalId": "r-1"}, None)
    assert by_rule["share", "EARNED"]["activity"] == {"action": "SHARE", "externalId": "s-1"}
    order = by_rule["order", "EARNED"]
    assert (order["activity"], order["order"]) == (None, {"externalId": "o-1"})


async def test_the_compiled_way_and_the_ordinary_one_report_alike(world: World) -> None:
    """The same transactions, the same answers, the same errors."""
    sent = {"activities": [did("a"), did(""), did("a", who="bella"), did("b", who="bella")], "program": "taobao-club"}
    context = world.context(service("taobao-club"))
    ordinary = await world.execution.uncompiled(RECORD, {"input": sent}, None, context)
    assert not ordinary.errors
    assert ordinary.data is not None
    compiled = await world.data(RECORD, by=service("taobao-club"), input=sent)
    for once, again in zip(ordinary.data["recordActivities"], compiled["recordActivities"], strict=True):
        assert orjson.dumps({**once, "replayed": None}) == orjson.dumps({**again, "replayed": None})
    await proves(world)


async def test_five_hundred_at_once_are_one_transaction_each(world: World, sql: Statements) -> None:
    """R24: statements for each by itself, and what is read of them once for all.

    Of one the activity and the member are read together, in one statement, where operations are compiled; of many each
    by one of its own.
    """
    for subject in ("anna", "bella"):
        await recorded(world, did(f"first-{subject}", "SHARE", who=subject, at=NOON))
    with sql:
        await recorded(world, did("one-more", "SHARE", at=NOON - 300 * DAY))  # late, like those that follow
    alone = sql.count
    version = world.programs.current("taobao-club", NOON)
    days = (NOON - number * DAY for number in range(1, 400))
    quiet = [day for day in days if not open_at(world.programs, version, at=day)]  # no campaign has more to write
    sent = [did(f"r-{n}", "SHARE", who="anna" if n % 2 else "bella", at=quiet[n // 2]) for n in range(500)]
    with sql:
        found = await recorded(world, *sent)
    assert [each["activity"]["externalId"] for each in found] == [f"r-{n}" for n in range(500)]
    assert {each["points"] for each in found} == {5}
    read_of_one, read_of_many = 1 if COMPILED else 2, 2
    assert sql.count == 500 * (alone - read_of_one) + read_of_many
    assert alone < 20
    await proves(world)


async def test_the_club_rewards_what_s0_says(world: World) -> None:
    """M2, S0: reviews, shares and a newcomer's profile; how much is the preset's choice."""
    assert "chosen" in CLUB[CLUB.index("reviews and shares earn") :][:200]
    found = await points(
        world,
        *(did(f"r-{n}") for n in range(6)),
        *(did(f"s-{n}", "SHARE") for n in range(4)),
        did("p-1", "PROFILE_COMPLETED"),
        did("p-2", "PROFILE_COMPLETED", at=NOON),
    )
    assert found == [20, 20, 20, 20, 20, 0, 5, 5, 5, 0, 50, 0]
    await proves(world)
