"""Programs of a shop in Berlin, and its calendar: growth counts for some time, and a tier is held for some time."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
LADDER = {"v1": 0, "v2": 200, "v3": 500, "v4": 2000}
GIFTS = {"v2": 20, "v3": 50, "v4": 300}
BENEFITS = {"v1": [], "v2": ["coupons"], "v3": ["coupons", "birthday"], "v4": ["coupons", "birthday", "service"]}
NOTICE, LEAST_NOTICE, GRACE = 30, 30, 3
"""Local days."""
REVIEW, REVIEWS_A_MONTH = 20, 50
"""Growth of a review, and of a local month's reviews at most."""
WORDS = 'words = {{ zh = "{0}", en = "{0}" }}'.format


def local(text: str) -> datetime:
    """The instant of a local time in Berlin, `2027-01-15 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def days_after(instant: datetime, days: int) -> datetime:
    there = instant.astimezone(BERLIN)
    day = there.date() + timedelta(days=days)
    return datetime.combine(day, there.time(), tzinfo=BERLIN).astimezone(UTC)


def a_year_after(instant: datetime) -> datetime:
    there = instant.astimezone(BERLIN)
    last = monthrange(there.year + 1, there.month)[1]
    return there.replace(year=there.year + 1, day=min(there.day, last)).astimezone(UTC)


def new_year(year: int) -> datetime:
    return local(f"{year}-01-01 00:00")


def year_of(instant: datetime) -> int:
    return instant.astimezone(BERLIN).year


@dataclass(frozen=True)
class Kind:
    """How long growth counts, and how long a tier is held."""

    window: str
    period: str

    def lapses(self, since: datetime) -> datetime | None:
        if self.window == "ROLLING":
            return a_year_after(since)
        return new_year(year_of(since) + 1) if self.window == "CALENDAR_YEAR" else None

    def ends(self, since: datetime) -> datetime:
        return a_year_after(since) if self.period == "MONTHS" else new_year(year_of(since) + 2)

    def renews(self, since: datetime, until: datetime) -> bool:
        """Does growth that counts since then help to keep a tier beyond `until`?"""
        if since >= until:  # brought after the period, while the tier still waits to be lowered
            return True
        lapses = self.lapses(since)
        if self.window == "CALENDAR_YEAR":  # of a year that is just over, all of it
            return lapses is not None and lapses >= until
        return lapses is None or lapses > until


def program(name: str, kind: Kind) -> str:
    """A program by the figures of the model."""
    months = ", months = 12" if kind.window == "ROLLING" else ""
    steps = [_step(tier, threshold) for tier, threshold in LADDER.items()]
    return f"""
[program]
code = "{name}"
kind = "BRAND"
name = {{ zh = "柏林", en = "Berlin" }}
time_zone = "Europe/Berlin"
currency = "EUR"
[members]
join = "ON_REQUEST"
[points]
[tiers]
window = {{ kind = "{kind.window}"{months} }}
period = {{ kind = "{kind.period}" }}
notice_days = {NOTICE}
grace_days = {GRACE}
[[tiers.growth]]
code = "order"
growth = 1
per = "1.00"
{WORDS("order")}
[[tiers.actions]]
code = "review"
action = "REVIEW"
growth = {REVIEW}
{WORDS("review")}
[[tiers.caps]]
code = "reviews"
period = "MONTH"
growth = {REVIEWS_A_MONTH}
rules = ["review"]
{WORDS("reviews")}
{"".join(steps)}{"".join(map(_offered, BENEFITS["v4"]))}"""


def _step(tier: str, threshold: int) -> str:
    step = f'[[tiers.ladder]]\ncode = "{tier}"\nname = {{ zh = "{tier}", en = "{tier}" }}\nthreshold = {threshold}\n'
    gift = f"[tiers.ladder.gift]\npoints = {GIFTS[tier]}\n{WORDS(tier)}\n" if tier in GIFTS else ""
    return step + f"benefits = {BENEFITS[tier]}\n" + gift


def _offered(code: str) -> str:
    return (
        f'[[benefits.offered]]\ncode = "{code}"\nkind = "DEDICATED_SERVICE"\n'
        f'name = {{ zh = "{code}", en = "{code}" }}\n'
        f'description = {{ zh = "{code}", en = "{code}" }}\n'
    )
