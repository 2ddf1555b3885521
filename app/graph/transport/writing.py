"""An answer as it goes over HTTP."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from graphql import ExecutionResult

from app.graph.masking import INTERNAL, Asked, is_request_error, shown_errors, shown_fault

from .media import Media
from .refusing import HEADERS, STATUS, Header, NotAnswered

Send = Callable[[Mapping[str, Any]], Awaitable[None]]

NO_STORE: Header = (b"cache-control", b"no-store")
OK = "OK"
PASSING = "OVERLOADED"
"""Of errors that are gone when the client asks again."""


class Answer(NamedTuple):
    """Status, headers that only some answers have, and body."""

    status: int
    body: bytes
    headers: Sequence[Header] = ()
    outcome: str = OK
    """`OK`, or the code of the first error: for counting."""


def answer_with(data: Any, extensions: Mapping[str, Any] | None = None) -> Answer:
    """All went well. May raise TypeError: a value is not one of JSON."""
    return Answer(200, orjson.dumps({"data": data, "extensions": extensions} if extensions else {"data": data}))


def answer_with_errors(result: ExecutionResult, media: Media, asked: Asked) -> Answer:
    """Something could not be executed, or nothing. May raise TypeError, as above."""
    errors = result.errors or []
    shown = shown_errors(errors, asked)
    codes = [error["extensions"]["code"] for error in shown]
    if any(_spoils_all(error) for error in shown):
        status = STATUS[PASSING]
        return Answer(status, orjson.dumps({"errors": shown}), HEADERS[status], PASSING)
    if result.data is None and is_request_error(errors):
        return Answer(media.request_error, orjson.dumps({"errors": shown}), outcome=codes[0])
    told = {"extensions": result.extensions} if result.extensions else {}
    return Answer(200, orjson.dumps({"errors": shown, "data": result.data, **told}), outcome=codes[0])


def _spoils_all(error: Mapping[str, Any]) -> bool:
    """Half a page is of no use to one who can have the whole in a second. But of a list of things to be done, those
    that could not be done stand beside those that were."""
    path = error.get("path") or [None]
    return error["extensions"]["code"] == PASSING and not isinstance(path[-1], int)


def answer_without_execution(refused: NotAnswered) -> Answer:
    shown = {"message": str(refused), "extensions": {"code": refused.code}}
    return Answer(refused.status, orjson.dumps({"errors": [shown]}), refused.headers, refused.code)


def answer_to_fault(fault: Exception, asked: Asked) -> Answer:
    """To what went wrong outside of any field."""
    return Answer(500, orjson.dumps({"errors": [shown_fault(fault, asked)]}), outcome=INTERNAL)


async def write(send: Send, answer: Answer, media: Media, request_id: str) -> None:
    headers = [
        media.header,
        (b"content-length", b"%d" % len(answer.body)),
        NO_STORE,
        (b"x-request-id", request_id.encode()),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
