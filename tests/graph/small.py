"""A small graph behind the real HTTP handler, for tests of what is between a client and any graph."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, cast
from uuid import UUID

import strawberry
from graphql import ExecutionResult, GraphQLSchema

from app.clock import new_id
from app.compiled.core import core
from app.errors import BadInput, Forbidden, Overloaded, Unauthenticated
from app.graph import Context, Role, Viewer
from app.graph.bounds import Bounds, Checks, checked, checks_for
from app.graph.execution import Execute
from app.graph.transport import GraphQLHandler, Limits, Observe
from app.graph.transport.handler import unobserved

SECRET = "the row (phone)=(13800000000)"  # what an exception's text may hold
INSTANT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOBODYS = cast(Any, None)


@strawberry.enum
class Season(Enum):
    SPRING = "SPRING"
    AUTUMN = "AUTUMN"


@strawberry.input
class Redeem:
    idempotency_key: UUID
    reward: str = "mug"


@strawberry.type
class Query:
    @strawberry.field
    def greeting(self, name: str = "you", season: Season | None = None) -> str:
        return f"Hello {name}"

    @strawberry.field
    def viewer(self, info: strawberry.Info[Context, None]) -> str:
        return f"{info.context.viewer.role.value} in {info.context.language}"

    @strawberry.field
    def double(self, of: int) -> int:
        return of * 2

    @strawberry.field
    def total(self, of: list[int]) -> int:
        return sum(of)

    @strawberry.field
    def broken(self) -> str | None:
        raise ValueError(SECRET)

    @strawberry.field
    def broken_and_needed(self) -> str:
        raise ValueError(SECRET)

    @strawberry.field
    def missing(self) -> str:
        return NOBODYS

    @strawberry.field
    def huge(self) -> int | None:
        return 2**40

    @strawberry.field
    def hidden(self) -> str | None:
        raise Forbidden("You may not see this.")

    @strawberry.field
    def impossible(self) -> str | None:
        raise BadInput("No. Did you mean it?")

    @strawberry.field
    def crowded(self) -> str | None:
        raise Overloaded("The server is busy. Try again shortly.")

    @strawberry.field
    async def endless(self) -> str | None:
        await asyncio.Event().wait()
        return None

    @strawberry.field
    def again(self) -> "Query":
        return Query()


@strawberry.type
class Mutation:
    @strawberry.mutation
    def redeem(self, input: Redeem) -> str:
        return input.reward

    @strawberry.mutation
    def give(self, idempotency_key: UUID) -> str:
        return str(idempotency_key)

    @strawberry.mutation
    def rename(self, name: str) -> str:
        return name


SCHEMA: GraphQLSchema = strawberry.Schema(Query, Mutation)._schema  # pyright: ignore[reportPrivateUsage]

CALLERS = {role.value.lower(): Viewer(role) for role in (Role.MEMBER, Role.SERVICE, Role.OPERATOR)}
"""By the text of their tokens."""


def executing(checks: Checks) -> Execute:
    """As graphql-core does it, for documents that the checks let pass."""

    async def executed(
        text: str, variables: Mapping[str, Any] | None, name: str | None, context: Context, /
    ) -> ExecutionResult:
        document = checked(text, checks)
        if isinstance(document, list):
            return ExecutionResult(None, document)
        result = core.execute(
            SCHEMA,
            document,
            Query(),
            context,
            variable_values=dict(variables or {}),
            operation_name=name,
            hide_suggestions=checks.hide_suggestions,
        )
        return result if isinstance(result, ExecutionResult) else await result

    return executed


async def context_for(*, token: str | None, language: str, request_id: str) -> Context:
    if token == "crowded":
        raise Overloaded("The server is busy. Try again shortly.")
    if token == "broken":
        raise ValueError(SECRET)
    if token is not None and token not in CALLERS:
        raise Unauthenticated("The token has expired.")
    viewer = CALLERS[token] if token else Viewer()
    return Context(NOBODYS, INSTANT, viewer, language=language, request_id=request_id)


def handler(
    *,
    development: bool = False,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    observe: Observe = unobserved,
) -> GraphQLHandler:
    checks = checks_for(SCHEMA, development=development, bounds=bounds)
    return GraphQLHandler(
        execute=executing(checks),
        context_for=context_for,
        new_id=new_id,
        development=development,
        limits=limits,
        observe=observe,
    )
