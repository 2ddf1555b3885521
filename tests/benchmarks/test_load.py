"""Clients ask for something new each time, and see when an answer is wrong."""

import json
import shutil
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from benchmarks.load import Client, Order, loaded
from benchmarks.numbers import Group

GROUP = Group(1_000_000, 3)
BODY = '{"order": "@NUMBER@", "member": "@MEMBER@"}'
CLIENTS = [
    Client.PYTHON,
    pytest.param(Client.WRK, marks=pytest.mark.skipif(shutil.which("wrk") is None, reason="there is no wrk")),
]


@contextmanager
def answering(answer: Callable[[int], str]) -> Generator[tuple[int, list[Any]]]:
    """The port of a server that gives such an answer to the first, second, … request; and what it was asked."""
    asked: list[Any] = []
    lock = threading.Lock()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with lock:
                asked.append((self.headers["authorization"], json.loads(body)))
                told = answer(len(asked)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()
            thread.join()


def order_for(port: int) -> Order:
    return Order(
        port=port,
        body=BODY,
        tokens=["abc"],
        answer='"ok"',
        members=GROUP,
        clients=3,
        first_number=500_000_000_000,
        seconds=1,
    )


@pytest.mark.parametrize("client", CLIENTS)
def test_each_request_has_a_number_of_its_own_and_some_member(client: Client) -> None:
    with answering(lambda _: '{"data": "ok"}') as (port, asked):
        done = loaded(order_for(port), client)
    assert done.errors == 0, done.said
    assert 0 < done.requests <= len(asked) <= done.requests + 3
    assert 0 < done.p50 <= done.p99
    assert {token for token, _ in asked} == {"Bearer abc"}
    assert {body["member"] for _, body in asked} == {str(member) for member in GROUP}
    numbers = {int(body["order"]) for _, body in asked}
    assert len(numbers) == len(asked)
    assert min(numbers) > 500_000_000_000


@pytest.mark.parametrize("client", CLIENTS)
def test_a_wrong_answer_is_counted_and_shown(client: Client) -> None:
    """Not only by its status, which is 200 for what the rules refuse."""
    with answering(lambda number: '{"data": "ok"}' if number % 2 else '{"data": "refused \\" it"}') as (port, _):
        done = loaded(order_for(port), client)
    assert 0 < done.errors < done.requests
    assert abs(done.errors - done.requests / 2) <= 3
    assert 'refused \\" it' in done.said
