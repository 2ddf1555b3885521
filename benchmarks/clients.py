"""Clients as this language can be them: `python -m benchmarks.clients`, an `Order` as JSON on the standard input, a
`Round` on the standard output."""

import asyncio
import dataclasses
import random
import re
import sys
from collections.abc import Sequence
from time import perf_counter, time
from typing import Any

import orjson
import uvloop

from .figures import Round, percentile
from .load import PATIENCE, Order
from .numbers import DIGITS, FIRST_PROGRAM, MEMBER, NUMBER, PROGRAM, VALUE, Group, Turns

LENGTH = b"content-length: "
TOKEN = "@TOKEN@"
STAND_IN = re.compile(f"({'|'.join((*DIGITS, TOKEN, VALUE))})")


class Asking(asyncio.Protocol):
    """One connection. Reads only as much of HTTP as our own server writes."""

    def __init__(self, clients: "Clients") -> None:
        self._clients = clients
        self._buffer = b""
        self._began = 0.0
        self._is_done = False
        self._transport: Any = None
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def ask(self) -> None:
        self._began = perf_counter()
        request = self._clients.next_request() if self._began < self._clients.ends else None
        if request is None:
            self._is_done = True
            self._transport.close()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        start = self._buffer.index(LENGTH) + len(LENGTH)
        length = int(self._buffer[start : self._buffer.index(b"\r", start)])
        if len(self._buffer) < head + 4 + length:
            return
        is_last = self._clients.note(self._buffer, perf_counter() - self._began)
        self._buffer = b""
        if is_last:
            self._is_done = True
            self._transport.close()
        else:
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._is_done:
            self._clients.note(f"the connection ended: {exc}".encode(), 0)
        self.closed.set_result(None)


class Clients:
    """All connections, and what they have seen."""

    def __init__(self, order: Order) -> None:
        self.ends = 0.0
        self._order = order
        self._pieces = _request(order)
        self._tokens = [token.encode() for token in order.tokens]
        self._values = [value.encode() for value in order.values] or [b""]
        self._answer = order.answer.encode()
        self._until = None if order.until is None else order.until.encode()
        self._asked = 0
        self._latencies: list[float] = []
        self._last = perf_counter()
        self._others = 0
        self._errors = 0
        self._said = ""

    def next_request(self) -> bytes | None:
        """None: no turns are left."""
        chosen = self._chosen()
        if chosen is None:
            return None
        self._asked += 1
        member, program = chosen
        said = {
            NUMBER: b"%d" % (self._order.first_number + self._asked),
            MEMBER: b"%d" % member,
            PROGRAM: b"%d" % program,
            TOKEN: self._tokens[(member - self._order.members.first) % len(self._tokens)],
            VALUE: self._values[(member - self._order.members.first) % len(self._values)],
        }
        return b"".join([piece if isinstance(piece, bytes) else said[piece] for piece in self._pieces])

    def _chosen(self) -> tuple[int, int] | None:
        """A member, and of which program."""
        members, turns = self._order.members, self._order.turns
        if turns is None:
            return members.first + int(random.random() * members.size), FIRST_PROGRAM
        if self._asked == turns.size:
            return None
        program, place = divmod(turns.first + self._asked, members.size)
        return members.first + place, FIRST_PROGRAM + program

    def note(self, answer: bytes, seconds: float) -> bool:
        """Whether that was the last one for who got it."""
        is_well = answer.startswith(b"HTTP/1.1 200 ")
        if self._until is not None and is_well and self._until in answer:
            self._others += 1
            return True
        self._latencies.append(seconds * 1000)
        self._last = perf_counter()
        if not is_well or self._answer not in answer:
            self._errors += 1
            self._said = self._said or answer.decode(errors="replace")
        return False

    async def run(self) -> Round:
        loop = asyncio.get_running_loop()
        pairs = [await loop.create_connection(lambda: Asking(self), "127.0.0.1", self._order.port)
                 for _ in range(self._order.clients)]  # fmt: skip
        await asyncio.sleep(self._order.begins_at - time())
        began = perf_counter()
        self.ends = began + self._order.seconds
        for _, asking in pairs:
            asking.ask()
        async with asyncio.timeout(self._order.seconds + PATIENCE):
            await asyncio.gather(*(asking.closed for _, asking in pairs))
        ended = perf_counter() if self._until is None else self._last
        latencies = sorted(self._latencies)
        p50, p99 = percentile(latencies, 0.5), percentile(latencies, 0.99)
        return Round(len(latencies), ended - began, p50, p99, self._errors, self._said, self._others)


def _request(order: Order) -> Sequence[bytes | str]:
    """A request, cut at its stand-ins, which alone are texts. Numbers and values have one length, so the body has."""
    body = order.body.replace(VALUE, order.values[0] if order.values else "")
    for stand_in, digits in DIGITS.items():
        body = body.replace(stand_in, "0" * digits)
    lines = (
        f"POST {order.path} HTTP/1.1",
        f"host: 127.0.0.1:{order.port}",
        f"authorization: Bearer {TOKEN}",
        "content-type: application/json",
        "accept: application/json",
        f"content-length: {len(body.encode())}",
        "",
        order.body,
    )
    pieces = STAND_IN.split("\r\n".join(lines))
    return [piece if place % 2 else piece.encode() for place, piece in enumerate(pieces)]


async def main() -> None:
    """Of the process of the clients."""
    asked = orjson.loads(sys.stdin.buffer.read())
    turns = None if asked["turns"] is None else Turns(**asked["turns"])
    order = Order(**asked | {"members": Group(**asked["members"]), "turns": turns})
    sys.stdout.buffer.write(orjson.dumps(dataclasses.asdict(await Clients(order).run())))


if __name__ == "__main__":
    uvloop.run(main())
