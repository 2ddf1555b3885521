"""What a client sees of the ladder: for everybody, whether signed in or not."""

from collections.abc import Sequence
from typing import Protocol

from app.graph import EVERYONE, column, computed, extends, shows
from app.programs.graphql import Program
from app.programs.rules import ProgramVersion
from app.programs.section import Words
from app.programs.words import in_language, name_of
from app.tiers import section


class HasWords(Protocol):
    @property
    def words(self) -> Words: ...


def ladder_of(version: ProgramVersion) -> Sequence[section.Tier]:
    return version.section(section.TiersSection).ladder


def words_of_gift(gift: HasWords, *, language: str) -> str:
    return in_language(gift.words, language)


@shows(section.Gift, description="What a member is given for reaching a tier: once, whatever comes after.",
       seen_by=EVERYONE)  # fmt: skip
class TierGift:
    points: int = column("Points, which can be spent at once.")
    words: str = computed(words_of_gift, "What it is for, in the language asked for.")


@shows(section.Tier, description="A step of the program's ladder.", seen_by=EVERYONE)
class Tier:
    code: str = column("Stable code for use in software.")
    name: str = computed(name_of, "Its name for people, in the language asked for: at most 5 characters in Chinese.")
    threshold: int = column("Growth from which a member is in it.")
    gift: TierGift | None = column("What is given for reaching it, once; null if nothing is.")


@extends(Program, seen_by=EVERYONE)
class ProgramTiers:
    tiers: list[Tier] = computed(
        ladder_of,
        "The ladder, lowest tier first, with the benefits of all. What a member is missing to reach each: "
        "`Member.tiers`.",
    )
