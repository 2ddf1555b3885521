"""What another ladder makes of members: who is raised, who stands elsewhere, who may be lowered later (R20)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from app.tiers.section import Lowering, Tier, TiersSection

from .ladder import tier_held


class TierMoveKind(Enum):
    """How members come to another tier by an edit of the ladder."""

    RAISED = "RAISED"
    """At once: their growth reaches a higher tier."""
    REPLACED = "REPLACED"
    """At once: their tier is gone, and they hold its successor."""
    LOWERED = "LOWERED"
    """Not before the end of their tier's period, and after notice: their growth does not reach it."""


class Cohort(NamedTuple):
    """Members who stand alike."""

    tier: str | None
    """Code of the tier earned; None: the base tier."""
    present: int
    """How many steps of the present ladder their growth reaches."""
    new: int
    """How many of the new one."""
    members: int


@dataclass(frozen=True)
class TierMove:
    """Members whom an edit moves from one tier to another."""

    kind: TierMoveKind
    from_tier: Tier
    """As the present ladder describes it; of those who are lowered as the new one does, after what happens at once."""
    to_tier: Tier
    members: int
    anyway: int
    """So many of them would be lowered by the present ladder as well."""


@dataclass(frozen=True)
class TierMoves:
    """What becomes of a program's members by an edit of its ladder."""

    members: int
    unchanged: int
    """Nothing happens to them."""
    moves: tuple[TierMove, ...]
    by_entries: bool
    """The window is another one, so each member's growth was added up anew."""


def moves(cohorts: Iterable[Cohort], *, present: TiersSection, new: TiersSection, by_entries: bool) -> TierMoves:
    """The tiers earned: a tier that staff set stays until its end (R23)."""
    total = unchanged = 0
    moved: Counter[tuple[TierMoveKind, str, str]] = Counter()
    anyway: Counter[tuple[TierMoveKind, str, str]] = Counter()
    for cohort in cohorts:
        total += cohort.members
        found = list(_moves_of(cohort, present=present, new=new))
        unchanged += 0 if found else cohort.members
        is_low = _is_low(cohort, present)
        for move in found:
            moved[move] += cohort.members
            anyway[move] += cohort.members if is_low and move[0] is TierMoveKind.LOWERED else 0
    listed = [
        TierMove(kind, _from(kind, code, present, new), new.tier(to), number, anyway[kind, code, to])
        for (kind, code, to), number in moved.items()
    ]
    order = list(TierMoveKind)
    listed.sort(key=lambda move: (order.index(move.kind), move.from_tier.threshold, move.to_tier.threshold))
    return TierMoves(total, unchanged, tuple(listed), by_entries)


def _from(kind: TierMoveKind, code: str, present: TiersSection, new: TiersSection) -> Tier:
    return (new if kind is TierMoveKind.LOWERED else present).tier(code)


def _moves_of(cohort: Cohort, *, present: TiersSection, new: TiersSection) -> Iterator[tuple[TierMoveKind, str, str]]:
    before = tier_held(present, cohort.tier)
    held = tier_held(new, cohort.tier)
    reached = new.ladder[cohort.new - 1]
    if reached.threshold > held.threshold:
        if reached.code != before.code:  # it was the first tier before, and is above another now
            yield TierMoveKind.RAISED, before.code, reached.code
        return
    if held.code != before.code:
        yield TierMoveKind.REPLACED, before.code, held.code
    if reached.threshold < held.threshold and new.lowering is not Lowering.NEVER:
        below = new.ladder[new.ladder.index(held) - 1]
        lower = below if new.lowering is Lowering.ONE_DOWN else reached
        yield TierMoveKind.LOWERED, held.code, lower.code


def _is_low(cohort: Cohort, present: TiersSection) -> bool:
    """Would they be lowered by the present ladder, too?"""
    reached = present.ladder[cohort.present - 1]
    return reached.threshold < tier_held(present, cohort.tier).threshold and present.lowering is not Lowering.NEVER
