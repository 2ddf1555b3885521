"""An order that counted is refunded: what is unused is taken back on both sides, and the next order counts (R37)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from app.facts.rules import Line, LineRefund, Report, ReportedOrder, ReportedRefund
from tests.world import NOON, World

from .inviting import DAY, GIVEN, INVITEE, INVITER, SHOP, WINDOW, Crowd, crowd_in

NAMES = ("anna", "bella")


@pytest.fixture
async def shop(world: World) -> Crowd:
    """Anna has invited Bella."""
    crowd = await crowd_in(world)
    await crowd.invites("anna", "bella")
    return crowd


async def both(shop: Crowd) -> tuple[tuple[int, int], ...]:
    """Of the inviter and of the invitee: points that can be spent, and pending ones."""
    return await shop.points("anna"), await shop.points("bella")


async def test_refunded_within_the_window_it_is_pending_without_a_date_again(shop: Crowd) -> None:
    """R2, R37: the end of the window that was comes, and nothing becomes anybody's."""
    await shop.buys("bella", "o-1")
    shop.world.now += DAY
    await shop.gives_back("bella", "o-1")
    assert await shop.states("anna") == ["REVERSED"]

    shop.world.now += 30 * DAY
    assert await both(shop) == ((0, 100), (0, 50))
    await shop.proves()


async def test_refunded_after_the_window_what_is_unused_is_taken_back(shop: Crowd) -> None:
    """R37. What registration brought is pending again; what the order brought is not there without one."""
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW + DAY
    assert await both(shop) == ((INVITER, 0), (INVITEE, 0))
    await shop.gives_back("bella", "o-1")

    assert await both(shop) == ((0, 100), (0, 50))
    assert (await shop.bonuses("anna"), await shop.bonuses("bella")) == ((100, 0), (50, 0))
    await shop.proves()


async def test_the_next_order_gives_it_again(shop: Crowd) -> None:
    """R5, R37: each giving has a cause of its own, so it can be repeated for ever, and never comes to more."""
    for number in range(4):
        await shop.buys("bella", f"o-{number}")
        shop.world.now += WINDOW
        assert await both(shop) == ((INVITER, 0), (INVITEE, 0))
        assert await shop.states("anna") == ["QUALIFIED"]
        await shop.gives_back("bella", f"o-{number}")
        assert await both(shop) == ((0, 100), (0, 50))
        await shop.proves()


async def test_what_was_spent_stays_spent_and_is_not_given_twice(shop: Crowd) -> None:
    """R15, R37: taken back is what is unused; the next order gives what the member does not have of it."""
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW
    till = await shop.till("anna")
    await till.sells(120)
    await shop.gives_back("bella", "o-1")
    available, pending = await shop.points("anna")
    assert available == 0
    assert 0 <= pending <= 100
    await shop.proves()

    await shop.buys("bella", "o-2")
    shop.world.now += WINDOW
    assert await shop.points("anna") == (INVITER - 120, 0)
    assert await shop.bonuses("anna") == (0, INVITER)
    await shop.proves()


async def test_what_returns_while_no_order_counts_is_taken_then(shop: Crowd) -> None:
    """R7, R37: earned by an invitation, spent, refunded, cancelled yields nothing; the next order gives all of it."""
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW
    till = await shop.till("anna")
    sold = await till.sells(INVITER)
    await shop.gives_back("bella", "o-1")
    await till.gives_back(sold)
    assert (await shop.points("anna"))[0] == 0
    await shop.proves()

    await shop.buys("bella", "o-2")
    shop.world.now += WINDOW
    assert await shop.points("anna") == (INVITER, 0)
    await shop.proves()


async def test_what_returns_when_the_next_order_counts_stays(shop: Crowd) -> None:
    """R7, R37: what was still to be taken is the member's again, once."""
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW
    till = await shop.till("anna")
    sold = await till.sells(INVITER)
    await shop.gives_back("bella", "o-1")
    await shop.buys("bella", "o-2")
    shop.world.now += WINDOW
    await till.gives_back(sold)

    assert await shop.points("anna") == (INVITER, 0)
    assert await shop.bonuses("anna") == (0, INVITER)
    await shop.proves()


async def test_what_is_held_stays_held_and_is_taken_when_it_is_released(shop: Crowd) -> None:
    """R7, R14, R37."""
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW
    till = await shop.till("anna")
    hold = await till.holds(INVITER)
    await shop.gives_back("bella", "o-1")
    await till.releases(hold)

    assert (await shop.points("anna"))[0] == 0
    await shop.proves()


