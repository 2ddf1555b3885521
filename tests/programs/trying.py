"""Two files of a program that differ in nearly all that can be said, and members of whom one is in the part that one
of them is tried on."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from app.programs.parts import is_for, part_of
from tests.world import NUMBERS, World

SHARE = 50
WHOLE = Path(__file__).parent.joinpath("whole.toml").read_text("utf-8")
INSTEAD: Mapping[str, str] = {
    'rounding = "FLOOR"': 'rounding = "HALF_UP"',
    "return_window_days = 8": "return_window_days = 3",
    'expiry = { kind = "MONTHS", months = 13 }': 'expiry = { kind = "MONTHS", months = 7 }',
    "WITHIN_BALANCE": "DEBT",
    "days = 14": "days = 40",
    "minutes = 29": "minutes = 59",
    "alone_up_to = 999": "alone_up_to = 99",
    "points = 2\n": "points = 5\n",
    'gold = "1.5"': 'silver = "2.5"',
    "points = 21\npending_days = 5": "points = 34\npending_days = 2",
    "points = 105\ntimes = 9": "points = 60\ntimes = 4",
    "END_OF_RETURN_WINDOW": "PAID",
    'kind = "ROLLING", months = 11': 'kind = "ROLLING", months = 5',
    'kind = "MONTHS", months = 10': 'kind = "MONTHS", months = 4',
    "TO_MATCH": "ONE_DOWN",
    "notice_days = 44": "notice_days = 35",
    "grace_days = 16": "grace_days = 3",
    "growth = 17": "growth = 29",
    "growth = 18": "growth = 40",
    "growth = 22": "growth = 9",
    'period = "MONTH"\ngrowth = 333\ntimes = 12': 'period = "WEEK"\ngrowth = 50\ntimes = 3',
    "threshold = 210": "threshold = 160",
    "threshold = 520\n": "threshold = 610\n",
    "gift = { points = 77,": "gift = { points = 88,",
}
RUBY = """
[[tiers.ladder]]
code = "ruby"
name = { zh = "红宝", en = "Ruby" }
threshold = 400
gift = { points = 33, words = { zh = "升级礼", en = "Gift for ruby" } }
"""
GOLD = '[[tiers.ladder]]\ncode = "gold"'


def first(code: str) -> str:
    """What is for all, in the beginning."""
    return WHOLE.replace('code = "whole"', f'code = "{code}"')


def second(code: str) -> str:
    """The same with another value for nearly all that can be said, and with a tier more."""
    text = first(code)
    for before, after in INSTEAD.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text.replace(GOLD, RUBY.lstrip() + "\n" + GOLD)


def third(code: str) -> str:
    """What is for all in the end, without the tier that only some had."""
    text = first(code).replace("points = 2\n", "points = 3\n")
    return text.replace('bronze = "silver"', 'bronze = "silver", ruby = "silver"')


async def one_of(world: World, program: str, *, tried: bool, share: int = SHARE) -> tuple[str, UUID]:
    """Somebody new who is in the part of so many percent, or who is not: the customer, and the member."""
    while True:
        subject = f"{program}-{next(NUMBERS)}"
        member_id = await world.joins(subject, program=program)
        if is_for(share, part_of(member_id)) is tried:
            return subject, member_id


async def pair(world: World, program: str, *, share: int = SHARE) -> tuple[tuple[str, UUID], tuple[str, UUID]]:
    """Somebody who is in it, and somebody who is not."""
    inside = await one_of(world, program, tried=True, share=share)
    return inside, await one_of(world, program, tried=False, share=share)
