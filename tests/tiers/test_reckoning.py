"""Where a member stands by all that is written of them: held against a plain model, over all calendars and rules."""

from dataclasses import replace
from datetime import datetime
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as some

from app.clock import days_later
from app.programs.rules import SINCE_EVER
from app.tiers.rules import (
    BASE,
    Standing,
    Step,
    TierChangeKind,
    advanced,
    is_due,
    ladder_at,
    left_of,
    reckon,
    tier_at,
    tier_held,
)
from app.tiers.rules.becoming import became
from app.tiers.section import TiersSection

from .lives import DAY, LADDERS, TICK, Life, lives, looked_at, moved, noticed
from .plain import Plain, plainly

NEVER_LOOKED_AT = Standing(0, None, None, None, 0, None, None, None, 0, None)


@settings(max_examples=400)
@given(lives())
def test_a_member_stands_where_a_plain_walk_through_all_instants_leads(life: Life) -> None:
    """R3, R15-R20"""
    for at, history, reckoned in looked_at(life):
        found = Plain.of(reckoned.standing, is_notice_due=reckoned.is_notice_due)
        assert found == plainly(history, now=at)


@given(lives(), some.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(life: Life, random: Random) -> None:
    """R25: growth and what was taken back of it, in whatever order they were reported."""
    for at, history, reckoned in looked_at(life):
        entries = list(history.entries)
        random.shuffle(entries)
        other = reckon(replace(history, entries=entries), now=at)
        assert other.standing == reckoned.standing
        assert other.reached == reckoned.reached


@given(lives())
def test_what_was_taken_back_has_never_been(life: Life) -> None:
    """R15: tier, dates and what comes next are those of who earned no more than what is left."""
    left = left_of(life.history.entries)
    never = [moved(entry.id.int, left[entry.id], entry.counts_at) for entry in life.history.entries if left[entry.id]]
    for at, history, reckoned in looked_at(life):
        assert reckon(replace(history, entries=never), now=at) == reckoned


@given(lives())
def test_who_has_everything_refunded_stands_as_if_they_had_never_bought(life: Life) -> None:
    """R15: not even a date is left, unless something was promised."""
    left = left_of(life.history.entries)
    back = [moved(100 + number, -left[entry.id], entry.counts_at, of=entry.id.int)
            for number, entry in enumerate(life.history.entries) if left[entry.id]]  # fmt: skip
    refunded = replace(life.history, entries=[*life.history.entries, *back])
    for at, history, _ in looked_at(life):
        found = reckon(replace(refunded, changes=history.changes), now=at)
        assert found == reckon(replace(history, entries=[]), now=at)
        assert found.standing.growth == 0
        if not life.history.changes:
            assert (found.standing.place, found.standing.standing_at, found.reached) == (BASE, None, frozenset())


@given(lives())
def test_nothing_changes_before_it_is_due(life: Life) -> None:
    """R2: a row is good until `standing_due_at`, unless the ladder is edited; and then something is to be entered."""
    for at, history, reckoned in looked_at(life):
        due = reckoned.standing.standing_due_at
        assert due is None or reckoned.is_notice_due or due > at
        until = min((date - TICK for date in (due, *_written_after(life, at)) if date is not None), default=life.end)
        if until <= at or reckoned.is_notice_due:
            continue
        later = reckon(history, now=until)
        if ladder_at(history.program, until) is ladder_at(history.program, at):
            assert (later.standing, later.is_notice_due) == (reckoned.standing, False)


def _written_after(life: Life, at: datetime) -> list[datetime]:
    return [floor.changed_at for floor in life.history.changes if floor.changed_at > at]


@given(lives())
def test_to_look_now_and_then_is_to_look_once(life: Life) -> None:
    """R2, R17: with the same notices, what was written by many is what one writes at the end; each of them goes on from
    where the one before stood."""
    looks = looked_at(life)
    end = looks[-1]
    program = life.history.program
    standing, written = NEVER_LOOKED_AT, list[Step]()
    for look in looks:
        written += became(standing, look.found, program=program, now=look.at)
        standing = look.found.standing
    once = became(NEVER_LOOKED_AT, reckon(end.history, now=end.at), program=program, now=end.at)
    assert written == list(once)


@given(lives(registered=True, ladders=LADDERS))
def test_nobody_is_lowered_without_notice_nor_before_the_period_is_over(life: Life) -> None:
    """R17, R20: 30 local days before at least, whatever is edited, and not before grace is over."""
    end = looked_at(life)[-1]
    zone = end.history.program.in_force[0].zone
    told = {(change.to_tier, change.tier_until): change.changed_at for change in end.history.changes}
    for step in end.found.steps:
        if step.kind is TierChangeKind.LOWERED:
            assert step.before.tier is not None
            assert step.before.until is not None
            grace = step.ladder.section(TiersSection).grace_days
            assert step.at >= days_later(step.before.until, grace, zone=zone)
            assert step.at >= days_later(told[step.before.tier, step.before.until], 30, zone=zone)


@given(lives())
def test_nobody_holds_less_than_their_growth_reaches(life: Life) -> None:
    """R16, R17: at any time, whatever became of the ladder; what is promised is held, too."""
    for at, history, reckoned in looked_at(life):
        section = ladder_at(history.program, at).section(TiersSection)
        held = tier_held(section, reckoned.standing.tier)
        assert held.threshold >= tier_at(section.ladder, reckoned.standing.growth).threshold
        assert (reckoned.standing.tier is None) == (held.threshold == 0)
        for floor in life.history.changes:
            if floor.changed_at <= at < (floor.tier_until or at):
                assert held.threshold >= tier_held(section, floor.to_tier).threshold


@settings(max_examples=400)
@given(lives(refunds=False), some.integers(0, 3))
def test_growth_in_time_leads_by_the_short_way_to_where_the_long_one_leads(life: Life, delay: int) -> None:
    """R17, R25: but that something may be said to be due earlier; and who is raised goes the long way."""
    entries = sorted(life.history.entries, key=lambda entry: entry.counts_at)
    history, standing = replace(life.history, entries=[]), NEVER_LOOKED_AT
    for number, entry in enumerate(entries, 1):
        now = entry.counts_at + delay * DAY
        brought = any((standing.standing_at or SINCE_EVER) < floor.changed_at <= now for floor in history.changes)
        if brought or is_due(standing, history.program, now=now) or delay == 3:
            reckoned = reckon(history, now=now)
            history = noticed(history, reckoned, at=now) if reckoned.is_notice_due else history
            standing = reckon(history, now=now).standing
        amount, counts_at = entry.change, entry.counts_at
        short = advanced(standing, history.program, amount=amount, counts_at=counts_at, now=now)
        history = replace(history, entries=entries[:number])
        long = reckon(history, now=now)
        event(f"short: {short is not None}")
        if short is not None:
            assert replace(short, standing_due_at=long.standing.standing_due_at) == long.standing
            assert not long.is_notice_due
            assert long.standing.standing_due_at is None or (
                short.standing_due_at is not None and short.standing_due_at <= long.standing.standing_due_at
            )
        standing = long.standing
