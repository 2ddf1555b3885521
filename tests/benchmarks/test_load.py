"""Clients ask for something new each time, and see when an answer is wrong."""

import json
import shutil
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any

import pytest

from benchmarks.load import Client, LoadError, Order, loaded
from benchmarks.numbers import FIRST_PROGRAM, Group, Turns

GROUP = Group(1_000_000, 3)
BODY = '{"order": "@NUMBER@", "member": "@MEMBER@", "program": "@PROGRAM@"}'
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


def order_for(port: int, *tokens: str) -> Order:
    return Order(
        port=port,
        body=BODY,
        tokens=tokens or ["abc"],
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
    assert {body["program"] for _, body in asked} == {str(FIRST_PROGRAM)}


@pytest.mark.parametrize("client", CLIENTS)
def test_members_take_turns_in_each_program_once_with_their_own_tokens(client: Client) -> None:
    """The last member of one program is followed by the first of the next."""
    with answering(lambda _: '{"data": "ok"}') as (port, asked):
        turns = Turns(2, 100_000)
        done = loaded(replace(order_for(port, "of-0", "of-1", "of-2"), turns=turns), client)
    assert done.errors == 0, done.said
    told = sorted((int(body["program"]), int(body["member"]), token) for token, body in asked)
    first = turns.first + (client is Client.WRK)  # which makes one request to see what its script does
    assert told == [
        (FIRST_PROGRAM + turn // 3, 1_000_000 + turn % 3, f"Bearer of-{turn % 3}")
        for turn in range(first, first + len(asked))
    ]


def test_clients_end_with_the_last_turn() -> None:
    with answering(lambda _: '{"data": "ok"}') as (port, asked):
        done = loaded(replace(order_for(port), turns=Turns(0, 20), seconds=60), Client.PYTHON)
    assert (done.requests, done.errors, len(asked)) == (20, 0, 20)


@pytest.mark.parametrize("client", CLIENTS[1:])
def test_too_few_turns_are_told(client: Client) -> None:
    """wrk would go on with turns that are another round's."""
    with answering(lambda _: '{"data": "ok"}') as (port, _), pytest.raises(LoadError, match="20 turns"):
        loaded(replace(order_for(port), turns=Turns(0, 20)), client)


def test_clients_end_with_the_answer_that_they_wait_for() -> None:
    """Each with the first that it gets; these are counted by themselves."""
    with answering(lambda number: '{"data": "ok"}' if number <= 20 else '{"data": "over"}') as (port, asked):
        done = loaded(replace(order_for(port), until='"over"', seconds=60), Client.PYTHON)
    assert (done.requests, done.others, done.errors, len(asked)) == (20, 3, 0, 23)


def test_clients_begin_at_an_instant() -> None:
    begins_at = time() + 1
    began: list[float] = []

    def answer(_: int) -> str:
        began.append(time())
        return '{"data": "ok"}'

    with answering(answer) as (port, _):
        loaded(replace(order_for(port), begins_at=begins_at, seconds=0.2), Client.PYTHON)
    assert min(began) >= begins_at


@pytest.mark.parametrize("client", CLIENTS)
def test_a_wrong_answer_is_counted_and_shown(client: Client) -> None:
    """Not only by its status, which is 200 for what the rules refuse."""
    with answering(lambda number: '{"data": "ok"}' if number % 2 else '{"data": "refused \\" it"}') as (port, _):
        done = loaded(order_for(port), client)
    assert 0 < done.errors < done.requests
    assert abs(done.errors - done.requests / 2) <= 3
    assert 'refused \\" it' in done.said
