"""How many invitations bring the inviter a bonus in a month, and who invited most (R37)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.graph import Role
from tests.world import World, customer, staff

from .inviting import DAY, INVITEE, INVITER, LEADERS, SHOP, WINDOW, Crowd, crowd_in

INVITEES = ("bella", "carla", "dora", "elsa")


@pytest.fixture
async def capped(world: World) -> Crowd:
    """Two in a month."""
    return await crowd_in(world, more="monthly_cap = 2")


async def test_no_more_than_so_many_in_a_month_bring_the_inviter_a_bonus(capped: Crowd) -> None:
    """R37: those that came to the inviter first. The others are told so; the invitees get theirs."""
    await capped.invites("anna", *INVITEES)
    assert await capped.states("anna") == ["REGISTERED", "REGISTERED", "CAPPED", "CAPPED"]
    nodes = (await capped.mine("anna"))["referral"]["invited"]["nodes"]
    assert [node["bonus"] for node in reversed(nodes)] == [INVITER, INVITER, 0, 0]
    assert (await capped.points("anna"), await capped.points("elsa")) == ((0, 200), (0, 50))

    for name in INVITEES:
        await capped.buys(name, f"of-{name}")
    capped.world.now += WINDOW
    assert await capped.states("anna") == ["QUALIFIED", "QUALIFIED", "CAPPED", "CAPPED"]
    assert (await capped.points("anna"), await capped.points("elsa")) == ((2 * INVITER, 0), (INVITEE, 0))
    await capped.proves()


async def test_what_is_left_of_the_month_is_told(capped: Crowd) -> None:
    """R1: months are those of the program's time zone."""
    await capped.invites("anna", "bella")
    mine = (await capped.mine("anna"))["referral"]
    assert (mine["monthlyCap"], mine["monthlyCapLeft"]) == (2, 1)
    for name in ("carla", "dora"):
        await capped.joins(name, code=mine["code"])
        await capped.reacts()
    assert (await capped.mine("anna"))["referral"]["monthlyCapLeft"] == 0

    capped.world.now = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
    assert (await capped.mine("anna"))["referral"]["monthlyCapLeft"] == 0
    capped.world.now += timedelta(seconds=1)  # April in Shanghai
    assert (await capped.mine("anna"))["referral"]["monthlyCapLeft"] == 2


async def test_the_month_is_that_in_which_it_was_accepted(capped: Crowd) -> None:
    """R1, R37: half-open, by local days, whenever the inviter's side follows."""
    await capped.invites("anna", "bella", "carla")
    code = (await capped.mine("anna"))["referral"]["code"]
    capped.world.now = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
    await capped.joins("dora", code=code)
    capped.world.now += timedelta(seconds=1)
    await capped.joins("elsa", code=code)
    capped.world.now += DAY
    await capped.reacts()

    assert sorted(await capped.states("anna")) == ["CAPPED", "REGISTERED", "REGISTERED", "REGISTERED"]
    assert (await capped.mine("anna"))["referral"]["monthlyCapLeft"] == 1
    await capped.proves()


async def test_one_that_is_reversed_stays_one_of_the_months(capped: Crowd) -> None:
    """R37: it may count again by the next order, so nobody takes its place."""
    await capped.invites("anna", "bella", "carla")
    await capped.buys("bella", "o-1")
    await capped.gives_back("bella", "o-1")
    await capped.joins("dora", code=(await capped.mine("anna"))["referral"]["code"])
    await capped.reacts()

    assert await capped.states("anna") == ["REVERSED", "REGISTERED", "CAPPED"]
    await capped.proves()


async def test_the_leaderboard_counts_those_whose_orders_count(world: World) -> None:
    """M19: also those that bring no bonus; as many are in the same place, and there is nothing but names."""
    shop = await crowd_in(world, more="monthly_cap = 1")
    await shop.invites("anna", "bella", "carla")
    await shop.invites("dora", "elsa", "fanny")
    await shop.invites("gina", "hanna")
    await shop.invites("ida", "jana")
    for name in ("bella", "carla", "elsa", "fanny", "hanna"):
        await shop.buys(name, f"of-{name}")

    found = await shop.leaders()
    assert sorted(found) == [(1, "Anna", 2), (1, "Dora", 2), (3, "Gina", 1)]
    assert [place for place, _, _ in found] == [1, 1, 3]
    assert await shop.leaders(first=1) == [found[0]]
    await shop.proves()


