"""Figures of this process for Prometheus: requests, pool, ways of execution. Labels take a bounded set of values."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import inf
from time import perf_counter
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from app.db import Database
from app.db.unions import Union
from app.graph.execution import FALLBACK
from app.graph.transport import Parameters

POOL_WAIT = Histogram(
    "database_pool_wait_seconds",
    "Time that was waited for a connection, by a request or several together; who did not have to is not counted.",
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5),
)
ABREAST = Counter(
    "database_reads_abreast",
    "Reads for several requests in one statement, by outcome: after ALONE and FAILED nearly all are read for alone.",
    ["outcome"],
)
READ, ALONE, FAILED = (ABREAST.labels(outcome) for outcome in ("OK", "ALONE", "FAILED"))

STEPS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, inf)
"""Seconds."""
MOST_NAMES = 100
"""Operations that are counted by their own name; clients can make up as many as they like."""
NAMED = re.compile(r"\s*(?:query|mutation)\s+([_A-Za-z][_0-9A-Za-z]{0,60})\b")
LONGEST_NAME = 60
MOST_RECENT = 200
LONGEST_RECENT = 4000
"""Characters of a document that is kept to be known again."""
OTHER = "(other)"
UNNAMED = "(unnamed)"
OK = "OK"


class Series:
    """Requests of one operation with one outcome."""

    __slots__ = ("seconds", "within")

    def __init__(self) -> None:
        self.seconds = 0.0
        self.within = [0] * len(STEPS)
        """How many took no longer than this step, and longer than the one before."""


class RequestFigures(Collector):
    """Counts requests: `observe` is for the handler. prometheus-client's own counters cost ten times as much."""

    def __init__(self, executions: Mapping[str, int]) -> None:
        self._executions = executions
        """Operations by the way they were executed."""
        self._series: dict[tuple[str, str], Series] = {}
        self._recent: dict[tuple[str, str | None, str] | None, Series] = {}
        """By document, name of the operation, and outcome: which stay what they are, once they have a name of their
        own. What is sent again and again is looked at once."""
        self._names: set[str] = set()

    def observe(self, parameters: Parameters | None, outcome: str, seconds: float) -> None:
        asked = None if parameters is None else (parameters.query, parameters.operation, outcome)
        series = self._recent.get(asked) or self._series_of(parameters, outcome)
        series.seconds += seconds
        series.within[bisect_left(STEPS, seconds)] += 1

    def _series_of(self, parameters: Parameters | None, outcome: str) -> Series:
        name = self._name(parameters, outcome)
        series = self._series.setdefault((name, outcome), Series())
        if parameters is not None and name != OTHER and len(parameters.query) <= LONGEST_RECENT:
            if len(self._recent) >= MOST_RECENT:
                self._recent.clear()
            self._recent[parameters.query, parameters.operation, outcome] = series
        return series

    def _name(self, parameters: Parameters | None, outcome: str) -> str:
        """A name counts from the first time that an operation of that name was executed without an error."""
        name = _name_in(parameters)
        if name is None or name in self._names:
            return name or UNNAMED
        if outcome != OK or len(self._names) >= MOST_NAMES or len(name) > LONGEST_NAME:
            return OTHER
        self._names.add(name)
        return name

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "graphql_requests",
            "Requests by operation and outcome: OK or an error's code.",
            labels=["operation", "outcome"],
        )
        durations = HistogramMetricFamily(
            "graphql_request_seconds", "Time from headers to answer.", labels=["operation", "outcome"]
        )
        for labels, series in self._series.items():
            requests.add_metric(labels, sum(series.within))
            steps = zip(STEPS, accumulate(series.within), strict=True)
            named = [("+Inf" if step == inf else str(step), count) for step, count in steps]
            durations.add_metric(labels, named, series.seconds)
        executions = CounterMetricFamily("graphql_executions", "Operations by the way of execution.", labels=["way"])
        left = CounterMetricFamily(
            "graphql_fallbacks", "Operations that were left to graphql-core, by the reason.", labels=["reason"]
        )
        for way, count in self._executions.items():
            if way.startswith(FALLBACK):
                left.add_metric([way.removeprefix(FALLBACK)], count)
            else:
                executions.add_metric([way], count)
        yield from (requests, durations, executions, left)


def _name_in(parameters: Parameters | None) -> str | None:
    if parameters is None:
        return None
    if parameters.operation is not None:
        return parameters.operation
    found = NAMED.match(parameters.query)
    return found[1] if found is not None else None


class MeasuredDatabase(Database):
    """Tells how long requests wait for a connection, and whether those that are read for together gain by it."""

    async def _turn(self, deadline: float, *, is_next: bool) -> None:
        began = perf_counter()
        try:
            await super()._turn(deadline, is_next=is_next)
        finally:
            POOL_WAIT.observe(perf_counter() - began)

    async def read_abreast(
        self, union: Union, placed: Sequence[Sequence[Any]], *, is_next: bool = False
    ) -> Sequence[list[list[Any]]] | None:
        outcome = FAILED
        try:
            found = await super().read_abreast(union, placed, is_next=is_next)
            outcome = ALONE if found is None else READ
        finally:
            outcome.inc()
        return found


def figures_text(requests: RequestFigures) -> bytes:
    """Everything that this process knows, as Prometheus reads it."""
    own = CollectorRegistry()
    own.register(requests)
    return generate_latest(REGISTRY) + generate_latest(own)
