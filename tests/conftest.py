"""What every test may ask for: a migrated database, emptied after each test that used it, and the SQL that was run."""

import gc
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import uvloop
from hypothesis import settings

from app.clock import new_id
from app.db import Database, Settings

from .databases import fresh_database, server, sweep, swept
from .forked import forking
from .statements import Statements, WatchedConnection
from .world import DOCUMENTS, World, new_world, read

settings.register_profile("without a stop-watch", deadline=None)
settings.load_profile("without a stop-watch")

PLAYED = "played"
HERE = Path(__file__).parent
LONGEST = (
    "faults/test_fault_run.py",
    "test_processes.py",
    "faults/test_mutants.py",
    "compiled/test_differential.py",
    "facts/test_cdnow.py",
    "points/test_machine.py",
    "graph/test_access.py",
    "benchmarks/test_check_in.py",
    "rewards/test_life.py",
    "benchmarks/test_redemption.py",
    "races/test_redemptions.py",
    "benchmarks/test_record_order.py",
    "compiled/test_semantics.py",
    "benchmarks/test_peers.py",
    "benchmarks/test_import.py",
    "facts/test_record_activities.py",
    "races/test_coupons.py",
    "facts/test_refunds.py",
    "facts/test_import_at_once.py",
    "facts/test_import_gifts.py",
    "races/test_rewards.py",
    "races/test_check_ins.py",
    "races/test_orders.py",
    "races/test_refunds.py",
    "races/test_coupon_keeping.py",
    "races/test_referrals.py",
    "retries/test_clients.py",
    "retries/test_cut_connections.py",
    "programs/test_trial_lives.py",
    "programs/test_rules_in_words.py",
    "db/test_embedded.py",
    "benchmarks/test_load.py",
    "web/test_serving.py",
)
"""Files that take longest. They come first: otherwise one process has the last of them before it while
the others have nothing left to do."""


def pytest_configure(config: pytest.Config) -> None:
    """xdist would begin with the files that have most tests, which are not those that take longest."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False
    if not hasattr(config, "workerinput"):  # who starts the others is the parent of what they start
        forks = ExitStack()
        forks.enter_context(forking())
        config.add_cleanup(forks.close)


def pytest_asyncio_loop_factories() -> dict[str, Any]:
    """As in the product's processes; and a tenth faster."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {HERE / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """As a server does when it has started (see `app.web.serving`): an eighth of the time of all tests."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


@pytest.fixture
def played(record_property: Callable[[str, object], None]) -> Callable[[object], None]:
    """Tells at the end of the run what was played at random, and how to play it again: `played(seed)`."""
    return partial(record_property, PLAYED)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Also of tests that passed, in whatever process."""
    for report in [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, ())]:
        for name, value in getattr(report, "user_properties", ()):
            if name == PLAYED and report.when == "call":
                terminalreporter.write_line(f"{report.nodeid}: {value}")


@pytest.fixture(scope="session")
def server_url() -> Generator[str]:
    """A server on which databases may be made."""
    with server() as url:
        yield url


@pytest.fixture
def server_folder() -> Generator[Path]:
    """A folder for an embedded server. Not `tmp_path`: whoever runs pytest at the same time closes that to the user
    that a server of root runs as.
    """
    with TemporaryDirectory(prefix="member-center-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
async def database_url(server_url: str) -> AsyncGenerator[str]:
    """A database of this session, migrated."""
    async with fresh_database(server_url, "member_center_tests") as url, swept(url):
        yield url


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncGenerator[Database]:
    """The product's own connections to it."""
    opened = Database(Settings(url=database_url), new_id=new_id)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
async def _empty_tables(request: pytest.FixtureRequest) -> AsyncGenerator[None]:  # pyright: ignore[reportUnusedFunction]
    """After each test that used the database, no row is left."""
    yield
    if "database_url" in request.fixturenames:
        await sweep(request.getfixturevalue("database_url"))


@pytest.fixture(autouse=True)
def _made_anew(request: pytest.FixtureRequest) -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    """Who breaks something on purpose finds nothing that was made while it was whole, and leaves nothing."""
    if "monkeypatch" not in request.fixturenames:
        yield
        return
    kept = DOCUMENTS.copy()
    DOCUMENTS.clear()
    read.cache_clear()
    yield
    DOCUMENTS.clear()
    DOCUMENTS.update(kept)
    read.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _files_are_read_once() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.definition.read", read)
        yield


@pytest.fixture(scope="session", autouse=True)
def _watched_connections() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "connection_class", WatchedConnection)
        yield


@pytest.fixture
def sql() -> Generator[Statements]:
    """The statements that the product runs: `sql.count`, `sql.texts`; `with sql:` counts what is within."""
    seen = Statements()
    WatchedConnection.watching.append(seen)
    yield seen
    WatchedConnection.watching.remove(seen)


@pytest.fixture
async def world(database: Database) -> World:
    """The presets published, and the graph to ask."""
    return await new_world(database)
