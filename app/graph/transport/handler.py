"""GraphQL over HTTP, as bare ASGI: what stands between a socket and the execution of an operation.

https://graphql.github.io/graphql-over-http/draft/; why it is our own: docs/decisions/0002-own-http-handler.md
"""

from asyncio import CancelledError, Task
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

from graphql import GraphQLError, OperationType, get_operation_ast, parse

from app.clock import NewId
from app.errors import CallerError, Overloaded
from app.graph.bounds import Bounds
from app.graph.context import Context
from app.graph.execution import Execute
from app.graph.masking import Asked
from app.graph.viewer import Role

from .deadline import Deadline
from .media import JSON, NOT_ACCEPTABLE, UNREADABLE, Media, manner_of
from .reading import (
    Parameters,
    Receive,
    body_of,
    given_id,
    joined,
    parameters_of,
    parameters_of_query_string,
    token_of,
)
from .refusing import CLOSE, LATE, Disconnected, NotAnswered
from .writing import Answer, Send, answer_to_fault, answer_with, answer_with_errors, answer_without_execution, write

KIB = 1024
WHO_SEND_MUCH = (Role.SERVICE, Role.OPERATOR)
"""Facts in lists; files, and codes of vouchers."""
LOOKS = 10
"""In the length of a limit: by a tenth of it a request may be late."""
TOO_LATE = "The request did not arrive in time."
TOO_LONG = "The operation took too long. Try again shortly, or ask for less."


class ContextFor(Protocol):
    """What a request may reach. May raise CallerError: the token does not hold."""

    def __call__(self, *, token: str | None, language: str, request_id: str) -> Awaitable[Context]: ...


class Observe(Protocol):
    """Told of each request when it is answered; `outcome` is OK or the code of the first error."""

    def __call__(self, parameters: Parameters | None, outcome: str, seconds: float) -> None: ...


@dataclass(frozen=True)
class Limits:
    """Of one request. Sizes in bytes, times in seconds."""

    body: int = 64 * KIB
    service_body: int = KIB * KIB
    reading: float = 10.0
    """How long it may take to know who asks, and then for a body to arrive."""
    answering: float = 30.0
    """How long an operation may run."""


def unobserved(parameters: Parameters | None, outcome: str, seconds: float) -> None:
    """For those who do not count."""


class Request:
    """One request, and what is known of it so far."""

    __slots__ = ("headers", "id", "media", "method", "parameters", "query_string", "receive")

    def __init__(self, scope: Mapping[str, Any], receive: Receive, new_id: NewId) -> None:
        self.method: str = scope["method"]
        self.query_string: bytes = scope["query_string"]
        self.receive = receive
        pairs = scope["headers"]
        self.headers: dict[bytes, bytes] = dict(pairs)
        if len(self.headers) < len(pairs):
            self.headers = joined(pairs)
        own_id = self.headers.get(b"x-request-id")
        self.id = (own_id is not None and given_id(own_id)) or new_id().hex
        self.media: Media = JSON
        self.parameters: Parameters | None = None


class GraphQLHandler:
    """The ASGI application behind the path of the graph."""

    def __init__(
        self,
        *,
        execute: Execute,
        context_for: ContextFor,
        new_id: NewId,
        development: bool,
        limits: Limits | None = None,
        observe: Observe = unobserved,
    ) -> None:
        self._execute = execute
        self._context_for = context_for
        self._new_id = new_id
        self._development = development
        self._limits = limits or Limits()
        self._deadline = Deadline(looks=min(self._limits.reading, self._limits.answering) / LOOKS)
        self._observe = observe
        self._methods = ("GET", "POST") if development else ("POST",)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        began = perf_counter()
        request = Request(scope, receive, self._new_id)
        task = self._deadline.begin(self._limits.reading)
        try:
            answer = await self._answer(request, task)
        except Disconnected:
            return
        except NotAnswered as refused:
            answer = answer_without_execution(refused)
        except CallerError as error:
            answer = answer_without_execution(NotAnswered.because(error))
        except CancelledError:
            if not self._deadline.end(task):
                raise
            answer = answer_without_execution(_too_late(request))
        except Exception as fault:
            answer = answer_to_fault(fault, self._asked(request))
        finally:
            self._deadline.end(task)
        await write(send, answer, request.media, request.id)
        self._observe(request.parameters, answer.outcome, perf_counter() - began)

    async def _answer(self, request: Request, task: Task[object]) -> Answer:
        """The task has its time for reading, and then for the operation."""
        if request.method not in self._methods:
            raise _not_allowed(*self._methods)
        headers = request.headers
        manner = manner_of(headers)
        if manner.media is None:
            raise NotAnswered(406, NOT_ACCEPTABLE)
        request.media = manner.media
        if request.method == "POST" and not manner.is_json:
            raise NotAnswered(415, UNREADABLE)
        context = await self._context_for(
            token=token_of(headers.get(b"authorization")), language=manner.language, request_id=request.id
        )
        if request.method == "GET":
            asked = request.parameters = parameters_of_query_string(request.query_string)
            _must_only_read(asked)
        else:
            limits = self._limits
            self._deadline.again(task, limits.reading)  # whoever looked for who asks may have taken its time
            most = limits.service_body if context.viewer.role in WHO_SEND_MUCH else limits.body
            body = await body_of(request.receive, headers.get(b"content-length"), most)
            asked = request.parameters = parameters_of(body)
        self._deadline.again(task, self._limits.answering)
        result = await self._execute(asked.query, asked.variables, asked.operation, context)
        if not self._development:
            result.extensions = None
        if result.errors:
            return answer_with_errors(result, request.media, self._asked(request))
        return answer_with(result.data, result.extensions)

    def _asked(self, request: Request) -> Asked:
        operation = request.parameters.operation if request.parameters is not None else None
        return Asked(request.id, operation, self._development)


def _too_late(request: Request) -> NotAnswered:
    if request.parameters is None:
        return NotAnswered(408, TOO_LATE, code=LATE, headers=(CLOSE,))
    return NotAnswered.because(Overloaded(TOO_LONG))


def _must_only_read(asked: Parameters) -> None:
    """May raise NotAnswered (405). A document that cannot be read is left to the execution to complain of."""
    try:
        document = parse(asked.query, max_lexical_tokens=Bounds().tokens)
    except GraphQLError:
        return
    operation = get_operation_ast(document, asked.operation)
    if operation is not None and operation.operation is not OperationType.QUERY:
        raise _not_allowed("POST")


def _not_allowed(*methods: str) -> NotAnswered:
    named = ", ".join(methods)
    return NotAnswered(405, f"Use {named}.", headers=((b"allow", named.encode()),))
