"""What the books must say of CDNOW's orders: reckoned from the file alone, with none of the product's code."""

import calendar
import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

FILE = Path(__file__).parents[2] / "examples" / "data" / "cdnow_orders.csv"
NEW_YORK = ZoneInfo("America/New_York")
LADDER = {"maestro": 2000, "connoisseur": 500, "collector": 200, "listener": 0}


@dataclass
class Expected:
    """Of one customer. Growth and points are both one for each whole dollar of an order."""

    growth: int = 0
    available: int = 0
    pending: int = 0
    lapsed: int = 0
    lots: Counter[tuple[datetime, datetime]] = field(default_factory=Counter[tuple[datetime, datetime]])
    """When points become active and when they lapse."""

    @property
    def tier(self) -> str:
        return next(tier for tier, threshold in LADDER.items() if self.growth >= threshold)


def a_year_later(local: datetime) -> datetime:
    """The same day of the next year; of Feb 29, Feb 28."""
    last = calendar.monthrange(local.year + 1, local.month)[1]
    return local.replace(year=local.year + 1, day=min(local.day, last))


def expected(now: datetime) -> dict[str, Expected]:
    """By customer, for orders moved so that the last is of today, each at noon, but none later than now."""
    with FILE.open() as file:
        rows = list(csv.DictReader(file))
    here = now.astimezone(NEW_YORK).replace(tzinfo=None)
    moved = here.date() - max(date.fromisoformat(row["date"]) for row in rows)
    found: defaultdict[str, Expected] = defaultdict(Expected)
    for row in rows:
        day = date.fromisoformat(row["date"]) + moved
        ordered = min(datetime.combine(day, time(12)), here)
        earned = int(row["amount_usd"].split(".")[0])
        active = ordered + timedelta(days=7)
        begins, ends = (local.replace(tzinfo=NEW_YORK).astimezone(UTC) for local in (active, a_year_later(active)))
        books = found[row["customer"]]
        books.growth += earned
        books.pending += earned if now < begins else 0
        books.available += earned if begins <= now < ends else 0
        books.lapsed += earned if ends <= now else 0
        books.lots[begins, ends] += earned > 0
    return dict(found)
