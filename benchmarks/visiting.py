"""Each member asks for their page: from then on the server knows their token, and what a new one costs is seen."""

from collections.abc import Sequence

import orjson

from .load import Client, LoadError, Order, loaded
from .numbers import FIRST_PROGRAM, Group, Turns, code_of
from .processes import cpu_of
from .server import Server

PAGE = f"""{{ me(program: "{code_of(FIRST_PROGRAM)}") {{ id points {{ available pending }} }} }}"""
LONGEST = 600.0
"""Seconds."""
MOST_MEMBERS = 9_000
"""A server remembers somewhat more tokens than that (`app.tokens`)."""


def visited(served: Server, members: Group, *, clients: int) -> float:
    """Each member asks twice for their page. CPU of the server, in seconds, that a token takes when it is seen for the
    first time: by so much the first pages cost more than the second. May raise LoadError."""
    tokens = served.tokens(members)
    warm = Group(members.first, min(members.size, 200))
    _visit(served, warm, [served.tokens([warm.first])[0]], clients)  # of one token: what a process does first
    first, second = (_visit(served, members, tokens, clients) for _ in range(2))
    return first - second


def _visit(served: Server, members: Group, tokens: Sequence[str], clients: int) -> float:
    """CPU of the server for each."""
    order = Order(
        port=served.port,
        body=orjson.dumps({"query": PAGE}).decode(),
        tokens=tokens,
        answer='"me":{"id":',
        members=members,
        clients=clients,
        first_number=0,
        seconds=LONGEST,
        turns=Turns(0, members.size),
    )
    before = cpu_of(served.process)
    done = loaded(order, Client.PYTHON)
    if done.errors or done.requests != members.size:
        raise LoadError(f"{done.requests} of {members.size} members saw their page, {done.errors} of them wrong."
                        f" {done.said}")  # fmt: skip
    return (cpu_of(served.process) - before) / members.size
