"""What must be true of what members redeemed: of points, history, codes (R5, R7, R35)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from app.coupons.proving import CouponBook
from app.db import Reader
from app.members.proving import Claim, Published, by_member
from app.points.proving import PointsBook
from app.points.rules import Cause, EntryKind

from .models import RedemptionChangeRow, RedemptionRow
from .proving_coupons import coupon_claims
from .queries.proving import Place, codes_at, terms_of_rewards
from .queries.redemptions import every_change, every_redemption
from .rules.history import Begun, RedemptionStep, history_of
from .rules.kinds import OPEN, ActorKind, RedemptionState, handling_of
from .rules.life import may_follow

GIVEN_BACK = frozenset((RedemptionState.CANCELED.name, RedemptionState.REFUNDED.name))
ACTORS: Mapping[RedemptionState, frozenset[ActorKind]] = {
    RedemptionState.PENDING: frozenset((ActorKind.MEMBER,)),
    RedemptionState.CONFIRMED: frozenset((ActorKind.PROGRAM, ActorKind.STAFF)),
    RedemptionState.FULFILLED: frozenset(ActorKind),
    RedemptionState.CANCELED: frozenset((ActorKind.MEMBER,)),
    RedemptionState.REFUNDED: frozenset((ActorKind.STAFF,)),
}
"""Whose it is to take the step to each state."""


@dataclass(frozen=True)
class RedemptionBook:
    """All that a member redeemed."""

    redemptions: Sequence[RedemptionRow]
    changes: Sequence[RedemptionChangeRow]
    """In the order of their ids."""
    rewards: Mapping[UUID, Any]
    codes: Mapping[Place, tuple[UUID | None, UUID | None]]
    """Who has the codes that these redemptions took."""


async def redemption_books(db: Reader, member_ids: Sequence[UUID]) -> list[RedemptionBook]:
    """Two statements, however many members, and two more if any of them redeemed anything."""
    rows = await every_redemption(db, member_ids)
    redemptions, changes = by_member(rows), by_member(await every_change(db, member_ids))
    rewards = await terms_of_rewards(db, (row.reward_id for row in rows))
    codes = await codes_at(db, [_place(row) for row in rows if _has_code(row, rewards)])
    return [RedemptionBook(redemptions.get(key, ()), changes.get(key, ()), rewards, codes) for key in member_ids]


def redemption_claims(
    book: RedemptionBook, points: PointsBook, coupons: CouponBook, member: Any, *, published: Published
) -> Iterator[Claim]:
    changes: defaultdict[UUID, list[RedemptionChangeRow]] = defaultdict(list)
    for change in book.changes:
        changes[change.redemption_id].append(change)
    yield from _paid(book, points)
    yield from coupon_claims(book.redemptions, book.rewards, coupons.coupons)
    for row in book.redemptions:
        reward = book.rewards.get(row.reward_id)
        yield Claim("redemptions.reward_id: there is such a reward", row.id, True, reward is not None)
        yield Claim("redemptions.program", row.id, member.program, row.program)
        exists = published.exists(row.program_version)
        yield Claim("redemptions.program_version: was published", row.id, True, exists)
        steps = history_of(Begun(*(getattr(row, name) for name in Begun._fields)), changes[row.id])
        yield from _history(row, steps)
        if reward is not None:
            yield from _bought(row, reward, steps, book)


def _paid(book: RedemptionBook, points: PointsBook) -> Iterator[Claim]:
    """What was paid is an entry, and what was given back another; and no movement is of nobody's redemption."""
    moved: defaultdict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for entry in points.entries:
        if entry.cause == Cause.REDEMPTION.name and entry.kind in (EntryKind.SPENT.name, EntryKind.GIVEN_BACK.name):
            moved[entry.cause_id].append((entry.kind, entry.change))
    for row in book.redemptions:
        expected = [(EntryKind.SPENT.name, -row.points)] if row.points else []
        if row.points and row.state in GIVEN_BACK:
            expected.append((EntryKind.GIVEN_BACK.name, row.points))
        yield Claim("points_entries of the redemption", row.id, expected, moved.pop(row.id, []))
    for cause_id in moved:
        yield Claim("points_entries.cause_id: is a redemption of the member", cause_id, True, False)
    states = {row.id: row.state for row in book.redemptions}
    for lot in points.lots:
        state = None if lot.extended_by is None else states.get(lot.extended_by)
        by_member = state == RedemptionState.CANCELED.name
        yield Claim("points_lots.extended_by: not by the member (R7)", lot.id, False, by_member)


def _history(row: RedemptionRow, steps: Sequence[RedemptionStep]) -> Iterator[Claim]:
    """It leads from nothing to where the redemption is, by steps that there are, each by who may take it."""
    states = [step.to_state for step in steps]
    begun = [None, *states[:-1]]
    yield Claim("redemption_changes.from_state: follows the one before", row.id, begun,
                [step.from_state for step in steps])  # fmt: skip
    yield Claim("redemptions.state, by its history", row.id, states[-1].name, row.state)
    has_coupon = row.coupon_id is not None
    possible = all(after in may_follow(before, has_coupon=has_coupon) for before, after in pairwise(states))
    yield Claim("redemption_changes: are steps that there are (R35)", row.id, True, possible)
    actors = all(step.actor in ACTORS[step.to_state] for step in steps)
    yield Claim("redemption_changes.actor: may take the step", row.id, True, actors)
    ended = None if states[-1] in OPEN else steps[-1].changed_at
    yield Claim("redemptions.ended_at, by its history", row.id, ended, row.ended_at)
    references = [step.reference for step in steps if step.reference is not None]
    yield Claim("redemptions.reference, by its history", row.id, references[-1] if references else None, row.reference)


def _bought(row: RedemptionRow, reward: Any, steps: Sequence[RedemptionStep], book: RedemptionBook) -> Iterator[Claim]:
    """It is what the reward gives; and a code is whose redemption took it, and has not given it back."""
    yield Claim("rewards.program of the redemption", row.id, row.program, reward.program)
    yield Claim("redemptions.bucket: is stocked", row.id, reward.is_stocked, row.bucket is not None)
    has_codes, has_amount = handling_of(reward.kind).has_codes, handling_of(reward.kind).has_amount
    yield Claim("redemptions.amount: there is one", row.id, has_amount, row.amount is not None)
    fulfilled = [step for step in steps if step.to_state is RedemptionState.FULFILLED]
    expected = fulfilled[-1].changed_at if has_codes and fulfilled else None
    yield Claim("redemptions.code_shown_at, by its history", row.id, expected, row.code_shown_at)
    by = ActorKind.MEMBER if has_codes else ActorKind.STAFF if row.coupon_id is None else ActorKind.PROGRAM
    yield Claim("redemption_changes.actor: who fulfils it", row.id, [by] * len(fulfilled),
                [step.actor for step in fulfilled])  # fmt: skip
    if _has_code(row, book.rewards):
        taken = book.codes.get(_place(row))
        yield Claim("voucher_codes of the redemption", row.id, (row.member_id, row.id), taken)


def _has_code(row: RedemptionRow, rewards: Mapping[UUID, Any]) -> bool:
    reward = rewards.get(row.reward_id)
    has_codes = reward is not None and handling_of(reward.kind).has_codes
    return has_codes and row.bucket is not None and not row.is_restocked


def _place(row: RedemptionRow) -> Place:
    return row.reward_id, row.bucket or 0, row.number or 0
