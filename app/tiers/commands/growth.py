"""Growth that comes, and growth that is taken back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.db import Transaction, insert_of
from app.errors import BadInput
from app.programs.money import MOST
from app.programs.rules import Programs
from app.tiers.models import GrowthEntryRow
from app.tiers.queries import growth_of_rule, newest_entry
from app.tiers.rules import GrowthCause, Standing, advanced

from .member import LIVE, Manner, StandingMember, Trigger
from .standing import reckon_anew, settled_standing, write_standing

INSERT_ENTRY = insert_of(GrowthEntryRow)


@dataclass(frozen=True)
class Grown:
    """Growth that a cause brings by a rule of the program."""

    amount: int
    cause: GrowthCause
    cause_id: UUID
    rule: str
    program_version: int
    """By which it grew (R25)."""
    earned_at: datetime
    """When the order was paid, or the thing done: what caps go by."""
    counts_at: datetime


class Brought(Protocol):
    """What a rule brings of a cause, as far as caps leave it."""

    @property
    def rule(self) -> str: ...
    @property
    def amount(self) -> int: ...


def grown_by(
    cause: GrowthCause,
    cause_id: UUID,
    brought: Iterable[Brought],
    *,
    program_version: int,
    earned_at: datetime,
    counts_at: datetime,
) -> list[Grown]:
    """What a cause brings by each rule of a version."""
    return [
        Grown(each.amount, cause, cause_id, each.rule, program_version, earned_at=earned_at, counts_at=counts_at)
        for each in brought
    ]


@dataclass(frozen=True)
class Shrunk:
    """Growth that a refund takes back of what another cause brought by a rule of the program."""

    amount: int
    """What is taken back, above 0."""
    cause_id: UUID
    """The refund."""
    rule: str
    of_cause: GrowthCause
    of_cause_id: UUID


async def grow(
    tx: Transaction,
    *,
    member: StandingMember,
    programs: Programs,
    grown: Sequence[Grown],
    shrunk: Sequence[Shrunk] = (),
    ordered_at: datetime | None = None,
    manner: Manner = LIVE,
    now: datetime,
) -> StandingMember:
    """Enter growth, and raise the member at once to the tier that it reaches (R16, R17). Nothing for 0 growth.

    `shrunk`: what is known by then to be taken back of it. `ordered_at`: when the latest order was paid that it comes
    with. May raise BadInput: more growth than a member can have.
    """
    before = await settled_standing(tx, member=member, programs=programs, now=now)
    member = replace(before, last_order_at=_later(before.last_order_at, ordered_at))
    grown = [each for each in grown if each.amount]
    if not grown:
        return await write_standing(tx, before=before, after=member)
    await _enter(tx, member_id=member.id, grown=grown, manner=manner)
    if shrunk:
        await _take_back(tx, member_id=member.id, shrunk=shrunk)
    standing = None if shrunk else _advanced(member, grown, programs=programs, now=now)
    if standing is not None:
        return await write_standing(tx, before=before, after=replace(member, standing=standing))
    trigger = Trigger(grown[0].cause, grown[0].cause_id)  # what was known before it is known by it: see `floors_of`
    return await reckon_anew(tx, member=member, written=before, programs=programs, trigger=trigger, manner=manner,
                             now=now)  # fmt: skip


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _advanced(member: StandingMember, grown: Sequence[Grown], *, programs: Programs, now: datetime) -> Standing | None:
    """Where it leads, if that is to be said without going through everything."""
    program, standing = programs.for_member(member.program, member.id), member.standing
    for each in grown:
        after = advanced(standing, program, amount=each.amount, counts_at=each.counts_at, now=now)
        if after is None:
            return None
        standing = after
    return standing


async def _enter(tx: Transaction, *, member_id: UUID, grown: Sequence[Grown], manner: Manner) -> None:
    newest = await newest_entry(tx, member_id=member_id)
    last, growth = (None, 0) if newest is None else (newest.id, newest.growth_after)
    if growth + sum(each.amount for each in grown) > MOST:
        raise BadInput(f"A member's growth can be at most {MOST}.")
    rows: list[dict[str, object]] = []
    for each in grown:
        last, growth = tx.id_after(last), growth + each.amount
        rows.append({
            "member_id": member_id,
            "id": last,
            "change": each.amount,
            "growth_after": growth,
            "cause": each.cause.name,
            "cause_id": each.cause_id,
            "rule": each.rule,
            "manner": manner.of_entry.name,
            "program_version": each.program_version,
            "earned_at": each.earned_at,
            "counts_at": each.counts_at,
            "reverses": None,
        })  # fmt: skip
    await tx.run_many(INSERT_ENTRY, rows)


async def shrink(
    tx: Transaction, *, member: StandingMember, programs: Programs, shrunk: Sequence[Shrunk], now: datetime
) -> StandingMember:
    """Take growth back with the date and version of the entry that brought it, and correct at once a tier that rests
    on it: as if it had never been (R15). Nothing for 0 growth.

    May raise LookupError: there is no such entry; ValueError: that much is not left of it; Overloaded: a version that
    the member's growth was reckoned by is not held here yet.
    """
    shrunk = [each for each in shrunk if each.amount]
    if not shrunk:
        return member
    member = await settled_standing(tx, member=member, programs=programs, now=now)
    await _take_back(tx, member_id=member.id, shrunk=shrunk)
    trigger = Trigger(GrowthCause.REFUND, shrunk[-1].cause_id)
    return await reckon_anew(tx, member=member, programs=programs, trigger=trigger, now=now)


async def _take_back(tx: Transaction, *, member_id: UUID, shrunk: Sequence[Shrunk]) -> None:
    """Each with the date and version of the entry that brought it."""
    newest = await newest_entry(tx, member_id=member_id)
    last, growth = (None, 0) if newest is None else (newest.id, newest.growth_after)
    taken: Counter[UUID] = Counter()
    rows: list[dict[str, object]] = []
    for each in shrunk:
        original, left = await _original(tx, member_id=member_id, shrunk=each)
        if not 0 < each.amount <= left - taken[original.id]:
            raise ValueError(f"{each.amount} growth cannot be taken back of {left - taken[original.id]}")
        taken[original.id] += each.amount
        last, growth = tx.id_after(last), growth - each.amount
        rows.append({
            "member_id": member_id,
            "id": last,
            "change": -each.amount,
            "growth_after": growth,
            "cause": GrowthCause.REFUND.name,
            "cause_id": each.cause_id,
            "rule": each.rule,
            "manner": original.manner,
            "program_version": original.program_version,
            "earned_at": original.earned_at,
            "counts_at": original.counts_at,
            "reverses": original.id,
        })  # fmt: skip
    await tx.run_many(INSERT_ENTRY, rows)


async def _original(tx: Transaction, *, member_id: UUID, shrunk: Shrunk) -> tuple[GrowthEntryRow, int]:
    """The entry of which growth is taken back, and what is left of it."""
    found = await growth_of_rule(
        tx, member_id=member_id, cause=shrunk.of_cause, cause_id=shrunk.of_cause_id, rule=shrunk.rule
    )
    original = next((entry for entry in found if entry.reverses is None), None)
    if original is None:
        raise LookupError("there is no growth of which this could be taken back")
    return original, sum(entry.change for entry in found)
