"""What was shown to a member is not taken by growth that comes late; what was taken back is (R15, R25)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.clock import months_later
from app.programs.rules import SINCE_EVER
from app.tiers.rules import BASE, History, Place, Reckoned, TierChangeKind, left_of, reckon
from app.tiers.rules.becoming import is_less
from app.tiers.section import Lowering, TierPeriod, Window, WindowKind
from tests.world import NOON

from .lives import DAY, LADDERS, Moved, Written, growth, moved, noticed, program_of, section, sections

SHANGHAI = program_of(section()).in_force[0].zone


class Entered(NamedTuple):
    """What is written after something came, and where the member stood before and after."""

    history: History
    now: datetime
    before: Reckoned
    after: Reckoned


def enters(history: History, entry: Moved, *, now: datetime) -> Entered:
    """As the commands do: settled first; then what was shown is kept, unless it is a refund."""
    before = reckon(history, now=now)
    if before.is_notice_due:
        history = noticed(history, before, at=now)
        before = reckon(history, now=now)
    history = replace(history, entries=[*history.entries, entry])
    after = reckon(history, now=now)
    if entry.reverses is None and is_less(after.promised, before.standing.place, program=history.program, now=now):
        history = replace(history, changes=[*history.changes, kept(before.standing.place, entry, at=now)])
    return Entered(history, now, before, reckon(history, now=now))


def kept(place: Place, entry: Moved, *, at: datetime) -> Written:
    return Written(
        TierChangeKind.KEPT.name, place.tier or "", place.since, place.until, at, entry.cause, entry.cause_id
    )


@dataclass(frozen=True)
class Reported:
    """Growth and refunds as they are reported: each at an instant that is later than the one before, and than its own
    date."""

    history: History
    entries: Sequence[Moved]
    delays: Sequence[int]

    def played(self) -> list[Entered]:
        history, now, played = self.history, SINCE_EVER, list[Entered]()
        for entry, delay in zip(self.entries, self.delays, strict=True):
            now = max(now, entry.counts_at) + delay * DAY
            played.append(enters(history, entry, now=now))
            history = played[-1].history
        return played


@some.composite
def reports(draw: some.DrawFn) -> Reported:
    zone = "Asia/Shanghai"
    program = program_of(draw(sections(LADDERS[:1])), zone=zone)
    entries = draw(growth(zone))
    delays = [draw(some.sampled_from([0, 0, 1, 20, 100, 400])) for _ in entries]
    return Reported(History(program, SINCE_EVER, [], []), entries, delays)


def least(history: History, places: Sequence[Place], *, than: Place, now: datetime) -> bool:
    return not is_less(places, than, program=history.program, now=now)


@settings(max_examples=300)
@given(reports())
def test_growth_takes_nothing_of_what_was_shown(reported: Reported) -> None:
    """R17: no tier, and no day of its period, however late it comes."""
    for history, now, before, after in reported.played():
        if history.entries[-1].reverses is None:
            assert least(history, after.promised, than=before.standing.place, now=now)


@settings(max_examples=300)
@given(reports())
def test_what_was_shown_goes_with_the_growth_that_it_rested_on(reported: Reported) -> None:
    """R15: nothing is left for who has everything refunded, whatever was kept meanwhile."""
    played = reported.played()
    if not played:
        return
    history, left = played[-1].history, left_of(played[-1].history.entries)
    now = max(change.changed_at for change in [*history.changes, *_dates(history)]) + 400 * DAY
    back = [moved(100 + number, -left[entry.id], entry.counts_at, of=entry.id.int)
            for number, entry in enumerate(history.entries) if left[entry.id]]  # fmt: skip
    found = reckon(replace(history, entries=[*history.entries, *back]), now=now)
    assert (found.standing.place, found.promised) == (BASE, [BASE])


def _dates(history: History) -> list[Written]:
    return [Written("", "", None, None, entry.counts_at) for entry in history.entries]


@settings(max_examples=300)
@given(reports())
def test_late_growth_that_is_taken_back_leaves_one_where_one_stood(reported: Reported) -> None:
    """R15, R25: with the same notices."""
    for history, now, _, _ in reported.played():
        late = history.entries[-1]
        if late.reverses is None:
            back = moved(200, -late.change, late.counts_at, of=late.id.int)
            found = enters(history, back, now=now).after
            without = reckon(replace(history, entries=history.entries[:-1]), now=now)
            assert found.standing.place == without.standing.place
            assert found.standing.growth == without.standing.growth


def day(number: int) -> datetime:
    return NOON + number * DAY


def test_an_order_that_would_have_begun_the_period_earlier_keeps_the_end_that_was_shown() -> None:
    """R17, R25"""
    history = History(program_of(section()), SINCE_EVER, [moved(1, 150, day(-20)), moved(2, 100, day(-5))], [])
    shown = Place("v2", day(-5), months_later(day(-5), 12, zone=SHANGHAI))
    history, _, before, after = enters(history, moved(3, 60, day(-10)), now=day(0))
    assert before.standing.place == after.standing.place == shown
    assert [change.kind for change in history.changes] == ["KEPT"]
    refunded = enters(history, moved(4, -100, day(-5), of=2), now=day(1)).after
    assert refunded.standing.place == Place("v2", day(-10), months_later(day(-10), 12, zone=SHANGHAI))
    again = enters(history, moved(5, -150, day(-20), of=1), now=day(1)).after
    assert again.standing.place == BASE


def test_a_period_that_is_over_is_kept_by_nobody() -> None:
    """R17: of who waits to be lowered, nothing is taken by a period that would have been over before."""
    program = program_of(section(window=Window(kind=WindowKind.ROLLING, months=1)))
    history = History(program, SINCE_EVER, [moved(1, 200, day(-400))], [])
    history, _, before, after = enters(history, moved(2, 200, day(-500)), now=day(0))
    assert (before.standing.tier, after.standing.tier) == ("v2", "v2")
    assert (before.standing.tier_until, after.standing.tier_until) == (day(-35), day(-135))
    assert [change.kind for change in history.changes] == ["NOTICED"]
    assert after.is_notice_due


@pytest.mark.parametrize(
    ("lowering", "tier"), [(Lowering.TO_MATCH, "v2"), (Lowering.ONE_DOWN, "v2"), (Lowering.NEVER, "v3")]
)
def test_who_is_lowered_falls_no_deeper_than_what_was_promised(lowering: Lowering, tier: str) -> None:
    """R19: from a higher tier, when that is over."""
    rolling = section(period=TierPeriod(months=2), lowering=lowering, window=Window(kind=WindowKind.ROLLING, months=1))
    floor = Written("BROUGHT", "v2", day(0), day(300), day(0))
    history = History(program_of(rolling), day(-100), [moved(1, 500, day(-10))], [floor])
    end = months_later(day(-10), 2, zone=SHANGHAI)
    looked = reckon(history, now=end)
    history = noticed(history, looked, at=day(1)) if looked.is_notice_due else history
    place = reckon(history, now=end).standing.place
    assert place.tier == tier
    if tier == "v2":
        assert (place.since, place.until) == (end, day(300))
