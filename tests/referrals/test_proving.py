"""The prover sees whatever is wrong with invitations, and nothing that is right (R5, R37)."""

import re

import pytest

from app.prover import prove
from tests.world import World

from .inviting import DAY, WINDOW, Crowd, crowd_in

ANNA = "(SELECT id FROM members WHERE display_name = 'Anna')"
BELLA = "(SELECT id FROM members WHERE display_name = 'Bella')"
CARLA = "(SELECT id FROM members WHERE display_name = 'Carla')"
WRONG = {
    "an inviter whom nobody accepted": (
        f"UPDATE members SET invited_by = {CARLA} WHERE id = {BELLA}",
        r"members\.invited_by: of the invitation",
    ),
    "an invitation that is forgotten": (
        f"DELETE FROM referrals WHERE member_id = {BELLA}",
        r"members\.invited_by: of the invitation",
    ),
    "points of no invitation": (
        f"DELETE FROM referrals WHERE member_id = {ANNA} AND other_id = {BELLA}",
        r"points_lots of invitations: of one of the member's",
    ),
    "points that no version gives": (
        f"UPDATE referrals SET registration_points = 101 WHERE member_id = {ANNA} AND other_id = {BELLA}",
        r"referrals: points, by the version's rules",
    ),
    "a version that there is not": (
        f"UPDATE referrals SET program_version = 9 WHERE member_id = {BELLA}",
        r"referrals\.program_version: is published",
    ),
    "an order that does not count": (
        f"""UPDATE referrals SET state = 'REVERSED', order_id = NULL, completed_at = NULL, theirs_from = NULL
        WHERE member_id = {BELLA}""",
        r"referrals: as the member's orders have it",
    ),
    "an order that earns by its lines and still counts for nothing": (
        f"UPDATE orders SET eligible_left = 0 WHERE member_id = {BELLA}",
        r"orders\.eligible_left, by its lines and refunds",
    ),
    "an order of which nothing earns, though it is said to": (
        f"UPDATE order_lines SET kind = 'SHIPPING' WHERE member_id = {BELLA}",
        r"referrals: as the member's orders have it",
    ),
    "an inviter's side that did not follow": (
        f"UPDATE referrals SET revision = revision - 1 WHERE member_id = {ANNA} AND other_id = {BELLA}",
        r"referrals of the inviter: as the invitee's",
    ),
    "points that are usable too early": (
        f"UPDATE referrals SET theirs_from = theirs_from - interval '1 day' WHERE member_id = {BELLA}",
        r"points_lots of the invitation: pending until",
    ),
    "points of an order where none counts": (
        f"""UPDATE referrals SET state = 'REVERSED', completed_at = NULL, theirs_from = NULL
        WHERE member_id = {ANNA} AND other_id = {BELLA}""",
        r"points_lots of an invitation of which no order counts: pending",
    ),
    "points that are usable where no order counts": (
        f"""UPDATE points_lots SET activates_at = now(), expires_at = now() + interval '1 year'
        WHERE member_id = {CARLA} AND cause = 'REFERRAL'""",
        r"points_lots of the invitation: pending until",
    ),
    "an invitation that brought less than it brings": (
        f"""UPDATE points_lots SET earned = earned - 1, remaining = remaining - 1
        WHERE member_id = {BELLA} AND cause = 'REFERRAL' AND rule LIKE '%order'""",
        r"points_lots of the invitation: all that it brings",
    ),
    "points that came again by no number": (
        f"""UPDATE points_lots SET rule = rule || '#7' WHERE member_id = {BELLA} AND rule LIKE '%order'""",
        r"points_lots of the invitation: given again by a rule of its own",
    ),
    "points by a rule that there is not": (
        f"UPDATE points_lots SET rule = 'referrals.else' WHERE member_id = {BELLA} AND rule LIKE '%order'",
        r"points_lots of the invitation: by its rules",
    ),
    "a month of too many": (
        f"UPDATE referrals SET is_capped = false WHERE member_id = {ANNA} AND is_capped",
        r"referrals of 2026-03: within the cap",
    ),
    "a score of too many": (
        f"UPDATE referral_scores SET number = number + 1 WHERE member_id = {ANNA} AND period = 'YEAR'",
        r"referral_scores, by the invitations that count",
    ),
    "a score of nothing": (
        f"DELETE FROM referral_scores WHERE member_id = {ANNA}",
        r"referral_scores, by the invitations that count",
    ),
    "a code that leads to nobody": (
        "DELETE FROM unique_keys WHERE kind = 'invite-code'",
        r"unique_keys\.owner of the invite code",
    ),
}
"""What is tampered with, and what is told of it, among other things perhaps."""


