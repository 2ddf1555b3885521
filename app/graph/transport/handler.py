"""GraphQL over HTTP, as bare ASGI: what stands between a socket and the execution of an operation.

https://graphql.github.io/graphql-over-http/draft/; why it is our own: docs/decisions/0002-own-http-handler.md
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

from graphql import ExecutionResult, GraphQLError, OperationType, get_operation_ast, parse

from app.clock import NewId
from app.errors import CallerError, Overloaded
from app.graph.bounds import Bounds
from app.graph.context import Context
from app.graph.execution import Execute
from app.graph.masking import Asked
from app.graph.viewer import Role

from .deadline import Deadline
from .media import JSON, Media, answered_in, check_sent_as, language_of
from .reading import (
    Parameters,
    Receive,
    body_of,
    check_declared,
    given_id,
    headers_of,
    parameters_of,
    parameters_of_query_string,
    token_of,
)
from .refusing import CLOSE, LATE, Disconnected, NotAnswered
from .writing import Answer, Send, answer_to_fault, answer_with, answer_with_errors, answer_without_execution, write

KIB = 1024
WHO_SEND_MUCH = frozenset((Role.SERVICE, Role.OPERATOR))
"""Facts in lists; files, and codes of vouchers."""


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
    """How long a body may take to arrive."""
    answering: float = 30.0
    """How long an operation may run."""


def unobserved(parameters: Parameters | None, outcome: str, seconds: float) -> None:
    """For those who do not count."""


@dataclass
class Request:
    """One request, and what is known of it so far."""

    method: str
    query_string: bytes
    headers: Mapping[bytes, bytes]
    receive: Receive
    id: str
    media: Media = JSON
    parameters: Parameters | None = None


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
        self._reading = Deadline(self._limits.reading)
        self._answering = Deadline(self._limits.answering)
        self._observe = observe
        self._methods = ("GET", "POST") if development else ("POST",)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        began = perf_counter()
        headers = headers_of(scope["headers"])
        request_id = given_id(headers.get(b"x-request-id")) or self._new_id().hex
        request = Request(scope["method"], scope["query_string"], headers, receive, request_id)
        try:
            answer = await self._answer(request)
        except Disconnected:
            return
        except NotAnswered as refused:
            answer = answer_without_execution(refused)
        except CallerError as error:
            answer = answer_without_execution(NotAnswered.because(error))
        except Exception as fault:
            answer = answer_to_fault(fault, self._asked(request))
        await write(send, answer, request.media, request_id)
        self._observe(request.parameters, answer.outcome, perf_counter() - began)

    async def _answer(self, request: Request) -> Answer:
        if request.method not in self._methods:
            raise _not_allowed(*self._methods)
        headers = request.headers
        request.media = answered_in(headers.get(b"accept"))
        if request.method == "POST":
            check_sent_as(headers)
        context = await self._context_for(
            token=token_of(headers.get(b"authorization")),
            language=language_of(headers.get(b"accept-language")),
            request_id=request.id,
        )
        if request.method == "GET":
            asked = request.parameters = parameters_of_query_string(request.query_string)
            _must_only_read(asked)
        else:
            asked = request.parameters = parameters_of(await self._body(request, context))
        result = await self._executed(asked, context)
        if not self._development:
            result.extensions = None
        if result.errors:
            return answer_with_errors(result, request.media, self._asked(request))
        return answer_with(result.data, result.extensions)

    async def _body(self, request: Request, context: Context) -> bytes:
        limits = self._limits
        most = limits.service_body if context.viewer.role in WHO_SEND_MUCH else limits.body
        check_declared(request.headers.get(b"content-length"), most)
        try:
            with self._reading:
                return await body_of(request.receive, most)
        except TimeoutError:
            raise NotAnswered(408, "The request did not arrive in time.", code=LATE, headers=(CLOSE,)) from None

    async def _executed(self, asked: Parameters, context: Context) -> ExecutionResult:
        try:
            with self._answering:
                return await self._execute(asked.query, asked.variables, asked.operation, context)
        except TimeoutError:
            raise Overloaded("The operation took too long. Try again shortly, or ask for less.") from None

    def _asked(self, request: Request) -> Asked:
        operation = request.parameters.operation if request.parameters is not None else None
        return Asked(request.id, operation, self._development)


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
