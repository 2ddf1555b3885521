"""One connection of a client by way of the proxy, and the streams it is made of."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit, urlunsplit

from .protocol import Conversation
from .schedule import Fault

AT_ONCE = 64 * 1024


@dataclass(eq=False)
class Link:
    """A connection of a client, and the one to the server that it stands for."""

    client: StreamWriter
    server: StreamWriter
    conversation: Conversation = field(default_factory=Conversation)
    process: int = 0
    """The server's process behind it."""
    withheld: tuple[int, Fault] | None = None
    """The server's answers are kept back until it has answered the COMMIT of this number."""
    committed: bool = False

    def cut(self) -> None:
        """Both sides find the connection broken; what was on its way to the client is lost."""
        self.client.transport.abort()
        self.server.transport.abort()


async def connected(database: str) -> tuple[StreamReader, StreamWriter]:
    """A connection to the server of a URL, by whatever way it names. May raise OSError."""
    parts = urlsplit(database)
    host = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
    port = parts.port or 5432
    if host.startswith("/"):
        return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
    return await asyncio.open_connection(host, port)


def url_by_way_of(database: str, host: str, port: int) -> str:
    """The same database, reached at another address."""
    parts = urlsplit(database)
    user = f"{parts.username or 'postgres'}:{parts.password or ''}"
    return urlunsplit(parts._replace(netloc=f"{user}@{host}:{port}", query=""))


async def pieces(reader: StreamReader) -> AsyncGenerator[bytes]:
    """What comes, until the connection ends in whatever way."""
    with suppress(ConnectionError):
        while data := await reader.read(AT_ONCE):
            yield data


async def sent(writer: StreamWriter, parts: list[bytes]) -> None:
    """All at once, unless the connection has ended meanwhile."""
    if parts and not writer.is_closing():
        writer.write(b"".join(parts))
        with suppress(ConnectionError):
            await writer.drain()