async def test_what_lapsed_is_not_taken_and_not_given_again(shop: Crowd) -> None:
    """R10, R37: points last 12 months; a refund much later finds nothing, and the next order gives nothing."""
    await shop.buys("bella", "o-1")
    shop.world.now += 400 * DAY
    assert await both(shop) == ((0, 0), (0, 0))
    await shop.gives_back("bella", "o-1")
    assert await both(shop) == ((0, 0), (0, 0))

    await shop.buys("bella", "o-2")
    shop.world.now += WINDOW
    assert await both(shop) == ((0, 0), (0, 0))
    await shop.proves()


async def test_another_order_that_was_completed_goes_on_in_its_place(shop: Crowd) -> None:
    """R37: it is theirs at the end of the window of the order that counts then."""
    start = shop.world.now
    await shop.buys("bella", "o-1")
    shop.world.now += 3 * DAY
    await shop.buys("bella", "o-2")
    await shop.gives_back("bella", "o-1")
    assert await shop.states("anna") == ["QUALIFIED"]

    shop.world.now = start + WINDOW
    assert await both(shop) == ((0, INVITER), (0, INVITEE))
    shop.world.now = start + WINDOW + 3 * DAY
    assert await both(shop) == ((INVITER, 0), (INVITEE, 0))
    await shop.proves()


async def test_an_order_whose_window_is_over_leaves_everything_as_it_is(shop: Crowd) -> None:
    """R37: nobody's points move, because another order gives the same."""
    await shop.buys("bella", "o-1")
    await shop.buys("bella", "o-2")
    shop.world.now += WINDOW
    await (await shop.till("anna")).sells(10)
    entries = "SELECT count(*) FROM points_entries WHERE cause = 'REFERRAL'"
    await shop.world.settles((await shop.till("bella")).member_id)
    before = [tuple(row) for row in await shop.rows(entries)]
    await shop.gives_back("bella", "o-1")

    assert [tuple(row) for row in await shop.rows(entries)] == before
    assert await both(shop) == ((INVITER - 10, 0), (INVITEE, 0))
    await shop.proves()


async def test_it_is_taken_back_if_the_order_in_its_place_is_within_its_window(shop: Crowd) -> None:
    """R2, R37: what could be spent cannot until that is over, and then can."""
    start = shop.world.now
    await shop.buys("bella", "o-1")
    shop.world.now = start + 6 * DAY
    await shop.buys("bella", "o-2")
    shop.world.now = start + WINDOW
    assert await both(shop) == ((INVITER, 0), (INVITEE, 0))
    await shop.gives_back("bella", "o-1")
    assert await both(shop) == ((0, INVITER), (0, INVITEE))

    shop.world.now = start + 6 * DAY + WINDOW
    assert await both(shop) == ((INVITER, 0), (INVITEE, 0))
    await shop.proves()


@pytest.mark.parametrize(("refunded", "counts"), [((30,), True), ((51,), False), ((30, 21), False), ((50,), True)])
async def test_a_partial_refund_counts_by_what_is_left(world: World, refunded: Sequence[int], counts: bool) -> None:
    """R37: an order of 100 counts while at least 50 of it is left."""
    shop = await crowd_in(world, more='at_least = "50.00"')
    await shop.invites("anna", "bella")
    await shop.buys("bella", "o-1")
    for amount in refunded:
        await shop.gives_back("bella", "o-1", amount)

    assert await shop.states("anna") == ["QUALIFIED" if counts else "REVERSED"]
    await shop.proves()


@pytest.mark.parametrize(("amount", "counts"), [(49, False), (50, True)])
async def test_an_order_counts_from_the_least_amount_on(world: World, amount: int, counts: bool) -> None:
    """R37."""
    shop = await crowd_in(world, more='at_least = "50.00"')
    await shop.invites("anna", "bella")
    await shop.buys("bella", "o-1", amount)

    assert await shop.states("anna") == ["QUALIFIED" if counts else "REGISTERED"]


async def test_partial_refunds_of_the_whole_order_leave_none(shop: Crowd) -> None:
    """R37: without a least amount, anything that is left counts."""
    await shop.buys("bella", "o-1")
    await shop.gives_back("bella", "o-1", 99)
    assert await shop.states("anna") == ["QUALIFIED"]
    await shop.gives_back("bella", "o-1", 1)
    assert await shop.states("anna") == ["REVERSED"]
    await shop.proves()


async def test_what_earns_nothing_does_not_count(shop: Crowd) -> None:
    """R13, R37: an order that points paid for."""
    lines = [Line(1, 10_000, by_points=10_000)]
    await shop.world.orders("bella", 0, program=SHOP, lines=lines, completed=shop.world.now)
    await shop.reacts()

    assert await shop.states("anna") == ["REGISTERED"]


