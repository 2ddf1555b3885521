"""Peers on one database, round by round in turn, each on a core by itself while it is asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .figures import Costed
from .load import Client, Order, loaded
from .numbers import Group, Turns
from .peers.peer import Asked, Peer
from .pinning import Cores, on, pin_backends
from .processes import Cost, postmaster_of

LONGEST = 600.0
"""Seconds that a greeting of everybody may take."""


@dataclass(frozen=True)
class Rounds:
    """How much is measured, and by whom."""

    seconds: float
    rounds: int
    clients: int
    client: Client
    warm: float = 3.0
    """Seconds that each is asked before it is measured."""


@dataclass(frozen=True)
class Measured:
    """One peer's rounds."""

    peer: Peer
    rounds: Sequence[Costed]
    memory: int
    """Resident bytes at the end, after all that load."""


@dataclass(frozen=True)
class Asking:
    """What is needed to ask any peer."""

    url: str
    cores: Cores
    plan: Rounds
    tokens: Sequence[str]
    postmaster: Any = None

    def measured(self, peers: Sequence[Peer], workload: str) -> list[Measured]:
        """May raise LoadError."""
        for peer in peers if self.plan.warm else ():
            self._round(peer, peer.asked[workload], self.plan.warm)
        asyncio.run(pin_backends(self.url, self.cores.others))
        rounds: dict[str, list[Costed]] = {peer.name: [] for peer in peers}
        memory: dict[str, int] = {}
        for _ in range(self.plan.rounds):
            for peer in peers:
                rounds[peer.name].append(self.costed(peer, peer.asked[workload]))
                memory[peer.name] = max(peer.memory, memory.get(peer.name, 0))
        return [Measured(peer, rounds[peer.name], memory[peer.name]) for peer in peers]

    def greet(self, peers: Sequence[Peer]) -> None:
        """Let each know of every token. May raise LoadError."""
        turns = Turns(0, len(self.tokens))
        for peer in peers:
            if "greeting" in peer.asked:
                order = self._order(peer, peer.asked["greeting"], LONGEST)
                loaded(replace(order, turns=turns), Client.PYTHON)

    def costed(self, peer: Peer, asked: Asked) -> Costed:
        cost = Cost.of(peer.process, self.postmaster)
        done = self._round(peer, asked, self.plan.seconds)
        return Costed(done, *cost.so_far())

    def _round(self, peer: Peer, asked: Asked, seconds: float) -> Any:
        with on(self.cores.others):
            return loaded(self._order(peer, asked, seconds), self.plan.client)

    def _order(self, peer: Peer, asked: Asked, seconds: float) -> Order:
        return Order(
            port=peer.port,
            path=asked.path,
            body=asked.body,
            tokens=self.tokens,
            answer=asked.answer,
            members=Group(0, max(len(self.tokens), len(asked.values))),
            clients=self.plan.clients,
            first_number=0,
            seconds=seconds,
            values=asked.values,
        )


async def asking(url: str, *, cores: Cores, plan: Rounds, tokens: Sequence[str]) -> Asking:
    return Asking(url, cores, plan, tokens, await postmaster_of(url))
