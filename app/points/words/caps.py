"""How much rules bring at most, in words: for points, and as well for growth."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from app.points.section import ActionRule, Limit, PointsSection
from app.programs.rulebook import Rule, RuleTopic, Told, listed, points, times, told
from app.programs.section import Words

from .doing import NOUNS, ORDERS, PERIODS

EVERYTHING = Told("以上各项合计", "all of this together")


class Ruling(Protocol):
    """A rule that brings something."""

    @property
    def code(self) -> str: ...
    @property
    def words(self) -> Words: ...


def caps_told(section: PointsSection) -> Iterator[Rule]:
    nouns = [NOUNS[rule.action] if isinstance(rule, ActionRule) else ORDERS for _, _, rule in section.multiplied]
    sources = sources_told([(rule, noun) for (_, _, rule), noun in zip(section.multiplied, nouns, strict=True)])
    for cap in section.caps:
        most = [part for part in (cap.points and points(cap.points), cap.times and times(cap.times)) if part]
        words = cap_told(cap, sources=sources, most=most)
        yield Rule(f"points.caps.{cap.code}", RuleTopic.EARNING_LIMITS, words, cap.words)


def sources_told(rules: Sequence[tuple[Ruling, Told]]) -> Mapping[str, Told]:
    """What rules bring something for, by their codes; where it is the same for several, with what each is called."""
    number = Counter(noun for _, noun in rules)
    return {
        rule.code: noun if number[noun] == 1 else told(zh="{noun}（{name}）", en="{noun} ({name})", noun=noun,
                                                       name=rule.words)
        for rule, noun in rules
    }  # fmt: skip


def cap_told(cap: Limit, *, sources: Mapping[str, Told], most: Sequence[Told]) -> Told:
    """The cap in words."""
    what = EVERYTHING
    if len(cap.rules) == 1:
        what = sources[cap.rules[0]]
    elif cap.rules:
        several = listed([sources[code] for code in cap.rules])
        what = told(zh="{several}合计", en="{several} together", several=several)
    zh = "{what}，{period}最多计 {most}。" if len(most) == 1 else "{what}，{period}最多计 {most}，以先达到者为准。"
    return told(zh=zh, en="For {what}: at most {most} {period}.", what=what, period=PERIODS[cap.period],
                most=listed(most))  # fmt: skip
