"""Clients of npm's packages, in processes of their own, as the guide's programs set them up."""

import asyncio
import json
import os
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any, NoReturn

import pytest

from .guide import programs

HERE = Path(__file__).parent / "clients"
MUCH = 300.0
"""Seconds after which nothing can come of it any more."""


async def fetched() -> None:
    """The packages of package-lock.json are there; once for all runs. Skips the test where they are not to be had."""
    wanted = json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"]
    there = HERE / "node_modules" / ".package-lock.json"
    if there.is_file():
        found = json.loads(there.read_text("utf-8"))["packages"]
        if all(
            found.get(name, {}).get("version") == package.get("version") for name, package in wanted.items() if name
        ):
            return
    if shutil.which("npm") is None:
        cannot("npm is not installed")
    try:
        await output("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    except RuntimeError as error:
        cannot(str(error))


def cannot(why: str) -> NoReturn:
    """Without npm or a network there are no clients; where changes are let in, that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


async def sent(name: str, url: str, requests: list[dict[str, Any]], *, folder: Path) -> list[dict[str, Any]]:
    """What a program of the guide got for each of the requests, which it sends all at once."""
    program = folder / name
    program.write_text(programs("js")[name], "utf-8")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    given = json.dumps({"program": str(program), "url": url, "requests": requests})
    return json.loads(await output("node", "run.mjs", given=given))


async def output(*command: str, given: str = "") -> str:
    """What a command printed. May raise RuntimeError: it failed."""
    process = await asyncio.create_subprocess_exec(*command, cwd=HERE, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(MUCH):
            out, wrong = await process.communicate(given.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {wrong.decode()[-1000:]}")
    return out.decode()
