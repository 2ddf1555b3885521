"""Stands between clients and the server, and does to requests what mobile networks and gateways do.

What befalls a request is planned by its idempotency key, attempt by attempt: nothing depends on what is fast or slow.
"""

import asyncio
import json
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

KEY = re.compile(rb'"idempotencyKey": ?"([0-9a-f-]{36})"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 12\r\n\r\n<h1>502</h1>"


class Fate(Enum):
    """What becomes of one attempt."""

    PASSES = "it is answered"
    REQUEST_LOST = "it never arrives"
    ANSWER_LOST = "it is done, and the connection cut before the first byte of the answer"
    ANSWER_HALF = "it is done, and the connection cut in the middle of the answer"
    GATEWAY = "it is done, and a gateway says that it had no answer"


WORST = (Fate.REQUEST_LOST, Fate.ANSWER_LOST, Fate.ANSWER_HALF, Fate.GATEWAY)
"""All of it, one after the other; the fifth attempt passes."""


@dataclass
class Attempt:
    """What the client tried, and what the server answered to it, whether or not the client was told."""

    fate: Fate
    answer: Any = None
    """JSON; None: the server was not asked."""


@dataclass
class Cutting:
    """`url` is that of the server by way of the proxy. Made by `cutting`."""

    server: str
    plan: Sequence[Fate] = ()
    """What befalls each key's attempts, one after the other; those after them pass."""
    url: str = ""
    attempts: dict[str, list[Attempt]] = field(default_factory=dict[str, list[Attempt]])
    """By idempotency key."""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    """The server has answered somebody."""
    _clients: dict[asyncio.Task[Any], StreamWriter] = field(default_factory=dict[asyncio.Task[Any], StreamWriter])

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection of a client."""
        task = asyncio.current_task()
        assert task is not None
        self._clients[task] = writer
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while await self._one(await message(reader), writer):
                    pass
        finally:
            writer.transport.abort()
            del self._clients[task]

    async def close(self) -> None:
        """Cut who is still connected, and wait until all of it is over."""
        for writer in self._clients.values():
            writer.transport.abort()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _one(self, request: bytes, writer: StreamWriter) -> bool:
        """A request meets with its fate; may the client go on with this connection?"""
        attempt = self._attempt(request)
        if attempt.fate is Fate.REQUEST_LOST:
            return False
        answer = await self._asked(request)
        attempt.answer = json.loads(answer.partition(b"\r\n\r\n")[2])
        self.answered.set()
        match attempt.fate:
            case Fate.ANSWER_LOST:
                return False
            case Fate.ANSWER_HALF:
                writer.write(answer[: -(len(answer) // 5)])  # its head is whole, its body is not
                await writer.drain()
                return False
            case Fate.GATEWAY:
                writer.write(BAD_GATEWAY)
            case _:
                writer.write(answer)
        await writer.drain()
        return True

    def _attempt(self, request: bytes) -> Attempt:
        found = KEY.search(request)
        if found is None:
            return Attempt(Fate.PASSES)
        before = self.attempts.setdefault(found[1].decode(), [])
        before.append(Attempt(self.plan[len(before)] if len(before) < len(self.plan) else Fate.PASSES))
        return before[-1]

    async def _asked(self, request: bytes) -> bytes:
        """The server's whole answer: what was done is committed by then."""
        parts = urlsplit(self.server)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(request)
            return await message(reader)
        finally:
            writer.transport.abort()


async def message(reader: StreamReader) -> bytes:
    """A request or an answer, whole. May raise IncompleteReadError: there is none any more."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    return head + await reader.readexactly(int(length[1]) if length is not None else 0)


@asynccontextmanager
async def cutting(server: str, plan: Sequence[Fate] = ()) -> AsyncGenerator[Cutting]:
    """A proxy in front of a server, on a port of this machine."""
    proxy = Cutting(server, plan)
    listening = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = "http://{}:{}".format(*listening.sockets[0].getsockname())
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.close()
