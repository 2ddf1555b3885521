"""Why points were not held, spent or given back."""

from typing import Protocol

from app.graph import SIGNED_IN, Refusal, RefusalCode, batched, column, computed, refused_as, said, shows
from app.points import queries, rules
from app.points.rules import holding

from .holds import PointsHold

ENDED = {
    rules.HoldState.CAPTURED: ("The hold has been captured already.", "预留的积分已被使用。"),
    rules.HoldState.RELEASED: ("The hold has been released already.", "预留的积分已退回。"),
    rules.HoldState.TIMED_OUT: ("The hold has timed out.", "积分预留已超时，积分已退回。"),
    rules.HoldState.OPEN: ("The hold is open.", "积分仍在预留中。"),
}
"""In English and Chinese."""


class HasState(Protocol):
    @property
    def state(self) -> rules.HoldState: ...


def ended_in_words(row: HasState, *, language: str) -> str:
    english, chinese = ENDED[row.state]
    return chinese if language == "zh" else english


@shows(rules.NotEnoughPoints, description="Fewer points can be spent than are asked for.", seen_by=SIGNED_IN)
class NotEnoughPoints(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NOT_ENOUGH_POINTS)
    message: str = said(
        en="{required} points are needed, and {available} can be spent.",
        zh="需要 {required} 积分，可用 {available} 积分。",
    )
    required: int = column("How many points are asked for.")
    available: int = column("How many points could be spent.")


@shows(rules.HoldEnded, description="The hold has been captured or released, or has timed out.", seen_by=SIGNED_IN)
class HoldEnded(Refusal):
    code: RefusalCode = refused_as(RefusalCode.HOLD_ENDED)
    message: str = computed(ended_in_words, "Why, for people, in the language asked for.")
    hold: PointsHold = batched(queries.holds_by_id, "The hold.", key=("member_id", "hold_id"))
    state: rules.HoldState = column("What had become of it.")


@shows(holding.HoldNotCaptured, description="The hold has spent nothing that could be given back.", seen_by=SIGNED_IN)
class HoldNotCaptured(Refusal):
    code: RefusalCode = refused_as(RefusalCode.HOLD_NOT_CAPTURED)
    message: str = said(
        en="Only points that a captured hold has spent can be given back.", zh="只有已使用的预留积分才能退回。"
    )
    hold: PointsHold = batched(queries.holds_by_id, "The hold.", key=("member_id", "hold_id"))
    state: rules.HoldState = column("What it was then.")


@shows(holding.MoreThanLeft, description="Fewer points of the hold are left to be given back.", seen_by=SIGNED_IN)
class MoreThanLeft(Refusal):
    code: RefusalCode = refused_as(RefusalCode.MORE_THAN_LEFT)
    message: str = said(
        en="Of the points of this hold {left} are left to be given back.", zh="该预留中可退回的积分为 {left}。"
    )
    hold: PointsHold = batched(queries.holds_by_id, "The hold.", key=("member_id", "hold_id"))
    left: int = column("How many points were left to be given back.")
