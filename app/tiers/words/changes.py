"""What moved growth and what became of a tier, in words, as members read them."""

from collections.abc import Mapping
from typing import Protocol

from app.programs.rulebook import Told, growth, together, told
from app.programs.rules import Programs
from app.programs.words import in_language
from app.tiers.rules import GrowthCause, ManualHold, TierChangeKind
from app.tiers.rules.seen import TierCause, TierChangeSeen
from app.tiers.section import TiersSection

from .moments import moment

OPENING = Told("加入前已有的成长值", "Growth from before you became known here")

WORDS: Mapping[TierChangeKind, Told] = {
    TierChangeKind.RAISED: Told("由{before}升至{after}。", "Raised from {before} to {after}."),
    TierChangeKind.CORRECTED: Told("等级由{before}更正为{after}。", "Corrected from {before} to {after}."),
    TierChangeKind.RENEWED: Told("{after}续期。", "{after} was renewed."),
    TierChangeKind.LOWERED: Told("由{before}降为{after}。", "Lowered from {before} to {after}."),
    TierChangeKind.NOTICED: Told(
        "通知：{after}将于 {until} 到期，成长值尚不足以续期。",
        "Notice: the period of {after} ends on {until}, and the growth does not renew it yet.",
    ),
    TierChangeKind.BROUGHT: Told("加入时带来的等级：{after}。", "{after} was brought along."),
    TierChangeKind.KEPT: Told("已有的等级予以保留：{after}。", "{after} was kept, as it had been shown."),
    TierChangeKind.MANUAL: Told(
        "客服设定等级：{manual}{hold}，至 {until}。", "Staff set {manual}{hold} until {until}."
    ),
    TierChangeKind.MANUAL_ENDED: Told(
        "客服设定的{manual}结束，现为{held}。", "{manual}, which staff had set, is over; the tier is {held}."
    ),
}
CORRECTED_PERIOD = Told("{after}的有效期已更正。", "The period of {after} was corrected.")
WHY: Mapping[TierCause, Told] = {
    TierCause.ORDER: Told("因一笔订单：当时计入 {growth}。", "By an order: {growth} counted then."),
    TierCause.ACTIVITY: Told("因一次互动：当时计入 {growth}。", "By what was done: {growth} counted then."),
    TierCause.OPENING: Told("因加入时带来的成长：当时计入 {growth}。", "By growth that was brought along: {growth}."),
    TierCause.REFUND: Told(
        "因一笔退款：依据的成长值已收回，剩余 {growth}。",
        "By a refund: the growth that it rested on was taken back; {growth} was left.",
    ),
    TierCause.RULES: Told("因等级规则调整。", "By a change of the rules."),
    TierCause.PROMISE: Told("补报的成长值不降低您的等级。", "Growth that was reported late takes nothing away."),
}
HELD_UNTIL = Told("有效至 {until}。", "Held until {until}.")
OTHERWISE_HELD = Told("客服设定的{held}继续有效。", "{held}, which staff set, goes on.")
HOLDS: Mapping[ManualHold, Told] = {
    ManualHold.AT_LEAST: Told("（不低于）", " at least"),
    ManualHold.EXACTLY: Told("（固定）", " whatever is earned"),
}
IS_OTHERWISE = frozenset((TierChangeKind.NOTICED, TierChangeKind.MANUAL, TierChangeKind.MANUAL_ENDED))
"""Kinds after which the earned tier is what it was before, for the same time."""


class Ruled(Protocol):
    """A movement of growth."""

    @property
    def program(self) -> str: ...
    @property
    def cause(self) -> GrowthCause | str: ...
    @property
    def rule(self) -> str: ...
    @property
    def program_version(self) -> int: ...


def rule_in_words(entry: Ruled, *, programs: Programs, language: str) -> str | None:
    """The rule that made growth move, as its version says it, or the name of the campaign that did; None: that version
    has none of that code.

    May raise Overloaded: the version was published a moment ago, and is not held here yet.
    """
    if entry.cause in (GrowthCause.OPENING, GrowthCause.OPENING.name):
        return in_language(OPENING, language)
    version = programs.version(entry.program, entry.program_version)
    rule = version.section(TiersSection).rule(entry.rule)
    called = next((each.name for each in version.rules if each.code == entry.rule), None)
    words = (None if rule is None else rule.words) or called or programs.called(entry.program, entry.rule)
    return None if words is None else in_language(words, language)


def change_in_words(change: TierChangeSeen, *, language: str) -> str:
    return in_language(change_told(change), language)


def change_told(change: TierChangeSeen) -> Told:
    """What happened, why, and until when the tier is held."""
    is_of_period = change.kind is TierChangeKind.CORRECTED and change.from_tier == change.to_tier
    template, zone = CORRECTED_PERIOD if is_of_period else WORDS[change.kind], change.version.zone
    until = "" if change.tier_until is None else moment(change.tier_until, zone=zone)
    manual = change.manual_tier or change.to_tier
    happened = told(
        zh=template.zh,
        en=template.en,
        before=change.from_tier.name,
        after=change.to_tier.name,
        held=change.held_tier.name,
        manual=manual.name,
        until=until,
        hold="" if change.manual_hold is None else HOLDS[change.manual_hold],
    )
    return together(happened, _why(change), _until(change, until), _held(change))


def _why(change: TierChangeSeen) -> Told | None:
    why = WHY.get(change.cause)
    return None if why is None else told(zh=why.zh, en=why.en, growth=growth(change.growth))


def _until(change: TierChangeSeen, until: str) -> Told | None:
    if change.kind in IS_OTHERWISE or not until:
        return None
    return told(zh=HELD_UNTIL.zh, en=HELD_UNTIL.en, until=until)


def _held(change: TierChangeSeen) -> Told | None:
    """What staff set goes on beside what became of the earned tier (R23)."""
    if change.kind in IS_OTHERWISE or change.held_tier == change.to_tier:
        return None
    return told(zh=OTHERWISE_HELD.zh, en=OTHERWISE_HELD.en, held=change.held_tier.name)
