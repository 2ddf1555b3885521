"""Sockets and signals: a deploy loses nothing, and a slow client holds nothing."""

import asyncio
import signal
import socket
import struct
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.serving import DatedProtocol, server_for
from tests.forked import PYTHON
from tests.served import served, settings_in

from .test_health import until

MUCH = 30.0
BODY = b'{"query": "{ __typename }"}'
HEADERS = b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(
    BODY
)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Streams]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        async with asyncio.timeout(MUCH):
            yield reader, writer
    finally:
        writer.close()


def test_a_server_runs_on_uvloop_and_httptools() -> None:
    """As uvicorn chooses where they are installed: without them it would be slower, and no other test would fail."""
    server = server_for(None, drain=lambda: None, host="127.0.0.1", port=0, drain_timeout=1)
    make_loop = server.config.get_loop_factory()
    assert make_loop is not None
    loop = make_loop()
    loop.close()
    assert isinstance(loop, uvloop.Loop)
    assert issubclass(DatedProtocol, HttpToolsProtocol)


async def test_a_request_under_way_at_sigterm_is_answered_and_then_the_process_ends(
    database_url: str, tmp_path: Path
) -> None:
    child = await asyncio.create_subprocess_exec(
        *(*PYTHON, "-m", "tests.web.child", str(tmp_path), database_url), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    try:
        url = f"http://127.0.0.1:{int(await child.stdout.readline())}"
        async with connected(url) as (reader, writer), httpx2.AsyncClient(base_url=url) as client:
            await until(client, 200)
            writer.write(HEADERS + BODY[:10])
            await writer.drain()
            child.send_signal(signal.SIGTERM)
            assert (await until(client, 503))["process"] == "draining"
            assert (await client.post("/graphql", json={"query": "{ __typename }"})).status_code == 200
            writer.write(BODY[10:])
            answer = await reader.read()

        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert answer.endswith(b'{"data":{"__typename":"Query"}}')
        async with asyncio.timeout(MUCH):
            assert await child.wait() in {0, -signal.SIGTERM}
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def test_a_client_that_sends_no_request_or_half_a_header_is_cut_off(database_url: str, tmp_path: Path) -> None:
    async with served(settings_in(tmp_path, database_url), header_limit=0.2) as server:
        for sent in (b"", HEADERS[:40], HEADERS + BODY + HEADERS[:40]):
            async with connected(server.url) as (reader, writer):
                writer.write(sent)
                try:
                    answers = await reader.read()
                except ConnectionResetError:
                    answers = b""
            assert answers.count(b"HTTP/1.1") <= 1


async def test_a_request_that_is_being_answered_is_not_cut_off(database_url: str, tmp_path: Path) -> None:
    async with (
        served(settings_in(tmp_path, database_url), header_limit=0.2) as server,
        connected(server.url) as (reader, writer),
    ):
        writer.write(HEADERS + BODY[:10])
        await writer.drain()
        async with connected(server.url) as (idle, _):
            assert await idle.read() == b""  # connections were looked at, and idle ones closed
        writer.write(BODY[10:])

        assert (await reader.readline()).strip() == b"HTTP/1.1 200 OK"


async def test_too_large_a_body_is_refused_on_a_real_socket(database_url: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, database_url, body_limit=1024)
    async with served(settings) as server, connected(server.url) as (reader, writer):
        writer.write(HEADERS.replace(b"content-length: %d" % len(BODY), b"content-length: 1025"))
        answer = await reader.read()

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer


async def test_a_connection_serves_one_request_after_another(database_url: str, tmp_path: Path) -> None:
    async with served(settings_in(tmp_path, database_url)) as server, connected(server.url) as (reader, writer):
        for _ in range(3):
            writer.write(HEADERS + BODY)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK")
            assert b"server:" not in head
            assert await reader.readexactly(31) == b'{"data":{"__typename":"Query"}}'


DATA_SEGMENTS_IN = 152
"""Where Linux's `struct tcp_info` has the number of packets with data that came."""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not count packets for a socket")
async def test_an_answer_is_one_packet(database_url: str, tmp_path: Path) -> None:
    async with (
        served(settings_in(tmp_path, database_url)) as server,
        connected(server.url) as (reader, writer),
    ):
        for number in (1, 2, 3):
            writer.write(HEADERS + BODY)
            await reader.readuntil(b'{"data":{"__typename":"Query"}}')

            counted = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
            assert struct.unpack_from("I", counted, DATA_SEGMENTS_IN) == (number,)