def story() -> Sequence[Report]:
    """Two orders; the first is refunded, a part of the second as well."""
    at = NOON + DAY
    first, second = [Line(1, 10_000)], [Line(2, 10_000)]
    return [
        ReportedOrder(SHOP, "o-1", at, None, first),
        ReportedOrder(SHOP, "o-1", None, at + 1 * DAY, []),
        ReportedRefund(SHOP, "r-1", "o-1", at + 2 * DAY, [LineRefund(1, 10_000)]),
        ReportedOrder(SHOP, "o-2", at, at + 3 * DAY, second),
        ReportedRefund(SHOP, "r-2", "o-2", at + 4 * DAY, [LineRefund(1, 4_000)]),
    ]


ORDERS = list(permutations(range(5)))


@pytest.mark.parametrize("number", range(0, len(ORDERS), 11))
@pytest.mark.parametrize("at_the_end", [False, True], ids=["each followed at once", "followed at the end"])
async def test_facts_in_any_order_come_to_the_same(shop: Crowd, number: int, at_the_end: bool) -> None:
    """R25, R37: late and out of order, the second order counts from the end of its window on. All of it is reported on
    a day before either window is over."""
    shop.world.now += 5 * DAY
    reports = story()
    for place in ORDERS[number]:
        await shop.world.reports_of("bella", reports[place], program=SHOP)
        if not at_the_end:
            await shop.reacts()
    await shop.reacts()

    found = await shop.rows("SELECT side, state, completed_at, theirs_from FROM referrals ORDER BY side DESC")
    completed = NOON + 4 * DAY
    expected = [(side, "QUALIFIED", completed, completed + WINDOW) for side in ("INVITER", "INVITEE")]
    assert [tuple(row) for row in found] == expected
    shop.world.now = completed + WINDOW - timedelta(microseconds=1)
    assert await both(shop) == ((0, INVITER), (0, INVITEE))
    shop.world.now = completed + WINDOW
    assert await both(shop) == ((INVITER, 0), (INVITEE, 0))
    await shop.proves()


async def test_an_order_that_is_reported_late_counts_from_its_own_time(shop: Crowd) -> None:
    """R25, R37: an earlier one makes it theirs earlier, also long ago."""
    start = shop.world.now
    shop.world.now = start + 20 * DAY
    await shop.buys("bella", "o-2")
    await shop.buys("bella", "o-1", at=start + DAY)

    assert await both(shop) == ((INVITER, 0), (INVITEE, 0))
    found = await shop.mine("anna")
    assert found["referral"]["invited"]["nodes"][0]["usableFrom"] == (start + DAY + WINDOW)
    await shop.proves()


async def test_nothing_is_dated_before_it_was_given(shop: Crowd) -> None:
    """R2: given again by an order of long ago, it can be spent from now on. Tried: with the end of that order's window
    as the date, it is red."""
    start = shop.world.now
    shop.world.now = start + 30 * DAY
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW
    await shop.gives_back("bella", "o-1")
    await shop.buys("bella", "o-2", at=start + DAY)
    assert await both(shop) == ((INVITER, 0), (INVITEE, 0))

    found = await shop.rows("SELECT member_id, occurred_at FROM points_entries ORDER BY id")
    for name in NAMES:
        member_id = (await shop.till(name)).member_id
        dates = [row["occurred_at"] for row in found if row["member_id"] == member_id]
        assert dates == sorted(dates)
        assert len(dates) > 5
    await shop.proves()


async def test_what_is_told_twice_or_too_late_changes_nothing(shop: Crowd) -> None:
    """R5: events that come again, after those that followed them."""
    await shop.buys("bella", "o-1")
    await shop.gives_back("bella", "o-1")
    await shop.buys("bella", "o-2")
    await shop.hears_again()
    shop.world.now += WINDOW
    await shop.hears_again()

    assert await both(shop) == ((INVITER, 0), (INVITEE, 0))
    await shop.proves()


@pytest.mark.parametrize("place", GIVEN)
async def test_each_bonus_goes_by_itself(world: World, place: str) -> None:
    """R37: a program may give any one of them."""
    shop = await crowd_in(world, given={place: 70})
    await shop.invites("anna", "bella")
    who, what = place.split(".")
    pending: dict[str, Any] = dict.fromkeys(("inviter", "invitee"), (0, 0))
    before, after = pending | {who: (0, 70 if what == "registration" else 0)}, pending | {who: (70, 0)}
    assert await both(shop) == tuple(before.values())

    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW
    assert await both(shop) == tuple(after.values())
    await shop.gives_back("bella", "o-1")
    assert await both(shop) == tuple(before.values())
    await shop.proves()
