"""What is written of a member, and everything that must be true of it: the claims of all domains put together.

A domain that has something to claim gives a book (`…_books`, read for many members at once) and its claims
(`…_claims`, pure); both are called here and nowhere else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

import asyncpg

from app.benefits.proving import BenefitBook, benefit_books, benefit_claims, benefit_keys
from app.checkin.proving import CheckInBook, check_in_books, check_in_claims, check_in_coupons
from app.coupons.proving import CouponBook, coupon_books, coupon_claims
from app.coupons.proving_gifts import given_claims, tier_gift_coupons
from app.customers.queries import identities_of_customers
from app.db import Reader
from app.db.unique_keys import owners_of
from app.errors import Overloaded
from app.facts.proving import (
    ActivityBook,
    OrderBook,
    Standings,
    activity_books,
    activity_claims,
    activity_keys,
    cap_claims,
    effects_of,
    kept_books,
    kept_claims,
    last_order_claims,
    opening_claims,
    order_books,
    order_claims,
    order_keys,
)
from app.failures import kind_of, place_of
from app.logs import Log
from app.members.proving import Key, Mismatch, Published, key_claims, keys_of, mismatches
from app.points.proving import PointsBook, points_books, points_claims
from app.programs.queries import newest_numbers
from app.programs.rules import Programs
from app.referrals.proving import ReferralBook, referral_books, referral_claims, referral_coupons, referral_keys
from app.rewards.proving import RedemptionBook, redemption_books, redemption_claims
from app.staff.proving import CorrectionsBook, corrections_books, corrections_claims
from app.tiers.proving import GrowthBook, growth_books, growth_claims
from app.tiers.proving_gifts import GiftBook, gift_books, gift_claims

LOG = Log(__name__)
FAULTS: tuple[type[Exception], ...] = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    Overloaded,
)
"""Of the database and of the way to it: they say nothing of anybody's books."""


@dataclass(frozen=True)
class Books:
    """All that is written of one member."""

    member: Any
    keys: Sequence[Key]
    points: PointsBook
    growth: GrowthBook
    gifts: GiftBook
    orders: Sequence[OrderBook]
    activities: ActivityBook
    corrections: CorrectionsBook
    check_ins: CheckInBook
    referrals: ReferralBook
    redemptions: RedemptionBook
    benefits: BenefitBook
    coupons: CouponBook
    kept: int
    """Facts that should have been credited."""


async def mismatches_of(db: Reader, members: Sequence[Any], *, now: datetime, programs: Programs) -> list[Mismatch]:
    """What disagrees in the books of these members, as far as reads at several instants can tell (see `proof`).

    The same number of statements however many members. A member whose books no claim can be made of is a mismatch,
    too: the others are proved. May raise what the database raises.
    """
    try:
        return await _found(db, members, now, programs)
    except FAULTS:
        raise
    except Exception as error:
        if len(members) == 1:
            return [_unreadable(members[0].id, error)]
    return [each for member in members for each in await mismatches_of(db, [member], now=now, programs=programs)]


async def _found(db: Reader, members: Sequence[Any], now: datetime, programs: Programs) -> list[Mismatch]:
    books = await _books(db, members)
    owners = await _owners(db, list(chain.from_iterable(each.keys for each in books)))
    newest = {row.program: row.number for row in await newest_numbers(db)}
    return [mismatch for each in books for mismatch in _of_member(each, owners, newest, now, programs)]


def _unreadable(member_id: UUID, error: Exception) -> Mismatch:
    LOG.error("books_unreadable", member=str(member_id), error=kind_of(error), at=place_of(error))
    return Mismatch(member_id, "books: can be read", "no error", f"{kind_of(error)} at {place_of(error)}")


async def _books(db: Reader, members: Sequence[Any]) -> list[Books]:
    ids = [member.id for member in members]
    identities = await identities_of_customers(db, [member.customer_id for member in members])
    points, growth, gifts = await points_books(db, ids), await growth_books(db, ids), await gift_books(db, ids)
    orders, corrections = await order_books(db, ids), await corrections_books(db, ids)
    activities, kept = await activity_books(db, ids), await kept_books(db, members)
    check_ins, referrals = await check_in_books(db, ids), await referral_books(db, ids)
    redemptions, benefits = await redemption_books(db, ids), await benefit_books(db, ids)
    coupons = await coupon_books(db, ids)
    keys = [_keys(*each) for each in zip(members, identities, orders, activities, referrals, benefits, strict=True)]
    written = zip(members, keys, points, growth, gifts, orders, activities, corrections, check_ins, referrals,
                  redemptions, benefits, coupons, kept, strict=True)  # fmt: skip
    return [Books(*each) for each in written]


def _keys(
    member: Any,
    known: Iterable[Any],
    orders: Iterable[OrderBook],
    activities: ActivityBook,
    referrals: ReferralBook,
    benefits: BenefitBook,
) -> list[Key]:
    whose = {"program": member.program, "customer_id": member.customer_id}
    member_s = {"program": member.program, "member_id": member.id}
    return [
        *keys_of(member, known),
        *order_keys(orders, **whose),
        *activity_keys(activities, **whose),
        *referral_keys(referrals, **member_s),
        *benefit_keys(benefits, **member_s),
    ]


async def _owners(db: Reader, keys: Sequence[Key]) -> Mapping[bytes, UUID]:
    digests = [key.digest for key in keys]
    owners = await owners_of(db, digests)
    return {digest: owner for digest, owner in zip(digests, owners, strict=True) if owner is not None}


def _of_member(
    books: Books, owners: Mapping[bytes, UUID], newest: Mapping[str, int], now: datetime, programs: Programs
) -> Iterator[Mismatch]:
    member = books.member
    is_held = programs.get(member.program) is not None
    held = programs.for_member(member.program, member.id) if is_held else None
    published = Published(held, newest[member.program], programs)
    standings = Standings(member.joined_at, books.growth.changes, books.benefits.grants)
    is_awaited = books.referrals.is_awaited
    claims = chain(
        key_claims(books.keys, owners),
        points_claims(books.points, now=now),
        growth_claims(books.growth, member, published=published, now=now),
        gift_claims(books.gifts, books.points, books.growth, member, published=published, now=now),
        given_claims(books.coupons, tier_gift_coupons(books.gifts), where="tiers.", is_awaited=is_awaited),
        last_order_claims(books.orders, member),
        order_claims(books.orders, effects_of(books.points, books.growth), standings, published=published),
        activity_claims(books.activities, books.points, books.growth, standings, published=published),
        opening_claims(books.growth),
        cap_claims(books.points, books.growth, published=published),
        check_in_claims(books.check_ins, books.points, published=published),
        given_claims(
            books.coupons,
            check_in_coupons(books.check_ins, published=published),
            where="checkin.",
            is_at_once=True,
        ),
        benefit_claims(books.benefits, member, published=published),
        coupon_claims(books.coupons, member, published=published),
        redemption_claims(books.redemptions, books.points, books.coupons, member, published=published),
        referral_claims(books.referrals, member, books.points, books.orders, published=published),
        given_claims(books.coupons, referral_coupons(books.referrals, published=published), where="referrals."),
        kept_claims(books.kept),
        corrections_claims(
            books.corrections,
            books.points,
            books.growth,
            books.redemptions,
            books.benefits,
            books.coupons,
            program=member.program,
            published=published,
        ),
    )
    return mismatches(member.id, claims)
