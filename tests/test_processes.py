"""Whole processes: they answer, stop when they are told to, and leave nothing running."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil

from app.settings import Settings
from app.tokens import development_key
from tests.forked import PYTHON

PAGE = "{ me { tier { name } tierProgress { growth growthRemaining } points { available } } }"
PATIENCE = 300
"""Seconds until a test gives up on a process; nothing is measured by it."""
WHOLE = (sys.executable,)
"""A Python that imports all that it needs by itself, as that of an operator does."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**changed: str) -> dict[str, str]:
    """That of a fresh shell: no setting of whoever runs the tests, but the way in which all of them are run."""
    names = {field.upper() for field in Settings.model_fields} - {"COMPILED"}
    return {**{name: value for name, value in os.environ.items() if name not in names}, **changed}


@asynccontextmanager
async def process(
    *arguments: object, env: Mapping[str, str] | None = None, python: Sequence[str] = PYTHON
) -> AsyncGenerator[Process]:
    """`python -m app …`; killed at the end if it still runs."""
    started = await create_subprocess_exec(
        *python, "-m", "app", *map(str, arguments), env=env or environment(), stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def ended(started: Process, *, by: signal.Signals) -> tuple[int, str]:
    """Its exit code and what it told people, after it was told to stop."""
    started.send_signal(by)
    _, told = await started.communicate()
    return await started.wait(), told.decode()


async def output_of(*arguments: object, env: Mapping[str, str] | None = None) -> str:
    """What a command prints, which must succeed."""
    async with process(*arguments, env=env) as started:
        printed, told = await started.communicate()
        assert started.returncode == 0, told.decode()
        return printed.decode()


async def until_ready(client: httpx2.AsyncClient, started: Process) -> None:
    while True:
        assert started.returncode is None, (await started.communicate())[1].decode()
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx2.TransportError:
            await asyncio.sleep(0.05)


async def member_page(client: httpx2.AsyncClient, token: str) -> Any:
    headers = {"authorization": f"Bearer {token.strip()}"}
    answer = await client.post("/graphql", json={"query": PAGE}, headers=headers)
    return json.loads(answer.content)["data"]["me"]


def postmaster_of(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]))


async def test_dev_shows_real_members_proves_them_and_stops_all_that_it_started(server_folder: Path) -> None:
    """A first start with nothing there, ended by Ctrl-C; and a second, ended as a system ends a process."""
    port = free_port()
    run = ("dev", "--port", port, "--data", server_folder)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        async with process(*run, python=WHOLE) as started:
            await until_ready(client, started)
            postmaster = postmaster_of(server_folder)
            tokens = [
                await output_of("token", subject, "--data", server_folder) for subject in ("newcomer", "nearly", "top")
            ]
            newcomer, nearly, top = [await member_page(client, token) for token in tokens]
            code, told = await ended(started, by=signal.SIGINT)
        assert newcomer["tierProgress"]["growth"] == 0
        assert nearly["tierProgress"]["growthRemaining"] == 1
        assert top["tierProgress"]["growthRemaining"] == 0
        assert top["points"]["available"] > 0
        assert (code, told.splitlines()[-1]) == (0, "Stopped.")
        assert told.count("curl -s") >= 6
        assert "Traceback" not in told
        assert not postmaster.is_running() or postmaster.status() == psutil.STATUS_ZOMBIE
        assert not (server_folder / "postgres" / "postmaster.pid").exists()

        await output_of("prove", "--data", server_folder)
        async with process(*run) as started:
            await until_ready(client, started)
            again = await member_page(client, tokens[-1])
            code, told = await ended(started, by=signal.SIGTERM)
        assert again == top
        assert code == 0
        assert not (server_folder / "postgres" / "postmaster.pid").exists()


async def test_a_port_that_is_taken_is_told_before_anything_is_begun(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with process("dev", "--port", port, "--data", tmp_path / "data") as started:
            _, told = await started.communicate()
    assert started.returncode == 1
    assert told.decode() == f"Cannot listen on 127.0.0.1:{port}: Address already in use.\n"
    assert not (tmp_path / "data").exists()


async def test_serve_is_production_and_a_deploy_stops_all_its_processes(database_url: str, tmp_path: Path) -> None:
    """Neither introspection nor GraphiQL; nobody is let in by a token of development."""
    port = free_port()
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(development_key(tmp_path / "identity-provider").jwks))
    env = environment(
        DATABASE_URL=database_url, TOKEN_ISSUER="https://id.example", TOKEN_AUDIENCE="shop", JWKS_FILE=str(keys)
    )
    await output_of("program", "publish", "app/programs/presets/brand-standard.toml", env=env)
    async with (
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
        process("serve", "--port", port, "--workers", 2, env=env, python=WHOLE) as started,
    ):
        await until_ready(client, started)
        asked = await client.post("/graphql", json={"query": "{ __schema { description } }"})
        page = await client.get("/graphql", headers={"accept": "text/html"})
        forged = await output_of("token", "ann", "--data", tmp_path)
        bearer = {"authorization": f"Bearer {forged.strip()}"}
        let_in = await client.post("/graphql", json={"query": PAGE}, headers=bearer)
        servers = [each for each in psutil.Process(started.pid).children() if "spawn_main" in str(each.cmdline())]
        code, _ = await ended(started, by=signal.SIGTERM)
    assert "data" not in json.loads(asked.content)
    assert page.status_code != 200
    assert json.loads(let_in.content)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert code == 0
    assert len(servers) == 2
    assert not any(each.is_running() for each in servers)


async def test_a_worker_shows_how_far_its_prover_is(database_url: str, tmp_path: Path) -> None:
    """R5: members proved, mismatches, oldest proof, for whoever watches over it."""
    port = free_port()
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(development_key(tmp_path / "identity-provider").jwks))
    env = environment(
        DATABASE_URL=database_url,
        TOKEN_ISSUER="https://id.example",
        TOKEN_AUDIENCE="shop",
        JWKS_FILE=str(keys),
        WORKER_METRICS_PORT=str(port),
    )
    async with (
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
        process("worker", env=env) as started,
    ):
        shown = await until_shown(client, started, "prover_waiting 0.0")
        code, _ = await ended(started, by=signal.SIGTERM)
    for figure in ("prover_members_proved_total", "prover_mismatches 0.0", "prover_oldest_proof_seconds"):
        assert figure in shown
    assert code == 0


async def until_shown(client: httpx2.AsyncClient, started: Process, figure: str) -> str:
    while True:
        assert started.returncode is None, (await started.communicate())[1].decode()
        try:
            shown = (await client.get("/metrics")).text
            if figure in shown:
                return shown
        except httpx2.TransportError:
            await asyncio.sleep(0.05)


async def test_keys_that_cannot_be_read_are_told_in_a_line(database_url: str, tmp_path: Path) -> None:
    env = environment(
        DATABASE_URL=database_url, TOKEN_ISSUER="i", TOKEN_AUDIENCE="a", JWKS_FILE=str(tmp_path / "none.json")
    )
    async with process("serve", "--port", free_port(), env=env) as started:
        _, told = await started.communicate()
    assert started.returncode == 1
    assert len(told.decode().splitlines()) == 1
    assert "none.json" in told.decode()


async def test_settings_that_are_missing_are_named(tmp_path: Path) -> None:
    async with process("serve", env=environment(DATABASE_URL="postgresql://user:secret@nowhere/db")) as started:
        _, told = await started.communicate()
    assert started.returncode == 1
    assert "TOKEN_ISSUER" in told.decode()
    assert "secret" not in told.decode()
