"""Asking an ASGI application without a socket: what is sent is seen byte by byte, and so is what is read."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.graph.transport import GraphQLHandler

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
UTF_8 = "; charset=utf-8"

Message = Mapping[str, Any]


@dataclass
class Answered:
    """What came back, and how much of the request was read for it."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    read: int = 0
    """Messages of the request."""

    @property
    def json(self) -> dict[str, Any]:
        return orjson.loads(self.body)

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.json.get("errors", ())]


async def deliver(
    app: GraphQLHandler,
    messages: Iterable[Message] = (),
    *,
    method: str = "POST",
    query_string: str = "",
    headers: Iterable[tuple[str, str]] = (),
) -> Answered:
    """A request in pieces. When they are used up nothing more comes, and the connection stays open."""
    coming = iter(messages)
    answered = Answered()

    async def receive() -> Message:
        message = next(coming, None)
        if message is None:
            await asyncio.Event().wait()
        answered.read += 1
        return message or {}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            answered.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answered.body += message["body"]

    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": "http", "method": method, "path": "/graphql", "headers": pairs}
    await app({**scope, "query_string": query_string.encode()}, receive, send)
    return answered


def piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def post(app: GraphQLHandler, body: bytes | Mapping[str, Any], *, accept: str = JSON, **headers: str) -> Answered:
    """A whole request, as an ordinary client sends it; `x_request_id="a"` sets a header."""
    sent = body if isinstance(body, bytes) else orjson.dumps(body)
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return await deliver(app, [piece(sent)], headers=[("content-type", JSON), ("accept", accept), *named])


async def ask(app: GraphQLHandler, query: str, *, accept: str = JSON, **variables: Any) -> Answered:
    return await post(app, {"query": query, "variables": variables}, accept=accept)
