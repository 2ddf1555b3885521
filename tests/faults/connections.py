"""HTTP as plainly as can be, over connections that are kept: a client for everybody takes as long as all the rest."""

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
CLOSES = re.compile(rb"\r\nconnection: *close", re.I)
HEAD = (
    "POST /graphql HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n"
    "content-type: application/json\r\ncontent-length: {}\r\n\r\n"
)

Posted = Callable[[bytes, str], Awaitable[bytes]]


@asynccontextmanager
async def connections(url: str) -> AsyncGenerator[Posted]:
    """Posts a body with a token, and gives what is answered. May raise OSError or EOFError: whether it was done is not
    known. A connection on which that happened, or that the server closed, is not used again."""
    to = urlsplit(url)
    free: list[tuple[StreamReader, StreamWriter]] = []

    async def posted(body: bytes, token: str) -> bytes:
        while free and free[-1][0].at_eof():
            free.pop()[1].close()
        reader, writer = free.pop() if free else await asyncio.open_connection(to.hostname, to.port)
        try:
            writer.write(HEAD.format(to.netloc, token, len(body)).encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            assert length is not None, head
            answer = await reader.readexactly(int(length[1]))
        except BaseException:
            writer.close()
            raise
        if CLOSES.search(head):
            writer.close()
        else:
            free.append((reader, writer))
        return answer

    try:
        yield posted
    finally:
        for _, writer in free:
            writer.close()
