"""Whose invitation somebody can accept, and until when."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.clock import new_id
from app.facts.importing.stages import NOTHING
from app.facts.rules import ALL, Brings, FactKept, ReportedOrder
from app.referrals.commands import codes as making
from app.referrals.rules.codes import LENGTH, LETTERS, code_of, code_typed
from tests.databases import run
from tests.facts.history import file_of, imported
from tests.facts.refunding import PAID
from tests.programs.files import shop as other_shop
from tests.world import World, customer

from .inviting import CODE, DAY, INVITEE, INVITER, SHOP, WINDOW, Crowd, crowd_in, inviting

MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def shop(world: World) -> Crowd:
    return await crowd_in(world)


async def code_of_member(shop: Crowd, name: str) -> str:
    """Who joins now, and their code."""
    return (await shop.joins(name))["member"]["referral"]["code"]


async def refused(shop: Crowd, name: str, code: str) -> str:
    answer = await shop.binds(name, code)
    assert answer["__typename"] != "BindInviteCodeSuccess"
    return answer["code"]


async def test_who_joins_has_a_code_and_keeps_it(shop: Crowd) -> None:
    """M19: of 10 characters that are easily typed; asking for one again gives the same."""
    code = await code_of_member(shop, "anna")
    assert len(code) == LENGTH
    assert not set(code) & set("0O1IL")
    asked = await shop.world.data(CODE, by=customer("anna"), input=keyed())
    assert asked["createInviteCode"]["member"]["referral"]["code"] == code


def keyed(**more: Any) -> dict[str, Any]:
    return {"program": SHOP, "idempotencyKey": str(new_id())} | more


async def test_who_joined_otherwise_asks_for_a_code(shop: Crowd) -> None:
    """Reading writes nothing: until then there is none."""
    await shop.world.joins("anna", program=SHOP)
    assert (await shop.mine("anna"))["referral"]["code"] is None

    asked = await shop.world.data(CODE, by=customer("anna"), input=keyed())
    assert len(asked["createInviteCode"]["member"]["referral"]["code"]) == LENGTH


async def test_a_code_that_is_taken_is_drawn_again(shop: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried: with a claim that is not looked at, both have the same code, and it is red."""
    drawn = iter(["AAAAAAAAAA", "AAAAAAAAAA", "BBBBBBBBBB"])

    def draw(*_: UUID) -> str:
        return next(drawn)

    monkeypatch.setattr(making, "code_of", draw)

    assert await code_of_member(shop, "anna") == "AAAAAAAAAA"
    assert await code_of_member(shop, "bella") == "BBBBBBBBBB"
    await shop.proves()


def test_codes_are_of_letters_that_are_told_from_one_another() -> None:
    """M19. And of all of them, about as often: nobody guesses one by its likeness to another."""
    codes = {code_of(new_id(), new_id()) for _ in range(2_000)}
    assert len(codes) == 2_000
    assert not set(LETTERS) & set("0O1IL")
    assert all(len(code) == LENGTH and set(code) <= set(LETTERS) for code in codes)
    for place in range(LENGTH):
        found = Counter(code[place] for code in codes)
        assert len(found) == len(LETTERS)
        assert max(found.values()) < 2_000 / len(LETTERS) * 2


@pytest.mark.parametrize("typed", ["abcdefgh23", "ABCDE FGH23", " abcde-fgh-23 "])
def test_a_code_may_be_typed_as_one_likes(typed: str) -> None:
    assert code_typed(typed) == "ABCDEFGH23"


