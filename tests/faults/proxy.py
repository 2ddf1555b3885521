"""Stands between the product and Postgres, and does to connections what networks and crashes do.

It counts COMMITs, so that what happens depends on what was done and not on how fast.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.databases import run

from .link import Link, connected, pieces, sent, url_by_way_of
from .protocol import CANCEL, GSS, KEY_DATA, NO, READY, SSL, STARTUP, Framing, Message
from .schedule import KILLS, Fault, Kind, Schedule

TERMINATE = "SELECT pg_terminate_backend({}, 10000)"
"""Returns when the process is gone."""

Kill = Callable[[], Awaitable[None]]
"""Kills who uses the proxy; returns when it is dead."""


@dataclass(frozen=True)
class Happened:
    """A fault that came."""

    commit: int
    """The number of the COMMIT at which it came."""
    fault: Fault
    committed: bool | None = None
    """Where the proxy waited for the server's word, and had it: whether it was done."""


class FaultProxy:
    """`url` is that of the database by way of the proxy. Made by `fault_proxy`."""

    def __init__(self, database: str, schedule: Schedule, kill: Kill | None) -> None:
        self.url = ""
        self.commits = 0
        self.happened: list[Happened] = []
        self._database = database
        self._schedule = schedule
        self._kill = kill
        self._links = set[Link]()
        self._serving = set[asyncio.Task[object]]()
        self.refusing = 0
        """Attempts to connect that are still refused."""
        self._cuts: list[tuple[int, Happened]] = []
        """Messages still to pass until a connection is cut."""

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One client, from its first byte to the end of the connection."""
        if self.refusing:
            self.refusing -= 1
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            upstream, server = await connected(self._database)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, server)
        self._links.add(link)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._from_client(link, reader))
                both.create_task(self._from_server(link, upstream))
        finally:
            self._links.discard(link)
            link.cut()

    def outage(self, refused: int) -> None:
        """Cut all connections, and refuse so many new ones."""
        self.refusing += refused
        for link in self._links:
            link.cut()

    async def close(self) -> None:
        """Cut what is still connected, and wait until all of it is over."""
        for link in self._links:
            link.cut()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _from_client(self, link: Link, reader: StreamReader) -> None:
        framing = Framing(starts=True)
        async for data in pieces(reader):
            passed: list[bytes] = []
            for message in framing.feed(data):
                if message.kind == STARTUP and message.code in (SSL, GSS):
                    link.client.write(NO)
                elif await self._passes(link, message):
                    passed.append(message.raw)
                else:
                    return
            await sent(link.server, passed)
        link.server.close()

    async def _from_server(self, link: Link, upstream: StreamReader) -> None:
        framing = Framing(starts=False)
        async for data in pieces(upstream):
            passed: list[bytes] = []
            for message in framing.feed(data):
                if message.kind == KEY_DATA:
                    link.process = message.process
                if link.withheld is None:
                    passed.append(message.raw)
                elif await self._answered(link, *link.withheld, message):
                    return
            await sent(link.client, passed)
        if link.withheld is None:
            link.client.close()
        else:  # another fault came before the answer
            self.happened.append(Happened(*link.withheld))

    async def _passes(self, link: Link, message: Message) -> bool:
        """May the message go on to the server? If not, the connection is at its end."""
        if self._is_cut_here():
            link.cut()
            return False
        if message.kind == STARTUP and message.code == CANCEL:
            return True
        if not link.conversation.commits(message):
            return True
        self.commits += 1
        fault = self._schedule.get(self.commits)
        return fault is None or await self._befalls(link, fault, self.commits)

    async def _befalls(self, link: Link, fault: Fault, commit: int) -> bool:
        """The COMMIT meets with a fault; does it reach the server all the same?"""
        match fault.kind:
            case Kind.REPLY_LOST | Kind.KILLED_AFTER_COMMIT:
                link.withheld = commit, fault
                return True
            case Kind.CUT_LATER:
                self._cuts.append((fault.messages, Happened(commit, fault)))
                return True
            case Kind.DELAYED:
                self.happened.append(Happened(commit, fault))
                await asyncio.sleep(fault.seconds)
                return True
            case Kind.BACKEND_TERMINATED:  # its last words, that it was terminated, still reach the client
                self.happened.append(Happened(commit, fault))
                await run(self._database, TERMINATE.format(link.process))
                return False
            case Kind.KILLED_BEFORE_COMMIT:
                await self._killed()
            case Kind.OUTAGE:
                self.outage(fault.refused)
            case Kind.CUT_BEFORE_COMMIT:
                pass
        self.happened.append(Happened(commit, fault))
        link.cut()
        return False

    async def _answered(self, link: Link, commit: int, fault: Fault, message: Message) -> bool:
        """The answer to the COMMIT is whole, and the connection at its end."""
        link.committed = link.committed or message.is_committed
        if message.kind != READY:
            return False
        self.happened.append(Happened(commit, fault, link.committed))
        if fault.kind in KILLS:
            await self._killed()
        link.cut()
        return True

    async def _killed(self) -> None:
        if self._kill is None:
            raise LookupError("nobody was named who could be killed")
        await self._kill()

    def _is_cut_here(self) -> bool:
        """Is it this message's turn to find its connection cut?"""
        if not self._cuts:
            return False
        self._cuts = [(left - 1, happened) for left, happened in self._cuts]
        ended = [happened for left, happened in self._cuts if left <= 0]
        self._cuts = [(left, happened) for left, happened in self._cuts if left > 0]
        self.happened += ended
        return bool(ended)


@asynccontextmanager
async def fault_proxy(
    database: str, schedule: Schedule | None = None, *, kill: Kill | None = None
) -> AsyncGenerator[FaultProxy]:
    """A proxy in front of a database, on a port of this machine. `kill` is for faults that kill its user."""
    proxy = FaultProxy(database, schedule or {}, kill)
    listening = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()
    proxy.url = url_by_way_of(database, host, port)
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.close()
