"""GraphQL over HTTP by somebody else's measure: the server audits of npm's graphql-http, on the real server."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.served import served, settings_in

HERE = Path(__file__).parent / "audits"
MUCH = 300.0


async def test_all_61_audits_pass_in_development(database_url: str, tmp_path: Path) -> None:
    await _fetch()
    async with served(settings_in(tmp_path, database_url)) as server:
        results: list[dict[str, Any]] = json.loads(await _run("node", "run.mjs", f"{server.url}/graphql"))

    failed = [f"{each['id']} {each['status']}: {each['name']}: {each['reason']}" for each in results]
    assert [line for line, each in zip(failed, results, strict=True) if each["status"] != "ok"] == []
    assert len({each["id"] for each in results}) == 61


async def _fetch() -> None:
    """graphql-http, of the version that package.json names; once for all runs."""
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]["graphql-http"]
    fetched = HERE / "node_modules" / "graphql-http" / "package.json"
    if fetched.is_file() and json.loads(fetched.read_text())["version"] == wanted:
        return
    if shutil.which("npm") is None:
        _cannot("npm is not installed")
    try:
        await _run("npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund")
    except RuntimeError as error:
        _cannot(str(error))


def _cannot(why: str) -> NoReturn:
    """Without npm or a network there are no audits; where changes are let in, that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


async def _run(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=HERE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(MUCH):
            out, wrong = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {wrong.decode()[-500:]}")
    return out.decode()
