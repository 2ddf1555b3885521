"""What came of it, for people and for programs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from .figures import Costed
from .learning import Learned
from .machine import machine_told
from .plan import People, Plan
from .workload import Workload


@dataclass(frozen=True)
class Summary:
    """Medians of rounds. CPU times are in microseconds a request; None where the processes are not known."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    server_cpu: float | None
    postgres_cpu: float | None


@dataclass(frozen=True)
class Report:
    """Rounds of both, each beside the other's, and all that must be known to read them."""

    workload: Workload
    plan: Plan
    people: People
    learned: Learned
    http: Sequence[Costed]
    pgbench: Sequence[Costed]
    settings: Mapping[str, str]
    first_seen: float | None = None
    """CPU of the server, in seconds, by which the first request with a token costs more; None: all have the same."""

    @property
    def errors(self) -> int:
        return sum(each.round.errors for each in (*self.http, *self.pgbench))

    @property
    def ratios(self) -> Sequence[float]:
        """Of each pair of rounds."""
        pairs = zip(self.http, self.pgbench, strict=True)
        return [http.round.per_second / direct.round.per_second for http, direct in pairs]

    @property
    def summaries(self) -> tuple[Summary, Summary]:
        """Of HTTP, and of pgbench: meanwhile the server has nothing to do."""
        return summary_of(self.http), replace(summary_of(self.pgbench), server_cpu=None)

    def as_json(self) -> Mapping[str, Any]:
        http, direct = self.summaries
        return {
            "workload": self.workload.name,
            "http": asdict(http) | {"rounds": [asdict(each) for each in self.http]},
            "pgbench": asdict(direct) | {"rounds": [asdict(each) for each in self.pgbench]},
            "ratio": http.requests_per_second / direct.requests_per_second,
            "ratios": self.ratios,
            "errors": self.errors,
            "first_seen": self.first_seen,
            "statements": self.learned.script.statements,
            "round_trips": self.learned.script.round_trips,
            "effects": {name: counts._asdict() for name, counts in self.learned.effects.items()},
            "plan": {name: value for name, value in asdict(self.plan).items() if name not in ("database", "folder")},
            "settings": dict(self.settings),
        }

    def as_text(self) -> str:
        http, direct = self.summaries
        plan, script = self.plan, self.learned.script
        first = next((each.round.said for each in self.http if each.round.said), None)
        return "\n".join((
            f"{self.workload.name}: {self.workload.about}",
            "",
            "| | requests/s | p50 ms | p99 ms | errors | server CPU µs/request | Postgres CPU µs/request |",
            "|---|---|---|---|---|---|---|",
            _row("HTTP, one server process", http),
            _row("pgbench, the same SQL", direct),
            "",
            f"HTTP has {http.requests_per_second / direct.requests_per_second:.2f} × the requests/s of pgbench"
            f" (round by round: {', '.join(f'{ratio:.2f}' for ratio in self.ratios)}); medians of {plan.rounds} rounds"
            f" in turn, {plan.seconds:g} s each.",
            f"A request: {script.statements} statements in {script.round_trips} round trips, with BEGIN and COMMIT;"
            f" rows: {self._effects()}.",
            f"Both: {plan.clients} clients, {self._members()}. The server: {plan.pool} connections, {self._tokens()},"
            f" plain documents (no trusted ones), keep-alive; load by {plan.client.value}.",
            f"PostgreSQL: {', '.join(f'{name} {setting}' for name, setting in self.settings.items())}.",
            f"{machine_told()}.",
            *([] if first is None else [f"The first wrong answer: {first}"]),
        ))  # fmt: skip

    def _members(self) -> str:
        if self.people.programs is None:
            return f"{self.plan.members} members each"
        return (
            f"{self.people.asking.size} members and {self.people.direct.size} for pgbench, of {self.people.programs}"
            " programs, each of each once"
        )

    def _tokens(self) -> str:
        if self.first_seen is None:
            return "a token that it verifies"
        return f"tokens that it has seen before (one seen for the first time costs it {self.first_seen * 1e6:.0f} µs)"

    def _effects(self) -> str:
        """Of each table the rows inserted (+), updated (~) and deleted (-)."""
        return ", ".join(
            " ".join([name, *(f"{sign}{count}" for sign, count in zip("+~-", counts, strict=True) if count)])
            for name, counts in sorted(self.learned.effects.items())
        )


def summary_of(rounds: Sequence[Costed]) -> Summary:
    return Summary(
        requests_per_second=median(each.round.per_second for each in rounds),
        p50_ms=median(each.round.p50 for each in rounds),
        p99_ms=median(each.round.p99 for each in rounds),
        errors=sum(each.round.errors for each in rounds),
        server_cpu=_micro(rounds, lambda each: each.server),
        postgres_cpu=_micro(rounds, lambda each: each.postgres),
    )


def _micro(rounds: Sequence[Costed], spent: Callable[[Costed], float | None]) -> float | None:
    costs = [seconds / each.round.requests * 1e6 for each in rounds if (seconds := spent(each)) is not None]
    return median(costs) if costs else None


def _row(name: str, told: Summary) -> str:
    costs = ("–" if cost is None else f"{cost:,.0f}" for cost in (told.server_cpu, told.postgres_cpu))
    speed = (f"{told.requests_per_second:,.0f}", f"{told.p50_ms:.1f}", f"{told.p99_ms:.1f}", str(told.errors))
    return f"| {' | '.join((name, *speed, *costs))} |"
