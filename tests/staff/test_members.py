"""Staff find members: by what is true of them, in any order, page by page."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any, cast
from uuid import UUID

import pytest

from app.graph import Role
from app.graph.ids import global_id
from tests.points.till import DAY, Till
from tests.statements import Statements
from tests.world import ISSUER, NOON, World, customer, service, staff

from .correcting import SARA, codes, person
from .finding import LIST, PAGE, as_ids, found, ids_of, page, paged, written

FIELDS = ("JOINED", "GROWTH", "POINTS", "LAST_ORDER")
LONG = NOON - timedelta(days=3650)


@pytest.fixture
async def crowd(world: World) -> list[UUID]:
    """Six members: of equal growth, joined together, without orders, without points, in debt of nothing."""
    made: list[UUID] = []
    for number, (joined, amount, days) in enumerate(
        [(30, 100, 20), (30, 100, 20), (20, 1500, 19), (10, 0, 0), (10, 4000, 2), (5, 100, 1)]
    ):
        made.append(await world.joins(f"m-{number}", at=NOON - joined * DAY, name=f"M {number}"))
        if amount:
            at = NOON - days * DAY
            await world.orders(f"m-{number}", amount, order=f"of-{number}", paid=at, completed=at)
            await world.settles(made[-1])
    await world.joins("elsewhere", program="brand-standard", at=NOON - 3 * DAY)
    return made


def value(edge: Any, field: str) -> Any:
    node = edge["node"]
    values = {
        "JOINED": node["joinedAt"],
        "GROWTH": node["growth"],
        "POINTS": node["points"]["available"],
        "LAST_ORDER": node["lastOrderAt"] or LONG,
    }
    return values[field]


@pytest.mark.parametrize(("field", "direction"), list(product(FIELDS, ("ASC", "DESC"))))
async def test_pages_in_any_order_come_to_the_whole_list(
    world: World, crowd: list[UUID], field: str, direction: str
) -> None:
    """Each member once, ties in the order of ids, which is that of joining here; whatever the size of the pages."""
    order = {"by": field, "direction": direction}
    whole = await found(world, order=order)
    assert sorted(whole) == sorted(as_ids(*crowd))
    for first in (1, 2, 5):
        edges = await paged(world, first=first, order=order)
        keys = [(value(edge, field), as_ids(*crowd).index(edge["node"]["id"])) for edge in edges]
        assert keys == sorted(keys, reverse=direction == "DESC")
        assert ids_of(edges) == whole


@pytest.mark.parametrize("field", FIELDS)
async def test_a_page_begins_where_the_last_ended_though_that_member_has_moved(
    world: World, crowd: list[UUID], field: str
) -> None:
    """A cursor is a place in the order, not a member: nobody is missed and nobody comes twice but who moved."""
    order = {"by": field, "direction": "ASC"}
    whole = await found(world, order=order)
    first = await page(world, first=2, order=order)
    moved = crowd[as_ids(*crowd).index(whole[1])]
    now = NOON
    await written(world, moved, {"growth": "999999", "joined_at": f"'{now}'"})
    await world.orders(f"m-{crowd.index(moved)}", 9000, paid=NOON, completed=NOON - 10 * DAY)
    rest = await page(world, order=order, after=first["pageInfo"]["endCursor"])
    assert [each for each in ids_of(rest["edges"]) if each != whole[1]] == whole[2:]


async def test_the_last_who_joined_come_first_unless_another_order_is_asked_for(
    world: World, crowd: list[UUID]
) -> None:
    assert await found(world) == await found(world, order={"by": "JOINED", "direction": "DESC"})
    assert await found(world, order={"direction": "ASC"}) == list(reversed(await found(world)))


async def test_members_are_found_by_the_tier_they_hold(world: World, crowd: list[UUID]) -> None:
    """The base tier is also of who never left it."""
    listed = (await page(world))["edges"]
    assert {edge["node"]["tier"]["code"] for edge in listed} == {"v1", "v2", "v3"}
    for sought in (["v1"], ["v2"], ["v3"], ["v1", "v3"], ["v6"], []):
        expected = [edge["node"]["id"] for edge in listed if edge["node"]["tier"]["code"] in sought]
        assert await found(world, filter={"tiers": sought}) == expected


@pytest.mark.parametrize(
    ("manual", "hold", "until", "held"),
    [
        ("v5", "AT_LEAST", DAY, "v5"),
        ("v1", "AT_LEAST", DAY, "v3"),
        ("v1", "EXACTLY", DAY, "v1"),
        ("v5", "EXACTLY", DAY, "v5"),
        ("v5", "EXACTLY", timedelta(), "v3"),
        ("v3", "AT_LEAST", DAY, "v3"),
    ],
)
async def test_a_tier_that_staff_set_counts_until_its_end(
    world: World, crowd: list[UUID], manual: str, hold: str, until: timedelta, held: str
) -> None:
    """R2, R23: exclusively; where somebody holds it at least, the earned one stands if it is higher."""
    row = {"manual_tier": f"'{manual}'", "manual_hold": f"'{hold}'", "manual_until": f"'{NOON + until}'"}
    await written(world, crowd[4], row)
    (shown,) = [
        e["node"]["tier"]["code"] for e in (await page(world))["edges"] if e["node"]["id"] == as_ids(crowd[4])[0]
    ]
    assert shown == held
    for code in ("v1", "v3", "v5"):
        assert (as_ids(crowd[4])[0] in await found(world, filter={"tiers": [code]})) == (code == held)


async def test_there_are_only_tiers_of_the_program(world: World, crowd: list[UUID]) -> None:
    for tiers in (["v9"], [""], ["v1", "V2"]):
        assert await codes(world, LIST, by=SARA, first=5, filter={"tiers": tiers}) == ["BAD_USER_INPUT"]


FILTERS: list[tuple[dict[str, Any], set[int]]] = [
    ({}, {0, 1, 2, 3, 4, 5}),
    ({"growth": {"atLeast": 100}}, {0, 1, 2, 4, 5}),
    ({"growth": {"atLeast": 101}}, {2, 4}),
    ({"growth": {"atLeast": 100, "atMost": 1500}}, {0, 1, 2, 5}),
    ({"growth": {"atMost": 0}}, {3}),
    ({"points": {"atLeast": 1}}, {0, 1, 2}),
    ({"points": {"atMost": 0}}, {3, 4, 5}),
    ({"points": {"atLeast": 100, "atMost": 100}}, {0, 1}),
    ({"joined": {"since": NOON - 10 * DAY}}, {3, 4, 5}),
    ({"joined": {"before": NOON - 10 * DAY}}, {0, 1, 2}),
    ({"joined": {"since": NOON - 20 * DAY, "before": NOON - 10 * DAY}}, {2}),
    ({"lastOrder": {"since": NOON - 19 * DAY}}, {2, 4, 5}),
    ({"lastOrder": {"before": NOON - 19 * DAY}}, {0, 1}),
    ({"lastOrder": {"since": NOON - 19 * DAY, "before": NOON - 2 * DAY}}, {2}),
    ({"noOrderSince": NOON - 2 * DAY}, {0, 1, 2, 3}),
    ({"noOrderSince": NOON - 19 * DAY}, {0, 1, 3}),
    ({"status": "ACTIVE"}, {0, 1, 2, 3, 4, 5}),
    ({"status": "LEFT"}, set()),
    ({"customer": {"subject": "m-2"}}, {2}),
    ({"customer": {"subject": "m-2", "issuer": ISSUER}}, {2}),
    ({"customer": {"subject": "m-22"}}, set()),
    ({"customer": {"subject": "elsewhere"}}, set()),
    ({"order": {"source": "shop", "id": "of-4"}}, {4}),
    ({"order": {"source": "shop", "id": "of-3"}}, set()),
    ({"order": {"source": "till", "id": "of-4"}}, set()),
    ({"order": {"source": "shop", "id": "of-4"}, "customer": {"subject": "m-4"}}, {4}),
    ({"order": {"source": "shop", "id": "of-4"}, "customer": {"subject": "m-2"}}, set()),
    ({"customer": {"subject": "m-2"}, "growth": {"atLeast": 1501}}, set()),
    ({"points": {"atLeast": 1}, "growth": {"atLeast": 101}, "tiers": ["v2"]}, {2}),
    ({"joined": {"since": "0001-01-01T00:00:00Z", "before": "9999-12-31T23:59:59Z"}}, {0, 1, 2, 3, 4, 5}),
    ({"growth": {"atLeast": 5, "atMost": 4}}, set()),
]


def written_out(asked: Any) -> Any:
    if isinstance(asked, dict):
        inside = cast("dict[str, Any]", asked)
        return {name: written_out(inner) for name, inner in inside.items()}
    return asked.isoformat() if isinstance(asked, datetime) else asked


@pytest.mark.parametrize("field", FIELDS)
async def test_all_that_is_sought_must_be_true_of_them(world: World, crowd: list[UUID], field: str) -> None:
    """Numbers inclusive, times half-open; in whatever order, and counted as they are listed."""
    for sought, expected in FILTERS:
        ids = await found(world, filter=written_out(sought), order={"by": field})
        assert sorted(ids) == sorted(as_ids(*(crowd[number] for number in expected))), sought


async def test_who_left_is_among_them(world: World, crowd: list[UUID]) -> None:
    await world.leaves("m-2")
    assert await found(world, filter={"status": "LEFT"}) == as_ids(crowd[2])
    assert len(await found(world)) == 6


async def test_points_are_those_of_the_last_settling(world: World, crowd: list[UUID]) -> None:
    """R2: what falls due is settled within a minute by a job; until then lists go by what is written."""
    world.now = NOON + 20 * DAY
    assert as_ids(crowd[4])[0] not in await found(world, filter={"points": {"atLeast": 4000}})
    await world.settles(crowd[4])
    assert await found(world, filter={"points": {"atLeast": 4000}}) == as_ids(crowd[4])


async def test_only_members_of_the_callers_programs_are_found(world: World, crowd: list[UUID]) -> None:
    """R43: nor is it told that there are others."""
    both = person("both", Role.SUPPORT, "taobao-club", "brand-standard")
    assert len(await found(world, by=both)) == 6
    assert len(await found(world, by=both, program="brand-standard")) == 1
    other = staff(Role.SUPPORT, "brand-standard")
    assert await codes(world, PAGE, by=other, first=5, program="taobao-club") == ["BAD_USER_INPUT"]
    for asked in ({"customer": {"subject": "m-1"}}, {"order": {"source": "shop", "id": "of-1"}}):
        assert await found(world, by=other, program="brand-standard", filter=asked) == []
    for caller in (customer("m-1"), service("taobao-club")):
        assert await codes(world, PAGE, by=caller, first=5) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    "asked",
    [
        {"first": 0},
        {"first": 101},
        {"after": "x"},
        {"after": "YzoAAAAAAAAAAAAAAAAAAAAA"},
        {"after": "cDoAAAAAAAAAAAAAAAAAAAAAR1JPV1RIOjE="},
        {"after": "cDoAAAAAAAAAAAAAAAAAAAAASk9JTkVEOng="},
        {"after": "cDoAAAAAAAAAAAAAAAAAAAAASk9JTkVEOjk5OTk5OTk5OTk5OTk5OTk5OQ=="},
        {"after": "cDoAAAA="},
        {"filter": {"customer": {"subject": "m-1", "issuer": "https://other.example"}}},
        {"filter": {"customer": {"subject": ""}}},
        {"filter": {"order": {"source": "shop", "id": ""}}},
        {"filter": {"order": {"source": "shop", "id": "x" * 201}}},
        {"program": "nowhere"},
    ],
    ids=str,
)
async def test_what_cannot_be_asked_is_bad_input(world: World, crowd: list[UUID], asked: Any) -> None:
    """A cursor of another order, a place that is none, bounds, names that nobody can have."""
    assert set(await codes(world, PAGE, by=SARA, **{"first": 5, **asked})) == {"BAD_USER_INPUT"}


async def test_a_cursor_is_good_for_the_order_that_it_came_with(world: World, crowd: list[UUID]) -> None:
    for mine, other in zip(FIELDS, (*FIELDS[1:], FIELDS[0]), strict=True):
        cursor = (await page(world, first=1, order={"by": mine}))["pageInfo"]["endCursor"]
        assert await codes(world, PAGE, by=SARA, first=5, after=cursor, order={"by": mine}) == []
        assert await codes(world, PAGE, by=SARA, first=5, after=cursor, order={"by": other}) == ["BAD_USER_INPUT"]


LIMITS = {
    "JOINED": {"joined": {"since": NOON - 20 * DAY, "before": NOON - 5 * DAY}},
    "GROWTH": {"growth": {"atLeast": 100, "atMost": 1500}},
    "POINTS": {"points": {"atLeast": 0, "atMost": 100}},
    "LAST_ORDER": {"lastOrder": {"since": NOON - 19 * DAY, "before": NOON - 1 * DAY}},
}


@pytest.mark.parametrize(("field", "direction"), list(product(FIELDS, ("ASC", "DESC"))))
async def test_a_cursor_that_came_with_other_limits_is_a_place_among_those_of_now(
    world: World, crowd: list[UUID], field: str, direction: str
) -> None:
    """Be it before, within or after the limits of the value that the list is ordered by."""
    order, limits = {"by": field, "direction": direction}, written_out(LIMITS[field])
    whole = (await page(world, order=order))["edges"]
    within = await found(world, order=order, filter=limits)
    assert 0 < len(within) < len(whole)
    for number, edge in enumerate(whole):
        rest = await page(world, text=PAGE, order=order, filter=limits, after=edge["cursor"])
        assert ids_of(rest["edges"]) == [each for each in ids_of(whole[number + 1 :]) if each in within]


@pytest.mark.parametrize("field", FIELDS)
async def test_a_list_takes_as_many_statements_whatever_is_sought(
    world: World, crowd: list[UUID], sql: Statements, field: str
) -> None:
    """The list and what is shown of points, tiers and orders; two for a reference, one to count."""
    order, bare = (
        {"by": field},
        PAGE.replace("{ id growth joinedAt lastOrderAt points { available } tier { code } }", "{ id }"),
    )
    everything = {
        "tiers": ["v1", "v2", "v3"], "growth": {"atLeast": 0}, "points": {"atLeast": 0}, "status": "ACTIVE",
        "joined": {"since": LONG.isoformat()}, "lastOrder": {"since": LONG.isoformat()},
    }  # fmt: skip
    for first, sought in product((1, 100), (None, everything)):
        with sql:
            await page(world, text=bare, first=first, order=order, filter=sought)
        assert sql.count == 1
    with sql:
        await page(world, text=bare, order=order, filter={"order": {"source": "shop", "id": "of-1"}})
    assert sql.count == 3
    with sql:
        await page(world, order=order)
    assert sql.count == 3


MEMBER = """query ($id: ID!) { member(id: $id) {
  lastOrderAt reported { orders refunds activities } identities { subject issuer }
} }"""


async def test_staff_see_who_a_member_is_elsewhere_and_how_much_was_reported(world: World, crowd: list[UUID]) -> None:
    till = Till(world, "taobao-club", crowd[0])
    await world.orders("m-0", 10, order="later", paid=NOON - DAY)
    await world.completes("m-0", "not-paid")
    await world.refunds("m-0", "of-0", {1: 5})
    await till.settles()
    found_ = (await world.data(MEMBER, by=SARA, id=global_id("member", crowd[0])))["member"]
    assert found_ == {
        "lastOrderAt": NOON - DAY,
        "reported": {"orders": 2, "refunds": 1, "activities": 0},
        "identities": [{"subject": "m-0", "issuer": ISSUER}],
    }
    bare = (await world.data(MEMBER, by=SARA, id=global_id("member", crowd[3])))["member"]
    assert (bare["lastOrderAt"], bare["reported"]) == (None, {"orders": 0, "refunds": 0, "activities": 0})
    own = "{ me { identities { subject } } }"
    assert await codes(world, own, by=customer("m-0")) == ["FORBIDDEN"]
