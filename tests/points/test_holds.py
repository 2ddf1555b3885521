"""Holds over HTTP: placed from what lapses first, ended once, and nothing of them half done."""

from datetime import datetime
from uuid import UUID

import pytest

from app.prover import prove
from tests.databases import run
from tests.world import NOON, World

from .seller import DAY, MINUTE, MOMENT, Seller, balance, has_lot, movements, points

SOON, LATER = NOON + DAY, NOON + 30 * DAY
"""When lots lapse."""


@pytest.fixture
async def seller(world: World) -> Seller:
    """Anna has 30 points that lapse tomorrow, and 100 that lapse in a month."""
    await has_lot(world, "anna", 100, lapses=LATER)
    await has_lot(world, "anna", 30, lapses=SOON)
    return Seller(world)


async def balanced(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def written(world: World) -> dict[str, int]:
    """How many rows there are of everything that a hold writes, but for keys."""
    tables = ("points_entries", "points_lot_uses", "points_holds", "points_give_backs")
    url = world.database.settings.url
    return {table: (await run(url, f"SELECT count(*) FROM {table}"))[0][0] for table in tables}


async def test_held_points_cannot_be_spent_and_are_spent_when_captured(seller: Seller) -> None:
    """R14: out of available into held; captured, they are gone."""
    placed = await seller.place("anna", 50, reference="cart-1")
    hold = placed["hold"]
    assert (hold["points"], hold["state"], hold["source"], hold["reference"]) == (50, "OPEN", "shop", "cart-1")
    assert (hold["endedAt"], hold["givenBack"], placed["replayed"]) == (None, 0, False)
    assert await points(seller.world) == (80, 50)
    seller.world.now += MINUTE
    captured = await seller.capture(hold["id"])
    assert (captured["hold"]["id"], captured["hold"]["state"]) == (hold["id"], "CAPTURED")
    assert datetime.fromisoformat(captured["hold"]["endedAt"]) == seller.world.now
    assert captured["member"] == placed["member"]
    assert await points(seller.world) == (80, 0)
    assert await movements(seller.world) == [("HELD", -50, 50, 0), ("CAPTURED", 0, -50, 0)]
    await balanced(seller.world)


async def test_a_released_hold_returns_what_it_took(seller: Seller) -> None:
    """R14: to the lots that paid."""
    hold = await seller.held("anna", 50)
    seller.world.now += MINUTE
    released = await seller.release(hold)
    assert released["hold"]["state"] == "RELEASED"
    assert datetime.fromisoformat(released["hold"]["endedAt"]) == seller.world.now
    assert await points(seller.world) == (130, 0)
    assert await movements(seller.world) == [("HELD", -50, 50, 0), ("RELEASED", 50, -50, 0)]
    again = (await seller.place("anna", 130))["__typename"]
    assert again == "PlaceHoldSuccess"
    await balanced(seller.world)


async def test_without_a_deadline_a_hold_lasts_as_long_as_the_program_says(seller: Seller) -> None:
    """R14: half an hour, where the file says nothing."""
    hold = (await seller.place("anna", 1))["hold"]
    assert datetime.fromisoformat(hold["deadline"]) == NOON + 30 * MINUTE


async def test_which_lots_paid_is_shown(seller: Seller) -> None:
    """R6: what lapses first pays first, over as many lots as needed; each movement and each hold says which."""
    await seller.place("anna", 50)
    page = await balance(seller.world)
    (held,) = [node for node in page["pointHistory"]["nodes"] if node["kind"] == "HELD"]
    paid = [(use["amount"], datetime.fromisoformat(use["lot"]["expiresAt"])) for use in held["lots"]]
    assert paid == [(30, SOON), (20, LATER)]
    assert [use["lot"]["remaining"] for use in held["lots"]] == [0, 80]
    (hold,) = page["pointHolds"]["nodes"]
    assert [(use["amount"], use["lot"]["id"]) for use in hold["lots"]] == [
        (use["amount"], use["lot"]["id"]) for use in held["lots"]
    ]
    assert held["hold"]["id"] == hold["id"]


async def test_of_lots_that_lapse_together_the_one_earned_first_pays_first(world: World) -> None:
    """R6: and of three the one that lapses first, whatever was earned when."""
    first, second = NOON - 40 * DAY, NOON - 20 * DAY
    done = NOON - 10 * DAY
    await world.orders("anna", 11, paid=second, completed=done)
    await world.orders("anna", 7, paid=first, completed=done)
    await world.orders("anna", 13, paid=first - DAY, completed=done + DAY)
    await Seller(world).place("anna", 20)
    page = await balance(world)
    (held,) = [node for node in page["pointHistory"]["nodes"] if node["kind"] == "HELD"]
    assert [(use["amount"], use["lot"]["earned"]) for use in held["lots"]] == [(7, 7), (11, 11), (2, 13)]


@pytest.mark.parametrize("asked", [131, 2_000_000_000])
async def test_whoever_asks_for_more_than_there_is_gets_nothing(seller: Seller, asked: int) -> None:
    """R8: nothing is half done, though lots would have paid for most of it; all of it can be had afterwards."""
    before = await written(seller.world)
    refused = await seller.place("anna", asked)
    assert refused["__typename"] == "NotEnoughPoints"
    assert (refused["code"], refused["required"], refused["available"]) == ("NOT_ENOUGH_POINTS", asked, 130)
    assert str(asked) in refused["message"]
    assert await written(seller.world) == before
    assert await points(seller.world) == (130, 0)
    assert (await seller.place("anna", 130))["__typename"] == "PlaceHoldSuccess"
    assert await points(seller.world) == (0, 130)


async def test_points_that_are_pending_held_or_lapsed_are_not_enough(seller: Seller) -> None:
    """R8, R9, R14: only what can be spent can be held; a lapsed lot is none from its instant on (R2)."""
    await seller.world.orders("anna", 500, completed=NOON)
    await seller.held("anna", 50, deadline=SOON + DAY)
    refused = await seller.place("anna", 81)
    assert (refused["__typename"], refused["available"]) == ("NotEnoughPoints", 80)
    seller.world.now = LATER - MOMENT
    assert (await seller.place("anna", 601))["available"] == 100 + 500  # the hold timed out, and 30 lapsed
    seller.world.now = LATER
    assert (await seller.place("anna", 501))["available"] == 500


async def test_a_refusal_says_why_in_the_language_asked_for(seller: Seller) -> None:
    english = (await seller.place("anna", 131))["message"]
    chinese = (await Seller(seller.world, language="zh").place("anna", 131))["message"]
    assert english == "131 points are needed, and 130 can be spent."
    assert chinese == "需要 131 积分，可用 130 积分。"


ENDINGS = ("capture", "release")


@pytest.mark.parametrize("second", ENDINGS)
@pytest.mark.parametrize(("first", "state"), [("capture", "CAPTURED"), ("release", "RELEASED")])
async def test_a_hold_ends_once(seller: Seller, first: str, second: str, state: str) -> None:
    """R14: whoever comes second is told what became of it, and nothing moves."""
    hold = await seller.held("anna", 50)
    await getattr(seller, first)(hold)
    before, moved = await written(seller.world), await points(seller.world)
    refused = await getattr(seller, second)(hold)
    assert (refused["__typename"], refused["code"], refused["state"]) == ("HoldEnded", "HOLD_ENDED", state)
    assert await written(seller.world) == before
    assert await points(seller.world) == moved
    await balanced(seller.world)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_the_deadline_is_half_open_to_the_microsecond(seller: Seller, ending: str) -> None:
    """R2, R14: good a microsecond before it, too late at it; then it has timed out when it was due."""
    deadline = NOON + 7 * MINUTE + 3 * MOMENT
    early, late = [await seller.held("anna", 20, deadline=deadline) for _ in range(2)]
    seller.world.now = deadline - MOMENT
    assert (await getattr(seller, ending)(early))["__typename"].endswith("Success")
    seller.world.now = deadline
    refused = await getattr(seller, ending)(late)
    assert (refused["__typename"], refused["state"]) == ("HoldEnded", "TIMED_OUT")
    assert await points(seller.world) == (110 if ending == "capture" else 130, 0)
    await seller.world.settles(await member(seller.world))
    newest = (await balance(seller.world))["pointHistory"]["nodes"][0]
    assert (newest["kind"], datetime.fromisoformat(newest["occurredAt"])) == ("RELEASED", deadline)
    await balanced(seller.world)


@pytest.mark.parametrize("settled", [False, True])
async def test_capture_is_good_even_if_a_lot_lapsed_meanwhile(seller: Seller, settled: bool) -> None:
    """R14: what is held cannot lapse; settled in between or not."""
    hold = await seller.held("anna", 50, deadline=SOON + DAY)
    seller.world.now = SOON + DAY - MOMENT
    if settled:
        await seller.world.settles(await member(seller.world))
    assert (await seller.capture(hold))["__typename"] == "CaptureHoldSuccess"
    assert await points(seller.world) == (80, 0)
    assert await movements(seller.world) == [("HELD", -50, 50, 0), ("CAPTURED", 0, -50, 0)]
    await balanced(seller.world)


@pytest.mark.parametrize("settled", [False, True])
async def test_what_is_released_after_its_lot_lapsed_lapses_at_once(seller: Seller, settled: bool) -> None:
    """R14: that part, and from the very instant of the lot's end on (R2)."""
    hold = await seller.held("anna", 50, deadline=SOON + DAY)
    seller.world.now = SOON
    if settled:
        await seller.world.settles(await member(seller.world))
    await seller.release(hold)
    assert await points(seller.world) == (100, 0)
    assert await movements(seller.world) == [
        ("HELD", -50, 50, 0),
        ("RELEASED", 50, -50, 0),
        ("EXPIRED", -30, 0, 0),
    ]
    nodes = (await balance(seller.world))["pointHistory"]["nodes"]
    assert {datetime.fromisoformat(node["occurredAt"]) for node in nodes[:2]} == {SOON}
    assert nodes[0]["hold"]["id"] == hold  # it lapsed because of the release
    await balanced(seller.world)


async def test_what_is_released_before_its_lot_lapses_can_be_spent_until_then(seller: Seller) -> None:
    """R14: a microsecond before."""
    hold = await seller.held("anna", 50, deadline=SOON + DAY)
    seller.world.now = SOON - MOMENT
    await seller.release(hold)
    assert await points(seller.world) == (130, 0)
    seller.world.now = SOON
    assert await points(seller.world) == (100, 0)
    await seller.held("anna", 100)
    assert ("EXPIRED", -30, 0, 0) in await movements(seller.world)
    await balanced(seller.world)


@pytest.mark.parametrize(("deadline", "lapse"), [(SOON, SOON), (SOON + DAY, SOON + DAY), (SOON - MOMENT, SOON)])
async def test_what_a_time_out_returns_lapses_when_it_returns_but_not_before_its_lot(
    seller: Seller, deadline: datetime, lapse: datetime
) -> None:
    """R2, R14: at its deadline, or when the lot lapses if that is later; whenever anybody enters it."""
    await seller.held("anna", 50, deadline=deadline)
    seller.world.now = LATER - DAY
    assert await points(seller.world) == (100, 0)
    await seller.world.settles(await member(seller.world))
    assert await points(seller.world) == (100, 0)
    nodes = (await balance(seller.world))["pointHistory"]["nodes"]
    found = [(node["kind"], node["change"], datetime.fromisoformat(node["occurredAt"])) for node in nodes[:2]]
    assert found == [("EXPIRED", -30, lapse), ("RELEASED", 50, deadline)]
    await balanced(seller.world)


async def member(world: World) -> UUID:
    """Anna's id."""
    ((found,),) = await run(world.database.settings.url, "SELECT id FROM members")
    return found
