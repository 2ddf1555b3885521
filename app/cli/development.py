"""`dev`: everything on this computer, with something to see, and nothing of it left running."""

import asyncio
import json
import re
import signal
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from app import worker as workers
from app.asgi import create_app
from app.clock import new_id, now
from app.db import Database
from app.db import Settings as Connecting
from app.db.migrating import upgrade
from app.db.revisions import current, head
from app.demo import DemoIdentity, is_fit_for_demo, load_demo
from app.demo.identities import CLUB
from app.errors import BadInput
from app.jobs import JOBS
from app.reactions import REACTIONS
from app.settings import Profile, Settings
from app.tokens import DevelopmentIssuer, development_key
from app.web.graphiql import Identity
from app.web.serving import Server, server_for

from .bars import line_progress
from .connecting import DATA, DatabaseUrl, database_of_our_own, opened
from .console import tell
from .logs import configure_logs
from .serving import listening_at

HERE = "127.0.0.1"

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on, on this computer only.")]
Folder = Annotated[Path, typer.Option(help="Folder of the embedded database and of the key that signs tokens.")]


def dev(port: Port = 8000, data: Folder = DATA, database_url: DatabaseUrl = None) -> None:
    """Run everything for development: database, migrations, demo data, server, worker. Ctrl-C stops all of it."""
    listening = listening_at(HERE, port)
    configure_logs(for_people=True)
    with _ended_by_signals(), database_of_our_own(database_url, data) as url:
        issuer = development_key(data)
        settings = _settings(url, port, _public_keys(issuer, data), issuer)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(settings, listening, issuer))


async def _run(settings: Settings, listening: socket.socket, issuer: DevelopmentIssuer) -> None:
    if await current(settings.database_url) != head():
        await upgrade(settings.database_url)
    await _check_is_for_development(settings)
    identities = await _demo(settings, issuer)
    app = create_app(
        settings, identities=lambda at: [Identity(i.name, i.about, i.token(issuer, at)) for i in identities]
    )
    server = server_for(
        app, drain=app.health.drain, host=HERE, port=settings.port, drain_timeout=settings.drain_timeout
    )
    stopping = asyncio.Event()
    with workers.stopped_by_signals(stopping):
        beside = [
            asyncio.create_task(_work(settings, stopping)),
            asyncio.create_task(_announce(server, lambda: _told(settings, issuer, identities), stopping)),
        ]
        try:
            await server.serve(sockets=[listening])
        finally:
            stopping.set()
            await asyncio.gather(*beside)


async def _work(settings: Settings, stopping: asyncio.Event) -> None:
    size = workers.PACE.connections(JOBS)
    database = Database(Connecting(settings.database_url, size=size), new_id=new_id)
    try:
        async with workers.programs_held(database) as held:
            await workers.work(
                database, reactions=REACTIONS, jobs=JOBS, held=held, clock=now, new_id=new_id, stopping=stopping
            )
    finally:
        await database.close()


async def _check_is_for_development(settings: Settings) -> None:
    """May raise BadInput: somebody else's members are in the database, and it is not to be filled with a demo."""
    async with opened(settings.database_url) as database:
        if not await is_fit_for_demo(database):
            raise BadInput("This database has members who are not of the demo. `dev` wants one of its own.")


async def _demo(settings: Settings, issuer: DevelopmentIssuer) -> Sequence[DemoIdentity]:
    """Those whom a developer can ask as, with something to see. Shows how far it is, the first time."""
    with line_progress() as progress:
        async with opened(settings.database_url) as database:
            return await load_demo(database, now=now(), issuer=issuer.issuer, progress=progress)


async def _announce(server: Server, told: Callable[[], str], stopping: asyncio.Event) -> None:
    """Tell people as soon as there is an answer, unless it comes to none."""
    while not server.started:
        if stopping.is_set():
            return
        await asyncio.sleep(0.05)
    tell(told())


def _told(settings: Settings, issuer: DevelopmentIssuer, identities: Sequence[DemoIdentity]) -> str:
    """How to ask, as whom, and how to make it stop."""
    address = f"http://{HERE}:{settings.port}/graphql"
    lines = [f"{each.name}: {each.about}\n  {each.curl(issuer, now(), address=address)}\n" for each in identities]
    return "\n".join(
        (
            *lines,
            f"Member Center answers on {address}, in a browser with GraphiQL. Above: how to ask as each demo identity.",
            f"The database, for other commands: DATABASE_URL='{without_password(settings.database_url)}'",
            "Ctrl-C stops everything.",
        )
    )


def without_password(url: str) -> str:
    """What may be shown of a database's address."""
    return re.sub(r"(//[^:/@]*):[^@/]+@", r"\1:…@", url)


def _settings(url: str, port: int, keys: Path, issuer: DevelopmentIssuer) -> Settings:
    """The only place that makes the development profile. What is not named here may come from the environment."""
    return Settings(
        database_url=url,
        profile=Profile.DEVELOPMENT,
        host=HERE,
        port=port,
        token_issuer=issuer.issuer,
        token_audience=issuer.audience,
        jwks_file=keys,
        jwks_url=None,
        default_program=CLUB,
    )


def _public_keys(issuer: DevelopmentIssuer, data: Path) -> Path:
    """What an identity provider would publish, as a file."""
    file = data / "jwks.json"
    file.write_text(json.dumps(issuer.jwks))
    return file


@contextmanager
def _ended_by_signals() -> Generator[None]:
    """Within, SIGTERM and the end of the terminal are what Ctrl-C is: an orderly end."""

    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    with suppress(KeyboardInterrupt):
        yield
    tell("Stopped.")
