"""The processes, started side by side on one database, each with the settings that it has in production."""

import asyncio
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from app import clock
from app.db import Settings
from app.tokens import DevelopmentIssuer, development_key
from benchmarks.lives import OPERATOR, PROGRAM
from benchmarks.pinning import Cores, on
from benchmarks.product import ISSUER, product
from benchmarks.server import environment_for, running

from . import postgraphile
from .documents import CURSORS, LISTED, SHOWN, greeting_asked, list_asked, page_asked
from .kept import kept
from .peer import Asked, Peer

COMPILED, UNCOMPILED = "member center, compiled", "member center, `COMPILED=false`"
BARE, PING = "hand-written handler (bare ASGI, asyncpg, orjson)", "HTTP ping, no work"
POSTGRAPHILE = "PostGraphile"
PRODUCT = (sys.executable, "-m", "app", "serve")
HAND_WRITTEN = (sys.executable, "-m", "benchmarks.peers.bare")


@dataclass(frozen=True)
class Around:
    """What all processes share."""

    url: str
    pool: int
    """Connections of each."""
    cores: Cores
    issuer: DevelopmentIssuer
    folder: Path
    cursors: Sequence[str] = ()
    """Places in the list of members, as the product names them."""

    def environment(self, **more: str) -> Mapping[str, str]:
        return environment_for(self.issuer, self.folder, self.url, self.pool) | more


@contextmanager
def surroundings(url: str, *, pool: int, cores: Cores) -> Generator[Around]:
    with TemporaryDirectory(prefix="member-center-") as folder:
        yield Around(url, pool, cores, development_key(Path(folder), issuer=ISSUER), Path(folder))


async def places_of_list(around: Around, *, number: int) -> Around:
    """With so many places of the list of members, one after every 100 of them, if there are so many."""
    async with product(Settings(around.url)) as asking:
        now, cursors, after = clock.now(), list[str](), None
        while len(cursors) < number:
            told = await asking.ask(CURSORS, {"program": PROGRAM, "after": after}, by=OPERATOR, now=now)
            after = told["members"]["pageInfo"]["endCursor"]
            if not told["members"]["pageInfo"]["hasNextPage"]:
                break
            cursors.append(after)
    return replace(around, cursors=cursors)


@contextmanager
def product_peers(around: Around, *, uncompiled: bool) -> Generator[list[Peer]]:
    asked = {"page": page_asked(), "greeting": greeting_asked()}
    asked |= {name: list_asked(first, around.cursors) for name, first in LISTED.items() if around.cursors}
    with ExitStack() as stack:
        started = stack.enter_context(_started(COMPILED, PRODUCT, around.environment(), around, asked))
        if not uncompiled:
            yield [started]
            return
        plain = around.environment(COMPILED="false")
        yield [started, stack.enter_context(_started(UNCOMPILED, PRODUCT, plain, around, asked))]


@contextmanager
def postgraphile_peer(around: Around) -> Generator[list[Peer]]:
    """With its views in the database."""
    program = asyncio.run(kept(around.url))
    asyncio.run(postgraphile.make_views(around.url, program))
    environment = around.environment(PROGRAM=program["program"], **postgraphile.PRODUCTION)
    name, asked = f"{POSTGRAPHILE} {postgraphile.version()}", postgraphile.asked(around.cursors)
    with _started(name, postgraphile.COMMAND, environment, around, asked) as peer:
        yield [peer]


@contextmanager
def hand_written(around: Around, *, ping_size: int) -> Generator[list[Peer]]:
    """The handler, and the answer to a ping by the same server."""
    file = around.folder / "kept.json"
    file.write_bytes(orjson.dumps(asyncio.run(kept(around.url))))
    page = Asked("/page", "", SHOWN)
    asked = {"page": page, "greeting": page}
    for name, first in LISTED.items() if around.cursors else ():
        asked[name] = Asked("/list", f'{{"first":{first},"after":"@VALUE@"}}', SHOWN, around.cursors)
    environment = around.environment(KEPT_FILE=str(file), PING_SIZE=str(ping_size))
    with _started(BARE, HAND_WRITTEN, environment, around, asked) as bare:
        pinged = {name: Asked("/ping", "", "xxxx", means=None) for name in asked if name != "greeting"}
        yield [bare, Peer(PING, bare.port, bare.process, bare.ready_after, pinged)]


@contextmanager
def _started(
    name: str, command: Sequence[str], environment: Mapping[str, str], around: Around, asked: Mapping[str, Asked]
) -> Generator[Peer]:
    with ExitStack() as stack:
        with on(around.cores.server):
            started = stack.enter_context(running(command, environment))
        yield Peer(name, started.port, started.process, started.ready_after, asked)
