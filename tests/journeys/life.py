"""A plain model of one member's growth and tier, hour by hour, which knows nothing of how the product reckons it.

Every hour it counts all growth anew and looks at the ladder, the period and the notices: slow, with nothing to get
wrong. All that happens is on the hour, so nothing happens between two looks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .berlin import (
    BENEFITS,
    BERLIN,
    GIFTS,
    GRACE,
    LADDER,
    LEAST_NOTICE,
    NOTICE,
    REVIEW,
    REVIEWS_A_MONTH,
    Kind,
    a_year_after,
    days_after,
)

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Became:
    """A line of the tier's history, as far as the model knows it."""

    kind: str
    at: datetime
    before: str
    after: str
    until: datetime | None


@dataclass
class Life:
    """Where the member stands at `now`, and how they came there."""

    kind: Kind
    now: datetime
    counted: dict[str, tuple[datetime, int]] = field(default_factory=dict[str, tuple[datetime, int]])
    """Since when, and how much; a refund makes it less."""
    tier: str = "v1"
    until: datetime | None = None
    noticed: dict[tuple[str, datetime], datetime] = field(default_factory=dict[tuple[str, datetime], datetime])
    manual: tuple[str, datetime] | None = None
    given: dict[str, datetime] = field(default_factory=dict[str, datetime])
    history: list[Became] = field(default_factory=list[Became])
    began: datetime | None = None

    def goes_on(self, until: datetime) -> None:
        self.began = self.began or self.now
        while self.now < until:
            self.now += HOUR
            self._look()

    def brings(self, what: str, growth: int) -> None:
        self.counted[what] = (self.now, growth)
        self._look()

    def reviews(self, what: str) -> int:
        """Gives the growth: what the local month's reviews leave of it."""
        month = self.now.astimezone(BERLIN).strftime("%Y-%m")
        before = [
            growth
            for name, (at, growth) in self.counted.items()
            if name.startswith("review") and at.astimezone(BERLIN).strftime("%Y-%m") == month
        ]
        growth = min(REVIEW, REVIEWS_A_MONTH - sum(before))
        self.brings(what, growth)
        return growth

    def takes_back(self, what: str, growth: int) -> None:
        """It is as if that had never been: the whole life is gone through again."""
        since, before = self.counted[what]
        self.counted[what] = since, before - growth
        assert self.began is not None
        again = Life(self.kind, self.began, self.counted, noticed=self.noticed)
        again.goes_on(self.now)
        reached = {became.after for became in again.history if became.kind == "RAISED"}
        highest = max((LADDER[tier] for tier in reached), default=0)
        self.given = {tier: at for tier, at in self.given.items() if LADDER[tier] <= highest}
        if again.tier != self.tier:
            self.history.append(Became("CORRECTED", self.now, self.tier, again.tier, again.until))
        self.tier, self.until = again.tier, again.until

    def is_set(self, tier: str, until: datetime) -> None:
        self.manual = (tier, until)
        self.history.append(Became("MANUAL", self.now, self.tier, self.tier, until))

    def worker_looks(self) -> None:
        """Once a day, unless it is down."""
        if self.until is None or (self.tier, self.until) in self.noticed:
            return
        if self.renewing < LADDER[self.tier] and days_after(self.until, -NOTICE) <= self.now:
            self.noticed[self.tier, self.until] = self.now
            self.history.append(Became("NOTICED", self.now, self.tier, self.tier, self.until))

    def _look(self) -> None:
        if self.manual and self.manual[1] <= self.now:
            self.history.append(Became("MANUAL_ENDED", self.manual[1], self.tier, self.tier, self.until))
            self.manual = None
        if self.until is not None and self.until <= self.now:
            self._period_ends(self.until)
        reached = tier_at(self.growth)
        if LADDER[reached] > LADDER[self.tier]:
            for tier, threshold in LADDER.items():
                if LADDER[self.tier] < threshold <= LADDER[reached]:
                    self.given.setdefault(tier, self.now)
            self._becomes("RAISED", reached)

    def _period_ends(self, until: datetime) -> None:
        noticed = self.noticed.get((self.tier, until))
        if self.renewing >= LADDER[self.tier]:
            self._becomes("RENEWED", self.tier)
        elif noticed and self.now >= max(days_after(until, GRACE), days_after(noticed, LEAST_NOTICE)):
            self._becomes("LOWERED", tier_at(self.renewing))

    def _becomes(self, kind: str, tier: str) -> None:
        before, self.tier = self.tier, tier
        self.until = self.kind.ends(self.now) if LADDER[tier] else None
        self.history.append(Became(kind, self.now, before, tier, self.until))

    @property
    def counting(self) -> Iterator[tuple[datetime | None, int]]:
        """Growth that counts now, and when it ceases to."""
        for since, growth in self.counted.values():
            lapses = self.kind.lapses(since)
            if growth and since <= self.now and (lapses is None or self.now < lapses):
                yield lapses, growth

    @property
    def growth(self) -> int:
        return sum(growth for _, growth in self.counting)

    @property
    def renewing(self) -> int:
        until = self.until
        return 0 if until is None else sum(g for since, g in self.counted.values() if self.kind.renews(since, until))

    @property
    def gifts(self) -> int:
        """Points of gifts, all unspent, that have not lapsed."""
        return sum(GIFTS[tier] for tier, at in self.given.items() if self.now < a_year_after(at))

    def shown(self) -> Mapping[str, Any]:
        """What the tier page must say."""
        held = max((self.tier, self.manual[0] if self.manual else self.tier), key=LADDER.__getitem__)
        above = next((tier for tier, threshold in LADDER.items() if threshold > LADDER[held]), None)
        lapses = [at for at, _ in self.counting if at is not None]
        missing = max(LADDER[self.tier] - self.renewing, 0)
        is_near = self.until is not None and days_after(self.until, -NOTICE) <= self.now
        ends = self.manual[1] if self.manual and held != self.tier else self.until
        growth, remaining, ratio, new = self.growth, 0, 1.0, list[str]()
        if above is not None:
            low, high = LADDER[held], LADDER[above]
            remaining, ratio = max(high - growth, 0), min(max((growth - low) / (high - low), 0.0), 1.0)
            new = [benefit for benefit in BENEFITS[above] if benefit not in BENEFITS[held]]
        progress = {
            "growth": growth,
            "countedUntil": written(min(lapses, default=None)),
            "nextTier": above and {"code": above},
            "growthRemaining": remaining,
            "ratio": ratio,
            "periodEnd": written(ends),
            "renewRemaining": missing,
            "atRisk": missing > 0 and is_near,
            "newBenefits": [{"code": code} for code in new],
        }
        points = {"available": self.gifts}
        return {"tier": {"code": held}, "earnedTier": {"code": self.tier}, "tierProgress": progress, "points": points}


def tier_at(growth: int) -> str:
    return max((tier for tier, threshold in LADDER.items() if threshold <= growth), key=LADDER.__getitem__)


def written(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
