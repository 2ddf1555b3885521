"""Two ways to ask: of a graph in this process, and over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import cycle
from typing import Any

import orjson

from app.graph import Role, Viewer
from app.graph.masking import code_of
from tests.world import World, customer, service, staff

from .connections import connections
from .corrections import Correction, Find
from .operations import PROGRAMS, Operation, customer_of, is_by_operator, is_by_staff
from .playing import LOST, Answer, Ask

PATIENCE = 60.0
"""Seconds that a client waits for an answer: longer than a server takes to start."""

TokenOf = Callable[[Operation], str]


def asks_in_process(*worlds: World) -> Ask:
    """Asks the graph in this process; of several worlds, which stand for servers on one database, each in turn."""
    turns = cycle(worlds)

    async def ask(operation: Operation) -> Answer:
        result = await next(turns).ask(operation.document, by=_viewer_of(operation), **operation.variables)
        if result.errors:
            return Answer(None, code_of(result.errors[0]))
        return _answer(result.data)

    return knowing_members(ask)


@asynccontextmanager
async def asks_by_http(url: str, token_of: TokenOf) -> AsyncGenerator[Ask]:
    """Asks a server."""
    async with connections(url) as posted:

        async def ask(operation: Operation) -> Answer:
            body = {"query": operation.document, "variables": operation.variables}
            try:
                async with asyncio.timeout(PATIENCE):  # whatever breaks, nobody waits that long
                    told = orjson.loads(await posted(orjson.dumps(body), token_of(operation)))
            except (OSError, EOFError) as error:
                if isinstance(error, TimeoutError):
                    raise
                return Answer(None, LOST)
            if errors := told.get("errors"):
                return Answer(None, errors[0]["extensions"]["code"])
            return _answer(told["data"])

        yield knowing_members(ask)


def knowing_members(ask: Ask) -> Ask:
    """Staff who correct a member's points name the member by its id: it is found out first, once, as the customer."""
    ids: dict[tuple[str, str], str] = {}

    async def asks(operation: Operation) -> Answer:
        if not isinstance(operation, Correction):
            return await ask(operation)
        place = operation.customer, operation.program
        if place not in ids:
            found = await ask(Find(*place))
            if found.data is None or "id" not in found.data:
                return found
            ids[place] = found.data["id"]
        return await ask(replace(operation, member=ids[place]))

    return asks


def _viewer_of(operation: Operation) -> Viewer:
    who = customer_of(operation)
    if who is not None:
        return customer(who)
    if is_by_operator(operation):
        return staff(Role.OPERATOR, *PROGRAMS)
    return staff(Role.SUPPORT, *PROGRAMS) if is_by_staff(operation) else service(*PROGRAMS)


def _answer(data: Any) -> Answer:
    (answer,) = data.values()
    if answer is None:
        return Answer({"__typename": "Nothing"})
    return Answer({"__typename": "List", "results": answer} if isinstance(answer, list) else answer)
