"""The server: one ASGI application with the graph in front, and health, figures and GraphiQL behind it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app import clock, db
from app.compiled import CompiledExecution
from app.definition import programs_to_hold
from app.errors import Overloaded
from app.failures import kind_of
from app.graph import Context
from app.graph.bounds import checks_for
from app.graph.in_flight import KeysInFlight
from app.graph.transport import GraphQLHandler, Limits
from app.graph.viewer import VISITOR
from app.logs import Log
from app.programs.rules import Programs
from app.programs.versions import INTERVAL
from app.schema import schema
from app.settings import Settings
from app.tokens import Verifier
from app.web.figures import MeasuredDatabase, RequestFigures, figures_text
from app.web.graphiql import Identities, is_page_asked, nobody, page_routes
from app.web.health import Health

LOG = Log(__name__)
GRAPH = "/graphql"
HOME = ("127.0.0.1", "localhost")
"""Names of this computer: under another a page elsewhere could read the demo's tokens (DNS rebinding)."""


class MemberCenter:
    """The ASGI application, and what one process holds for it."""

    def __init__(self, settings: Settings, *, identities: Identities = nobody) -> None:
        self.database = MeasuredDatabase(db.Settings.of(settings), new_id=clock.new_id)
        self.programs = programs_to_hold(default=settings.default_program)
        self.keys = KeysInFlight()
        self.verifier = _verifier(settings)
        self.health = Health(self.database)
        checks = checks_for(schema.core, development=settings.is_development)
        self.execution = CompiledExecution(schema, checks=checks)
        self.figures = RequestFigures(self.execution.counts)
        self.shows_pages = settings.is_development
        self.graph = self._graph(settings)
        pages = page_routes(GRAPH, identities=identities, clock=clock.now) if self.shows_pages else []
        at_home = [Middleware(TrustedHostMiddleware, allowed_hosts=HOME)] if self.shows_pages else []
        self.rest = Starlette(routes=[*self._routes(), *pages], middleware=at_home, lifespan=self._lifespan)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == GRAPH and not (self.shows_pages and is_page_asked(scope)):
            await self.graph(scope, receive, send)
        else:
            await self.rest(scope, receive, send)

    async def context_for(self, *, token: str | None, language: str, request_id: str) -> Context:
        """What one request may reach, from one instant (R4). May raise Unauthenticated, or Overloaded: it is not known
        yet which programs there are, and "unknown program" would be taken for an answer."""
        if not self.health.programs_loaded:
            raise Overloaded("The server is starting. Try again shortly.")
        now = clock.now()
        viewer = VISITOR
        if token is not None:
            viewer = self.verifier.remembered(token, now=now) or await self.verifier.authenticate(token, now=now)
        held: Mapping[type, Any] = {Programs: self.programs.programs, KeysInFlight: self.keys}
        return Context(self.database, now, viewer, language, request_id, held)

    def _graph(self, settings: Settings) -> GraphQLHandler:
        return GraphQLHandler(
            execute=self.execution.execute if settings.compiled else self.execution.uncompiled,
            context_for=self.context_for,
            new_id=clock.new_id,
            development=settings.is_development,
            limits=Limits(
                body=settings.body_limit, service_body=settings.service_body_limit, answering=settings.request_timeout
            ),
            observe=self.figures.observe,
        )

    def _routes(self) -> list[BaseRoute]:
        async def healthz(_: Request) -> Response:
            return PlainTextResponse("ok")

        async def readyz(_: Request) -> Response:
            findings = await self.health.findings()
            return JSONResponse(findings, 200 if set(findings.values()) == {"ok"} else 503)

        async def metrics(_: Request) -> Response:
            return Response(figures_text(self.figures), media_type="text/plain; version=0.0.4; charset=utf-8")

        return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncGenerator[None]:
        """A database that is not there stops the start; one that is not migrated yet, or has no programs, is waited
        for, and `/readyz` says so."""
        await self.database.open()
        await self.verifier.open(now=clock.now())
        await self._load()
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.wait([following])
            await self.database.close()

    async def _load(self) -> None:
        try:
            await self.programs.load(self.database)
            self.health.programs_loaded = True
        except Exception as error:
            LOG.warning("programs_not_loaded", error=kind_of(error))

    async def _follow(self) -> None:
        while not self.health.programs_loaded:
            await asyncio.sleep(INTERVAL)
            await self._load()
        await self.programs.follow(self.database)


def create_app(settings: Settings, *, identities: Identities = nobody) -> MemberCenter:
    """The server of one process. `identities` are offered by GraphiQL, in development only."""
    return MemberCenter(settings, identities=identities)


def _verifier(settings: Settings) -> Verifier:
    jwks = settings.jwks_file if settings.jwks_file is not None else str(settings.jwks_url)
    return Verifier(jwks=jwks, issuers=[settings.token_issuer], audience=settings.token_audience)
