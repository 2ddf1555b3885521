"""What must be true of what a member was given for reaching tiers: each gift once, and only for what growth reached
(R15, R16)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.db import Reader
from app.members.proving import Claim, Published, by_member
from app.points.proving import PointsBook
from app.points.proving.movements import movements_of
from app.points.rules import Cause, EntryKind
from app.programs.rules import Program

from .models import TierGiftRow
from .proving import GrowthBook
from .queries.gifts import gifts_of_members
from .rules import History, ladder_at, reckon
from .rules.gifts import gift_rule, undeserved
from .rules.stands import HasStanding
from .section import TiersSection

GiftBook = Sequence[TierGiftRow]
"""All that a member was given, in the order of ids."""
GIFT, EARNED, REVERSED = Cause.TIER_GIFT.name, EntryKind.EARNED.name, EntryKind.REVERSED.name


class Lot(Protocol):
    """What is written of a lot."""

    @property
    def id(self) -> UUID: ...
    @property
    def cause_id(self) -> UUID: ...
    @property
    def rule(self) -> str: ...
    @property
    def earned(self) -> int: ...
    @property
    def remaining(self) -> int: ...
    @property
    def earned_at(self) -> datetime: ...
    @property
    def activates_at(self) -> datetime | None: ...
    @property
    def program_version(self) -> int: ...


async def gift_books(db: Reader, member_ids: Sequence[UUID]) -> list[GiftBook]:
    """One statement, however many members."""
    gifts = by_member(await gifts_of_members(db, member_ids))
    return [gifts.get(key, ()) for key in member_ids]


def gift_claims(
    gifts: GiftBook, points: PointsBook, growth: GrowthBook, member: HasStanding, *, published: Published, now: datetime
) -> Iterator[Claim]:
    lots: defaultdict[str, list[Lot]] = defaultdict(list)
    for lot in points.lots:
        if lot.cause == GIFT:
            lots[lot.rule].append(lot)
    rules = Counter(gift_rule(gift.tier) for gift in gifts)
    for rule in lots:
        yield Claim(f"points_lots.rule: one gift of the member's is by {rule}", lots[rule][0].id, 1, rules[rule])
    moved = _given_and_taken(points, lots)
    for gift in gifts:
        rule = gift_rule(gift.tier)
        yield Claim("tier_gifts: one for each tier (R16)", gift.id, 1, rules[rule])
        yield from _by_the_ladder(gift, published=published)
        yield from _given(gift, lots.get(rule, ()), moved.get(rule, ()))
    is_any = lots or any(gift.is_coupon_due for gift in gifts)
    if is_any and published.held is not None and max(published.held.versions) >= published.newest:
        yield from _reached(gifts, lots, growth, member, program=published.held, now=now)


def _by_the_ladder(gift: TierGiftRow, *, published: Published) -> Iterator[Claim]:
    """So many points as its version gives, and its coupon, or nothing, for what history reached (R19)."""
    exists = published.exists(gift.program_version)
    yield Claim("tier_gifts.program_version: is published", gift.id, True, exists)
    version = published.version(gift.program_version)
    if version is None:
        return
    tier = next((tier for tier in version.section(TiersSection).ladder if tier.code == gift.tier), None)
    offered = None if tier is None else tier.gift
    yield Claim("tier_gifts.tier: has a gift on its ladder", gift.id, True, offered is not None)
    is_given = offered is not None and bool(gift.points or gift.coupon)
    expected = (offered.points or 0, offered.coupon) if offered is not None and is_given else (0, None)
    yield Claim("tier_gifts.points, by its ladder", gift.id, expected, (gift.points, gift.coupon))


Moved = tuple[str, str, int]
"""Kind and cause of a movement, and how many points of the gift it moved."""


def _given_and_taken(points: PointsBook, lots: Mapping[str, Sequence[Lot]]) -> Mapping[str, Sequence[Moved]]:
    """By rule: what was given of a gift, and what was taken back, in the order in which it was."""
    rules = {lot.id: rule for rule, theirs in lots.items() for lot in theirs}
    found: defaultdict[str, list[Moved]] = defaultdict(list)
    for entry, moved in movements_of(points) if lots else ():
        if entry.kind in (EARNED, REVERSED):
            for each in moved:
                if each.lot_id in rules:
                    found[rules[each.lot_id]].append((entry.kind, entry.cause, each.size))
    return found


def _given(gift: TierGiftRow, lots: Sequence[Lot], moved: Sequence[Moved]) -> Iterator[Claim]:
    """At first all of it, then whenever it was given again what had been taken back; and what was revoked since."""
    had, revoked = 0, 0
    for kind, cause, size in moved:
        if kind == EARNED:
            yield Claim("points_lots of the gift: what the member did not have of it", gift.id, gift.points - had, size)
            had, revoked = had + size, 0
        else:
            had -= size
            revoked += size if cause == GIFT else 0
    yield Claim("tier_gifts.revoked, by its lots", gift.id, revoked, gift.revoked)
    expected = (gift.id, gift.given_at, gift.program_version) if gift.points else None
    first = min(lots, key=lambda lot: lot.id, default=None)
    found = (first.cause_id, first.earned_at, first.program_version) if first is not None else None
    yield Claim("points_lots of the gift: cause, time and version of the first", gift.id, expected, found)
    for lot in lots:
        yield Claim("points_lots of the gift: active at once", lot.id, lot.earned_at, lot.activates_at)


def _reached(
    gifts: GiftBook,
    lots: Mapping[str, Sequence[Lot]],
    growth: GrowthBook,
    member: HasStanding,
    *,
    program: Program,
    now: datetime,
) -> Iterator[Claim]:
    """Of a gift for a tier that was never reached without what was taken back, nothing is unused (R15)."""
    at = max(now, member.standing_at or now)
    reached = reckon(History(program, member.registered_at, growth.entries, growth.changes), now=at).reached
    for gift in undeserved(gifts, reached=reached, section=ladder_at(program, at).section(TiersSection)):
        unused = sum(lot.remaining for lot in lots.get(gift_rule(gift.tier), ()))
        yield Claim("points_lots of a gift for a tier that was never reached: unused (R15)", gift.id, 0, unused)
        yield Claim("tier_gifts.is_coupon_due, for a tier that was never reached (R15)", gift.id, False,
                    gift.is_coupon_due)  # fmt: skip
