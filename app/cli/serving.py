"""`serve`: the process of production that answers requests, or several of them."""

import multiprocessing
import os
import signal
import socket
import sys
from multiprocessing.connection import wait
from typing import Annotated, Any

import typer

from app.asgi import create_app
from app.cli import run_in_child
from app.tokens import JwksError
from app.web.serving import server_for

from .console import complain, fail
from .environment import settings_of_environment
from .logs import configure_logs

Host = Annotated[str | None, typer.Option(help="Address to listen on; else HOST.")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on; else PORT.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Server processes; else WORKERS.")]

SPAWN = multiprocessing.get_context("spawn")


def serve(host: Host = None, port: Port = None, workers: Workers = None) -> None:
    """Answer requests. Settings are environment variables (see README); without PROFILE it is production.

    SIGTERM lets requests under way end.
    """
    settings = settings_of_environment()
    listening = listening_at(host or settings.host, port or settings.port)
    number = workers or settings.workers
    if number == 1:
        serve_from(listening)
    elif not _all_served(listening, number):
        fail("A server process ended unexpectedly, so all were stopped.")


def serve_from(listening: socket.socket) -> None:
    """What each server process does. It reads the environment itself."""
    settings = settings_of_environment()
    configure_logs(for_people=settings.is_development)
    try:
        app = create_app(settings)
    except (JwksError, OSError) as error:
        complain(f"The keys that tokens are signed with cannot be read: {error}.")
        sys.exit(1)
    host, port = listening.getsockname()[:2]
    server = server_for(app, drain=app.health.drain, host=host, port=port, drain_timeout=settings.drain_timeout)
    server.run(sockets=[listening])


def listening_at(host: str, port: int) -> socket.socket:
    """A port of our own, before anything else is begun. May raise OSError, which says what the matter is."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OSError(f"Cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}.") from error


def _all_served(listening: socket.socket, number: int) -> bool:
    """Serve from several processes until we are told to stop; did they end because of that?

    If one ends by itself, all are stopped: whoever started us sees it and starts us anew.
    """
    begun = (__name__.rpartition(".")[-1], serve_from.__name__, listening)
    processes = [SPAWN.Process(target=run_in_child, args=begun) for _ in range(number)]
    for process in processes:
        process.start()
    told: list[int] = []

    def stop(number: int, _: Any) -> None:
        told.append(number)
        for process in processes:
            process.terminate()

    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, stop)
    wait([process.sentinel for process in processes])
    if not told:
        stop(signal.SIGTERM, None)
        told.clear()
    for process in processes:
        process.join()
    return bool(told)
