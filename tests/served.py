"""The whole server on a port of this machine, as clients and load balancers meet it."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.asgi import MemberCenter, create_app
from app.settings import Profile, Settings
from app.tokens import DevelopmentIssuer, development_key
from app.web.graphiql import Identities, nobody
from app.web.serving import Server, server_for


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    url: str
    app: MemberCenter
    server: Server


def issuer_in(folder: Path) -> DevelopmentIssuer:
    """Whose tokens the server takes."""
    return development_key(folder)


def settings_in(folder: Path, database_url: str, **more: Any) -> Settings:
    """Of a development server that takes the tokens of `issuer_in` the same folder; `more` changes them."""
    issuer = issuer_in(folder)
    jwks = folder / "jwks.json"
    jwks.write_text(json.dumps(issuer.jwks))
    given: dict[str, Any] = {
        "database_url": database_url,
        "profile": Profile.DEVELOPMENT,
        "token_issuer": issuer.issuer,
        "token_audience": issuer.audience,
        "jwks_file": jwks,
    }
    return Settings(**given | more)


@asynccontextmanager
async def served(settings: Settings, *, identities: Identities = nobody, **options: float) -> AsyncGenerator[Served]:
    """A server, in this process and loop. Connections wait in the socket's queue until it has started."""
    app = create_app(settings, identities=identities)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # As uvloop does in the product: or the second part of each answer waits 40 ms for who asked to have the first.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        port = listening.getsockname()[1]
        server = server_for(app, drain=app.health.drain, host="127.0.0.1", port=port, drain_timeout=5, **options)
        serving = asyncio.create_task(_served(server, listening))
        try:
            yield Served(f"http://127.0.0.1:{port}", app, server)
        finally:
            server.should_exit = True
            await serving


async def _served(server: Server, listening: socket.socket) -> None:
    try:
        await server.serve(sockets=[listening])
    except SystemExit as error:  # it could not start, and said so in its log: the end of a test, not of all
        raise RuntimeError("The server could not start.") from error
