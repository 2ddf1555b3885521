"""Where a member stands, reckoned from all that is written of their growth, in the order of its dates.

So what is reported late, and what is taken back, leads to what would have come of it in time (R15, R25).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count
from typing import NamedTuple
from uuid import UUID

from app.programs.rules import ProgramVersion
from app.tiers.section import Lowering, Measure, Tier, TiersSection

from .floors import Floor, floors_of
from .history import BASE, History, Place, Reckoned, Standing, Step, left_of
from .kinds import TierChangeKind
from .ladder import tier_at, tier_held
from .ladders import ladder_at, ladders_of
from .times import is_renewing, lapse, lowered_at, notice_from, over_at, period_end, year_of

LADDER, LAPSE, SCORE, PERIOD, FLOOR, GROWTH = range(6)
"""What comes first of what is of one instant: a period that ends then is half-open, and so is growth that lapses. But a
score that is made then decides: a period that began with one ends with one."""
Event = tuple[datetime, int, int, Callable[[datetime], None]]


def reckon(history: History, *, now: datetime) -> Reckoned:
    """Where the member stands now (R15-R20)."""
    return _Play(history, now=now, floors=floors_of(history, now=now, placed=_placed)).outcome()


def _placed(history: History, floors: Sequence[Floor], now: datetime) -> Place:
    return _Play(history, now=now, floors=floors).outcome().standing.place


class Began(NamedTuple):
    """Growth that has begun to count."""

    at: datetime
    amount: int
    """What is left of it."""
    lapses_at: datetime | None
    """By the window that is in force."""


class Renewed(NamedTuple):
    """What was summed up of the growth that counts towards renewing: so none is gone through twice."""

    until: datetime
    since: datetime | None
    """From when growth does, if that is one instant."""
    entries: int
    growth: int


@dataclass
class _Play:
    """History being played, from event to event."""

    history: History
    now: datetime
    floors: Sequence[Floor]
    events: list[Event] = field(default_factory=list[Event])
    growth: int = 0
    place: Place = BASE
    waiting: bool = False
    """The period has ended, and the tier was neither renewed nor lowered yet."""
    at: datetime | None = None
    """The latest date of anything that was of any consequence."""
    counted: list[Began] = field(default_factory=list[Began])
    """Growth that has begun to count, lapsed or not."""
    renewed: Renewed | None = None
    steps: list[Step] = field(default_factory=list[Step])
    promised: list[Place] = field(default_factory=list[Place])
    """Places below the present one, or for longer, that the member falls back to."""
    reached: set[str] = field(default_factory=set[str])
    next_growth: datetime | None = None

    def __post_init__(self) -> None:
        self._number = count()
        self.zone = self.history.program.in_force[0].zone
        self._enter_growth()
        noticed: dict[tuple[str | None, datetime | None], datetime] = {}
        for change in self.history.changes:
            if change.changed_at > self.now:
                continue
            if change.kind == TierChangeKind.NOTICED.name:
                noticed[change.to_tier, change.tier_until] = change.changed_at
        self.noticed = noticed
        for floor in self.floors:
            self._push(floor.at, FLOOR, partial(self._floored, floor))
        first = min((event[0] for event in self.events), default=self.now)
        self.ladder = ladder_at(self.history.program, first)
        for version in ladders_of(self.history.program):
            if self.events and first < version.effective_from <= self.now:
                self._push(version.effective_from, LADDER, partial(self._changed_ladder, version))

    def _enter_growth(self) -> None:
        left = left_of(self.history.entries)
        for entry in self.history.entries:
            amount = left[entry.id]
            if amount and entry.counts_at <= self.now:
                section = ladder_at(self.history.program, entry.counts_at).section(TiersSection)
                order = SCORE if section.measure is Measure.SCORE else GROWTH
                self._push(entry.counts_at, order, partial(self._grown, entry.id, amount))
            elif amount:
                self.next_growth = min(self.next_growth or entry.counts_at, entry.counts_at)

    @property
    def section(self) -> TiersSection:
        return self.ladder.section(TiersSection)

    @property
    def held(self) -> Tier:
        return tier_held(self.section, self.place.tier)

    @property
    def noticed_at(self) -> datetime | None:
        """When the member was told that they may lose the tier at the end of this period."""
        return self.noticed.get((self.place.tier, self.place.until))

    def _push(self, at: datetime, order: int, act: Callable[[datetime], None]) -> None:
        heappush(self.events, (at, order, next(self._number), act))

    def outcome(self) -> Reckoned:
        while self.events and self.events[0][0] <= self.now:
            at, _, _, act = heappop(self.events)
            act(at)
        notice = self._notice_from()
        is_notice_due = notice is not None and notice <= self.now
        promised = [self.place, *(place for place in self.promised if _lasts(place, self.now))]
        return Reckoned(self._standing(notice), tuple(self.steps), promised, frozenset(self.reached), is_notice_due)

    def _grown(self, entry: UUID, amount: int, at: datetime) -> None:
        self.at = at
        self.growth += amount
        self.counted.append(self._begun(at, amount))
        self._climb(at, entry)
        if self.waiting:
            self._renew_if_enough(at, entry)

    def _begun(self, counts_at: datetime, amount: int) -> Began:
        """With when it lapses, which will happen unless it has."""
        lapses_at = lapse(counts_at, self.section.window, zone=self.zone)
        if lapses_at is not None and (self.at is None or lapses_at > self.at):
            self._push(lapses_at, LAPSE, partial(self._lapsed, amount))
        return Began(counts_at, amount, lapses_at)

    def _lapsed(self, amount: int, at: datetime) -> None:
        self.at, self.growth = at, self.growth - amount

    def _climb(self, at: datetime, entry: UUID | None) -> None:
        """Up at once, over several tiers if need be (R16, R17)."""
        held, before, reached = self.held, self.place, tier_at(self.section.ladder, self.growth)
        self.reached |= {each.code for each in self.section.ladder if 0 < each.threshold <= self.growth}
        if reached.threshold <= held.threshold:
            return
        self._hold(TierChangeKind.RAISED, at, tier=reached.code, since=at, entry=entry)
        if before.until is not None and _lasts(before, self.place.until or at):
            self.promised.append(before)  # a period that is shorter by now takes nothing of the one that had begun

    def _hold(
        self, kind: TierChangeKind, at: datetime, *, tier: str | None, since: datetime | None, entry: UUID | None = None
    ) -> None:
        """Another tier, or the same for another period, which begins."""
        until = None if tier is None else period_end(at, self.section.period, zone=self.zone)
        self._place(kind, at, Place(tier, since, until), entry)

    def _place(self, kind: TierChangeKind, at: datetime, place: Place, entry: UUID | None = None) -> None:
        self.steps.append(Step(at, kind, self.place, place, self.growth, self.ladder, entry))
        self.at, self.place, self.waiting = at, place, False
        if place.until is not None:
            self._push(max(at, place.until), PERIOD, partial(self._ended, place.until))

    def _renewing(self, until: datetime) -> int:
        """Growth so far that counts towards renewing, also what came after the period in time for it."""
        known = self.renewed
        if known is None or known.until != until:
            known = Renewed(until, year_of(until, self.section.window, zone=self.zone), 0, 0)
        since, more = known.since, self.counted[known.entries :]
        growth = sum(each.amount for each in more if is_renewing(each.at, each.lapses_at, until=until, since=since))
        self.renewed = Renewed(until, since, len(self.counted), known.growth + growth)
        return self.renewed.growth

    def _renew_if_enough(self, at: datetime, entry: UUID | None = None) -> bool:
        until = self.place.until
        if until is None:
            return False
        if self.section.lowering is not Lowering.NEVER and self._renewing(until) < self.held.threshold:
            return False
        self._hold(TierChangeKind.RENEWED, at, tier=self.place.tier, since=self.place.since, entry=entry)
        return True

    def _ended(self, until: datetime, at: datetime) -> None:
        """The period that ended then is renewed, or the tier lowered as soon as may be (R17)."""
        if until != self.place.until:
            return  # it was reached anew, renewed or lowered before
        if self.waiting:
            self._lower_when_due(at, until)
        elif not self._renew_if_enough(at):
            self.at, self.waiting = at, True
            self._lower_when_due(at, until)

    def _lower_when_due(self, at: datetime, until: datetime) -> None:
        lowers_at = self._lowers_at(until)
        if lowers_at is None:
            return
        if lowers_at > at:
            self._push(lowers_at, PERIOD, partial(self._ended, until))
        else:
            self._lower(at, until)

    def _lowers_at(self, until: datetime) -> datetime | None:
        registered_at = self.history.registered_at
        return lowered_at(until, self.section, noticed_at=self.noticed_at, registered_at=registered_at, zone=self.zone)

    def _lower(self, at: datetime, until: datetime) -> None:
        ladder, held = self.section.ladder, self.held
        if self.section.lowering is Lowering.ONE_DOWN:
            lower = next((tier for tier in reversed(ladder) if tier.threshold < held.threshold), ladder[0])
        else:
            lower = tier_at(ladder, self._renewing(until))
        self._fall(at, lower)

    def _fall(self, at: datetime, lower: Tier) -> None:
        """To a tier for another period, or to what was promised for longer, if that is more."""
        section, fallen = self.section, BASE
        if lower.threshold:
            fallen = Place(lower.code, at, period_end(at, section.period, zone=self.zone))
        self.promised = [place for place in self.promised if _lasts(place, at)]
        places = [fallen, *(Place(place.tier, at, place.until) for place in self.promised if self._is_above(place, 0))]
        best = max(places, key=lambda place: (self._threshold(place), place.until or at))
        self._place(TierChangeKind.LOWERED, at, best)

    def _threshold(self, place: Place) -> int:
        """Of a tier that may be of a ladder which this process does not know yet: that of the base tier."""
        is_known = place.tier is not None and self.section.knows(place.tier)
        return tier_held(self.section, place.tier if is_known else None).threshold

    def _is_above(self, place: Place, threshold: int) -> bool:
        return self._threshold(place) > threshold

    def _floored(self, floor: Floor, at: datetime) -> None:
        """What a row says of itself that the member holds, unless they hold more; then it is what they fall back to
        (R19)."""
        self.at = at
        self.promised.append(floor.place)
        threshold, held = self._threshold(floor.place), self.held.threshold
        is_longer = _lasts(floor.place, self.place.until or at)
        if threshold > held or (threshold == held > 0 and is_longer):
            self._place(floor.kind, at, floor.place)

    def _changed_ladder(self, ladder: ProgramVersion, at: datetime) -> None:
        """An edit raises at once, and lowers nobody before the end of their period (R20)."""
        is_same_window = ladder.section(TiersSection).window == self.section.window
        self.at, self.ladder = at, ladder
        if not is_same_window:
            self._count_anew(at)
        self._climb(at, None)
        if self.place.tier is not None and self.held.threshold == 0:
            self._fall(at, self.held)  # the tier is gone, and its successor is everybody's
        if self.waiting and self.place.until is not None and not self._renew_if_enough(at):
            self._lower_when_due(at, self.place.until)

    def _count_anew(self, at: datetime) -> None:
        """The window is another one."""
        self.events = [event for event in self.events if event[1] != LAPSE]
        heapify(self.events)
        self.renewed = None
        self.counted = [self._begun(each.at, each.amount) for each in self.counted]
        self.growth = sum(each.amount for each in self.counted if each.lapses_at is None or each.lapses_at > at)

    def _is_at_risk(self, until: datetime) -> bool:
        return self.section.lowering is not Lowering.NEVER and self._renewing(until) < self.held.threshold

    def _notice_from(self) -> datetime | None:
        """From when the member is to be told that their tier is at risk; None: it is not, they were, or it is of
        history that nobody was shown."""
        until = self.place.until
        if until is None or self.noticed_at is not None or not self._is_at_risk(until):
            return None
        if over_at(until, self.section, zone=self.zone) <= self.history.registered_at:
            return None
        return notice_from(until, self.section, zone=self.zone)

    def _standing(self, notice: datetime | None) -> Standing:
        growth_until = min((event[0] for event in self.events if event[1] == LAPSE), default=None)
        until = self.place.until
        ends = None if until is None else (self._lowers_at(until) if self.waiting else until)
        due = [at for at in (growth_until, self.next_growth, notice, ends) if at is not None]
        return Standing(
            growth=self.growth,
            growth_until=growth_until,
            standing_at=self.at,
            standing_due_at=min(due, default=None),
            ladder_version=0 if self.at is None else self.ladder.number,
            tier=self.place.tier,
            tier_since=self.place.since,
            tier_until=until,
            renewal_growth=0 if until is None else self._renewing(until),
            notice_at=self.noticed_at,
        )


def _lasts(place: Place, until: datetime) -> bool:
    """Is it held still at an instant?"""
    return place.until is not None and place.until > until
