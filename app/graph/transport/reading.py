"""A request as it comes over HTTP: headers, body, and the parameters of GraphQL in it."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl

import orjson

from .refusing import CLOSE, Disconnected, NotAnswered

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
ESCAPED_NULL = b"\\u0000"
LONGEST_NUMBER = 15
"""Digits."""


class Parameters(NamedTuple):
    """What the client wants executed."""

    query: str
    variables: dict[str, Any] | None
    operation: str | None
    """Name of the operation, where the document has several."""


def joined(pairs: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; the values of one that comes twice are joined, so that none is overlooked."""
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


def token_of(authorization: bytes | None) -> str | None:
    """The bearer token, None if there is no such header. May raise NotAnswered (401)."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(b" ")
    token = token.strip()
    if scheme.lower() != b"bearer" or not token.isascii():
        raise NotAnswered(401, "Authorization must be: Bearer and a token.", code="UNAUTHENTICATED")
    return token.decode()


def given_id(header: bytes) -> str | None:
    """The client's own id of the request, if it is one that can be passed on and logged."""
    return header.decode() if REQUEST_ID.fullmatch(header) else None


async def body_of(receive: Receive, declared: bytes | None, most: int) -> bytes:
    """The whole body. May raise NotAnswered (413) without reading the rest of it, or, if its length is declared,
    anything; and Disconnected."""
    if declared is not None and declared.isdigit() and (len(declared) > LONGEST_NUMBER or int(declared) > most):
        raise _too_large(most)
    message = await receive()
    if message["type"] != "http.request":
        raise Disconnected
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        body = await _rest(receive, bytearray(body), most)
    if len(body) > most:
        raise _too_large(most)
    return body


async def _rest(receive: Receive, body: bytearray, most: int) -> bytes:
    more = True
    while more and len(body) <= most:
        message = await receive()
        if message["type"] != "http.request":
            raise Disconnected
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _too_large(most: int) -> NotAnswered:
    return NotAnswered(413, f"The request is larger than {most} bytes.", headers=(CLOSE,))


def parameters_of(body: bytes) -> Parameters:
    """Of a POST. May raise NotAnswered (400)."""
    try:
        asked: Any = orjson.loads(body)
    except ValueError:
        raise NotAnswered(400, "The body is not JSON.") from None
    if asked.__class__ is list:
        raise NotAnswered(400, "Send one operation a request: lists of operations are not taken.")
    if asked.__class__ is not dict:
        raise NotAnswered(400, "The body must be a JSON object.")
    parameters = _checked(asked)
    if ESCAPED_NULL in body and _holds_null(parameters.variables):
        raise NotAnswered(400, "Text must not contain the null character.")
    return parameters


def parameters_of_query_string(query_string: bytes) -> Parameters:
    """Of a GET. May raise NotAnswered (400)."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), errors="strict", max_num_fields=20)
        given: dict[str, Any] = dict(pairs)
        for name in ("variables", "extensions"):
            if name in given:
                given[name] = orjson.loads(given[name])
    except ValueError:
        raise NotAnswered(400, "The query string cannot be read; variables and extensions are JSON in it.") from None
    parameters = _checked(given)
    if _holds_null(parameters.variables):
        raise NotAnswered(400, "Text must not contain the null character.")
    return parameters


def _checked(given: dict[str, Any]) -> Parameters:
    query: Any = given.get("query")
    variables, operation = given.get("variables"), given.get("operationName")
    if query.__class__ is not str:
        raise NotAnswered(400, "`query` must be a string: a GraphQL document.")
    if variables is not None and variables.__class__ is not dict:
        raise NotAnswered(400, "`variables` must be an object.")
    if operation is not None and operation.__class__ is not str:
        raise NotAnswered(400, "`operationName` must be a string.")
    extensions = given.get("extensions")
    if extensions is not None and extensions.__class__ is not dict:
        raise NotAnswered(400, "`extensions` must be an object.")
    return Parameters(query, variables, operation or None)


def _holds_null(value: Any) -> bool:
    """PostgreSQL keeps no text with a null character in it."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if "\0" in item:
                return True
        elif isinstance(item, dict):
            waiting += cast("dict[str, Any]", item).values()
            waiting += cast("dict[str, Any]", item)
        elif isinstance(item, list):
            waiting += cast("list[Any]", item)
    return False
