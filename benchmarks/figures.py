"""What a round of load came to."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Round:
    """So many requests, or transactions, in so many seconds. Latencies are in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int = 0
    said: str = ""
    """The first wrong answer."""
    others: int = 0
    """Right answers with which clients ended: not among the requests, and nothing else here is of them."""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


@dataclass(frozen=True)
class Costed:
    """A round, and the CPU time that was spent on it meanwhile, in seconds. None: of processes elsewhere."""

    round: Round
    server: float | None
    postgres: float | None


def percentile(ordered: Sequence[float], part: float) -> float:
    """Of a sequence in order; 0 of none."""
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0
