"""What must be true of a member's invitations: each side's bonuses are where it stands, the orders say so, and what is
kept up is what can be counted (R5, R37)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.coupons.proving_gifts import Promised
from app.db import Reader
from app.facts.proving import OrderBook
from app.members.proving import Claim, Key, Published, by_member
from app.outbox import members_awaited
from app.points.proving import PointsBook
from app.points.rules import Cause, Lot, LotState
from app.points.rules.conditional import Conditional

from .proving_counts import cap_claims, score_claims
from .queries import code_digest, codes_of_owners, followed_by_pairs, referrals_of_owners, scores_of_owners
from .rows import referral_of
from .rules import Referral, ReferralState, Side, bonuses_of, progressed
from .rules.coupons import coupons_of
from .section import ReferralsSection


@dataclass(frozen=True)
class ReferralBook:
    """All that is written of a member's invitations."""

    code: str | None
    referrals: Sequence[Referral]
    scores: Mapping[tuple[str, date], int]
    accepted: Referral | None
    """That by which they were invited."""
    followed: Referral | None
    """The inviter's side of it: read last. Whoever writes it follows something that was told of this member."""
    is_awaited: bool
    """Was something told of the member that nobody has reacted to? Then their orders may be ahead of it."""


async def referral_books(db: Reader, member_ids: Sequence[UUID]) -> list[ReferralBook]:
    """Five statements, however many members."""
    codes = by_member(await codes_of_owners(db, member_ids))
    rows = by_member(await referrals_of_owners(db, member_ids))
    referrals = {key: [referral_of(row) for row in rows.get(key, ())] for key in member_ids}
    scores = by_member(await scores_of_owners(db, member_ids))
    awaited = await members_awaited(db, member_ids)
    accepted = {key: next(filter(_is_invitee_s, referrals[key]), None) for key in member_ids}
    pairs = {key: (each.other_id, key) for key, each in accepted.items() if each is not None and key not in awaited}
    followed = await followed_by_pairs(db, list(pairs.values()))
    return [
        ReferralBook(
            next((row.code for row in codes.get(key, ())), None),
            referrals[key],
            {(row.period, row.starts): row.number for row in scores.get(key, ())},
            accepted[key],
            followed.get(pairs[key]) if key in pairs else None,
            key in awaited,
        )
        for key in member_ids
    ]


def _is_invitee_s(of: Referral) -> bool:
    return of.side == Side.INVITEE.name


def referral_keys(book: ReferralBook, *, member_id: UUID, program: str) -> Iterator[Key]:
    """The code leads to whose it is."""
    if book.code is not None:
        yield Key("unique_keys.owner of the invite code", None, code_digest(program, book.code), member_id)


def referral_claims(
    book: ReferralBook, member: Any, points: PointsBook, orders: Sequence[OrderBook], *, published: Published
) -> Iterator[Claim]:
    accepted = book.accepted
    inviter = None if accepted is None else accepted.other_id
    yield Claim("members.invited_by: of the invitation that was accepted (R37)", None, inviter, member.invited_by)
    lots: defaultdict[UUID, list[Any]] = defaultdict(list)
    for lot in points.lots:
        if lot.cause == Cause.REFERRAL.name:
            lots[lot.cause_id].append(lot)
    known = {each.id for each in book.referrals}
    yield Claim("points_lots of invitations: of one of the member's", None, set[UUID](), lots.keys() - known)
    for each in book.referrals:
        yield from _by_its_version(each, published=published)
        yield from _bonuses(each, lots.get(each.id, ()))
    if accepted is not None and not book.is_awaited:
        yield from _by_orders(accepted, orders, published=published)
        found = None if book.followed is None else _kept_in_step(book.followed)
        yield Claim("referrals of the inviter: as the invitee's (R37)", accepted.id, _kept_in_step(accepted), found)
    yield from cap_claims(book.referrals, published=published)
    yield from score_claims(book.referrals, book.scores, published=published)


def referral_coupons(book: ReferralBook, *, published: Published) -> list[Promised]:
    """What invitations bring of coupons, once their bonuses can be used: of those whose version is held here."""
    return [
        Promised(each.id, rule, code, is_due=each.theirs_from is not None and each.coupons_due_at is None)
        for each in book.referrals
        if (version := published.version(each.program_version)) is not None
        for rule, code in coupons_of(each, version.section(ReferralsSection))
    ]


