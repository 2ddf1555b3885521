"""What moves points where no rule of the program does, in words."""

from collections.abc import Mapping

from app.points.section import PointsSection
from app.programs.rules import ProgramVersion
from app.programs.section import Words

from .conditional import code_of
from .settling import EXTENDED

HOLD = "HOLD"
GIVE_BACK = "GIVE_BACK"
ADJUSTMENT = "ADJUSTMENT"
REDEMPTION = "REDEMPTION"

OURS: Mapping[str, Words] = {
    HOLD: Words(zh="为订单预留积分：未使用则退回", en="Points set aside for an order; unused, they return"),
    GIVE_BACK: Words(zh="订单取消，积分退回", en="Points given back because what they paid for was cancelled"),
    ADJUSTMENT: Words(zh="客服调整积分", en="Points corrected by staff"),
    REDEMPTION: Words(zh="积分兑换；取消或退款时退回", en="A reward for points; cancelled or refunded, they return"),
}
"""By what stands for the rule's code; a program's own codes are in small letters."""


def words_of(section: PointsSection, rule: str) -> Words | None:
    """The rule of an entry as a member reads it; None if the version knows none of that code."""
    code = code_of(rule.removesuffix(EXTENDED))
    rules = (*section.earning, *section.actions)
    return OURS.get(code) or next((each.words for each in rules if each.code == code), None)


def words_by(version: ProgramVersion, rule: str) -> Words | None:
    """The same also of rules of other sections, by which points are given: they go by their codes in `version.rules`,
    and are read as the program itself calls them there."""
    code = code_of(rule.removesuffix(EXTENDED))
    called = (each.name for each in version.rules if each.code == code)
    return words_of(version.section(PointsSection), rule) or next(called, None)
