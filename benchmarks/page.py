"""`page`, `list`: the product beside its peers, on one database, round by round in turn."""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from app import clock
from app.graph import Role

from . import lives
from .database import benchmark_database, settings_told, settle
from .numbers import Group, subject_of
from .peers import postgraphile
from .peers.documents import LISTED
from .peers.equal import check_equal, told_size
from .peers.peer import Peer
from .peers.starting import (
    Around,
    hand_written,
    places_of_list,
    postgraphile_peer,
    product_peers,
    surroundings,
)
from .pinning import Cores, cores_there_are
from .side_by_side import Asking, Measured, Rounds, asking

FIRST = 1_000_000
"""Number of the first member."""
PAGE, LISTS = "page", tuple(LISTED)
COMPARED = 40
"""Members, or places of the list, for which all must say the same before anything is measured."""


class Beside(Enum):
    """Who may be measured beside the product."""

    UNCOMPILED = "uncompiled"
    POSTGRAPHILE = "postgraphile"
    HAND_WRITTEN = "hand-written"


@dataclass(frozen=True)
class People:
    """Who is in the database, and who of them asks."""

    members: int
    asking: int
    """As many at most as a process can remember tokens of: spread evenly over all."""

    def numbers(self, *, turn: int = 0) -> Sequence[int]:
        """Each turn has others, as far as there are others."""
        step = max(self.members // self.asking, 1)
        return range(FIRST + turn % step, FIRST + self.members, step)[: self.asking]


@dataclass(frozen=True)
class Scene:
    """A database with people in it, and how it is to be asked."""

    people: People
    rounds: Rounds
    beside: frozenset[Beside]
    database: str | None = None
    folder: Path | None = None
    buffers: int | None = None
    """Bytes of PostgreSQL's shared buffers, on an embedded server."""


@dataclass(frozen=True)
class Compared:
    """What came of it, and what must be known to read it."""

    scene: Scene
    cores: Cores
    sizes: Mapping[str, int]
    """Bytes of an answer of each workload."""
    measured: Mapping[str, Sequence[Measured]]
    settings: Mapping[str, str]
    missing: Sequence[str]
    """Who did not run, and why."""


def compared(scene: Scene, workloads: Sequence[str]) -> Compared:
    """On a database of its own. May raise Unequal, LoadError, ServerError."""
    with benchmark_database(scene.database, scene.folder, buffers=scene.buffers) as url:
        asyncio.run(lives.fill(url, Group(FIRST, scene.people.members)))
        asyncio.run(settle(url))
        return compared_on(url, scene, workloads)


def compared_on(url: str, scene: Scene, workloads: Sequence[str]) -> Compared:
    """On a database that has the people. May raise as above."""
    cores = cores_there_are()
    with ExitStack() as stack:
        around = stack.enter_context(surroundings(url, pool=scene.rounds.clients, cores=cores))
        if set(workloads) & set(LISTS):
            around = asyncio.run(places_of_list(around, number=scene.people.asking // 8))
        tokens = {PAGE: tokens_of(around, scene.people.numbers()), **{name: [_staff(around)] for name in LISTS}}
        peers, missing = stack.enter_context(_peers(around, scene, tokens[PAGE][0]))
        measured: dict[str, Sequence[Measured]] = {}
        sizes: dict[str, int] = {}
        for name in workloads:
            ask = asyncio.run(asking(url, cores=cores, plan=scene.rounds, tokens=tokens[name]))
            _check(peers, name, ask)
            sizes[name] = told_size(peers[0], name, token=tokens[name][0])
            if name == PAGE:
                ask.greet(peers)
            measured[name] = ask.measured(peers, name)
        return Compared(scene, cores, sizes, measured, asyncio.run(settings_told(url)), missing)


@contextmanager
def _peers(around: Around, scene: Scene, token: str) -> Generator[tuple[list[Peer], Sequence[str]]]:
    with ExitStack() as stack:
        peers = stack.enter_context(product_peers(around, uncompiled=Beside.UNCOMPILED in scene.beside))
        missing: list[str] = []
        if Beside.POSTGRAPHILE in scene.beside:
            if postgraphile.is_installed():
                peers += stack.enter_context(postgraphile_peer(around))
            else:
                missing.append(postgraphile.INSTALL)
        if Beside.HAND_WRITTEN in scene.beside:
            size = told_size(peers[0], PAGE, token=token)
            peers += stack.enter_context(hand_written(around, ping_size=size))
        yield peers, missing


def _check(peers: Sequence[Peer], workload: str, ask: Asking) -> None:
    number = max(len(ask.tokens), *(len(peer.asked[workload].values) for peer in peers))
    check_equal(peers, workload, tokens=ask.tokens, places=range(0, number, max(number // COMPARED, 1)))


def tokens_of(around: Around, members: Sequence[int]) -> list[str]:
    now = clock.now()
    return [around.issuer.token(subject=subject_of(member), now=now) for member in members]


def _staff(around: Around) -> str:
    return around.issuer.token(subject="operator", now=clock.now(), role=Role.OPERATOR, programs=[lives.PROGRAM])
