"""The server that is measured: `python -m app serve`, as in production, one process."""

import compileall
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from app import clock
from app.settings import Settings
from app.tokens import DevelopmentIssuer, development_key

from .numbers import subject_of
from .product import CLUB, ISSUER, SHOP

PRODUCT = Path(__file__).parents[1] / "app"
READY_WITHIN = 60
"""Seconds."""
NOTHING: Mapping[str, str] = {}


class ServerError(Exception):
    """It did not start, or ended; the message says what it said."""


@dataclass(frozen=True)
class Running:
    """A process that answers."""

    port: int
    process: psutil.Process
    ready_after: float
    """Seconds."""
    log: Path


@dataclass(frozen=True)
class Server:
    """One that answers."""

    port: int
    process: psutil.Process
    issuer: DevelopmentIssuer
    """Of the tokens that it takes."""
    ready_after: float = 0
    """Seconds from its start until it could be sent requests."""

    @property
    def shop(self) -> str:
        """A token of the system that reports orders."""
        return self.issuer.token(
            subject=SHOP.subject,
            now=clock.now(),
            role=SHOP.role,
            program=CLUB,
            programs=SHOP.programs,
            sources=SHOP.sources,
            scopes=SHOP.scopes,
        )

    def tokens(self, members: Iterable[int]) -> Sequence[str]:
        """One for each member."""
        now = clock.now()
        return [self.issuer.token(subject=subject_of(member), now=now) for member in members]


@contextmanager
def server(
    database_url: str, *, pool: int, issuer: DevelopmentIssuer | None = None, settings: Mapping[str, str] = NOTHING
) -> Generator[Server]:
    """A server, ready. It verifies tokens by a file of public keys: those of the issuer, else of one of its own.
    `settings` are added to those that it needs. May raise ServerError."""
    with TemporaryDirectory(prefix="member-center-") as folder:
        known = issuer or development_key(Path(folder), issuer=ISSUER)
        environment = environment_for(known, Path(folder), database_url, pool) | dict(settings)
        with running((sys.executable, "-m", "app", "serve"), environment) as started:
            yield Server(started.port, started.process, known, started.ready_after)


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], *, ready: str = "/readyz") -> Generator[Running]:
    """A process that listens on the port that its variable PORT says, and answers at the path `ready`. It is ended
    afterwards. May raise ServerError."""
    port = _free_port()
    compileall.compile_dir(PRODUCT, quiet=1)  # as in the image; what is up to date is left as it is
    with TemporaryDirectory(prefix="member-center-") as folder, (Path(folder) / "log").open("wb") as log:
        began = time.monotonic()
        started = subprocess.Popen(command, env={**environment, "PORT": str(port)}, stdout=log, stderr=log)
        try:
            _wait(started, port, ready, Path(log.name))
            yield Running(port, psutil.Process(started.pid), time.monotonic() - began, Path(log.name))
        finally:
            started.kill()
            started.wait()


def environment_for(issuer: DevelopmentIssuer, folder: Path, database_url: str, pool: int) -> dict[str, str]:
    """The product's settings. What is not named here is as it is by default, whatever the environment says."""
    keys = folder / "jwks.json"
    keys.write_text(json.dumps(issuer.jwks))
    names = {name.upper() for name in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name.upper() not in names}
    return environment | {
        "DATABASE_URL": database_url,
        "POOL_SIZE": str(pool),
        "TOKEN_ISSUER": issuer.issuer,
        "TOKEN_AUDIENCE": issuer.audience,
        "JWKS_FILE": str(keys),
        "DEFAULT_PROGRAM": CLUB,
    }


def _wait(started: "subprocess.Popen[bytes]", port: int, ready: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not _is_ready(port, ready):
        if started.poll() is not None or time.monotonic() > deadline:
            raise ServerError(f"The server did not start:\n{log.read_text()}")
        time.sleep(0.02)


def _is_ready(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
