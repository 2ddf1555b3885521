"""What has become of a member's tier since it was last reckoned."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.programs.rules import Program, ProgramVersion
from app.tiers.section import Tier, TiersSection

from .history import Place, Reckoned, Standing, Step
from .kinds import FLOORS, TierChangeKind
from .ladder import tier_held
from .ladders import ladder_at


def step_on(ladder: ProgramVersion, tier: str | None) -> Tier:
    """The tier of a code on a ladder; the base tier for none."""
    return tier_held(ladder.section(TiersSection), tier)


def became(before: Standing, reckoned: Reckoned, *, program: Program, now: datetime) -> Sequence[Step]:
    """What is to be written of it, in the order of its dates: the steps that are later than all that was looked at.

    What is dated earlier, because growth came late, is one step from the tier held to the one that would have been
    held then: a rise or a renewal of back then. If that is a lower one, all is one step to where it leads now.
    """
    known = before.standing_at
    then = reckoned.place_at(known)
    later = [step for step in reckoned.steps if (known is None or step.at > known) and step.kind.name not in FLOORS]
    last = next((step for step in reversed(reckoned.steps) if step.after == then), None)
    if then.tier == before.tier:
        is_renewed = last is not None and last.kind is TierChangeKind.RENEWED and _is_longer(then, before.place)
        return [last._replace(before=before.place), *later] if is_renewed and last is not None else later
    ladder = ladder_at(program, now)
    if step_on(ladder, then.tier).threshold < step_on(ladder, before.tier).threshold:
        return corrected(before, reckoned, program=program, now=now)
    risen = (step for step in reversed(reckoned.steps) if step.after.since == then.since)
    entry = next((step.entry for step in risen if step.kind is TierChangeKind.RAISED and step.entry), None)
    raised = Step(then.since or now, TierChangeKind.RAISED, before.place, then, reckoned.standing.growth, ladder, entry)
    return [raised, *later]


def corrected(before: Standing, reckoned: Reckoned, *, program: Program, now: datetime) -> Sequence[Step]:
    """What is to be written after growth was taken back (R15): one step from the tier held to the one that is left,
    from now on, whatever would have come of it in between. The same tier for a shorter period, because a renewal was
    undone, is one, too; nothing if it is the same tier for as long."""
    after, ladder = reckoned.standing.place, ladder_at(program, now)
    if after.tier == before.tier and not _is_longer(before.place, after):
        return []
    is_raised = step_on(ladder, after.tier).threshold > step_on(ladder, before.tier).threshold
    kind = TierChangeKind.RAISED if is_raised else TierChangeKind.CORRECTED
    return [Step(now, kind, before.place, after, reckoned.standing.growth, ladder, None)]


def is_less(places: Iterable[Place], than: Place, *, program: Program, now: datetime) -> bool:
    """Is none of these as high a tier for as long? How long a period lasted that is over says nothing any more."""
    ladder = ladder_at(program, now)
    least = step_on(ladder, than.tier).threshold
    is_over = than.until is None or than.until <= now
    enough = (place for place in places if step_on(ladder, place.tier).threshold >= least)
    return least > 0 and not any(is_over or not _is_longer(than, place) for place in enough)


def _is_longer(one: Place, than: Place) -> bool:
    return one.until is not None and than.until is not None and one.until > than.until


def passed(ladder: ProgramVersion, before: Place, after: Place) -> Sequence[Tier]:
    """The tiers that a rise passes, the one that it reaches among them (R16)."""
    low, high = (step_on(ladder, place.tier).threshold for place in (before, after))
    return [tier for tier in ladder.section(TiersSection).ladder if low < tier.threshold <= high]
