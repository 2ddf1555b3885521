"""The section `[tiers]` of a program's file: what earns growth, and the ladder that it climbs."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

import regex
from pydantic import Field, model_validator

from app.programs.problems import Finding
from app.programs.section import Amount, Code, Count, Listed, Part, Section, Words, refuse, repeated

LONGEST_NAME = {"zh": 5, "en": 16}
"""Characters of a tier's name as a person counts them, by language (R21)."""


class CountsAt(StrEnum):
    """When an order's growth counts (R15)."""

    COMPLETED = "COMPLETED"
    PAID = "PAID"


class Window(StrEnum):
    """Which growth the ladder measures (R18)."""

    LIFETIME = "LIFETIME"
    """All there ever was."""


class GrowthRule(Part):
    """`[[tiers.growth]]`: so much growth for each `per` that an order's eligible amount holds (R12, R22)."""

    code: Code
    growth: Count
    per: Amount
    words: Words
    """The rule as a member reads it."""


class Benefit(Part):
    """Something that members of a tier enjoy."""

    code: Code
    name: Words
    description: Words


class Tier(Part):
    """A step of the ladder."""

    code: Code
    name: Words
    threshold: Annotated[int, Field(ge=0, le=2**31 - 1)]
    """Growth from which a member is in it, up to the next tier's (R16)."""
    benefits: Listed[Benefit] = ()
    """All that its members enjoy: what lower tiers have is written here again if it goes on."""


class TiersSection(Section):
    """`[tiers]`. Growth has rules of its own, nothing is reckoned from points (R22)."""

    counts_at: Annotated[CountsAt, Field(strict=False)] = CountsAt.COMPLETED
    window: Annotated[Window, Field(strict=False)] = Window.LIFETIME
    growth: Listed[GrowthRule] = ()
    """Each rule is applied to each order."""
    ladder: Listed[Tier]
    """Lowest first. The first is everybody's from joining on."""
    successors: Mapping[Code, Code] = {}
    """For each tier that was on the ladder of an earlier version and is not any more: the tier of this ladder that
    stands for it (R20)."""

    @model_validator(mode="after")
    def _is_a_ladder(self) -> Self:
        refuse(
            [
                *_missteps(self.ladder),
                *(finding for index, tier in enumerate(self.ladder) for finding in _long_names(index, tier)),
                *repeated("ladder", [tier.code for tier in self.ladder]),
                *(finding for index, tier in enumerate(self.ladder) for finding in _repeated_benefits(index, tier)),
                *repeated("growth", [rule.code for rule in self.growth]),
                *_astray(self.successors, {tier.code for tier in self.ladder}),
            ]
        )
        return self

    def knows(self, code: str) -> bool:
        """Is or was there a tier with this code, as far as this version knows? Those of later versions it does not."""
        return code in self._by_code

    def tier(self, code: str) -> Tier:
        """The tier with a code that is, or in an earlier version was, on the ladder. May raise KeyError."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> Mapping[str, Tier]:
        present = {tier.code: tier for tier in self.ladder}
        return present | {gone: present[successor] for gone, successor in self.successors.items()}

    def problems_after(self, earlier: Self) -> Iterator[Finding]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A tier that is gone names its successor (R20), in every version after: members may still be recorded
        with it."""
        known = {tier.code for tier in self.ladder} | set(self.successors)
        for code in (*(tier.code for tier in earlier.ladder), *earlier.successors):
            if code not in known:
                yield ("successors", code), "missing: this tier was on the ladder before, name the one that replaces it"


def _missteps(ladder: tuple[Tier, ...]) -> Iterator[Finding]:
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


def _repeated_benefits(index: int, tier: Tier) -> Iterator[Finding]:
    for place, words in repeated("benefits", [benefit.code for benefit in tier.benefits]):
        yield ("ladder", index, *place), words


def _astray(successors: Mapping[str, str], present: set[str]) -> Iterator[Finding]:
    for gone, successor in successors.items():
        if gone in present:
            yield ("successors", gone), "is on the ladder, so it needs no successor"
        if successor not in present:
            yield ("successors", gone), f'"{successor}" is not on the ladder'
