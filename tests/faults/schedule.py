"""What goes wrong, and at which COMMIT: chosen by a seed, so that it can be played again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random


class Kind(Enum):
    """What happens at a COMMIT that a client sends."""

    CUT_BEFORE_COMMIT = "the connection is cut before COMMIT reaches the server"
    REPLY_LOST = "the server commits, and the connection is cut before it can say so"
    BACKEND_TERMINATED = "the server's process behind the connection is terminated before COMMIT reaches it"
    CUT_LATER = "a connection is cut at a message to come, whosever it is"
    DELAYED = "COMMIT waits on its way"
    KILLED_BEFORE_COMMIT = "who sent COMMIT is killed with -9 before it reaches the server"
    KILLED_AFTER_COMMIT = "who sent COMMIT is killed with -9 after it was done, before it learns of it"
    OUTAGE = "all connections are cut, and new ones refused for a while"


@dataclass(frozen=True)
class Fault:
    kind: Kind
    messages: int = 1
    """CUT_LATER: which of the messages to come, from 1."""
    seconds: float = 0.0
    """DELAYED: for how long."""
    refused: int = 0
    """OUTAGE: how many attempts to connect."""


Schedule = Mapping[int, Fault]
"""By the number of the COMMIT, from 1."""

KILLS = frozenset((Kind.KILLED_BEFORE_COMMIT, Kind.KILLED_AFTER_COMMIT))
LONGEST_DELAY = 0.2
MOST_MESSAGES = 60
MOST_REFUSED = 30


def scheduled(random: Random, *, faults: int, commits: int, kinds: Sequence[Kind] = tuple(Kind)) -> Schedule:
    """So many faults, each kind as often as any other but for one, spread over so many COMMITs."""
    places = sorted(random.sample(range(1, commits + 1), faults))
    chosen = [kinds[number % len(kinds)] for number in range(faults)]
    random.shuffle(chosen)
    return {place: _made(kind, random) for place, kind in zip(places, chosen, strict=True)}


def _made(kind: Kind, random: Random) -> Fault:
    return Fault(
        kind,
        messages=random.randint(1, MOST_MESSAGES),
        seconds=random.uniform(0, LONGEST_DELAY),
        refused=random.randint(1, MOST_REFUSED),
    )
