"""The migrations and the models are two descriptions of one database; these hold them equal."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table
from sqlalchemy.ext.asyncio import create_async_engine

from app.db import migrating, revisions
from app.tables import METADATA
from tests.databases import fresh_database, run

CATALOG = {
    "columns": """
        SELECT table_name, column_name, udt_name, character_maximum_length, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> to_regclass('alembic_version')::oid""",
    "indexes": """
        SELECT tablename::text, indexname::text, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'""",
}
WAITING = """
    SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


async def catalog(url: str) -> dict[str, set[Any]]:
    """What a database has: columns, constraints by name (CHECKs with their text), indexes."""
    return {kind: {tuple(row) for row in await run(url, query)} for kind, query in CATALOG.items()}


@asynccontextmanager
async def database_of(metadata: MetaData, server_url: str) -> AsyncGenerator[str]:
    """A database made from models without migrations, with the table that alembic would have made."""
    async with fresh_database(server_url, "member_center_models", migrated=False) as url:
        driver: Any = asyncpg
        engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: driver.connect(url))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await engine.dispose()
        await run(url, "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        yield url


def copy_of(metadata: MetaData) -> MetaData:
    copied = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(copied)
    return copied


async def test_migrations_leave_nothing_for_alembic_to_change(database_url: str) -> None:
    assert await migrating.differences(database_url, METADATA) == []


async def test_a_migrated_database_equals_one_made_from_the_models(server_url: str, database_url: str) -> None:
    """Names of constraints and texts of CHECKs among the rest, which alembic does not compare."""
    async with database_of(METADATA, server_url) as url:
        made = await catalog(url)
    migrated = await catalog(database_url)
    for kind, of_models in made.items():
        assert migrated[kind] == of_models, f"{kind}: write a revision (docs/development.md)"


async def test_a_forgotten_table_is_seen(database_url: str) -> None:
    grown = copy_of(METADATA)
    Table("forgotten", grown, Column("id", Integer, primary_key=True))

    assert await migrating.differences(database_url, grown) != []


async def test_a_forgotten_check_is_seen(server_url: str, database_url: str) -> None:
    grown = copy_of(METADATA)
    grown.sorted_tables[0].append_constraint(CheckConstraint("1 = 1", name="forgotten"))
    async with database_of(grown, server_url) as url:
        made = await catalog(url)

    assert made["constraints"] != (await catalog(database_url))["constraints"]


async def test_one_process_migrates_at_a_time(server_url: str) -> None:
    async with fresh_database(server_url, "member_center_turn", migrated=False) as url:
        driver: Any = asyncpg
        another = await driver.connect(url)
        async with another.transaction():
            await another.execute(f"SELECT pg_advisory_xact_lock({migrating.TURN})")
            migration = asyncio.create_task(migrating.upgrade(url))
            while not await run(url, WAITING):
                assert not migration.done(), "it did not wait for its turn"
            assert await revisions.current(url) is None
        await another.close()
        await migration

        assert await revisions.current(url) == revisions.head()


async def test_one_process_may_migrate_several_databases_at_once(server_url: str) -> None:
    async with fresh_database(server_url, "member_center_race", migrated=False) as url:
        await asyncio.gather(*(migrating.upgrade(url) for _ in range(3)))

        assert await revisions.current(url) == revisions.head()


async def test_a_migration_gives_up_rather_than_make_requests_queue_behind_it(server_url: str) -> None:
    async with fresh_database(server_url, "member_center_busy") as url:
        driver: Any = asyncpg
        busy = await driver.connect(url)
        try:
            async with busy.transaction():
                await busy.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
                with pytest.raises(revisions.MigrationError, match="quieter hour"):
                    await migrating.upgrade(url, lock_timeout=0.05, attempts=2, pause=0)
        finally:
            await busy.close()


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    before = await catalog(database_url)
    await migrating.upgrade(database_url)

    assert await catalog(database_url) == before
