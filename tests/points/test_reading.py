"""What is read of points is what it is by now, though no job has run; and takes no more statements for many members."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.graph import Role
from tests.databases import run
from tests.programs.files import shop
from tests.statements import Statements
from tests.world import NOON, World, customer, service, staff

from .seller import DAY, MINUTE, MOMENT, Seller, has_lot

SOON, LATER, NEVER_DUE = NOON + DAY, NOON + 30 * DAY, NOON + 360 * DAY
"""When lots lapse."""
ACTIVE_AT = NOON + 2 * DAY
DEADLINE = NOON + 3 * DAY
LOTS = "lots { amount lot { id earned remaining lapsed takenBack expiresAt } }"
ALL = f"""query All($states: [PointsHoldState!]) {{ me {{
  points {{ available pending held debt expiring(within: 90) {{ amount at }} }}
  pointHolds(states: $states) {{ totalCount nodes {{ id points state endedAt givenBack {LOTS} }} }}
  pointHistory {{ nodes {{ kind {LOTS} hold {{ id state endedAt }} giveBack {{ id hold {{ id state }} }} }} }}
}} }}"""


async def anna(world: World, **asked: Any) -> Any:
    return (await world.data(ALL, by=customer("anna"), **asked))["me"]


async def settled(world: World) -> None:
    ((member_id,),) = await run(world.database.settings.url, "SELECT id FROM members")
    await world.settles(member_id)


def without_history(page: Any) -> Any:
    """What has been entered meanwhile is shown once it has been."""
    return {name: value for name, value in page.items() if name != "pointHistory"}


@pytest.fixture
async def seller(world: World) -> Seller:
    """Anna has points that lapse soon and later, points that become active, and a hold of 50 on what lapses first."""
    await has_lot(world, "anna", 100, lapses=LATER)
    await has_lot(world, "anna", 30, lapses=SOON)
    await world.orders("anna", 7, paid=NOON - 6 * DAY, completed=NOON - 5 * DAY)
    made = Seller(world)
    await made.held("anna", 50, deadline=DEADLINE)
    return made


INSTANTS: list[tuple[datetime, tuple[int, int, int], str]] = [
    (NOON, (80, 7, 50), "OPEN"),
    (SOON, (80, 7, 50), "OPEN"),
    (ACTIVE_AT - MOMENT, (80, 7, 50), "OPEN"),
    (ACTIVE_AT, (87, 0, 50), "OPEN"),
    (DEADLINE - MOMENT, (87, 0, 50), "OPEN"),
    (DEADLINE, (107, 0, 0), "TIMED_OUT"),
    (LATER - MOMENT, (107, 0, 0), "TIMED_OUT"),
    (LATER, (7, 0, 0), "TIMED_OUT"),
]
"""What is available, pending and held, and what the hold is."""


@pytest.mark.parametrize(("now", "figures", "state"), INSTANTS)
async def test_everything_counts_at_once_as_what_it_is(
    seller: Seller, sql: Statements, now: datetime, figures: tuple[int, int, int], state: str
) -> None:
    """R2, R9, R14: activations, time-outs and expiry, and what a time-out returns to a lot that has lapsed; nothing
    is written by reading, and settling changes nothing of what is shown."""
    world = seller.world
    world.now = now
    with sql:
        page = await anna(world)
    assert not [text for text in sql.texts if not text.lstrip("(").startswith("SELECT")]
    assert tuple(page["points"][name] for name in ("available", "pending", "held")) == figures
    (hold,) = page["pointHolds"]["nodes"]
    ended = None if state == "OPEN" else DEADLINE
    assert (hold["state"], hold["endedAt"]) == (state, ended)
    left = {use["lot"]["earned"]: use["lot"]["remaining"] for use in hold["lots"]}
    assert left == {30: 0, 100: 0 if now >= LATER else 80 if state == "OPEN" else 100}
    lapsed = {use["lot"]["earned"]: use["lot"]["lapsed"] for use in hold["lots"]}
    assert lapsed == {30: 0 if state == "OPEN" else 30, 100: 100 if now >= LATER else 0}
    await settled(world)
    assert without_history(await anna(world)) == without_history(page)


async def test_a_hold_is_the_same_wherever_one_comes_to_it(seller: Seller) -> None:
    """R2: by its id, by the member, by a movement."""
    world = seller.world
    world.now = DEADLINE
    page = await anna(world)
    (hold,) = page["pointHolds"]["nodes"]
    (held,) = [node for node in page["pointHistory"]["nodes"] if node["kind"] == "HELD"]
    named = "query ($id: ID!) { node(id: $id) { id ... on PointsHold { state endedAt } } }"
    by_id = (await world.data(named, by=customer("anna"), id=hold["id"]))["node"]
    assert held["hold"] == by_id == {name: hold[name] for name in ("id", "state", "endedAt")}


@pytest.mark.parametrize("is_settled", [False, True])
async def test_holds_are_limited_to_what_they_are_by_now(seller: Seller, is_settled: bool) -> None:
    """R2: an open one whose deadline has passed is among those that timed out; newest first, and counted so."""
    world = seller.world
    captured = await seller.captured("anna", 1)
    released = await seller.held("anna", 2)
    await seller.release(released)
    late = (await anna(world))["pointHolds"]["nodes"][-1]["id"]
    open_ = await seller.held("anna", 3, deadline=DEADLINE + DAY)
    world.now = DEADLINE - MOMENT
    assert [hold["id"] for hold in (await anna(world, states=["OPEN"]))["pointHolds"]["nodes"]] == [open_, late]
    world.now = DEADLINE
    if is_settled:
        await settled(world)
    expected: list[tuple[list[str] | None, list[str]]] = [
        (None, [open_, released, captured, late]),
        (["OPEN"], [open_]),
        (["TIMED_OUT"], [late]),
        (["CAPTURED", "RELEASED"], [released, captured]),
        (["OPEN", "TIMED_OUT"], [open_, late]),
        ([], []),
    ]
    for states, ids in expected:
        holds = (await anna(world, states=states))["pointHolds"]
        assert ([hold["id"] for hold in holds["nodes"]], holds["totalCount"]) == (ids, len(ids)), states


async def test_holds_are_paged_without_gaps_or_repeats(seller: Seller) -> None:
    for _ in range(6):
        await seller.held("anna", 1)
    text = """query ($after: String) { me { pointHolds(first: 3, after: $after, states: [OPEN]) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    seen: list[str] = []
    after, more = None, True
    while more:
        page = (await seller.world.data(text, by=customer("anna"), after=after))["me"]["pointHolds"]
        assert page["totalCount"] == 7
        seen += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(seen) == len(set(seen)) == 7
    assert seen == [node["id"] for node in (await anna(seller.world))["pointHolds"]["nodes"]]


async def test_every_movement_says_what_made_it_and_which_lots_it_moved(seller: Seller) -> None:
    """M9: each entry with its cause and the lots it used or made, however many."""
    hold = await seller.captured("anna", 75)
    given = (await seller.give_back(hold, 5))["giveBack"]["id"]
    nodes = (await anna(seller.world))["pointHistory"]["nodes"]
    found = [(node["kind"], [(use["amount"], use["lot"]["earned"]) for use in node["lots"]]) for node in nodes]
    assert found == [
        ("GIVEN_BACK", [(5, 100)]),
        ("CAPTURED", []),
        ("HELD", [(75, 100)]),
        ("HELD", [(30, 30), (20, 100)]),
        ("EARNED", [(7, 7)]),
        ("ACTIVATED", [(30, 30)]),
        ("EARNED", [(30, 30)]),
        ("ACTIVATED", [(100, 100)]),
        ("EARNED", [(100, 100)]),
    ]
    by_kind = {node["kind"]: node for node in nodes}
    assert by_kind["GIVEN_BACK"]["giveBack"] == {"id": given, "hold": {"id": hold, "state": "CAPTURED"}}
    assert by_kind["CAPTURED"]["hold"]["id"] == hold
    assert [node["kind"] for node in nodes if node["hold"]] == ["CAPTURED", "HELD", "HELD"]
    assert [node["kind"] for node in nodes if node["giveBack"]] == ["GIVEN_BACK"]


async def test_debt_is_shown(world: World) -> None:
    """R11: what is owed, and that available is below 0 by it; also where a hold timed out that pays it."""
    await world.publishes(shop().replace("[points]\n", '[points]\nrefunds = { claw_back = "DEBT" }\n'))
    world.programs = replace(world.programs, default="shop")
    await world.joins("anna", program="shop")
    paid, done = NOON - 20 * DAY, NOON - 10 * DAY
    await world.orders("anna", 40, order="o-1", program="shop", paid=paid, completed=done)
    await world.orders("anna", 60, order="o-2", program="shop", paid=paid, completed=done)
    seller = Seller(world, replace(service("shop", scopes=("points:hold",)), program="shop"))
    await seller.held("anna", 90)
    await world.refunds("anna", "o-1", {1: "40"}, program="shop")
    figures = ("available", "held", "debt")
    page = await anna(world)
    assert tuple(page["points"][name] for name in figures) == (-30, 90, 30)
    world.now += 30 * MINUTE
    page = await anna(world)
    assert tuple(page["points"][name] for name in figures) == (60, 0, 0)
    await settled(world)
    assert without_history(await anna(world)) == without_history(page)


MANY = """query Many($first: Int!) { members(first: $first) { nodes {
  points { available pending held debt expiring(within: 365) { amount at } }
  pointHolds(first: 3) { totalCount nodes { state lots { amount lot { remaining } } } }
  pointHistory(first: 5) { nodes {
    kind ruleInWords lots { amount lot { remaining } } hold { state } giveBack { points hold { state } }
  } }
} } }"""
FIGURES = "query Many($first: Int!) { members(first: $first) { nodes { points { available pending held debt } } } }"


async def crowd_of_members(world: World) -> None:
    """A hundred with two lots, a hold that is open and one of which something was given back."""
    seller = Seller(world)
    for number in range(101):
        name = f"c{number}"
        await has_lot(world, name, 10, lapses=NEVER_DUE)
        await has_lot(world, name, 5, lapses=NEVER_DUE - DAY)
        await seller.give_back(await seller.captured(name, 6), 2)
        await seller.held(name, 3)


async def test_a_hundred_members_take_the_statements_of_ten_settled_or_not(world: World, sql: Statements) -> None:
    """R2, M9: a fixed number for each kind of thing; three more for who has something due, however many they are."""
    await crowd_of_members(world)
    by = staff(Role.SUPPORT, "taobao-club")
    counts: dict[tuple[str, bool, timedelta, int], int] = {}
    for text in (FIGURES, MANY):
        for run_ in (world.execution.execute, world.execution.uncompiled):
            for later in (timedelta(), 31 * MINUTE):
                world.now = NOON + later
                for first in (10, 100):
                    with sql:
                        result = await run_(text, {"first": first}, None, world.context(by))
                    assert result.data is not None, result.errors
                    nodes = result.data["members"]["nodes"]
                    held = 0 if later else 3
                    assert [node["points"]["held"] for node in nodes] == [held] * first
                    assert {node["points"]["available"] for node in nodes} == {11 - held}
                    counts[text, run_ == world.execution.execute, later, first] = sql.count
    for (text, compiled, later, _), number in counts.items():
        assert number == counts[text, compiled, later, 10], (text, compiled, later)
        assert number == counts[text, True, later, 10], "compiled or not"
    assert counts[FIGURES, True, timedelta(), 100] == 2
    assert counts[FIGURES, True, 31 * MINUTE, 100] == 5
