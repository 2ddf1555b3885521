"""Coupons that were used, and what they were for is undone: given back, they are not good again (R7, R15, R35, R37).

Tried: `take_back` without the mark; `given_back` that does not look at it; a return that puts nothing back into the
stock; `follow` that never takes the mark off; one that gives nothing again after a return.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from app.coupons.templates import template_id
from app.prover import prove
from tests.databases import run
from tests.referrals import test_coupons as invitations
from tests.referrals.inviting import WINDOW
from tests.rewards.mall import Mall
from tests.tiers.gifting import buys, gives_back
from tests.world import World, customer, service

from . import test_tier_gifts as gifts
from .shop import CLUB, DAY, Shop, balanced

MINE = """query ($program: String!) { me(program: $program) { points { available }
  coupons(first: 20) { nodes { id state history { nodes { step toState actor } } } } } }"""
MORE = 'stock = 5\nbudget = "50.00"\n'


@dataclass
class Case:
    """Anna has a coupon for something, and the shop in which she uses it."""

    shop: Shop
    program: str
    template: str
    undo: Callable[[], Awaitable[object]]
    """What it is for is undone."""
    again: Callable[[], Awaitable[object]] | None
    """What it is for is there again; None: that cannot be."""
    others: int = 0
    """Coupons of the template that somebody else has of it until it is undone."""

    async def mine(self) -> list[tuple[str, str]]:
        """Ids and states of her coupons, the last issued first."""
        found = await self.shop.world.data(MINE, by=customer("anna"), program=self.program)
        return [(each["id"], each["state"]) for each in found["me"]["coupons"]["nodes"]]

    async def does(self, step: str, coupon: str, order: str) -> tuple[str, str]:
        """What the shop answers, and what the coupon is then."""
        answer = await getattr(self.shop, step)(coupon, order, by=service(self.program))
        return answer["__typename"], answer["coupon"]["state"]

    async def used(self) -> str:
        ((coupon, state),) = await self.mine()
        assert state == "ISSUED"
        await self.does("reserves", coupon, "order-1")
        assert await self.does("uses", coupon, "order-1") == ("RedeemCouponSuccess", "REDEEMED")
        return coupon

    async def left(self) -> tuple[int, int]:
        """Pieces and money that are left, of five and of 50."""
        key = template_id(self.program, self.template)
        url = self.shop.world.database.settings.url
        ((pieces,),) = await run(url, f"SELECT sum(left_) FROM coupon_stock WHERE template_id = '{key}'")
        ((money,),) = await run(url, f"SELECT left_ FROM coupon_budgets WHERE template_id = '{key}'")
        return pieces, money


async def bought(world: World) -> Case:
    """For points, which are given back (R7, R35)."""
    mall, shop = Mall(world), Shop(world)
    await mall.has("anna", 100)
    code = await shop.offers(ways=["REWARD"], stock=5, budget="50.00")
    redemption = await mall.redeemed("anna", await mall.offers(points=100, template=code))

    async def undo() -> None:
        await mall.refunds(redemption)
        assert (await mall.mine("anna"))["points"] == {"available": 100}

    return Case(shop, CLUB, code, undo, None)


async def for_a_tier(world: World) -> Case:
    """The order that brought it is given back (R15), and another reaches it again (R16)."""
    await gifts.begin(world, "v2", more=MORE)
    await buys(world, 250, order="o-1")
    await gifts.given(world)

    async def undo() -> None:
        await gives_back(world, "o-1", 100)
        await gifts.given(world)

    async def again() -> None:
        await buys(world, 100)
        await gifts.given(world)

    return Case(Shop(world), gifts.SHOP, "climb", undo, again)


async def for_an_invitation(world: World) -> Case:
    """The order of whom she invited is given back, and another counts (R37)."""
    crowd = await invitations.shop(world, of_template=MORE)
    await crowd.buys("bella", "o-1")
    world.now += WINDOW
    await invitations.states(crowd)

    async def undo() -> None:
        await crowd.gives_back("bella", "o-1")
        await invitations.states(crowd)

    async def again() -> None:
        await crowd.buys("bella", "o-2")
        await crowd.reacts()
        world.now += WINDOW
        await invitations.states(crowd)

    return Case(Shop(world), "shop", "friends", undo, again, others=1)


CASES = (bought, for_a_tier, for_an_invitation)
MAY_BE_AGAIN = (for_a_tier, for_an_invitation)
Begin = Callable[[World], Awaitable[Case]]


def name_of(case: Begin) -> str:
    return getattr(case, "__name__", "")


@pytest.mark.parametrize("begin", CASES, ids=name_of)
async def test_given_back_after_what_it_was_for_it_is_taken_back(world: World, begin: Begin) -> None:
    """What it was for is back with who gave it, so the coupon is, too: stock and budget are as they were before it."""
    case = await begin(world)
    coupon = await case.used()
    assert (await case.left())[0] == 4 - case.others
    await case.undo()
    assert await case.mine() == [(coupon, "REDEEMED")]
    await balanced(world)
    assert await case.does("returns", coupon, "order-1") == ("ReturnCouponSuccess", "REVOKED")
    assert await case.left() == (5, 5000)
    assert (await case.does("reserves", coupon, "order-2"))[0] == "CouponStepNotPossible"
    assert (await case.does("returns", coupon, "order-1"))[0] == "CouponStepNotPossible"
    await balanced(world)


@pytest.mark.parametrize("begin", CASES, ids=name_of)
async def test_given_back_before_it_is_taken_back_at_once(world: World, begin: Begin) -> None:
    """The other way round, to the same end."""
    case = await begin(world)
    coupon = await case.used()
    assert await case.does("returns", coupon, "order-1") == ("ReturnCouponSuccess", "ISSUED")
    await case.undo()
    assert await case.mine() == [(coupon, "REVOKED")]
    assert await case.left() == (5, 5000)
    await balanced(world)


@pytest.mark.parametrize("begin", MAY_BE_AGAIN, ids=name_of)
async def test_what_is_for_it_again_makes_it_as_good_as_ever(world: World, begin: Begin) -> None:
    """R5: it is the one coupon that there is for it."""
    case = await begin(world)
    coupon = await case.used()
    await case.undo()
    assert case.again is not None
    await case.again()
    assert await case.mine() == [(coupon, "REDEEMED")]
    await balanced(world)
    assert await case.does("returns", coupon, "order-1") == ("ReturnCouponSuccess", "ISSUED")
    await balanced(world)


@pytest.mark.parametrize("begin", MAY_BE_AGAIN, ids=name_of)
async def test_what_was_taken_back_by_its_return_is_given_again(world: World, begin: Begin) -> None:
    """R5, R16: as what was taken back unused: the member has nothing of the first."""
    case = await begin(world)
    coupon = await case.used()
    await case.undo()
    await case.does("returns", coupon, "order-1")
    assert case.again is not None
    await case.again()
    (_, new), first = await case.mine()
    assert (new, first) == ("ISSUED", (coupon, "REVOKED"))
    await balanced(world)


async def test_after_its_time_it_is_taken_back_likewise(world: World) -> None:
    """R32: it can be used no more in either way; its piece and all of its money are there again."""
    case = await bought(world)
    coupon = await case.used()
    await case.undo()
    world.now += 40 * DAY
    assert await case.does("returns", coupon, "order-1") == ("ReturnCouponSuccess", "REVOKED")
    assert await case.left() == (5, 5000)
    await balanced(world)


@pytest.mark.parametrize("begin", CASES, ids=name_of)
async def test_the_prover_tells_of_a_mark_that_is_astray(world: World, begin: Begin) -> None:
    """Of one that is missing."""
    case = await begin(world)
    await case.used()
    await case.undo()
    await run(world.database.settings.url, "UPDATE coupons SET is_undue = false")
    proof = await prove(world.database, now=world.now, programs=world.programs)
    told = [mismatch.what for mismatch in proof.mismatches]
    assert len(told) == 1
    assert "not good again" in told[0]


@pytest.mark.parametrize("begin", MAY_BE_AGAIN, ids=name_of)
async def test_the_prover_tells_of_a_mark_for_nothing(world: World, begin: Begin) -> None:
    """Given back, it would be taken from who has it by right; nor was it taken back that way without the mark."""
    case = await begin(world)
    coupon = await case.used()
    url = world.database.settings.url
    await run(url, "UPDATE coupons SET is_undue = true WHERE state = 'REDEEMED'")
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert any("not good again" in mismatch.what for mismatch in proof.mismatches)
    await case.undo()
    await case.does("returns", coupon, "order-1")
    await run(url, "UPDATE coupons SET is_undue = false")
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert any(mismatch.what.startswith("coupons.is_undue") for mismatch in proof.mismatches)
