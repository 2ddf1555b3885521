"""Properties of what is explained: parts that add up, prospects that come to be, ways that do what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.definition import read
from app.programs.rules import SINCE_EVER, Program, Programs, ProgramVersion
from app.tiers.rules import History, Reckoned, TierChangeKind, reckon
from app.tiers.rules.explaining import explained
from app.tiers.rules.explanation import TierExplained, TierWay, WayKind
from app.tiers.rules.foretelling import MOST_FORETOLD
from app.tiers.rules.stands import Stands

from .asking import DAY, SHOP, TICK, shop_of

BEGIN = datetime(2026, 1, 31, 12, tzinfo=UTC)
AHEAD = timedelta(days=3650)
WINDOWS = (
    'kind = "LIFETIME"',
    'kind = "ROLLING", months = 12',
    'kind = "ROLLING", months = 3',
    'kind = "CALENDAR_YEAR"',
)
PERIODS = ('kind = "YEAR_END"', *(f'kind = "MONTHS", months = {n}' for n in (12, 4, 1)))
SETTINGS = st.tuples(
    st.sampled_from([f"window = {{ {each} }}" for each in WINDOWS]),
    st.sampled_from([f"period = {{ {each} }}" for each in PERIODS]),
    st.sampled_from([f'lowering = "{each}"' for each in ("TO_MATCH", "ONE_DOWN", "NEVER")]),
    st.sampled_from(["notice_days = 30", "notice_days = 45", "notice_days = 300"]),
    st.sampled_from(["grace_days = 0", "grace_days = 20"]),
)
"""For a shop with the ladder 0/200/500."""


@dataclass(frozen=True)
class Came:
    """A movement of growth."""

    id: UUID
    change: int
    counts_at: datetime
    rule: str
    reverses: UUID | None = None
    program_version: int = 1

    @property
    def cause(self) -> str:
        return "ORDER" if self.reverses is None else "REFUND"

    @property
    def cause_id(self) -> UUID:
        return self.id


@dataclass(frozen=True)
class Told:
    """A notice that was given."""

    to_tier: str
    tier_until: datetime
    changed_at: datetime
    kind: str = TierChangeKind.NOTICED.name
    tier_since: datetime | None = None
    cause: str | None = None
    cause_id: UUID | None = None
    reason: str | None = None
    by_issuer: str | None = None
    by_subject: str | None = None


@dataclass(frozen=True)
class Life:
    """A member's growth and notices by an instant."""

    program: Program
    entries: Sequence[Came]
    notices: Sequence[Told]
    now: datetime

    def reckoned(self, now: datetime) -> Reckoned:
        known = [entry for entry in self.entries if entry.counts_at <= now]
        return reckon(History(self.program, BEGIN, known, self.notices), now=now)

    def with_more(self, amount: int, at: datetime) -> "Life":
        more = Came(UUID(int=10**6), amount, at, "more")
        return lived(Life(self.program, [*self.entries, more], self.notices, self.now), until=at)


@cache
def program_of(chosen: tuple[str, ...]) -> Program:
    version = ProgramVersion.of(read(shop_of(*chosen)), number=1, effective_from=SINCE_EVER)
    return Program.of([version])


