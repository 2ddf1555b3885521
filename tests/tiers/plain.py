"""Where a member stands, as plainly as can be: from one instant at which anything may happen to the next, everything is
added up anew."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.programs.rules import Program
from app.tiers.rules import History, Standing
from app.tiers.section import Lowering, Measure, PeriodKind, TierPeriod, TiersSection, Window, WindowKind


class Plain(NamedTuple):
    """What is held against a `Standing`."""

    growth: int
    tier: str | None
    since: datetime | None
    until: datetime | None
    renewal_growth: int
    is_notice_due: bool

    @classmethod
    def of(cls, standing: Standing, *, is_notice_due: bool) -> "Plain":
        return cls(standing.growth, standing.tier, standing.tier_since, standing.tier_until, standing.renewal_growth,
                   is_notice_due)  # fmt: skip


class Grown(NamedTuple):
    """What is left of growth, and from when it counts."""

    at: datetime
    amount: int


def months_on(at: datetime, months: int, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def days_on(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    if not days:
        return at
    return datetime.combine(local.date() + timedelta(days=days), local.time().replace(fold=0), zone).astimezone(UTC)


def new_year(year: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(datetime(year, 1, 1, tzinfo=zone).date(), time(), zone).astimezone(UTC)


def lapses(at: datetime, window: Window, zone: ZoneInfo) -> datetime | None:
    if window.kind is WindowKind.LIFETIME:
        return None
    if window.kind is WindowKind.CALENDAR_YEAR:
        return new_year(at.astimezone(zone).year + 1, zone)
    return months_on(at, window.months or 0, zone)


def ends(at: datetime, period: TierPeriod, zone: ZoneInfo) -> datetime:
    if period.kind is PeriodKind.YEAR_END:
        return new_year(at.astimezone(zone).year + 2, zone)
    return months_on(at, period.months, zone)


def left(history: History) -> list[Grown]:
    back = {entry.id: 0 for entry in history.entries}
    for entry in history.entries:
        if entry.reverses is not None:
            back[entry.reverses] += entry.change
    return [Grown(e.counts_at, e.change + back[e.id]) for e in history.entries if e.reverses is None]


def in_force(program: Program, at: datetime) -> TiersSection:
    started = [version for version in program.in_force if version.effective_from <= at]
    return (started or program.in_force)[-1 if started else 0].section(TiersSection)


class Walk:
    """From instant to instant. `place` is tier, since and until; a period that is over waits until that changes."""

    def __init__(self, history: History, now: datetime) -> None:
        self.history, self.now, self.zone = history, now, history.program.in_force[0].zone
        self.grown = [grown for grown in left(history) if grown.amount]
        self.floors = [change for change in history.changes if change.kind in ("BROUGHT", "KEPT")]
        self.notices = [change for change in history.changes if change.kind == "NOTICED"]
        self.tier: str | None = None
        self.since: datetime | None = None
        self.until: datetime | None = None
        self.promises: list[tuple[str | None, datetime]] = []
        dates = [grown.at for grown in self.grown] + [floor.changed_at for floor in self.floors]
        self.section = in_force(history.program, min(dates, default=now))
        self.at = min(dates, default=now)

    def threshold(self, tier: str | None) -> int:
        section = self.section
        while tier is not None and tier not in {each.code for each in section.ladder}:
            tier = section.successors[tier]
        return next((each.threshold for each in section.ladder if each.code == tier), 0)

    def growth(self, *, until: datetime, inclusive: bool) -> int:
        """What counts at an instant; with or without what begins to then."""
        return sum(
            grown.amount
            for grown in self.grown
            if (grown.at <= until if inclusive else grown.at < until)
            and ((end := lapses(grown.at, self.section.window, self.zone)) is None or until < end)
        )

    def renewing(self, *, known_at: datetime, inclusive: bool) -> int:
        """What counts just before the end of the period, and what has come since."""
        end, total = self.until, 0
        if end is None:
            return 0
        for grown in self.grown:
            if grown.at > known_at or (grown.at == known_at and not inclusive):
                continue
            if self.section.window.kind is WindowKind.CALENDAR_YEAR:
                year = (end - timedelta(microseconds=1)).astimezone(self.zone).year
                counts = grown.at.astimezone(self.zone).year == year
            else:
                lapse = lapses(grown.at, self.section.window, self.zone)
                counts = lapse is None or lapse > end
            total += grown.amount if grown.at >= end or counts else 0
        return total

    @property
    def told_at(self) -> datetime | None:
        return next((n.changed_at for n in self.notices if (n.to_tier, n.tier_until) == (self.tier, self.until)), None)

    @property
    def graced(self) -> datetime:
        return days_on(self.until or self.now, self.section.grace_days, self.zone)

    @property
    def lowered(self) -> datetime | None:
        """When the tier is lowered unless it is renewed; None: nobody was told."""
        if self.graced <= self.history.registered_at:
            return self.graced
        return None if self.told_at is None else max(self.graced, days_on(self.told_at, 30, self.zone))

    def holds(self, tier: str | None, since: datetime | None, until: datetime | None) -> None:
        self.tier, self.since, self.until = tier, since, until

    def climbs(self, at: datetime, *, inclusive: bool) -> None:
        growth = self.growth(until=at, inclusive=inclusive)
        best = [each for each in self.section.ladder if each.threshold <= growth][-1]
        if best.threshold > self.threshold(self.tier):
            before = self.until
            if before is not None:
                self.promises.append((self.tier, before))
            self.holds(best.code, at, ends(at, self.section.period, self.zone))

    def falls(self, at: datetime, to: str | None) -> None:
        """Or to what was promised, if that is more."""
        choices = [(to, ends(at, self.section.period, self.zone))] + [each for each in self.promises if each[1] > at]
        tier, until = max(choices, key=lambda choice: (self.threshold(choice[0]), choice[1] if choice[0] else at))
        if self.threshold(tier):
            self.holds(tier, at, until)
        else:
            self.holds(None, None, None)

    def renews(self, at: datetime, *, inclusive: bool) -> bool:
        enough = self.renewing(known_at=at, inclusive=inclusive) >= self.threshold(self.tier)
        if enough or self.section.lowering is Lowering.NEVER:
            self.until = ends(at, self.section.period, self.zone)
            return True
        return False

    def period_is_over(self, at: datetime, *, inclusive: bool) -> None:
        if self.until is None or self.until > at or self.renews(at, inclusive=inclusive):
            return
        if self.lowered is None or self.lowered > at:
            return
        below = [each for each in self.section.ladder if each.threshold < self.threshold(self.tier)]
        if self.section.lowering is not Lowering.ONE_DOWN:
            growth = self.renewing(known_at=at, inclusive=inclusive)
            below = [each for each in below if each.threshold <= growth]
        self.falls(at, below[-1].code if below[-1].threshold else None)

    def steps_to(self, at: datetime) -> None:
        """Everything of one instant, in its order."""
        section = in_force(self.history.program, at)
        is_edited, self.section = section is not self.section, section
        is_scored = section.measure is Measure.SCORE
        if is_edited:
            self.climbs(at, inclusive=False)
            if self.tier is not None and not self.threshold(self.tier):
                self.falls(at, None)
        if is_scored:
            self.climbs(at, inclusive=True)
        self.period_is_over(at, inclusive=is_scored)
        for floor in self.floors:
            if floor.changed_at == at and floor.tier_until is not None:
                self.promises.append((floor.to_tier, floor.tier_until))
                least, held = self.threshold(floor.to_tier), self.threshold(self.tier)
                if least > held or (least == held > 0 and self.until is not None and floor.tier_until > self.until):
                    self.holds(floor.to_tier, floor.tier_since, floor.tier_until)
                    if floor.tier_until <= at:
                        self.period_is_over(at, inclusive=is_scored)
        if any(grown.at == at for grown in self.grown):
            self.climbs(at, inclusive=True)
            if self.until is not None and self.until <= at:
                self.renews(at, inclusive=True)

    def next_after(self, at: datetime) -> datetime | None:
        """When anything may happen next."""
        sections = [version.section(TiersSection) for version in self.history.program.in_force]
        found = [version.effective_from for version in self.history.program.in_force]
        found += [grown.at for grown in self.grown] + [floor.changed_at for floor in self.floors]
        found += [days_on(notice.changed_at, 30, self.zone) for notice in self.notices]
        found += [end for g in self.grown for s in sections if (end := lapses(g.at, s.window, self.zone)) is not None]
        if self.until is not None:
            found += [self.until, self.graced]
        return min((each for each in found if at < each <= self.now), default=None)

    def outcome(self) -> Plain:
        at: datetime | None = self.at if self.at <= self.now else None
        while at is not None:
            self.steps_to(at)
            at = self.next_after(at)
        self.section = in_force(self.history.program, self.now) if self.grown or self.floors else self.section
        growth = self.growth(until=self.now, inclusive=True)
        renewing = self.renewing(known_at=self.now, inclusive=True)
        return Plain(growth, self.tier, self.since, self.until, renewing, self.tells(renewing))

    def tells(self, renewing: int) -> bool:
        """Is the member to be told now that the tier is at risk?"""
        if self.until is None or self.section.lowering is Lowering.NEVER or renewing >= self.threshold(self.tier):
            return False
        if self.told_at is not None or self.graced <= self.history.registered_at:
            return False
        return days_on(self.until, -self.section.notice_days, self.zone) <= self.now


def plainly(history: History, *, now: datetime) -> Plain:
    entries = [entry for entry in history.entries if entry.counts_at <= now]
    changes: Sequence[object] = [change for change in history.changes if change.changed_at <= now]
    known = History(history.program, history.registered_at, entries, changes)  # pyright: ignore[reportArgumentType]
    return Walk(known, now).outcome()