async def test_a_refund_takes_it_from_where_it_was_counted(world: World) -> None:
    """R37, M19: also when the month, and the year, are others by then."""
    shop = await crowd_in(world)
    await shop.invites("anna", "bella", "carla")
    await shop.buys("bella", "o-1")
    await shop.buys("carla", "o-2")
    shop.world.now += 400 * DAY
    await shop.gives_back("bella", "o-1")
    assert [await shop.leaders(period) for period in ("MONTH", "YEAR", "EVER")] == [[], [], [(1, "Anna", 1)]]
    assert await shop.leaders("MONTH", at="2026-03-31") == [(1, "Anna", 1)]
    found = await shop.rows("SELECT period, starts::text, number FROM referral_scores ORDER BY period, starts")
    assert [tuple(row) for row in found] == [
        ("EVER", "1970-01-01", 1),
        ("MONTH", "2026-03-01", 1),
        ("YEAR", "2026-01-01", 1),
    ]
    await shop.proves()


@pytest.mark.parametrize(("hour", "month"), [(15, "MONTH"), (16, "")])
async def test_it_counts_on_the_local_day_of_the_order(world: World, hour: int, month: str) -> None:
    """R1: an order of 23:59 in Shanghai is of March, one of 00:00 of April, whenever it is reported; and a month and a
    year can be read when they are over."""
    shop = await crowd_in(world)
    await shop.invites("anna", "bella")
    shop.world.now = datetime(2026, 4, 2, tzinfo=UTC)
    at = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC) if hour == 15 else datetime(2026, 3, 31, 16, tzinfo=UTC)
    await shop.buys("bella", "o-1", at=at)

    assert await shop.leaders("MONTH") == ([] if month else [(1, "Anna", 1)])
    assert await shop.leaders("YEAR") == [(1, "Anna", 1)]
    shop.world.now += 400 * DAY
    over = {"2026-03-31": bool(month), "2026-04-01": not month, "2026-05-01": False}
    assert {day: bool(await shop.leaders("MONTH", at=day)) for day in over} == over
    assert await shop.leaders("YEAR", at="2026-12-31") == [(1, "Anna", 1)]
    assert await shop.leaders("YEAR") == []
    await shop.proves()


async def test_who_has_no_name_or_has_left_or_was_erased_is_named_neutrally(world: World) -> None:
    """R41, R42: names are read when they are shown."""
    shop = await crowd_in(world)
    for inviter, invitee in (("anna", "bella"), ("carla", "dora"), ("elsa", "fanny")):
        await shop.invites(inviter, invitee)
        await shop.buys(invitee, f"of-{invitee}")
    await world.leaves("anna", program=SHOP)
    await shop.rows("UPDATE members SET display_name = NULL WHERE display_name = 'Carla'")

    assert sorted(await shop.leaders(by="carla")) == [(1, "A member", 1), (1, "A member", 1), (1, "Elsa", 1)]
    given: dict[str, Any] = {"period": "EVER", "program": SHOP, "first": 20}
    found = await world.data(LEADERS, by=customer("carla"), language="zh", **given)
    assert sorted(each["displayName"] for each in found["referralLeaderboard"]) == ["Elsa", "会员", "会员"]


async def test_names_are_shown_to_members_and_staff_of_the_program(world: World) -> None:
    """M19: a display name is one that other members may see. Who is no member, or has left, sees nobody's; staff of
    another program are told as of one that does not exist (R43). Tried: without looking for the membership."""
    shop = await crowd_in(world)
    await shop.invites("anna", "bella")
    await shop.buys("bella", "o-1")
    assert await shop.leaders(by="bella") == [(1, "Anna", 1)]
    given: dict[str, Any] = {"period": "EVER", "program": SHOP, "first": 20}
    found = await world.data(LEADERS, by=staff(Role.SUPPORT, SHOP), **given)
    assert [each["displayName"] for each in found["referralLeaderboard"]] == ["Anna"]

    await world.joins("carla")
    assert await shop.leaders(by="carla") == []
    await world.leaves("bella", program=SHOP)
    assert await shop.leaders(by="bella") == []
    result = await world.ask(LEADERS, by=staff(Role.SUPPORT, "taobao-club"), **given)
    assert [(error.extensions or {})["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("first", [0, 101])
async def test_the_leaderboard_has_at_most_a_hundred_places(world: World, first: int) -> None:
    await crowd_in(world)
    result = await world.ask(LEADERS, by=customer("anna"), period="EVER", program=SHOP, first=first)
    assert "'first' must be between 1 and 100" in str(result.errors)
