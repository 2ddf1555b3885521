"""What a server process carries in memory for as long as it lives: nothing that only other commands need."""

import subprocess
import sys

UNWANTED = (
    "alembic",
    "mako",
    "sqlalchemy.ext.asyncio",
    "babel",
    "rich",
    "greenlet",
    "app.db.migrating",
    "app.db.embedded",
    "app.worker",
    "app.jobs",
    "app.reactions",
    "app.demo",
    "app.cli.development",
    "app.cli.imports",
)
PROGRAM = "import sys; from app.cli import command; command('serve'); print(*sys.modules)"


def test_serve_imports_nothing_that_only_other_commands_need() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    carried = set(ran.stdout.split())
    assert {"app.asgi", "app.cli.serving"} <= carried
    assert carried.isdisjoint(UNWANTED), sorted(carried.intersection(UNWANTED))
