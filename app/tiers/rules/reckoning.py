"""Where a member stands, reckoned from all that is written of their growth, in the order of its dates.

So what is reported late, and what is taken back, leads to what would have come of it in time (R15, R25).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from app.programs.rules import ProgramVersion
from app.tiers.section import Lowering, Measure, Tier, TiersSection

from .agenda import FLOOR, GROWTH, LADDER, LAPSE, PERIOD, SCORE, Agenda
from .floors import Floor, floors_of
from .history import BASE, History, Place, Reckoned, Standing, Step, left_of, notices_of
from .kinds import TierChangeKind
from .ladder import tier_at, tier_below, tier_held
from .ladders import ladder_at, ladders_of
from .measured import Began, Measured
from .promised import Promised, threshold_of
from .times import lowered_at, notice_from, over_at, period_end


def reckon(history: History, *, now: datetime) -> Reckoned:
    """Where the member stands now (R15-R20)."""
    return _Play(history, now=now, floors=floors_of(history, now=now, placed=_placed)).outcome()


def _placed(history: History, floors: Sequence[Floor], now: datetime) -> Place:
    return _Play(history, now=now, floors=floors).outcome().standing.place


@dataclass
class _Play:
    """History being played, from event to event."""

    history: History
    now: datetime
    floors: Sequence[Floor]
    place: Place = BASE
    waiting: bool = False
    """The period has ended, and the tier was neither renewed nor lowered yet."""
    at: datetime | None = None
    """The latest date of anything that was of any consequence."""
    steps: list[Step] = field(default_factory=list[Step])
    promised: Promised = field(default_factory=Promised)
    reached: set[str] = field(default_factory=set[str])
    next_growth: datetime | None = None

    def __post_init__(self) -> None:
        program = self.history.program
        self.zone, self.agenda = program.in_force[0].zone, Agenda()
        self.noticed = notices_of(self.history.changes, until=self.now)
        self._enter_growth()
        for floor in self.floors:
            self.agenda.add(floor.at, FLOOR, partial(self._floored, floor))
        first = self.agenda.first
        self.ladder = ladder_at(program, first or self.now)
        self.measured = Measured(self.section.window, self.zone)
        for version in ladders_of(program):
            if first is not None and first < version.effective_from <= self.now:
                self.agenda.add(version.effective_from, LADDER, partial(self._changed_ladder, version))

    def _enter_growth(self) -> None:
        left = left_of(self.history.entries)
        for entry in self.history.entries:
            amount = left[entry.id]
            if amount and entry.counts_at <= self.now:
                section = ladder_at(self.history.program, entry.counts_at).section(TiersSection)
                kind = SCORE if section.measure is Measure.SCORE else GROWTH
                self.agenda.add(entry.counts_at, kind, partial(self._grown, entry.id, amount))
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

    def outcome(self) -> Reckoned:
        self.agenda.play(until=self.now)
        notice = self._notice_from()
        is_notice_due = notice is not None and notice <= self.now
        promised = [self.place, *self.promised.lasting(self.now)]
        return Reckoned(self._standing(notice), tuple(self.steps), promised, frozenset(self.reached), is_notice_due)

    def _grown(self, entry: UUID, amount: int, at: datetime) -> None:
        self.at = at
        self._expect_lapse(self.measured.begin(at, amount))
        self._climb(at, entry)
        if self.waiting:
            self._renew_if_enough(at, entry)

    def _expect_lapse(self, began: Began) -> None:
        if began.lapses_at is not None:
            self.agenda.add(began.lapses_at, LAPSE, partial(self._lapsed, began.amount))

    def _lapsed(self, amount: int, at: datetime) -> None:
        self.at = at
        self.measured.lapse(amount)

    def _climb(self, at: datetime, entry: UUID | None) -> None:
        """Up at once, over several tiers if need be (R16, R17)."""
        held, before, reached = self.held, self.place, tier_at(self.section.ladder, self.measured.growth)
        self.reached |= {each.code for each in self.section.ladder if 0 < each.threshold <= self.measured.growth}
        if reached.threshold <= held.threshold:
            return
        self._hold(TierChangeKind.RAISED, at, tier=reached.code, since=at, entry=entry)
        if before.lasts(self.place.until or at):
            self.promised.add(before)  # a period that is shorter by now takes nothing of the one that had begun

    def _hold(
        self, kind: TierChangeKind, at: datetime, *, tier: str | None, since: datetime | None, entry: UUID | None = None
    ) -> None:
        """Another tier, or the same for another period, which begins."""
        until = None if tier is None else period_end(at, self.section.period, zone=self.zone)
        self._place(kind, at, Place(tier, since, until), entry)

    def _place(self, kind: TierChangeKind, at: datetime, place: Place, entry: UUID | None = None) -> None:
        self.steps.append(Step(at, kind, self.place, place, self.measured.growth, self.ladder, entry))
        self.at, self.place, self.waiting = at, place, False
        if place.until is not None:
            self.agenda.add(max(at, place.until), PERIOD, partial(self._ended, place.until))

    def _renews(self, until: datetime) -> bool:
        """Does the growth so far renew the tier held, if its period ends then?"""
        return self.section.lowering is Lowering.NEVER or self.measured.renewing(until) >= self.held.threshold

    def _renew_if_enough(self, at: datetime, entry: UUID | None = None) -> bool:
        until = self.place.until
        if until is None or not self._renews(until):
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
            self.agenda.add(lowers_at, PERIOD, partial(self._ended, until))
        else:
            self._lower(at, until)

    def _lowers_at(self, until: datetime) -> datetime | None:
        registered_at = self.history.registered_at
        return lowered_at(until, self.section, noticed_at=self.noticed_at, registered_at=registered_at, zone=self.zone)

    def _lower(self, at: datetime, until: datetime) -> None:
        ladder, is_one_down = self.section.ladder, self.section.lowering is Lowering.ONE_DOWN
        lower = tier_below(ladder, self.held) if is_one_down else tier_at(ladder, self.measured.renewing(until))
        self._fall(at, lower)

    def _fall(self, at: datetime, lower: Tier) -> None:
        """To a tier for another period, or to what was promised for longer, if that is more."""
        until = period_end(at, self.section.period, zone=self.zone)
        fallen = Place(lower.code, at, until) if lower.threshold else BASE
        self._place(TierChangeKind.LOWERED, at, self.promised.fallen_to(fallen, section=self.section, at=at))

    def _floored(self, floor: Floor, at: datetime) -> None:
        """What a row says of itself that the member holds, unless they hold more; then it is what they fall back to
        (R19)."""
        self.at = at
        self.promised.add(floor.place)
        threshold, held = threshold_of(floor.place, self.section), self.held.threshold
        is_longer = floor.place.lasts(self.place.until or at)
        if threshold > held or (threshold == held > 0 and is_longer):
            self._place(floor.kind, at, floor.place)

    def _changed_ladder(self, ladder: ProgramVersion, at: datetime) -> None:
        """An edit raises at once, and lowers nobody before the end of their period (R20)."""
        self.at, self.ladder = at, ladder
        if self.section.window != self.measured.window:
            self.agenda.drop(LAPSE)
            for began in self.measured.count_anew(self.section.window, at=at):
                self._expect_lapse(began)
        self._climb(at, None)
        if self.place.tier is not None and self.held.threshold == 0:
            self._fall(at, self.held)  # the tier is gone, and its successor is everybody's
        if self.waiting and self.place.until is not None and not self._renew_if_enough(at):
            self._lower_when_due(at, self.place.until)

    def _notice_from(self) -> datetime | None:
        """From when the member is to be told that their tier is at risk; None: it is not, they were, or it is of
        history that nobody was shown."""
        until = self.place.until
        if until is None or self.noticed_at is not None or self._renews(until):
            return None
        if over_at(until, self.section, zone=self.zone) <= self.history.registered_at:
            return None
        return notice_from(until, self.section, zone=self.zone)

    def _standing(self, notice: datetime | None) -> Standing:
        growth_until, until = self.measured.lapses_after(self.now), self.place.until
        ends = None if until is None else (self._lowers_at(until) if self.waiting else until)
        due = [at for at in (growth_until, self.next_growth, notice, ends) if at is not None]
        return Standing(
            growth=self.measured.growth,
            growth_until=growth_until,
            standing_at=self.at,
            standing_due_at=min(due, default=None),
            ladder_version=0 if self.at is None else self.ladder.number,
            tier=self.place.tier,
            tier_since=self.place.since,
            tier_until=until,
            renewal_growth=0 if until is None else self.measured.renewing(until),
            notice_at=self.noticed_at,
        )
