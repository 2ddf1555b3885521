"""Gifts for reaching tiers: whose turn it is, once ever (R15, R16)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol, TypeVar
from uuid import UUID

from app.programs.rules import Program
from app.programs.section import Words
from app.programs.words import in_language
from app.tiers.section import Tier, TiersSection


class Given(Protocol):
    """What is written of a gift."""

    @property
    def tier(self) -> str: ...


G = TypeVar("G", bound=Given)


def gift_rule(tier: str) -> str:
    """The rule by which points are given for reaching a tier: it goes by this code among the program's rules."""
    return f"tiers.ladder.{tier}.gift"


@lru_cache(maxsize=256)
def ever_gives(program: Program) -> bool:
    """Is there a version that gives anything for reaching a tier? Where there is none, nobody was given any."""
    ladders = (version.section(TiersSection).ladder for version in program.versions.values())
    return any(tier.gift is not None for ladder in ladders for tier in ladder)


def never_given(tiers: Sequence[Tier], given: Collection[Given], *, section: TiersSection) -> list[Tier]:
    """Those of these tiers that have a gift of which the member was told nothing yet.

    A tier that stands for one that is gone was given for if that was (R20): it is the same tier by another name.
    """
    known = {_present(each.tier, section) for each in given}
    return [tier for tier in tiers if tier.gift is not None and tier.code not in known]


def given_for(tiers: Sequence[Tier], given: Collection[G], *, section: TiersSection) -> list[G]:
    """The gifts that were given for these tiers before."""
    codes = {tier.code for tier in tiers}
    return [each for each in given if _present(each.tier, section) in codes]


def undeserved(given: Collection[G], *, reached: Collection[str], section: TiersSection) -> list[G]:
    """The gifts for tiers that, as it turned out, never were reached; none of a tier by whatever name it was."""
    codes = {_present(code, section) for code in reached}
    return [each for each in given if _present(each.tier, section) not in codes]


def _present(code: str, section: TiersSection) -> str:
    """The tier of the ladder that stands for it; itself, if a version to come has it."""
    return section.tier(code).code if section.knows(code) else code


@dataclass(frozen=True)
class GiftSeen:
    """What a member was given, with the tier and the words of the version that gave it."""

    member_id: UUID
    id: UUID
    tier: Tier
    words: Words | None
    points: int
    revoked: int
    given_at: datetime
    rule: str
    """By which it is given."""


def words_of_gift(gift: GiftSeen, *, language: str) -> str | None:
    return None if gift.words is None else in_language(gift.words, language)
