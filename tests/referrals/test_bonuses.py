"""What both sides get: pending from registration, theirs when an order of the invitee is past its return window
(R37)."""

from datetime import timedelta

import pytest

from tests.world import World

from .inviting import DAY, INVITEE, INVITER, WINDOW, Crowd, crowd_in

MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def shop(world: World) -> Crowd:
    """Anna has invited Bella."""
    crowd = await crowd_in(world)
    await crowd.invites("anna", "bella")
    return crowd


async def test_registration_is_pending_on_both_sides(shop: Crowd) -> None:
    """R37. Nothing can be spent, however long it lasts."""
    shop.world.now += 300 * DAY

    assert (await shop.points("anna"), await shop.points("bella")) == ((0, 100), (0, 50))
    assert (await shop.bonuses("anna"), await shop.bonuses("bella")) == ((100, 0), (50, 0))
    assert await shop.states("anna") == ["REGISTERED"]
    await shop.proves()


async def test_an_order_gives_all_of_it_at_the_end_of_its_return_window(shop: Crowd) -> None:
    """R2, R37: half-open, and no job and no event is needed at the end."""
    ends = shop.world.now + WINDOW
    await shop.buys("bella", "o-1")
    assert (await shop.points("anna"), await shop.points("bella")) == ((0, INVITER), (0, INVITEE))
    assert await shop.states("anna") == ["QUALIFIED"]

    shop.world.now = ends - MOMENT
    assert (await shop.points("anna"), await shop.points("bella")) == ((0, INVITER), (0, INVITEE))
    assert (await shop.bonuses("anna"), await shop.bonuses("bella")) == ((INVITER, 0), (INVITEE, 0))
    shop.world.now = ends
    assert (await shop.points("anna"), await shop.points("bella")) == ((INVITER, 0), (INVITEE, 0))
    assert (await shop.bonuses("anna"), await shop.bonuses("bella")) == ((0, INVITER), (0, INVITEE))
    await shop.proves()


async def test_a_second_order_gives_nothing_more(shop: Crowd) -> None:
    """R5, R37."""
    await shop.buys("bella", "o-1")
    shop.world.now += DAY
    await shop.buys("bella", "o-2")
    shop.world.now += WINDOW

    assert (await shop.points("anna"), await shop.points("bella")) == ((INVITER, 0), (INVITEE, 0))
    await shop.proves()


async def test_an_order_that_is_not_completed_gives_nothing(shop: Crowd) -> None:
    await shop.world.orders("bella", 100, program="shop", order="o-1")
    await shop.reacts()
    shop.world.now += 30 * DAY

    assert await shop.states("anna") == ["REGISTERED"]
    assert await shop.points("anna") == (0, 100)
