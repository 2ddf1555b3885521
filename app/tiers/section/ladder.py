"""The steps of the ladder."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Self

import regex
from pydantic import Field, PrivateAttr, model_validator

from app.programs.problems import Finding
from app.programs.section import Code, Count, Listed, Part, Words, refuse, repeated

LONGEST_NAME = {"zh": 5, "en": 16}
"""Characters of a tier's name as a person counts them, by language (R21)."""
RETIRED = '"{0}" is the code of a tier that is gone, and is retired: choose another, and go on naming its successor'


class Gift(Part):
    """`[tiers.ladder.gift]`: what a member is given for reaching a tier, once ever (R16)."""

    points: Count | None = None
    """Active at once; they last as any."""
    coupon: Code | None = None
    """Of the coupon template of which the member gets one, besides or instead."""
    words: Words
    """What it is for, as a member reads it."""

    @model_validator(mode="after")
    def _gives(self) -> Self:
        if self.points is None and self.coupon is None:
            refuse([(("points",), "missing: a gift is points, a coupon, or both")])
        return self


class Tier(Part):
    """A step of the ladder."""

    code: Code
    name: Words
    threshold: Annotated[int, Field(ge=0, le=2**31 - 1)]
    """Growth from which a member is in it, up to the next tier's (R16)."""
    gift: Gift | None = None
    benefits: Listed[Code] = ()
    """Codes of all that its members enjoy: what lower tiers have is written here again if it goes on."""
    _given: tuple[Part, ...] = PrivateAttr(())

    @property
    def given(self) -> tuple[Part, ...]:
        """Its benefits, as its members have them: those who declare them say what they are."""
        return self._given

    def give(self, benefits: tuple[Part, ...]) -> None:
        """Once, when the file is put together."""
        self._given = benefits
        self._beside.clear()

    def gives_beside(self, other: "Tier") -> tuple[Part, ...]:
        """What it gives that another does not, or otherwise."""
        known = self._beside.get(other.code)
        if known is None or known[0] is not other:
            theirs = other.given
            known = other, tuple(benefit for benefit in self.given if benefit not in theirs)
            self._beside[other.code] = known
        return known[1]

    @cached_property
    def _beside(self) -> dict[str, tuple["Tier", tuple[Part, ...]]]:
        """That, by the other's code: each page of somebody below it asks."""
        return {}


def problems_of(ladder: Sequence[Tier]) -> Iterator[Finding]:
    """What is wrong with a ladder."""
    yield from _missteps(ladder)
    yield from repeated("ladder", [tier.code for tier in ladder])
    for index, tier in enumerate(ladder):
        yield from _long_names(index, tier)
        for place, code in enumerate(tier.benefits):
            if code in tier.benefits[:place]:
                yield ("ladder", index, "benefits", place), "is in the list before"
    if ladder and ladder[0].gift is not None:
        yield ("ladder", 0, "gift"), "nobody reaches the first tier: it is everybody's from joining on"


def _missteps(ladder: Sequence[Tier]) -> Iterator[Finding]:
    if not ladder:
        yield ("ladder",), "has no tier"
    elif ladder[0].threshold != 0:
        yield ("ladder", 0, "threshold"), "the first tier begins at 0"
    for index in range(1, len(ladder)):
        below = ladder[index - 1].threshold
        if ladder[index].threshold <= below:
            yield ("ladder", index, "threshold"), f"must be more than {below}, the threshold of the tier below"


def _long_names(index: int, tier: Tier) -> Iterator[Finding]:
    for language, longest in LONGEST_NAME.items():
        length = characters(getattr(tier.name, language))
        if length > longest:
            yield ("ladder", index, "name", language), f"{length} characters, at most {longest}"


def characters(text: str) -> int:
    """How many characters a person counts: grapheme clusters, so that a family emoji is one (R21)."""
    return len(regex.findall(r"\X", text))


def astray(successors: Mapping[str, str], present: Collection[str]) -> Iterator[Finding]:
    """What is wrong with what stands for tiers that are gone."""
    for gone, successor in successors.items():
        if gone in present:
            yield ("successors", gone), "is on the ladder, so it needs no successor"
        if successor not in present:
            yield ("successors", gone), f'"{successor}" is not on the ladder'


def come_back(ladder: Sequence[Tier], retired: Collection[str]) -> Iterator[Finding]:
    """Tiers that have the code of one that was on an earlier ladder and was gone from one since (R20)."""
    for index, tier in enumerate(ladder):
        if tier.code in retired:
            yield ("ladder", index, "code"), RETIRED.format(tier.code)
