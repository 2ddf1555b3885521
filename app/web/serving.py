"""uvicorn, so that a deploy loses nothing and slow sockets hold nothing: draining, and a time limit for headers."""

import asyncio
import gc
import signal
from collections.abc import Callable
from math import inf
from time import monotonic
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEADER_LIMIT = 10.0
"""Seconds from the opening of a connection, or its last answer, to the end of the next request's headers."""
NOTICE = 2.0
"""Seconds between a failing /readyz and the end of listening: for those who send requests here to see it."""
TICKS = 10
"""uvicorn's ticks between two looks at connections; a tick is a tenth of a second."""

PROTOCOL: Any = AutoHTTPProtocol
HEAD = b"HTTP/1.1 "
"""How uvicorn begins the head of an answer, and nothing else that it writes."""


class Joined:
    """A transport that sends the head of an answer together with its body: uvicorn hands them over one by one, uvloop
    writes each at once, and each write costs a system call, a packet, and waking the client.

    A head that is not followed at once goes by itself.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        if self._head is not None:
            data, self._head = self._head + data, None
        elif data.startswith(HEAD):
            self._head = data
            self._loop.call_soon(self._flush)
            return
        self._transport.write(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head is not None:
            data, self._head = self._head, None
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        """All else is the transport's own."""
        return getattr(self._transport, name)


class DatedProtocol(PROTOCOL):
    """Knows since when its client may have sent the next request."""

    since = inf

    def connection_made(self, transport: Any) -> None:
        super().connection_made(Joined(transport))
        self.since = monotonic()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.since = monotonic()

    def owes_since(self, instant: float) -> bool:
        """No request is being answered, and none has come since."""
        return self.since < instant and (self.cycle is None or self.cycle.response_complete)


class Server(uvicorn.Server):
    """Is told to stop: says so at once, goes on for a while, then takes nothing new and finishes what it has."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        drain: Callable[[], None],
        notice: float = NOTICE,
        header_limit: float = HEADER_LIMIT,
    ) -> None:
        super().__init__(config)
        self._drain = drain
        self._notice = notice
        self._header_limit = header_limit
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: Any = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        _settle_memory()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM comes from a deploy and gives notice. Ctrl-C, or a second signal, does not."""
        self._drain()
        if sig != signal.SIGTERM or self._loop is None or self._captured_signals:
            super().handle_exit(sig, frame)
            return
        self._captured_signals.append(sig)
        self._loop.call_soon_threadsafe(self._loop.call_later, self._notice, self._stop)

    def _stop(self) -> None:
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS == 0:
            latest = monotonic() - self._header_limit
            for connection in list(self.server_state.connections):
                if isinstance(connection, DatedProtocol) and connection.owes_since(latest):
                    connection.transport.abort()
        return await super().on_tick(counter)


def _settle_memory() -> None:
    """What is there now stays: the collector need not look at it again, nor so often at what requests leave."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def server_for(
    app: Any,
    *,
    drain: Callable[[], None],
    host: str,
    port: int,
    drain_timeout: float,
    notice: float = NOTICE,
    header_limit: float = HEADER_LIMIT,
) -> Server:
    """A server to `run()`. Times in seconds; port 0 takes any that is free."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=DatedProtocol,
        lifespan="on",
        access_log=False,  # the figures count requests, and a line for each costs more than a small answer
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nobody asks where a request is from, and looking costs each of them
        ws="none",
        timeout_graceful_shutdown=max(1, round(drain_timeout)),
    )
    return Server(config, drain=drain, notice=notice, header_limit=header_limit)
