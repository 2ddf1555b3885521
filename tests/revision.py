"""For developers: writes what differs between the migrations and the models as a new revision.

`python -m tests.revision "what changes"`, with `--anew` to begin again with a single one.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from app.db.migrating import FOLDER, write_revision
from app.tables import METADATA

from .databases import fresh_database, server


async def write(server_url: str, message: str) -> Path | None:
    async with fresh_database(server_url, "member_center_revision") as url:
        return await write_revision(url, METADATA, message)


def main(*arguments: str) -> None:
    if "--anew" in arguments:
        for revision in (FOLDER / "versions").glob("*.py"):
            revision.unlink()
    message = " ".join(a for a in arguments if not a.startswith("--"))
    with server() as url:
        path = asyncio.run(write(url, message))
    if path is None:
        print("Nothing differs.")
        return
    for ruff in (("format", "--quiet"), ("check", "--fix", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *ruff, str(path)], check=True)
    print(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
