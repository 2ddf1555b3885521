"""A server that is killed and started again: clients find it at the same address, and wait while it starts."""

import asyncio
import os
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.forked import PYTHON

ROOT = Path(__file__).parents[2]


class ServerProcess:
    """Made by `server_process`. `url` is where it is found."""

    def __init__(self, url: str, parent: Process) -> None:
        self.url = url
        self._parent = parent
        self._replacing = asyncio.Lock()

    async def replace(self) -> int:
        """Kill it with -9, wherever it is, and start another: its process id. The old one is dead by then.

        Who connects before the new one is ready waits in the queue of the socket.
        """
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        async with self._replacing:
            self._parent.stdin.write(b"another\n")
            return int(await self._parent.stdout.readline())


@asynccontextmanager
async def server_process(environment: Mapping[str, str], *, log: Path) -> AsyncGenerator[ServerProcess]:
    """A server with these settings; what it says goes to a file. At the end it is killed as well."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening, log.open("ab") as said:
        host, port = listening.getsockname()
        number = listening.fileno()
        parent = await asyncio.create_subprocess_exec(
            *(*PYTHON, "-m", "tests.faults.process", str(number)),
            cwd=ROOT,
            env={**os.environ, **environment},
            pass_fds=(number,),
            stdin=PIPE,
            stdout=PIPE,
            stderr=said,
        )
        try:
            server = ServerProcess(f"http://{host}:{port}", parent)
            await server.replace()
            yield server
        finally:
            await parent.communicate(b"")  # closes its input, which is what it waits for