@pytest.mark.parametrize(
    "typed", ["", "ABCDEFGH2", "ABCDEFGH234", "ABCDEFGH20", "ABCDEFGH2I", "A" * 41, " " * 41, "ÄBCDEFGH23"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert code_typed(typed) is None


async def test_joining_by_a_code_has_an_inviter(shop: Crowd) -> None:
    """R37. With what is shown of one another: the name that they show."""
    code = await code_of_member(shop, "anna")
    shop.world.now += DAY
    joined = await shop.joins("bella", code=f" {code[:5].lower()}-{code[5:]}")
    assert joined["member"]["referral"]["inviter"] == {"displayName": "Anna", "state": "REGISTERED"}
    await shop.reacts()
    (invited,) = (await shop.mine("anna"))["referral"]["invited"]["nodes"]
    assert invited == {
        "displayName": "Bella",
        "state": "REGISTERED",
        "bonus": INVITER,
        "invitedAt": shop.world.now,
        "usableFrom": None,
        "side": "INVITER",
    }
    await shop.proves()


async def test_a_code_that_is_not_valid_makes_nobody_a_member(shop: Crowd) -> None:
    """So they can correct what they typed, or join without."""
    assert (await shop.joins("bella", code="ABCDEFGH23"))["code"] == "INVITE_CODE_NOT_VALID"
    assert await shop.mine("bella") is None
    assert await run(shop.world.database.settings.url, "SELECT owner FROM unique_keys") == []


async def test_nobody_is_their_own_inviter(shop: Crowd) -> None:
    """R37: nobody joined before themselves. Tried: with 'not after' for 'before' it is red."""
    code = await code_of_member(shop, "anna")
    assert await refused(shop, "anna", code) == "INVITE_CODE_NOT_VALID"


async def test_an_inviter_joined_before(shop: Crowd) -> None:
    """R37: so no circle can form, of however many. Not in the same moment either."""
    anna = await code_of_member(shop, "anna")
    bella = await code_of_member(shop, "bella")
    assert await refused(shop, "bella", anna) == "INVITE_CODE_NOT_VALID"
    shop.world.now += MOMENT
    carla = await code_of_member(shop, "carla")
    assert await refused(shop, "anna", carla) == "INVITE_CODE_NOT_VALID"
    assert await refused(shop, "bella", carla) == "INVITE_CODE_NOT_VALID"
    assert (await shop.binds("carla", bella))["__typename"] == "BindInviteCodeSuccess"


async def test_one_inviter_for_each(shop: Crowd) -> None:
    """R37: also when they leave, and come back with another code; which keeps nobody out."""
    codes = [await code_of_member(shop, name) for name in ("anna", "bella")]
    shop.world.now += DAY
    await shop.joins("carla", code=codes[0])
    again = await shop.binds("carla", codes[1])
    assert (again["code"], again["invitation"]) == ("ALREADY_INVITED", {"displayName": "Anna"})
    await shop.world.leaves("carla", program=SHOP)
    back = await shop.joins("carla", code=codes[1])
    assert (back["__typename"], back["inviteCodeUnused"]) == ("JoinProgramSuccess", "ALREADY_INVITED")
    assert back["member"]["referral"]["inviter"]["displayName"] == "Anna"
    await shop.reacts()
    await shop.proves()


async def test_an_invitation_is_accepted_within_the_window(world: World) -> None:
    """R2, R37: 30 local days from joining, half-open."""
    shop = await crowd_in(world)
    code = await code_of_member(shop, "anna")
    world.now += DAY
    await shop.joins("bella")
    await shop.joins("carla")
    joined = world.now
    world.now = joined + 30 * DAY - MOMENT
    assert (await shop.binds("bella", code))["__typename"] == "BindInviteCodeSuccess"
    world.now = joined + 30 * DAY
    late = await shop.binds("carla", code)
    assert (late["code"], late["until"]) == ("NOT_A_NEWCOMER", world.now)


async def test_coming_back_makes_nobody_a_newcomer(shop: Crowd) -> None:
    """R37: the window is of when they joined the first time. They are a member again all the same, whatever link they
    come back by, and the same key says so again (R36)."""
    code = await code_of_member(shop, "anna")
    shop.world.now += DAY
    await shop.joins("bella")
    await shop.world.leaves("bella", program=SHOP)
    shop.world.now += 30 * DAY
    given: dict[str, Any] = {"code": code, "idempotencyKey": str(new_id())}
    back, again = [await shop.joins("bella", **given) for _ in "12"]
    assert (back["__typename"], back["inviteCodeUnused"]) == ("JoinProgramSuccess", "NOT_A_NEWCOMER")
    assert back["member"]["referral"]["inviter"] is None
    assert again == back | {"replayed": True}
    await shop.proves()


async def test_who_comes_back_may_accept_an_invitation_while_they_are_a_newcomer(shop: Crowd) -> None:
    """R37. And with a code that is not valid they do not come back: they can correct it."""
    code = await code_of_member(shop, "anna")
    shop.world.now += DAY
    await shop.joins("bella")
    await shop.world.leaves("bella", program=SHOP)
    assert (await shop.joins("bella", code="ABCDEFGH23"))["code"] == "INVITE_CODE_NOT_VALID"
    assert await shop.mine("bella") is None
    back = await shop.joins("bella", code=code)
    assert (back["inviteCodeUnused"], back["member"]["referral"]["inviter"]["displayName"]) == (None, "Anna")
    await shop.reacts()
    await shop.proves()


async def test_a_code_of_who_has_left_is_not_valid_until_they_return(shop: Crowd) -> None:
    code = await code_of_member(shop, "anna")
    shop.world.now += DAY
    await shop.joins("bella")
    await shop.world.leaves("anna", program=SHOP)
    assert await refused(shop, "bella", code) == "INVITE_CODE_NOT_VALID"
    await shop.joins("anna")
    assert (await shop.binds("bella", code))["__typename"] == "BindInviteCodeSuccess"


async def test_a_code_is_of_one_program(shop: Crowd) -> None:
    """R43: what is somebody's in another shop is nobody's here."""
    await shop.world.publishes(inviting(code="other"))
    code = (await shop.joins("anna", program="other"))["member"]["referral"]["code"]
    shop.world.now += DAY
    await shop.joins("bella")
    assert await refused(shop, "bella", code) == "INVITE_CODE_NOT_VALID"


async def test_a_refusal_does_not_say_why_a_code_is_not_valid(shop: Crowd) -> None:
    """R43: unknown, one's own, of who joined later, of who has left: all the same words."""
    codes = {name: await code_of_member(shop, name) for name in ("anna", "bella")}
    shop.world.now += DAY
    codes["carla"] = await code_of_member(shop, "carla")
    await shop.world.leaves("anna", program=SHOP)
    codes |= {"nobody": "ABCDEFGH23", "nonsense": "?"}
    answers = [await shop.binds("bella", code) for code in codes.values()]
    assert len({tuple(answer.items()) for answer in answers}) == 1


async def test_where_nothing_is_given_nobody_invites(world: World) -> None:
    """M1: a program offers it, or does not."""
    await world.publishes(other_shop())
    shop = Crowd(world)
    await shop.joins("anna")
    assert (await shop.mine("anna"))["referral"] is None
    asked = await world.data(CODE, by=customer("anna"), input=keyed())
    assert asked["createInviteCode"]["code"] == "REFERRALS_NOT_OFFERED"
    assert await refused(shop, "anna", "ABCDEFGH23") == "INVITE_CODE_NOT_VALID"


async def test_who_is_no_member_is_told_so(shop: Crowd) -> None:
    assert await refused(shop, "bella", "ABCDEFGH23") == "NOT_A_MEMBER"


async def test_orders_of_before_count_when_the_invitation_is_accepted_later(shop: Crowd) -> None:
    """R37: what is the member's is theirs from when they accepted it at the earliest."""
    code = await code_of_member(shop, "anna")
    shop.world.now += DAY
    await shop.joins("bella")
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW + DAY
    bound = await shop.binds("bella", code)
    assert (bound["invitation"]["state"], bound["invitation"]["usableFrom"]) == ("QUALIFIED", shop.world.now)
    await shop.reacts()

    assert (await shop.points("anna"), await shop.points("bella")) == ((INVITER, 0), (INVITEE, 0))
    await shop.proves()


async def test_facts_that_were_kept_until_they_joined_count(world: World) -> None:
    """R37: who ordered before they were a member, and joined by an invitation."""
    await world.publishes("[facts]\nkept_days = 40\n" + inviting())
    shop = Crowd(world)
    world.now = PAID.paid_at or world.now
    code = await code_of_member(shop, "anna")
    order = ReportedOrder(SHOP, "o-1", world.now, world.now, PAID.lines)
    assert isinstance(await world.reports_of("bella", order, program=SHOP), FactKept)
    world.now += 3 * DAY
    await shop.joins("bella", code=code)
    await shop.reacts()

    assert await shop.states("anna") == ["QUALIFIED"]
    world.now += 4 * DAY
    assert (await shop.points("anna"), await shop.points("bella")) == ((INVITER, 0), (INVITEE, 0))
    await shop.proves()


async def test_an_inviter_who_leaves_finds_it_when_they_return(shop: Crowd) -> None:
    """R37: what was accepted goes on, as their orders do."""
    await shop.invites("anna", "bella")
    await shop.world.leaves("anna", program=SHOP)
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW
    await shop.joins("anna")
    assert await shop.points("anna") == (INVITER, 0)
    await shop.proves()


async def test_an_invitee_who_leaves_has_brought_what_they_ordered_before(shop: Crowd) -> None:
    """R37: an order that was known goes on; and a refund of it takes it back, as ever."""
    await shop.invites("anna", "bella")
    await shop.world.orders("bella", 100, program=SHOP, order="o-1")
    await shop.world.leaves("bella", program=SHOP)
    await shop.world.completes("bella", "o-1", program=SHOP)
    await shop.reacts()
    shop.world.now += WINDOW
    assert await shop.points("anna") == (INVITER, 0)
    (seen,) = (await shop.mine("anna", language="zh"))["referral"]["invited"]["nodes"]
    assert (seen["displayName"], seen["state"]) == ("会员", "QUALIFIED")
    await shop.gives_back("bella", "o-1")
    assert await shop.points("anna") == (0, 100)
    await shop.proves()


@pytest.mark.parametrize(("brings", "state"), [(NOTHING, "REGISTERED"), (ALL, "QUALIFIED")], ids=["none", "all"])
@pytest.mark.parametrize("is_first", [False, True], ids=["after it", "before it"])
async def test_history_counts_if_it_brings_points(world: World, is_first: bool, brings: Brings, state: str) -> None:
    """R19, R37: what is played in from the past, after the invitation was accepted or before it, brings an inviter as
    little as the member."""
    shop = await crowd_in(world)
    code = await code_of_member(shop, "anna")
    world.now += DAY
    await shop.joins("bella", code=None if is_first else code)
    line = f"bella,{world.now.date()},1,100.00"
    world.now += DAY
    await imported(world, file_of(line), program=SHOP, brings=brings)
    if is_first:
        assert (await shop.binds("bella", code))["__typename"] == "BindInviteCodeSuccess"
    await shop.reacts()

    assert await shop.states("anna") == [state]
    await shop.proves()
