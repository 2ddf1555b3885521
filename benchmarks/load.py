"""Clients that ask as fast as they are answered, over connections that they keep, in a process of their own.

By wrk where it is installed, else by `clients.py`, which costs as much.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from .figures import Round
from .numbers import FIRST_PROGRAM, Group, Turns

SCRIPT = Path(__file__).with_name("load.lua")
PATIENCE = 30
"""Seconds after which an answer does not come any more."""


class Client(Enum):
    """Who asks."""

    WRK = "wrk"
    PYTHON = "python"


def client_there_is() -> Client:
    return Client.WRK if shutil.which("wrk") else Client.PYTHON


class LoadError(Exception):
    """The clients could not be run; the message says what they said."""


@dataclass(frozen=True)
class Order:
    """What is to be asked. The clients together use the numbers from `first_number` on."""

    port: int
    body: str
    """With the stand-ins of `numbers`."""
    tokens: Sequence[str]
    """One for all, or one for each member."""
    answer: str
    members: Group
    clients: int
    first_number: int
    seconds: float
    turns: Turns | None = None
    """Which members, of which programs; None: any members, by chance. `clients.py` ends with the last of them."""
    until: str | None = None
    """Another answer that is right: each client ends with the first that it gets. Only for `clients.py`."""
    path: str = "/graphql"
    values: Sequence[str] = ()
    """What `@VALUE@` in the body may stand for, all of one length: each request takes that of its member, as of the
    tokens."""
    begins_at: float = 0
    """Seconds since 1970: until then the clients wait, connected. Only for `clients.py`."""


def loaded(order: Order, client: Client) -> Round:
    """Ask for so many seconds. May raise LoadError."""
    done = _by_wrk(order) if client is Client.WRK else _by_python(order)
    if order.turns is not None and client is Client.WRK and done.requests + order.clients >= order.turns.size:
        raise LoadError(f"There were {order.turns.size} turns to take, which is not enough for {order.seconds:g} s.")
    return done


def _by_python(order: Order) -> Round:
    command = (sys.executable, "-m", "benchmarks.clients")
    done = subprocess.run(command, input=orjson.dumps(order), capture_output=True, check=False)
    if done.returncode:
        raise LoadError(done.stderr.decode())
    return Round(**orjson.loads(done.stdout))


def _by_wrk(order: Order) -> Round:
    """A request that is under way at the end is done, and not counted. wrk knows whole seconds."""
    with TemporaryDirectory(prefix="member-center-") as folder:
        files = {"body": order.body, "tokens": "\n".join(order.tokens), "values": "\n".join(order.values)}
        for name, text in files.items():
            (Path(folder) / name).write_text(text)
        command = (
            *("wrk", "--threads=1", f"--connections={order.clients}", f"--duration={max(1, round(order.seconds))}s"),
            *(f"--timeout={PATIENCE}s", f"--script={SCRIPT}", f"http://127.0.0.1:{order.port}{order.path}", "--"),
            *(f"{folder}/body", f"{folder}/tokens", f"{folder}/values", order.answer),
            *map(str, (order.first_number, order.members.first, order.members.size, FIRST_PROGRAM)),
            *(() if order.turns is None else (str(order.turns.first),)),
        )
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError(done.stderr or done.stdout)
    return Round(**orjson.loads(done.stdout.splitlines()[-1]))