def _by_its_version(of: Referral, *, published: Published) -> Iterator[Claim]:
    """So many points as its version gives, or none if the month's were used up."""
    yield Claim("referrals.program_version: is published", of.id, True, published.exists(of.program_version))
    version = published.version(of.program_version)
    if version is None:
        return
    section = version.section(ReferralsSection)
    side = section.inviter if of.side == Side.INVITER.name else section.invitee
    given = [0 if each is None or of.is_capped else each.points for each in (side.registration, side.order)]
    found = [of.registration_points, of.order_points]
    yield Claim("referrals: points, by the version's rules", of.id, given, found)
    is_to_come = of.coupons_due_at is not None
    yield Claim("referrals.coupons_due_at: brings coupons, when it is theirs (R37)", of.id,
                of.theirs_from if is_to_come and any(coupons_of(of, section)) else None, of.coupons_due_at)  # fmt: skip


def _bonuses(of: Referral, lots: Sequence[Any]) -> Iterator[Claim]:
    made = 0
    for conditional in bonuses_of(of):
        mine = [lot for lot in lots if conditional.made(lot)]
        made += len(mine)
        yield from _bonus(of, conditional, mine)
    yield Claim("points_lots of the invitation: by its rules", of.id, len(lots), made)


def _bonus(of: Referral, conditional: Conditional, lots: Sequence[Lot]) -> Iterator[Claim]:
    """Where an order counts all of it is the member's, from then on; where none does, it is pending with no date, or
    not there, and of what was given before nothing is unused."""
    rules = [conditional.rule_of(number) for number in range(1, len(lots) + 1)]
    yield Claim("points_lots of the invitation: given again by a rule of its own (R5)", of.id, rules,
                sorted((lot.rule for lot in lots), key=lambda rule: (len(rule), rule)))  # fmt: skip
    had = sum(lot.earned - lot.reversed for lot in lots)
    pending = [lot for lot in lots if lot.state == LotState.PENDING.name and lot.remaining]
    if of.theirs_from is not None:
        yield Claim("points_lots of the invitation: all that it brings (R37)", of.id, conditional.points, had)
        for lot in pending:
            expected = max(of.theirs_from, lot.earned_at)
            yield Claim("points_lots of the invitation: pending until", lot.id, expected, lot.activates_at)
        return
    left = sum(lot.remaining for lot in lots if lot.state != LotState.PENDING.name)
    yield Claim("points_lots of an invitation of which no order counts: unused (R37)", of.id, 0, left)
    yield Claim("points_lots of the invitation: at most what it brings", of.id, True, had <= conditional.points)
    if not conditional.is_promised:
        yield Claim("points_lots of an invitation of which no order counts: pending", of.id, 0, len(pending))
    for lot in pending:
        yield Claim("points_lots of the invitation: pending until", lot.id, None, lot.activates_at)
    if conditional.is_promised and of.state == ReferralState.REGISTERED.name:
        waiting = sum(lot.remaining for lot in pending)
        yield Claim("points_lots of a new invitation: pending", of.id, conditional.points, waiting)


def _by_orders(of: Referral, books: Sequence[OrderBook], *, published: Published) -> Iterator[Claim]:
    """It stands where the member's orders have it, whichever were reported first (R25)."""
    version = published.version(of.program_version)
    if version is None:
        return
    least = max(version.section(ReferralsSection).at_least or 1, 1)
    counting = [book.order for book in books if _counts(book, least)]
    first = min(counting, key=lambda row: (row.completed_at, row.source, row.external_id), default=None)
    number = None if first is None else first.program_version
    by = None if number is None else published.version(number)
    if first is not None and by is None:
        return
    expected = progressed(of.progress, first, version=by, accepted_at=of.accepted_at)
    yield Claim("referrals: as the member's orders have it (R37)", of.id, expected, of.progress)


def _kept_in_step(of: Referral) -> tuple[object, ...]:
    """What the inviter's side has of the invitee's."""
    return of.state, of.completed_at, of.theirs_from, of.revision


def _counts(book: OrderBook, least: int) -> bool:
    """By its lines and refunds themselves, whatever is kept of them."""
    order = book.order
    is_over = order.completed_at is not None and order.paid_at is not None and order.brings_points
    return is_over and book.refunded.eligible_left >= least