@pytest.fixture
async def shop(world: World) -> Crowd:
    """Anna has invited three, of whom two bring a bonus; the first has ordered, within the window."""
    crowd = await crowd_in(world, more="monthly_cap = 2")
    await crowd.invites("anna", "bella", "carla", "dora")
    await crowd.buys("bella", "o-1")
    await crowd.proves()
    return crowd


@pytest.mark.parametrize("what", WRONG)
async def test_what_is_wrong_is_told(shop: Crowd, what: str) -> None:
    sql, told = WRONG[what]
    await shop.rows(sql)
    proof = await prove(shop.world.database, now=shop.world.now, programs=shop.world.programs)
    assert any(re.search(told, str(each)) for each in proof.mismatches), [str(each) for each in proof.mismatches]


async def test_unused_points_of_what_does_not_count_any_more_are_told(shop: Crowd) -> None:
    """R37: they should have been taken back."""
    shop.world.now += WINDOW + DAY
    for name in ("anna", "bella"):
        await (await shop.till(name)).settles()
    await shop.proves()
    await shop.rows(
        f"""UPDATE referrals SET state = 'REVERSED', order_id = NULL, completed_at = NULL, theirs_from = NULL
        WHERE member_id = {BELLA}"""
    )
    proof = await prove(shop.world.database, now=shop.world.now, programs=shop.world.programs)
    told = "points_lots of an invitation of which no order counts: unused (R37)"
    assert any(told in str(each) for each in proof.mismatches)


async def test_what_waits_to_be_followed_is_not_wrong(shop: Crowd) -> None:
    """Between an order and what follows from it nothing is said of them; if nobody follows, it is."""
    await shop.world.refunds("bella", "o-1", {1: 100}, program="shop")
    proof = await prove(shop.world.database, now=shop.world.now, programs=shop.world.programs)
    assert proof.holds, [str(each) for each in proof.mismatches]
    await shop.rows("UPDATE outbox_events SET state = 'DEAD', ended_at = due_at WHERE state = 'WAITING'")
    proof = await prove(shop.world.database, now=shop.world.now, programs=shop.world.programs)
    assert ["referrals: as the member's orders have it (R37)" in str(each) for each in proof.mismatches] == [True]


async def test_an_inviter_who_is_never_told_is_missed(shop: Crowd) -> None:
    """R37: the invitee has their bonus, and the inviter nothing. While it waits it is none, and once it is given up, or
    was never told, it is the invitee of whom it is said."""
    await shop.joins("emma", code=(await shop.mine("anna"))["referral"]["code"])
    proof = await prove(shop.world.database, now=shop.world.now, programs=shop.world.programs)
    assert proof.holds, [str(each) for each in proof.mismatches]
    for lost in (
        "UPDATE outbox_events SET state = 'DEAD', ended_at = due_at WHERE state = 'WAITING'",
        "DELETE FROM outbox_events",
    ):
        await shop.rows(lost)
        proof = await prove(shop.world.database, now=shop.world.now, programs=shop.world.programs)
        (mismatch,) = proof.mismatches
        assert "referrals of the inviter: as the invitee's (R37)" in str(mismatch)
        assert mismatch.member_id == (await shop.till("emma")).member_id
