"""Coupons as bonuses of invitations: theirs when the bonus can be used, taken back unused when it cannot (R37).

Tried: given when the order is completed; given by each telling; not taken back when the order is refunded; given again
although it was used; for an invitation beyond the month's cap.
"""

from datetime import timedelta
from typing import Any

import pytest

from app.jobs import give_referral_coupons
from tests.coupons.shop import balanced
from tests.databases import run
from tests.world import World, customer

from .inviting import DAY, WINDOW, Crowd, crowd_in, inviting

MOMENT = timedelta(microseconds=1)
TEMPLATE = """
[[coupons.templates]]
code = "friends"
kind = "CASH"
name = {{ zh = "好友券", en = "Friends" }}
amount = "5.00"
validity = {{ days = 30 }}
ways = ["GIFT"]
{more}
"""
MINE = """query { me(program: "shop") { points { available } referral { inviter { coupons { state } }
  invited { nodes { bonus coupons { state template { code } } } } } } }"""
RULES = 'query { program(code: "shop") { rules { rules { code words } } } }'


def text(*, more: str = "", of_template: str = "") -> str:
    """The inviter gets a coupon for the registration besides points, the invitee one for the order alone."""
    file = inviting({"inviter.registration": 100, "invitee.order": 80}, more=more)
    file = file.replace("[referrals.invitee.order]\npoints = 80", '[referrals.invitee.order]\ncoupon = "friends"')
    file = file.replace("points = 100\n", 'points = 100\ncoupon = "friends"\n', 1)
    return file + TEMPLATE.format(more=of_template)


async def shop(world: World, **settings: Any) -> Crowd:
    """Anna has invited Bella."""
    crowd = await crowd_in(world)
    await world.publishes(text(**settings))
    await crowd.invites("anna", "bella")
    return crowd


class Held:
    """What the worker holds."""

    def __init__(self, world: World) -> None:
        self.programs = world.programs

    async def load(self, database: object) -> None: ...


async def states(crowd: Crowd) -> tuple[list[str], list[str]]:
    """Of the inviter's and the invitee's coupons, once the worker has come round."""
    world = crowd.world
    held: Any = Held(world)
    await give_referral_coupons(world.database, now=world.now, held=held)
    anna = (await world.data(MINE, by=customer("anna")))["me"]["referral"]["invited"]["nodes"]
    bella = (await world.data(MINE, by=customer("bella")))["me"]["referral"]["inviter"]
    return [coupon["state"] for node in anna for coupon in node["coupons"]], [c["state"] for c in bella["coupons"]]


async def test_both_sides_get_theirs_at_the_end_of_the_return_window(world: World) -> None:
    """R2, R37: not with the registration, not with the order, and once."""
    crowd = await shop(world)
    assert await states(crowd) == ([], [])
    ends = world.now + WINDOW
    await crowd.buys("bella", "o-1")
    world.now = ends - MOMENT
    assert await states(crowd) == ([], [])
    world.now = ends
    assert await states(crowd) == (["ISSUED"], ["ISSUED"])
    await crowd.hears_again()
    world.now += DAY
    await crowd.buys("bella", "o-2")
    assert await states(crowd) == (["ISSUED"], ["ISSUED"])
    await crowd.proves()
    await balanced(world)


async def test_what_is_unused_is_taken_back_with_the_order_and_given_with_the_next(world: World) -> None:
    """R37: the next order that counts has a return window of its own."""
    crowd = await shop(world)
    await crowd.buys("bella", "o-1")
    world.now += WINDOW
    await states(crowd)
    await crowd.gives_back("bella", "o-1")
    assert await states(crowd) == (["REVOKED"], ["REVOKED"])
    await crowd.buys("bella", "o-2")
    assert await states(crowd) == (["REVOKED"], ["REVOKED"])
    await crowd.proves()
    world.now += WINDOW
    assert await states(crowd) == (["REVOKED", "ISSUED"], ["REVOKED", "ISSUED"])
    await crowd.proves()
    await balanced(world)


async def test_what_was_used_is_not_given_again(world: World) -> None:
    """R37: once in all."""
    crowd = await shop(world)
    await crowd.buys("bella", "o-1")
    world.now += WINDOW
    await states(crowd)
    await run(world.database.settings.url, "UPDATE coupons SET state = 'REDEEMED', order_source = 'shop', "
              "order_id = 'x', discount = 500, ended_at = issued_at, due_at = NULL")  # fmt: skip
    await crowd.gives_back("bella", "o-1")
    await crowd.buys("bella", "o-2")
    world.now += WINDOW
    assert await states(crowd) == (["REDEEMED"], ["REDEEMED"])


async def test_an_order_of_before_gives_them_with_the_invitation(world: World) -> None:
    """R37: its return window is over, and nobody waits."""
    crowd = await crowd_in(world)
    await world.publishes(text())
    code = (await crowd.joins("anna"))["member"]["referral"]["code"]
    world.now += DAY
    await crowd.joins("bella")
    await crowd.buys("bella", "o-1")
    world.now += WINDOW
    await crowd.binds("bella", code)
    rows = "SELECT rule FROM coupons ORDER BY rule"
    assert [rule for (rule,) in await crowd.rows(rows)] == ["referrals.invitee.order"]
    await crowd.reacts()
    assert [rule for (rule,) in await crowd.rows(rows)] == ["referrals.invitee.order", "referrals.inviter.registration"]
    await crowd.proves()


async def test_an_invitation_beyond_the_cap_brings_the_inviter_none(world: World) -> None:
    """R37"""
    crowd = await shop(world, more="monthly_cap = 1")
    code = (await world.data('query { me(program: "shop") { referral { code } } }', by=customer("anna")))["me"]
    await crowd.joins("cleo", code=code["referral"]["code"])
    await crowd.reacts()
    await crowd.buys("cleo", "o-1")
    world.now += WINDOW
    assert (await states(crowd))[0] == []
    assert [rule for (rule,) in await crowd.rows("SELECT rule FROM coupons")] == ["referrals.invitee.order"]
    await crowd.proves()


async def test_the_bonus_is_theirs_whatever_is_left_of_the_coupon(world: World) -> None:
    """R31: one is left, for whoever comes first; points move as ever, and the job does not try for ever."""
    crowd = await shop(world, of_template="stock = 1\n")
    await crowd.buys("bella", "o-1")
    world.now += WINDOW
    anna, bella = await states(crowd)
    assert sorted(anna + bella) == ["ISSUED"]
    assert (await crowd.points("anna"))[0] == 100
    assert await crowd.rows("SELECT id FROM referrals WHERE coupons_due_at IS NOT NULL") == []
    await crowd.proves()


@pytest.mark.parametrize(("language", "words"), [
    ("en", "The coupon “Friends” for the first order that counts, if invited."),
    ("zh", "受邀后首笔订单有效，得 优惠券“好友券”。"),
])  # fmt: skip
async def test_they_are_among_the_rules_in_words(world: World, language: str, words: str) -> None:
    """M31"""
    await shop(world)
    found = await world.data(RULES, by=customer("anna"), language=language)
    told = {rule["code"]: rule["words"] for group in found["program"]["rules"] for rule in group["rules"]}
    assert told["referrals.invitee.order"] == words
