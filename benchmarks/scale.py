"""`scale`: the member's page with more and more members, in databases side by side on one server, in turn."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from statistics import median
from typing import Any

from . import lives
from .database import benchmark_server, database_on, run, settings_told, settle
from .figures import Costed, Round
from .keeping import kept_on
from .lives import ENTRIES
from .machine import machine_told
from .numbers import Group
from .page import FIRST, PAGE, People, Scene, tokens_of
from .peers.peer import Peer
from .peers.starting import Around, product_peers, surroundings
from .pinning import Cores, cores_there_are, pin_backends
from .processes import read_by
from .report import summary_of
from .side_by_side import Asking, asking
from .warming import bring_in, read_so_far

GIB = 1024**3
SIZES = (10_000, 100_000, 1_000_000)
UNMEASURED = 2
"""Rounds: each of PostgreSQL's processes has a page fault for each part of the shared memory that it sees first, which
of more members takes more rounds."""
HEAD = """\
| members | entries | database | pages read of | requests/s | p50 ms | p99 ms | PostgreSQL CPU µs | disk KiB | p99 × |
|---|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Turn:
    """A round, and what it had read from the disk."""

    costed: Costed
    read: int | None
    """Bytes; None: PostgreSQL is elsewhere."""

    @property
    def round(self) -> Round:
        return self.costed.round


@dataclass(frozen=True)
class Size:
    """One database, and the product's process on it."""

    people: People
    bytes: int
    """Of the database, with its indexes."""
    around: Around
    peer: Peer
    asking: Asking

    def round(self, turn: int) -> Turn:
        """By members who have been greeted, and nothing else of whom was read before, if there are enough."""
        ask = replace(self.asking, tokens=tokens_of(self.around, self.people.numbers(turn=turn)))
        ask.greet([self.peer])
        asyncio.run(pin_backends(ask.url, ask.cores.others))
        before = read_by(ask.postmaster)
        costed = ask.costed(self.peer, self.peer.asked[PAGE])
        after = read_by(ask.postmaster)
        return Turn(costed, None if before is None or after is None else after - before)

    def warm(self, turn: int) -> int:
        """Have all in memory that pages are read of, as a round shows. Gives its bytes."""
        before = asyncio.run(read_so_far(self.asking.url))
        done = self.round(turn)
        return asyncio.run(bring_in(self.asking.url, before, pages=done.round.requests))


@dataclass(frozen=True)
class Scaled:
    """What came of it."""

    scene: Scene
    cores: Cores
    sizes: Sequence[Size]
    read_of: Sequence[int]
    """Of each size: bytes of the tables and indexes of which its pages are read."""
    rounds: Sequence[Sequence[Turn]]
    settings: Mapping[str, str]

    @property
    def errors(self) -> int:
        return sum(each.round.errors for rounds in self.rounds for each in rounds)


def scaled(scene: Scene, members: Sequence[int], *, keep: bool = False) -> Scaled:
    """The scene's, with so many members each. With `keep` the databases stay, and are used if they are there: a million
    members take the better part of an hour to be written. May raise LoadError, ServerError."""
    cores = cores_there_are()
    with ExitStack() as stack:
        server = stack.enter_context(benchmark_server(scene.database, scene.folder, buffers=scene.buffers))
        groups = [People(number, scene.people.asking) for number in members]
        sizes = [_size(stack, _database(stack, server, people, keep=keep), scene, people, cores) for people in groups]
        turns: Iterator[int] = count()
        turn = next(turns)
        read_of = [size.warm(turn) for size in sizes]
        _in_turn(sizes, [next(turns) for _ in range(UNMEASURED)])
        rounds = _in_turn(sizes, [next(turns) for _ in range(scene.rounds.rounds)])
        return Scaled(scene, cores, sizes, read_of, rounds, asyncio.run(settings_told(sizes[0].asking.url)))


def _in_turn(sizes: Sequence[Size], turns: Sequence[int]) -> list[list[Turn]]:
    rounds = [[size.round(turn) for size in sizes] for turn in turns]
    return [list(each) for each in zip(*rounds, strict=True)]


def _database(stack: ExitStack, server: str, people: People, *, keep: bool) -> str:
    def fill(url: str) -> None:
        asyncio.run(lives.fill(url, Group(FIRST, people.members)))
        asyncio.run(settle(url))

    if keep:
        return stack.enter_context(kept_on(server, f"members_{people.members}", fill=fill))
    url = stack.enter_context(database_on(server, f"_{people.members}"))
    fill(url)
    return url


def _size(stack: ExitStack, url: str, scene: Scene, people: People, cores: Cores) -> Size:
    ((size,),) = asyncio.run(run(url, "SELECT pg_database_size(current_database())"))
    around = stack.enter_context(surroundings(url, pool=scene.rounds.clients, cores=cores))
    (peer,) = stack.enter_context(product_peers(around, uncompiled=False))
    ask = asyncio.run(asking(url, cores=cores, plan=scene.rounds, tokens=[]))
    return Size(people, size, around, peer, ask)


def as_text(done: Scaled) -> str:
    lines = [_row(done, place) for place in range(len(done.sizes))]
    plan = done.scene.rounds
    said = next((each.round.said for rounds in done.rounds for each in rounds if each.round.said), None)
    return "\n".join((
        HEAD,
        *lines,
        "",
        f"{machine_told()}. The page of a member, by one process each (compiled); medians of {plan.rounds} rounds of"
        f" {plan.seconds:g} s in turn, the last column's of the ratios of each turn; {plan.clients} connections, kept"
        f" alive, by {plan.client.value}; each round asks for other members, {done.scene.people.asking:,} of them if"
        " there are so many, of whom only the id was read before. Rows are in the order of time: what a member did on"
        f" different days lies in different places of the tables. With {done.cores}.",
        'All databases are warm: the tables and indexes that most pages read ("pages read of") were read into memory,'
        f" as far as there is room, then each was asked for {UNMEASURED * plan.seconds:g} s, unmeasured; \"disk\" is"
        " what a page had read from there nevertheless. The last column: p99 in relation to that of the fewest.",
        f"PostgreSQL: {', '.join(f'{name} {setting}' for name, setting in done.settings.items())}.",
        *([f"The first wrong answer: {said}"] if said else []),
    ))  # fmt: skip


def as_json(done: Scaled) -> Mapping[str, Any]:
    return {
        str(size.people.members): {
            "bytes": size.bytes,
            "read_of": read_of,
            "rounds": [{"per_second": each.round.per_second, "p50": each.round.p50, "p99": each.round.p99,
                        "read": each.read} for each in rounds],
        }
        for size, read_of, rounds in zip(done.sizes, done.read_of, done.rounds, strict=True)
    }  # fmt: skip


def _row(done: Scaled, place: int) -> str:
    size, rounds, least = done.sizes[place], done.rounds[place], done.rounds[0]
    told = summary_of([each.costed for each in rounds])
    ratio = median(each.round.p99 / first.round.p99 for each, first in zip(rounds, least, strict=True))
    read = [each.read / each.round.requests / 1024 for each in rounds if each.read is not None]
    parts = (
        f"{size.people.members:,}", f"{size.people.members * ENTRIES:,}", _gib(size.bytes), _gib(done.read_of[place]),
        f"{told.requests_per_second:,.0f}", f"{told.p50_ms:.1f}", f"{told.p99_ms:.1f}",
        "–" if told.postgres_cpu is None else f"{told.postgres_cpu:,.0f}", f"{median(read):.1f}" if read else "–",
        f"{ratio:.2f}",
    )  # fmt: skip
    return f"| {' | '.join(parts)} |"


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB"
