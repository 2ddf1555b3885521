"""What other sections of a program's file say of coupons: each template that they name is there, and is given so.

Tried: a section left out of those that are looked at; `ways` not looked at.
"""

from collections.abc import Mapping

import pytest

from app.definition import read
from app.programs.problems import WrongDefinition
from tests.checkin.asking import program

WORDS = 'words = { zh = "礼", en = "Gift" }'
SECOND = '[[tiers.ladder]]\ncode = "v2"\nname = { zh = "V2", en = "V2" }\nthreshold = 9\n'
GIVES: Mapping[str, str] = {
    "tiers.ladder[1].gift.coupon": f'{SECOND}[tiers.ladder.gift]\ncoupon = "some"\n{WORDS}\n',
    "checkin.cycle[0].coupon": f'[[checkin.cycle]]\nday = 1\ncoupon = "some"\n{WORDS}\n',
    "checkin.milestones[0].coupon": f'[[checkin.milestones]]\nstreak = 1\ncoupon = "some"\n{WORDS}\n',
    "referrals.inviter.order.coupon": f'[referrals.inviter.order]\ncoupon = "some"\n{WORDS}\n',
    "referrals.invitee.registration.coupon": f'[referrals.invitee.registration]\ncoupon = "some"\n{WORDS}\n',
}
"""What gives a coupon, by its place."""
TEMPLATE = """
[[coupons.templates]]
code = "some"
kind = "CASH"
name = {{ zh = "券", en = "Some" }}
amount = "5.00"
validity = {{ days = 30 }}
ways = ["{way}"]
"""
NOTHING = {
    "tiers.ladder[1].gift.points": GIVES["tiers.ladder[1].gift.coupon"],
    "checkin.cycle[0].points": GIVES["checkin.cycle[0].coupon"],
    "checkin.milestones[0].points": GIVES["checkin.milestones[0].coupon"],
    "referrals.inviter.order.points": GIVES["referrals.inviter.order.coupon"],
}


def problems(text: str) -> list[str]:
    try:
        read(program(cycle=(), milestones=()) + text)
    except WrongDefinition as wrong:
        return [str(problem) for problem in wrong.problems]
    return []


@pytest.mark.parametrize("place", GIVES)
def test_a_template_that_is_named_is_there_and_is_given(place: str) -> None:
    assert problems(GIVES[place] + TEMPLATE.format(way="GIFT")) == []
    assert problems(GIVES[place]) == [f"{place}: is no template of coupons"]
    (wrong,) = problems(GIVES[place] + TEMPLATE.format(way="CLAIM"))
    assert wrong.startswith(f"{place}: is a template of which none are given")


@pytest.mark.parametrize("place", NOTHING)
def test_what_gives_neither_points_nor_a_coupon_is_told(place: str) -> None:
    text = NOTHING[place].replace('coupon = "some"\n', "")
    (wrong,) = problems(text)
    assert wrong.startswith(f"{place}: missing")
