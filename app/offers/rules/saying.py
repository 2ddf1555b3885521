"""What an operator says of something that is offered, whether it makes sense by itself. No I/O here."""

from dataclasses import dataclass
from datetime import UTC, datetime

import regex

from app.errors import BadInput
from app.points.section import Period
from app.programs.money import MOST
from app.tiers.section import TiersSection

LONGEST_NAME, LONGEST_DESCRIPTION = 60, 2000
MOST_BUCKETS = 64
CODE = regex.compile(r"[a-z][a-z0-9-]{1,39}")
GRAPHEME = regex.compile(r"\X")
INVISIBLE = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]")
MOST_OF_A_GRAPHEME = 10


@dataclass(frozen=True)
class InLanguages:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Limit:
    """So many times for each member in each such period, by local days (R1, R31)."""

    times: int
    period: Period


def checked_code(code: str) -> str:
    """May raise BadInput: not a name for software."""
    if not CODE.fullmatch(code):
        raise BadInput("'code' must be 2 to 40 of a-z, 0-9 and '-', and begin with a letter.")
    return code


def check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    """May raise BadInput: it would close before it opens, or at once (R2)."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise BadInput("'closesAt' must be after 'opensAt'.")


def check_number(name: str, number: int, *, least: int) -> None:
    """May raise BadInput."""
    if not least <= number <= MOST:
        raise BadInput(f"'{name}' must be from {least} to {MOST}.")


def check_buckets(buckets: int) -> None:
    """May raise BadInput."""
    if not 1 <= buckets <= MOST_BUCKETS:
        raise BadInput(f"'buckets' must be from 1 to {MOST_BUCKETS}.")


def check_tier(name: str, code: str, tiers: TiersSection) -> None:
    """May raise BadInput: it is on no ladder."""
    if code not in {tier.code for tier in tiers.ladder}:
        raise BadInput(f"'{name}': the program has no tier {code[:40]!r}.")


def instant_said(name: str, at: datetime | None) -> datetime | None:
    """In UTC. May raise BadInput: there it is in no year that can be written."""
    try:
        return None if at is None else at.astimezone(UTC)
    except OverflowError:
        raise BadInput(f"'{name}' is out of range.") from None


def named(said: InLanguages) -> InLanguages:
    """A name, trimmed. May raise BadInput."""
    return InLanguages(_named(said.zh), _named(said.en))


def described(said: InLanguages) -> InLanguages:
    """A description, trimmed: it may have several lines, or nothing in it. May raise BadInput."""
    return InLanguages(_described(said.zh), _described(said.en))


def _named(asked: str) -> str:
    name = asked.strip()
    is_visible = len(name) <= MOST_OF_A_GRAPHEME * LONGEST_NAME and not INVISIBLE.search(name)
    if not is_visible or not 0 < len(GRAPHEME.findall(name)) <= LONGEST_NAME:
        raise BadInput(f"'name' must have 1 to {LONGEST_NAME} visible characters in each language.")
    return name


def _described(asked: str) -> str:
    text = asked.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_DESCRIPTION or INVISIBLE.search(text.replace("\n", "")):
        raise BadInput(f"'description' must have at most {LONGEST_DESCRIPTION} visible characters in each language.")
    return text
