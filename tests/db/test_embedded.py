"""The embedded server: there while it is needed, gone afterwards, whatever happened to who started it."""

import os
import signal
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from pathlib import Path

import psutil
import pytest

from app.db.embedded import EmbeddedServerError, embedded_server, running_server
from tests.databases import run

START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from app.db.embedded import embedded_server
with embedded_server(Path(sys.argv[1]), durable=False):
    os.kill(os.getpid(), signal.SIGKILL)
"""
START_SECOND = """
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from pathlib import Path
from app.db.embedded import EmbeddedServerError, embedded_server
try:
    with embedded_server(Path(sys.argv[1])):
        pass
except EmbeddedServerError as error:
    print(error)
"""


async def another_process(program: str, folder: Path) -> tuple[int, str]:
    """Its exit code and what it printed."""
    process = await create_subprocess_exec(sys.executable, "-c", program, str(folder), stdout=PIPE)
    printed, _ = await process.communicate()
    return await process.wait(), printed.decode()


def postmaster_of(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]))


def is_up(process: psutil.Process) -> bool:
    """A process that ended may be listed until its parent looks after it, which in a container nobody may do."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


async def test_data_outlives_the_server_and_nothing_else_does(server_folder: Path) -> None:
    with embedded_server(server_folder, durable=False) as url:
        await run(url, "CREATE TABLE kept (id int)", "SELECT 1")
        postmaster = postmaster_of(server_folder)
        assert is_up(postmaster)
    assert not is_up(postmaster)
    assert not (server_folder / "postgres" / "postmaster.pid").exists()

    with embedded_server(server_folder) as url:
        assert await run(url, "SELECT * FROM kept") == []


async def test_a_folder_has_one_server_at_a_time_and_others_find_it(server_folder: Path) -> None:
    assert running_server(server_folder) is None
    with embedded_server(server_folder, durable=False) as url:
        assert running_server(server_folder) == url
        assert "already" in (await another_process(START_SECOND, server_folder))[1]
        assert [tuple(row) for row in await run(url, "SELECT 1")] == [(1,)]
    assert running_server(server_folder) is None


async def test_a_server_whose_process_was_killed_is_stopped_by_the_next(server_folder: Path) -> None:
    assert await another_process(START_AND_DIE, server_folder) == (-signal.SIGKILL, "")
    left = postmaster_of(server_folder)
    assert is_up(left)

    with embedded_server(server_folder) as url:
        assert not is_up(left)
        assert [tuple(row) for row in await run(url, "SELECT 1")] == [(1,)]


def test_the_process_id_of_a_server_that_is_no_more_may_be_anybodys(server_folder: Path) -> None:
    """After a restart of the computer the number in postmaster.pid belongs to a process that must not be touched."""
    with embedded_server(server_folder, durable=False):
        pass
    (server_folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{server_folder}/postgres\n")

    with embedded_server(server_folder) as url:
        assert url == running_server(server_folder)


def test_a_folder_made_by_halves_is_made_anew(server_folder: Path) -> None:
    unfinished = server_folder / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    with embedded_server(server_folder, durable=False) as url:
        assert running_server(server_folder) == url


def test_data_of_another_version_is_left_alone_and_said_so(server_folder: Path) -> None:
    (server_folder / "postgres").mkdir()
    (server_folder / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedServerError, match="16"), embedded_server(server_folder):
        pass