def lived(life: Life, *, until: datetime) -> Life:
    """Whatever is due is done when it is, as the job does it: each who is at risk is told."""
    notices, at = list(life.notices), life.now
    while True:
        reckoned = Life(life.program, life.entries, notices, at).reckoned(at)
        if reckoned.is_notice_due:
            place = reckoned.standing.place
            assert place.tier is not None
            assert place.until is not None
            notices.append(Told(place.tier, place.until, at))
            reckoned = Life(life.program, life.entries, notices, at).reckoned(at)
        due = reckoned.standing.standing_due_at
        ahead = [*(entry.counts_at for entry in life.entries if entry.counts_at > at), *([due] if due else [])]
        if not ahead or min(ahead) > until:
            return Life(life.program, life.entries, notices, until)
        at = min(ahead)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Up to eight orders in two years, some of them refunded in part at once, and an instant after."""
    entries: list[Came] = []
    at = BEGIN
    for number in range(draw(st.integers(0, 8))):
        at += timedelta(hours=draw(st.integers(0, 24 * 150)))
        amount = draw(st.sampled_from([1, 60, 199, 200, 201, 300, 500, 700]))
        entry = Came(UUID(int=2 * number + 1), amount, at, draw(st.sampled_from(["order", "count"])))
        entries.append(entry)
        if draw(st.integers(0, 3)) == 0:
            taken = draw(st.integers(1, amount))
            entries.append(Came(UUID(int=2 * number + 2), -taken, at, entry.rule, entry.id))
    now = at + timedelta(hours=draw(st.integers(0, 24 * 500)))
    return lived(Life(program_of(draw(SETTINGS)), entries, (), BEGIN), until=now)


def explanation(life: Life) -> TierExplained:
    standing = life.reckoned(life.now).standing
    row = {name: getattr(standing, name) for name in standing.__dataclass_fields__}
    manual = dict.fromkeys(("manual_tier", "manual_until", "manual_hold"))
    stands = Stands(id=UUID(int=0), program=SHOP, registered_at=BEGIN, **row, **manual)
    programs = Programs({SHOP: life.program}, SHOP)
    return explained(stands, life.entries, life.notices, programs=programs, now=life.now)


@settings(deadline=None)
@given(lives())
def test_the_parts_of_growth_add_up_to_the_growth_that_counts(life: Life) -> None:
    """M31, R18: by rule, by month, and as the member's row says; each part lapses within the window."""
    told = explanation(life)
    growth = life.reckoned(life.now).standing.growth
    assert (
        told.growth == sum(part.growth for part in told.by_rule) == sum(part.growth for part in told.by_month) == growth
    )
    assert all(part.growth > 0 for part in (*told.by_rule, *told.by_month))
    assert all(part.lapses_at is None or part.lapses_at > life.now for part in told.by_month)
    lapses = [part.lapses_at for part in told.by_month if part.lapses_at is not None]
    assert min(lapses, default=None) == life.reckoned(life.now).standing.growth_until


@settings(deadline=None)
@given(lives())
def test_what_is_foretold_comes_to_be_if_nothing_comes(life: Life) -> None:
    """R17: what changes, when, to which tier and until when; and there is nothing else before."""
    told = explanation(life)
    after = lived(life, until=life.now + AHEAD)
    known = life.reckoned(life.now).standing.standing_at
    steps = [step for step in after.reckoned(after.now).steps if known is None or step.at > known]
    came = [(step.kind, step.at, step.after.tier or "v1", step.after.until) for step in steps]
    foretold = [(each.kind, each.at, each.to_tier.code, each.until) for each in told.prospects]
    assert foretold == came[:MOST_FORETOLD]
    if told.period is not None and told.period.lowers_at is not None:
        assert told.period.lowers_to is not None
        assert came[0][:3] == (TierChangeKind.LOWERED, told.period.lowers_at, told.period.lowers_to.code)


@settings(deadline=None)
@given(lives())
def test_so_much_growth_reaches_a_tier_and_one_less_does_not(life: Life) -> None:
    """R16, R17."""
    for way in ways(life, WayKind.REACH):
        at = life.now + TICK
        standing = life.reckoned(life.now).standing
        assume(standing.growth_until is None or standing.growth_until > at)
        assert life.with_more(way.growth, at).reckoned(at).standing.tier == way.tier.code
        if way.growth > 1:
            assert life.with_more(way.growth - 1, at).reckoned(at).standing.tier != way.tier.code


@settings(deadline=None)
@given(lives())
def test_so_much_growth_renews_a_tier_and_one_less_does_not(life: Life) -> None:
    """R17, R18: if it counts within the time that is said; unless it raises before."""
    for way in ways(life, WayKind.RENEW):
        at = max(way.since or life.now, life.now + TICK)
        assert way.by is not None
        assume(at < way.by)
        assert first_step(life, way.growth, at) in (TierChangeKind.RENEWED, TierChangeKind.RAISED)
        if way.growth > 1:
            assert first_step(life, way.growth - 1, at) in (TierChangeKind.LOWERED, TierChangeKind.RAISED)
        if way.since is not None and way.since - DAY > life.now:
            assert first_step(life, way.growth, way.since - DAY) in (TierChangeKind.LOWERED, TierChangeKind.RAISED)


def ways(life: Life, kind: WayKind) -> list[TierWay]:
    return [way for way in explanation(life).ways if way.kind is kind]


def first_step(life: Life, amount: int, at: datetime) -> TierChangeKind:
    """What first becomes of the tier after now, if so much more counts from an instant on."""
    after = lived(life.with_more(amount, at), until=life.now + AHEAD)
    return next(step.kind for step in after.reckoned(after.now).steps if step.at > life.now)
