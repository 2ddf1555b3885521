"""What an operator says of a reward, whether it makes sense, and what comes of saying it. No I/O here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import Enum

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


class Term(Enum):
    """What may be said of a reward, and need not be."""

    TIER_PRICES = "TIER_PRICES"
    TIERS_FROM = "TIERS_FROM"
    OPENS_AT = "OPENS_AT"
    CLOSES_AT = "CLOSES_AT"
    LIMIT = "LIMIT"


@dataclass(frozen=True)
class Said:
    """What is said of a reward, of what may be said otherwise later; None: nothing of it."""

    name: InLanguages | None = None
    description: InLanguages | None = None
    points: int | None = None
    tier_points: Mapping[str, int] | None = None
    tiers_from: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    limit: Limit | None = None
    is_confirmed_by_staff: bool | None = None

    @property
    def says_nothing(self) -> bool:
        return all(getattr(self, field.name) is None for field in fields(self))


def checked_code(code: str) -> str:
    """May raise BadInput: not a name for software."""
    if not CODE.fullmatch(code):
        raise BadInput("'code' must be 2 to 40 of a-z, 0-9 and '-', and begin with a letter.")
    return code


def checked(said: Said, *, tiers: TiersSection) -> Said:
    """The same, trimmed. May raise BadInput: a part of it makes no sense by itself."""
    if said.points is not None:
        _check_number("points", said.points, least=0)
    for code, points in (said.tier_points or {}).items():
        _check_tier("tierPrices", code, tiers)
        _check_number("tierPrices.points", points, least=0)
    if said.tiers_from is not None:
        _check_tier("tiersFrom", said.tiers_from, tiers)
    if said.limit is not None:
        _check_number("limit.times", said.limit.times, least=1)
    return replace(
        said,
        name=said.name and InLanguages(_named(said.name.zh), _named(said.name.en)),
        description=said.description and InLanguages(_described(said.description.zh), _described(said.description.en)),
        opens_at=_instant("opensAt", said.opens_at),
        closes_at=_instant("closesAt", said.closes_at),
    )


def check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    """May raise BadInput: it would close before it opens, or at once (R2)."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise BadInput("'closesAt' must be after 'opensAt'.")


def check_stock(stock: int | None, buckets: int, *, has_codes: bool) -> None:
    """May raise BadInput: there cannot be so much, or not be said here how much."""
    if has_codes and stock is not None:
        raise BadInput("How many vouchers there are is how many codes: leave 'stock' out and add codes.")
    if stock is not None and not 0 <= stock <= MOST:
        raise BadInput(f"'stock' must be from 0 to {MOST}.")
    if not 1 <= buckets <= MOST_BUCKETS:
        raise BadInput(f"'buckets' must be from 1 to {MOST_BUCKETS}.")


def check_amount(amount: int | None, *, has_amount: bool) -> None:
    """May raise BadInput: a red packet without money in it, or money in anything else."""
    if has_amount and not amount:
        raise BadInput("'amount' is what is in the red packet: more than nothing.")
    if not has_amount and amount is not None:
        raise BadInput("Only a red packet has an 'amount'.")


def spread(left: Sequence[int], change: int) -> list[int]:
    """By how much each bucket changes, so that all is spread over them as evenly as can be. No more is to be taken out
    than is left in all of them together."""
    share, more = divmod(sum(left) + change, len(left))
    return [share + (number < more) - each for number, each in enumerate(left)]


def dealt(left: Sequence[int], number: int) -> list[int]:
    """To which bucket each of so many pieces goes: always to one of those with the least in it."""
    order = sorted(range(len(left)), key=lambda bucket: left[bucket])
    filled, given = list(left), list[int]()
    while len(given) < number:
        least = filled[order[0]]
        for bucket in order:
            if filled[bucket] > least or len(given) == number:
                break
            filled[bucket] += 1
            given.append(bucket)
        order.sort(key=lambda bucket: filled[bucket])
    return given


def _check_number(name: str, number: int, *, least: int) -> None:
    if not least <= number <= MOST:
        raise BadInput(f"'{name}' must be from {least} to {MOST}.")


def _check_tier(name: str, code: str, tiers: TiersSection) -> None:
    if code not in {tier.code for tier in tiers.ladder}:
        raise BadInput(f"'{name}': the program has no tier {code[:40]!r}.")


def _instant(name: str, at: datetime | None) -> datetime | None:
    """In UTC. May raise BadInput: there it is in no year that can be written."""
    try:
        return None if at is None else at.astimezone(UTC)
    except OverflowError:
        raise BadInput(f"'{name}' is out of range.") from None


def _named(asked: str) -> str:
    name = asked.strip()
    is_visible = len(name) <= MOST_OF_A_GRAPHEME * LONGEST_NAME and not INVISIBLE.search(name)
    if not is_visible or not 0 < len(GRAPHEME.findall(name)) <= LONGEST_NAME:
        raise BadInput(f"'name' must have 1 to {LONGEST_NAME} visible characters in each language.")
    return name


def _described(asked: str) -> str:
    """May have several lines, or nothing in it."""
    text = asked.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_DESCRIPTION or INVISIBLE.search(text.replace("\n", "")):
        raise BadInput(f"'description' must have at most {LONGEST_DESCRIPTION} visible characters in each language.")
    return text
