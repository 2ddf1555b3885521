"""Climbing the ladder again with what refunds left: as if what they took had never been."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.programs.section import Words
from app.tiers.rules import BASE, Place, climbed_by, left_of, tier_at, tier_held
from app.tiers.section import Tier, TiersSection
from tests.world import NOON

CODES = ("v1", "v2", "v3", "v4")


@dataclass(frozen=True)
class Moved:
    """A movement of growth."""

    id: UUID
    change: int
    ladder_version: int
    counts_at: datetime
    reverses: UUID | None = None


def ladder_of(successors: dict[str, str] | None = None, **thresholds: int) -> TiersSection:
    tiers = [Tier(code=code, name=Words(zh=code, en=code), threshold=at) for code, at in thresholds.items()]
    return TiersSection(ladder=tuple(tiers), successors=successors or {})


STANDARD = ladder_of(v1=0, v2=200, v3=500, v4=900)


@dataclass(frozen=True)
class Earned:
    amount: int
    day: int
    """When it counts: not always in the order in which it is entered (R25)."""


@dataclass(frozen=True)
class Refunded:
    of: int
    part: int
    """Which of what was earned, and how much of what is left of it: both wrap around."""


Step = Earned | Refunded | TiersSection
"""The third: a ladder that is published."""

EARNED = some.builds(Earned, some.integers(1, 600), some.integers(0, 30))
REFUNDED = some.builds(Refunded, some.integers(0, 9), some.sampled_from([0, 0, 1, 50, 100, 250]))
PUBLISHED = (
    some.sets(some.integers(1, 1200), min_size=3, max_size=3)
    .map(sorted)
    .map(lambda above: ladder_of(**dict(zip(CODES, [0, *above], strict=True))))
)
ON_ONE_LADDER = some.lists(EARNED | REFUNDED, max_size=12)
WITH_EDITS = some.lists(EARNED | REFUNDED | PUBLISHED, max_size=14)


def played(steps: Sequence[Step], ladders: list[TiersSection]) -> list[Moved]:
    """The entries that steps lead to. A refund of what has nothing left is none; part 0 is all that is left."""
    entries: list[Moved] = []
    for step in steps:
        key = UUID(int=len(entries) + 1)
        earned = [entry for entry in entries if entry.reverses is None]
        if isinstance(step, TiersSection):
            ladders.append(step)
        elif isinstance(step, Earned):
            entries.append(Moved(key, step.amount, len(ladders), NOON + timedelta(days=step.day)))
        elif earned:
            original = earned[step.of % len(earned)]
            left = left_after(entries)[original.id]
            amount = left if step.part == 0 else min(step.part, left)
            if amount:
                entries.append(Moved(key, -amount, len(ladders), original.counts_at, original.id))
    return entries


def left_after(entries: Sequence[Moved]) -> dict[UUID, int]:
    """What is left of what was earned, by the definition."""
    return {
        entry.id: entry.change + sum(other.change for other in entries if other.reverses == entry.id)
        for entry in entries
        if entry.reverses is None
    }


def places(entries: Sequence[Moved], ladders: Sequence[TiersSection]) -> list[Place]:
    return list(climbed_by(entries, ladders=lambda number: ladders[number - 1]))


def never_been(entries: Sequence[Moved], section: TiersSection) -> Place:
    """Where somebody stands who earned no more than what is left, by the definition of R16 and R17."""
    left, growth, tier, since = left_after(entries), 0, "v1", None
    for entry in entries:
        growth += left.get(entry.id, 0)
        reached = [each.code for each in section.ladder if growth >= each.threshold][-1]
        if reached != tier:
            tier, since = reached, max(entry.counts_at, since or entry.counts_at)
    return Place(None if since is None else tier, since)


def standing(*steps: Step, on: TiersSection = STANDARD) -> Place:
    """Where steps lead, from a ladder on."""
    ladders = [on]
    return places(played(steps, ladders), ladders)[-1]


def day(number: int) -> datetime:
    return NOON + timedelta(days=number)


@given(ON_ONE_LADDER)
def test_what_was_refunded_has_never_been(steps: list[Step]) -> None:
    """R15: after each entry, tier and since when are those of who earned only what is left."""
    entries = played(steps, [STANDARD])
    found = places(entries, [STANDARD])
    assert found == [never_been(entries[:number], STANDARD) for number in range(1, len(entries) + 1)]


@given(ON_ONE_LADDER)
def test_on_one_ladder_the_tier_is_that_of_the_growth(steps: list[Step]) -> None:
    """R15, R16: also after refunds."""
    entries = played(steps, [STANDARD])
    for number, place in enumerate(places(entries, [STANDARD]), 1):
        growth = sum(entry.change for entry in entries[:number])
        assert tier_held(STANDARD, place.tier) == tier_at(STANDARD.ladder, growth)
        assert (place.tier is None) == (growth < 200)


@given(some.lists(EARNED, min_size=1, max_size=6), some.data())
def test_refunds_come_to_the_same_in_any_order(earned: list[Step], data: some.DataObject) -> None:
    """R25: partial ones, of one order or of several; tier and since when."""
    entries = played(earned, [STANDARD])
    parts = [
        Moved(UUID(int=0), -amount, 1, entry.counts_at, entry.id)
        for entry in entries
        for amount in data.draw(parts_of(entry.change))
    ]
    ends = {tuple(_renumbered([*entries, *data.draw(some.permutations(parts))])) for _ in range(2)}
    assert len({places(end, [STANDARD])[-1] for end in ends}) == 1


def parts_of(amount: int) -> some.SearchStrategy[list[int]]:
    """Amounts that come to no more than `amount`."""
    cuts = some.sets(some.integers(1, amount), max_size=3).map(sorted)
    return cuts.map(lambda at: [end - start for start, end in zip([0, *at], at, strict=False)])


def _renumbered(entries: Sequence[Moved]) -> list[Moved]:
    ids = [entry.id if entry.id.int else UUID(int=number) for number, entry in enumerate(entries, 1)]
    return [
        Moved(key, e.change, e.ladder_version, e.counts_at, e.reverses) for key, e in zip(ids, entries, strict=True)
    ]


@given(WITH_EDITS)
def test_who_has_everything_refunded_is_at_the_base_tier(steps: list[Step]) -> None:
    """R15: whatever ladders there were."""
    ladders = [STANDARD]
    all_back = [Refunded(number, 0) for number in range(len(steps))]
    entries = played([*steps, *all_back], ladders)
    assert sum(entry.change for entry in entries) == 0
    assert places(entries, ladders)[-1:] in ([], [BASE])


@given(WITH_EDITS)
def test_nobody_rises_by_a_refund_and_who_has_enough_keeps_the_tier(steps: list[Step]) -> None:
    """R15, R17: enough on the ladder of the refund, whatever it was."""
    ladders = [STANDARD]
    entries = played(steps, ladders)
    found = [BASE, *places(entries, ladders)]
    for number, entry in enumerate(entries):
        before, after = found[number].tier or "v1", found[number + 1].tier or "v1"
        if entry.reverses is not None:
            growth = sum(each.change for each in entries[: number + 1])
            enough = tier_at(ladders[entry.ladder_version - 1].ladder, growth).code
            assert min(before, enough) <= after <= before
            assert (found[number + 1].since is None) == (after == "v1")


@given(WITH_EDITS, EARNED, PUBLISHED, REFUNDED)
def test_nobody_falls_because_the_ladder_was_edited(steps: list[Step], earned: Step, edit: Step, refund: Step) -> None:
    """R20: a refund after an edit takes no tier that it would not have taken before it."""
    ladders, edited = [STANDARD], [STANDARD]
    unedited = places(played([*steps, earned, refund], ladders), ladders)[-1].tier or "v1"
    assert (places(played([*steps, earned, edit, refund], edited), edited)[-1].tier or "v1") >= unedited


HIGHER = ladder_of(v1=0, v2=400, v3=800, v4=900)
LOWER = ladder_of(v1=0, v2=150, v3=400, v4=500)
GONE = ladder_of({"v2": "gold", "v3": "gold", "v4": "gold"}, v1=0, gold=400)
EXAMPLES: dict[str, tuple[Sequence[Step], Place]] = {
    "one of two orders, on which the tier rests": ([Earned(150, 1), Earned(100, 2), Refunded(0, 0)], BASE),
    "one of two orders, as if only the other had been": (
        [Earned(250, 1), Earned(200, 2), Refunded(0, 0)],
        Place("v2", day(2)),
    ),
    "a part on which the tier does not rest": ([Earned(250, 1), Refunded(0, 50)], Place("v2", day(1))),
    "a part on which it rests": ([Earned(249, 1), Refunded(0, 50)], BASE),
    "several tiers at once": ([Earned(250, 1), Earned(700, 2), Refunded(1, 0)], Place("v2", day(1))),
    "a part that leaves one of two tiers": ([Earned(1000, 1), Refunded(0, 250)], Place("v3", day(1))),
    "raised again": ([Earned(250, 1), Refunded(0, 0), Earned(300, 3)], Place("v2", day(3))),
    "raised again by what counts earlier": ([Earned(250, 5), Refunded(0, 0), Earned(300, 3)], Place("v2", day(3))),
    "the ladder is higher by now": ([Earned(300, 1), Earned(50, 2), HIGHER, Refunded(1, 0)], Place("v2", day(1))),
    "the ladder is higher by now, and the tier rests on it": ([Earned(300, 1), HIGHER, Refunded(0, 250)], BASE),
    "the ladder is lower by now": ([Earned(450, 1), LOWER, Refunded(0, 50)], Place("v2", day(1))),
    "the ladder is lower by now, for one at the base": ([Earned(190, 1), LOWER, Refunded(0, 10)], BASE),
    "enough only on the ladder of now": (
        [Earned(100, 1), Earned(160, 5), LOWER, Refunded(0, 0)],
        Place("v2", day(5)),
    ),
    "enough only on a ladder that was": (
        [Earned(100, 1), Earned(160, 5), LOWER, Refunded(0, 50), STANDARD, Refunded(0, 0)],
        Place("v2", day(5)),
    ),
    "a jump too far on a lower ladder": (
        [Earned(350, 1), LOWER, Earned(200, 2), Refunded(1, 100)],
        Place("v3", day(2)),
    ),
    "the tier has a successor that it does not reach": ([Earned(250, 1), GONE, Earned(200, 2), Refunded(0, 0)], BASE),
    "the tier has a successor": ([Earned(250, 1), GONE, Earned(90, 2), Refunded(1, 0)], Place("v2", day(1))),
    "two tiers have one successor": (
        [Earned(250, 1), Earned(300, 2), GONE, Refunded(1, 0)],
        Place("v3", day(2)),
    ),
}


@pytest.mark.parametrize(("steps", "place"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_where_a_refund_leaves_one(steps: Sequence[Step], place: Place) -> None:
    """R15, R20"""
    assert standing(*steps) == place


@pytest.mark.parametrize("version", [1, 2])
def test_a_server_that_is_behind_may_not_know_the_tier_that_is_left(version: int) -> None:
    """R20: it knows the tier that was held, so growth and refunds are held against its ladder."""
    ladders = [ladder_of(v1=0, top=500), ladder_of(v1=0, mid=200, top=500)]
    first, second = UUID(int=1), UUID(int=2)
    entries = [
        Moved(first, 600, 2, day(1)),
        Moved(second, 500, 1, day(2)),
        Moved(UUID(int=3), -300, version, day(1), first),
        Moved(UUID(int=4), -500, version, day(2), second),
        Moved(UUID(int=5), 50, 1, day(3)),
    ]
    tiers = [("top", day(1)), ("top", day(1)), ("top", day(2)), ("mid", day(1)), ("mid", day(1))]
    assert places(entries, ladders) == tiers


def test_growth_is_held_against_the_ladder_of_the_server_that_entered_it() -> None:
    """R17, R20: also where that is not the newest any more."""
    ladders = [STANDARD, HIGHER]
    entries = [Moved(UUID(int=1), 150, 2, day(1)), Moved(UUID(int=2), 150, 1, day(2))]
    refund = Moved(UUID(int=3), -50, 2, day(1), entries[0].id)
    assert places([*entries, refund], ladders) == [BASE, ("v2", day(2)), ("v2", day(2))]


@given(WITH_EDITS)
def test_what_is_left_is_what_was_earned_without_what_was_refunded(steps: list[Step]) -> None:
    """R15"""
    entries = played(steps, [STANDARD])
    assert {key: left for key, left in left_of(entries).items() if left} == {
        key: left for key, left in left_after(entries).items() if left
    }
