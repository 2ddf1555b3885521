"""The history of points: what a client may ask of it."""

from collections import Counter
from datetime import timedelta
from itertools import accumulate
from typing import Any

import pytest

from app.graph.masking import code_of
from app.points.rules import EntryKind
from tests.statements import Statements
from tests.world import COMPILED, NOON, World, customer

from .scenes import LENIENT, STRICT, everything_happens

DAY = timedelta(days=1)
HISTORY = """query ($kinds: [PointsEntryKind!], $since: DateTime, $before: DateTime) { me {
  pointHistory(kinds: $kinds, since: $since, before: $before) {
    totalCount nodes { kind occurredAt pendingChange ruleInWords } } } }"""

EXPLAINED = """query ($program: String!) { me(program: $program) { pointHistory(first: 100) { totalCount nodes {
  kind cause ruleInWords change pendingChange heldChange debtChange balanceAfter pendingAfter heldAfter debtAfter
  lots { amount lot { earned } } } } } }"""
OF_KIND = """query ($program: String!, $kinds: [PointsEntryKind!]) { me(program: $program) {
  pointHistory(first: 100, kinds: $kinds) { totalCount nodes { kind } } } }"""


async def history(world: World, language: str = "en", **asked: Any) -> dict[str, Any]:
    page = await world.data(HISTORY, by=customer("anna"), language=language, **asked)
    return page["me"]["pointHistory"]


async def test_history_is_limited_to_kinds_and_to_a_time(world: World) -> None:
    """The count goes with what is asked for; times are half-open (R2)."""
    for number in range(1, 6):
        await world.orders("anna", number, paid=NOON - 20 * DAY - number * DAY, completed=NOON - 9 * DAY)
    assert (await history(world))["totalCount"] == 10
    activated = await history(world, kinds=["ACTIVATED"])
    assert activated["totalCount"] == 5
    assert {node["kind"] for node in activated["nodes"]} == {"ACTIVATED"}
    both = await history(world, kinds=["ACTIVATED", "EARNED"])
    assert both["totalCount"] == 10
    assert (await history(world, kinds=[]))["nodes"] == []
    since, before = NOON - 23 * DAY, NOON - 21 * DAY
    some = await history(world, since=since.isoformat(), before=before.isoformat())
    assert sorted(node["pendingChange"] for node in some["nodes"]) == [2, 3]
    assert some["totalCount"] == 2


async def test_an_entry_says_its_rule_in_words_for_one_more_statement(world: World, sql: Statements) -> None:
    """M31: what is shown is what was applied, in the language asked for."""
    for number in range(1, 6):
        await world.orders("anna", number)
    with sql:
        english = await history(world)
    assert sql.count == (3 if COMPILED else 4), sql.texts
    chinese = await history(world, language="zh")
    assert {node["ruleInWords"] for node in english["nodes"]} != {node["ruleInWords"] for node in chinese["nodes"]}
    assert all(node["ruleInWords"] for node in [*english["nodes"], *chinese["nodes"]])


async def test_a_time_without_a_zone_is_bad_input(world: World) -> None:
    await world.joins("anna")
    result = await world.ask(HISTORY, by=customer("anna"), since="2026-01-01T00:00:00")
    assert result.errors is not None
    assert code_of(result.errors[0]) == "BAD_USER_INPUT"
    assert "time zone" in result.errors[0].message


@pytest.mark.parametrize("kinds", [["NONSENSE"], "ACTIVATED ", [None]])
async def test_a_kind_that_there_is_not_is_refused_before_anything_runs(world: World, kinds: Any) -> None:
    result = await world.ask(HISTORY, by=customer("anna"), kinds=kinds)
    assert result.data is None
    assert result.errors


async def test_every_kind_of_movement_is_told_in_words_and_with_its_lots(world: World) -> None:
    """M10, R5, R6: what it did to lots is what it changed, and balances follow from one another."""
    await everything_happens(world)
    found = [node for program in (LENIENT, STRICT) for node in await explained(world, program)]
    missing = {"RESTORED", "ADJUSTED"}  # the one is of late facts, the other of staff: they have tests of their own
    assert {node["kind"] for node in found} == {kind.name for kind in EntryKind} - missing
    for node in found:
        assert sum(use["amount"] for use in node["lots"]) == moved(node)
        assert all(use["lot"]["earned"] >= use["amount"] for use in node["lots"])
        assert node["ruleInWords"] or node["cause"] == "SPENDING"


async def explained(world: World, program: str) -> list[Any]:
    """All movements, the first first; each follows from the one before."""
    page = await world.data(EXPLAINED, by=customer("anna"), program=program)
    history = page["me"]["pointHistory"]
    nodes = history["nodes"][::-1]
    assert history["totalCount"] == len(nodes)
    for name, after in (("change", "balanceAfter"), ("pendingChange", "pendingAfter"), ("heldChange", "heldAfter"),
                        ("debtChange", "debtAfter")):  # fmt: skip
        assert list(accumulate(node[name] for node in nodes)) == [node[after] for node in nodes]
    return nodes


def moved(node: Any) -> int:
    """How many points of lots: what is owed is of none."""
    if node["kind"] == "ACTIVATED":
        return node["change"]
    return abs(node["change"] + node["pendingChange"] + node["debtChange"])


async def test_history_is_limited_to_any_kind(world: World) -> None:
    """M10: and the count with it."""
    await everything_happens(world)
    for program in (LENIENT, STRICT):
        every = Counter(node["kind"] for node in await explained(world, program))
        for kind in EntryKind:
            page = await world.data(OF_KIND, by=customer("anna"), program=program, kinds=[kind.name])
            told = page["me"]["pointHistory"]
            assert [node["kind"] for node in told["nodes"]] == [kind.name] * every[kind.name]
            assert told["totalCount"] == every[kind.name]
