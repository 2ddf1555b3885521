"""Forks whatever is asked for on a socket, until its input ends: `python -m tests.forked.parent DESCRIPTOR`.

It has imported the product and does nothing else: it draws no number, starts no thread and connects with nobody, so
that a fork of it is as a new process that has imported the product.
"""

import gc
import json
import os
import runpy
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from fcntl import F_DUPFD, fcntl
from selectors import EVENT_READ, DefaultSelector
from socket import recv_fds, socket, socketpair
from typing import Any

from app.cli import COMMANDS, command

ABOVE = 256
"""Numbers that no file has."""


@dataclass(frozen=True)
class Asked:
    """What is to be run. `files` are those that it is to have, by their numbers there: the numbers here."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    files: dict[int, int]


def received(by: socket) -> Asked | None:
    """None if who asked is no more."""
    text, files = b"", list[int]()
    while not text.endswith(b"\n"):
        part, some, _, _ = recv_fds(by, 1 << 20, 200)
        text, files = text + part, [*files, *some]
        if not part:
            return None
    asked: dict[str, Any] = json.loads(text)
    asked["files"] = dict(zip(asked["files"], files, strict=True))
    return Asked(**asked)


class Parent:
    """Who asked waits at the other end of a connection, by the process id of the child; a child whose asker is killed
    is killed as well."""

    def __init__(self, listening: socket) -> None:
        self._listening = listening
        self._askers: dict[int, socket] = {}
        self._ended, self._wakes = socketpair()
        self._wakes.setblocking(False)
        self._selector = DefaultSelector()
        for each in (sys.stdin, listening, self._ended):
            self._selector.register(each, EVENT_READ)

    def forks(self) -> Asked | None:
        """Comes back in each child, with what was asked for; and in the parent at the end, with nothing."""
        signal.signal(signal.SIGCHLD, _woken)
        signal.set_wakeup_fd(self._wakes.fileno())
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is sys.stdin:
                    return None
                if key.fileobj is self._ended:
                    self._ended.recv(1000)
                    self._tell()
                elif key.fileobj is not self._listening:
                    self._kill(key.data)
                elif asked := self._fork():
                    return asked

    def _fork(self) -> Asked | None:
        by, _ = self._listening.accept()
        asked = received(by)
        if asked is None:
            by.close()
            return None
        child = os.fork()
        if not child:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for each in (self._selector, self._listening, self._ended, self._wakes, by, *self._askers.values()):
                each.close()
            return asked
        for number in asked.files.values():
            os.close(number)
        self._askers[child] = by
        self._selector.register(by, EVENT_READ, child)
        by.sendall(b"%d\n" % child)
        return None

    def _tell(self) -> None:
        """Who waits for what has ended learns how."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if by := self._forget(ended[0]):
                    with suppress(BrokenPipeError):
                        by.sendall(b"%d\n" % os.waitstatus_to_exitcode(ended[1]))
                    by.close()

    def _kill(self, child: int) -> None:
        if by := self._forget(child):
            os.kill(child, signal.SIGKILL)
            by.close()

    def _forget(self, child: int) -> socket | None:
        by = self._askers.pop(child, None)
        if by is not None:
            self._selector.unregister(by)
        return by


def _woken(*_: object) -> None:
    """By a child that ended; `set_wakeup_fd` does the rest."""


def become(asked: Asked) -> None:
    """What a new process would be."""
    kept = {there: fcntl(here, F_DUPFD, ABOVE) for there, here in asked.files.items()}
    for here in asked.files.values():
        os.close(here)
    for there, here in kept.items():
        os.dup2(here, there)
        os.close(here)
    os.environ.clear()
    os.environ.update(asked.environment)
    os.chdir(asked.folder)
    sys.argv = asked.arguments
    gc.enable()
    runpy.run_module(asked.arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for each in COMMANDS:  # imports it, which takes so long
        command(each)
    gc.collect()
    gc.freeze()
    if asked := Parent(socket(fileno=int(sys.argv[1]))).forks():
        become(asked)
