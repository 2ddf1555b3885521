"""Clients that ask as fast as they are answered, over connections that they keep, in a process of their own.

By wrk where it is installed, else by this module, which costs as much: `python -m benchmarks.load`, an `Order` as
JSON on the standard input, a `Round` on the standard output.
"""

import asyncio
import dataclasses
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import orjson
import uvloop

from .figures import Round, percentile
from .numbers import MEMBER, NUMBER, Group

SCRIPT = Path(__file__).with_name("load.lua")
PATIENCE = 30
"""Seconds after which an answer does not come any more."""
LENGTH = b"content-length: "
STAND_IN = re.compile(f"({NUMBER}|{MEMBER})")


class Client(Enum):
    """Who asks."""

    WRK = "wrk"
    PYTHON = "python"


def client_there_is() -> Client:
    return Client.WRK if shutil.which("wrk") else Client.PYTHON


class LoadError(Exception):
    """The clients could not be run; the message says what they said."""


@dataclass(frozen=True)
class Order:
    """What is to be asked. The clients together use the numbers from `first_number` on."""

    port: int
    body: str
    """With the stand-ins of `numbers`."""
    tokens: Sequence[str]
    """Each request takes one of them by chance."""
    answer: str
    members: Group
    clients: int
    first_number: int
    seconds: float


def loaded(order: Order, client: Client) -> Round:
    """Ask for so many seconds. May raise LoadError."""
    return _by_wrk(order) if client is Client.WRK else _by_python(order)


def _by_python(order: Order) -> Round:
    command = (sys.executable, "-m", "benchmarks.load")
    done = subprocess.run(command, input=orjson.dumps(order), capture_output=True, check=False)
    if done.returncode:
        raise LoadError(done.stderr.decode())
    return Round(**orjson.loads(done.stdout))


def _by_wrk(order: Order) -> Round:
    """A request that is under way at the end is done, and not counted. wrk knows whole seconds."""
    with TemporaryDirectory(prefix="member-center-") as folder:
        files = {"body": order.body, "tokens": "\n".join(order.tokens)}
        for name, text in files.items():
            (Path(folder) / name).write_text(text)
        command = (
            *("wrk", "--threads=1", f"--connections={order.clients}", f"--duration={max(1, round(order.seconds))}s"),
            *(f"--timeout={PATIENCE}s", f"--script={SCRIPT}", f"http://127.0.0.1:{order.port}/graphql", "--"),
            *(f"{folder}/body", f"{folder}/tokens", order.answer),
            *map(str, (order.first_number, order.members.first, order.members.size)),
        )
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError(done.stderr or done.stdout)
    return Round(**orjson.loads(done.stdout.splitlines()[-1]))


class Asking(asyncio.Protocol):
    """One connection. Reads only as much of HTTP as our own server writes."""

    def __init__(self, clients: "Clients") -> None:
        self._clients = clients
        self._buffer = b""
        self._began = 0.0
        self._transport: Any = None
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._began = perf_counter()
        if self._began >= self._clients.ends:
            self._transport.close()
        else:
            self._transport.write(self._clients.next_request())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        start = self._buffer.index(LENGTH) + len(LENGTH)
        length = int(self._buffer[start : self._buffer.index(b"\r", start)])
        if len(self._buffer) < head + 4 + length:
            return
        self._clients.note(self._buffer, perf_counter() - self._began)
        self._buffer = b""
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if perf_counter() < self._clients.ends:
            self._clients.note(f"the connection ended: {exc}".encode(), 0)
        self.closed.set_result(None)


class Clients:
    """All connections, and what they have seen."""

    def __init__(self, order: Order) -> None:
        self.ends = perf_counter() + order.seconds
        self._order = order
        self._requests = [_request(order, token) for token in order.tokens]
        self._answer = order.answer.encode()
        self._number = order.first_number
        self._latencies: list[float] = []
        self._errors = 0
        self._said = ""

    def next_request(self) -> bytes:
        self._number += 1
        member = self._order.members.first + int(random.random() * self._order.members.size)
        said = {NUMBER.encode(): b"%d" % self._number, MEMBER.encode(): b"%d" % member}
        pieces = self._requests[0] if len(self._requests) == 1 else random.choice(self._requests)
        return b"".join([said.get(piece, piece) for piece in pieces])

    def note(self, answer: bytes, seconds: float) -> None:
        self._latencies.append(seconds * 1000)
        if not answer.startswith(b"HTTP/1.1 200 ") or self._answer not in answer:
            self._errors += 1
            self._said = self._said or answer.decode(errors="replace")

    async def run(self) -> Round:
        loop = asyncio.get_running_loop()
        began = perf_counter()
        pairs = [await loop.create_connection(lambda: Asking(self), "127.0.0.1", self._order.port)
                 for _ in range(self._order.clients)]  # fmt: skip
        async with asyncio.timeout(self._order.seconds + PATIENCE):
            await asyncio.gather(*(asking.closed for _, asking in pairs))
        seconds, latencies = perf_counter() - began, sorted(self._latencies)
        p50, p99 = percentile(latencies, 0.5), percentile(latencies, 0.99)
        return Round(len(latencies), seconds, p50, p99, self._errors, self._said)


def _request(order: Order, token: str) -> Sequence[bytes]:
    """A request, cut at its stand-ins. Numbers have a fixed length, so the body has."""
    body = order.body.replace(NUMBER, str(order.first_number)).replace(MEMBER, str(order.members.first))
    lines = (
        "POST /graphql HTTP/1.1",
        f"host: 127.0.0.1:{order.port}",
        f"authorization: Bearer {token}",
        "content-type: application/json",
        "accept: application/json",
        f"content-length: {len(body.encode())}",
        "",
        order.body,
    )
    return [piece.encode() for piece in STAND_IN.split("\r\n".join(lines))]


async def main() -> None:
    """Of the process of the clients."""
    asked = orjson.loads(sys.stdin.buffer.read())
    order = Order(**asked | {"members": Group(**asked["members"])})
    sys.stdout.buffer.write(orjson.dumps(dataclasses.asdict(await Clients(order).run())))


if __name__ == "__main__":
    uvloop.run(main())
