"""Servers, one after the other, on a socket that outlives them: `python -m tests.faults.process DESCRIPTOR`.

What a server needs is imported once; each line on the standard input kills the server that runs, with -9, and forks
another. It answers with the new one's process id. At the end of the input the last one is killed as well.
"""

import os
import signal
import socket
import sys
from contextlib import suppress

from app.cli.serving import serve_from


def forked(listening: socket.socket) -> int:
    """The process id of a new server. One that cannot start, for its database is away, starts anew."""
    child = os.fork()
    while child == 0:
        with suppress(SystemExit):
            serve_from(listening.dup())
    return child


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main(listening: socket.socket) -> None:
    child: int | None = None
    for _ in sys.stdin:
        if child is not None:
            kill(child)
        child = forked(listening)
        print(child, flush=True)
    if child is not None:
        kill(child)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
