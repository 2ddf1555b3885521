"""The rules for going beyond one machine hold from the first table on; and each check would see a table that breaks it.

With them the step to Citus is a matter of seconds of SQL; without them it is a rewrite.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlmodel import SQLModel

import app
from app.db import Statement, Write
from app.db.rows import is_table, table_of
from app.rewards.queries import worklist
from app.tables import METADATA, named
from tests.databases import run

from . import sharding

APP = Path(app.__file__).parent

SCANS = {
    "app.coupons.commands.attempts.FORGET": "a job forgets old attempts",
    "app.coupons.queries.due.DUE": "a job settles coupons of the idle",
    "app.coupons.queries.proving.CODES": "the prover looks at codes that were taken",
    "app.coupons.queries.proving.TEMPLATES": "the prover looks at stock and budgets",
    "app.coupons.queries.jobs.CODES": "operators see the codes that were made",
    "app.coupons.queries.stock.LAPSED": "who finds a budget used up, and staff, look for coupons that lapsed",
    "app.graph.idempotency.FORGET": "a job forgets old keys",
    "app.graph.idempotency.OLDEST": "a job forgets old keys",
    "app.members.queries.audience.BY_TIER": "operators see for how many members a campaign would be",
    "app.members.queries.listing.NUMBER": "how many members a program has",
    "app.members.queries.listing.TOUCHES": "the prover looks for who was touched",
    "app.members.queries.listing.WAITING": "metrics of the prover",
    "app.members.queries.standing.BEFORE": "a job raises the idle by an edited ladder",
    "app.members.queries.standing.DUE": "a job settles the tiers of the idle",
    "app.outbox.queries.COUNTS": "metrics",
    "app.outbox.queries.DEAD": "dead letters, for people",
    "app.outbox.queries.DONE_BEFORE": "a job forgets what is done",
    "app.points.queries.ledgers.DUE_ACCOUNTS": "a job settles the idle",
    "app.prover.queries.DISAGREEING": "the prover goes round",
    "app.prover.queries.FIGURES": "staff see how far the prover is",
    "app.prover.queries.MISMATCHES_OF_PROGRAMS": "staff see what disagrees",
    "app.prover.queries.NUMBERS_OF_MISMATCHES": "staff see what disagrees",
    "app.prover.queries.NUMBER_DISAGREEING": "metrics of the prover",
    "app.prover.queries.OLDEST": "the prover goes round",
    "app.tiers.queries.comparing.BY_GROWTH": "operators compare a program before they publish it",
    "app.referrals.commands.attempts.FORGET": "a job forgets old attempts",
    "app.referrals.queries.due.MEMBERS": "a job gives coupons of invitations that are theirs by now",
    "app.staff.queries.corrections.NUMBER_WAITING": "operators see what waits for them",
    "app.staff.queries.corrections.WAITING": "operators see what waits for them",
    **{f"app.rewards.queries.worklist.LISTS[{which}]": "staff see to what was redeemed" for which in worklist.LISTS},
    **{f"app.rewards.queries.worklist.COUNTS[{which}]": "staff see to what was redeemed" for which in worklist.COUNTS},
}
"""Statements that ask all machines on purpose, and why: none is part of a member's request."""


def models(base: type[SQLModel]) -> Iterator[type[SQLModel]]:
    for model in base.__subclasses__():
        yield from (model, *models(model)) if is_table(model) else models(model)


def statements() -> Iterator[tuple[str, Table, str]]:
    """Every statement of the product: its name, its table and its text."""
    tables = {model.__name__: table_of(model) for model in models(SQLModel)}
    for found in pkgutil.walk_packages([str(APP)], "app."):
        if found.name.endswith(("__main__", ".embedded")):
            continue
        module = importlib.import_module(found.name)
        for name, value in named_in(module):
            if isinstance(value, Write):
                yield f"{found.name}.{name}", tables[value.record.__name__], value.sql
            elif isinstance(value, Statement):
                sql = value.text(None, single=False).sql
                yield f"{found.name}.{name}", tables[value.record.__name__], sql


def named_in(module: object) -> Iterator[tuple[str, Any]]:
    """All that a module has a name for, and what is in its mappings."""
    for name, value in list(vars(module).items()):
        yield name, value
        if isinstance(value, dict):
            inside = cast("dict[Any, Any]", value)
            yield from ((f"{name}[{key}]", each) for key, each in inside.items())


def test_the_tables_keep_the_rules() -> None:
    assert sharding.complaints(METADATA) == []


def test_no_statement_needs_a_single_machine() -> None:
    found = list(statements())
    assert len(found) > 20

    assert {name: bad for name, _, sql in found if (bad := sharding.sql_is_for_many_machines(sql))} == {}


def test_every_statement_names_whose_rows_it_is_about() -> None:
    nameless = {name for name, table, sql in statements() if not sharding.names_the_owner(sql, table)}

    assert nameless == SCANS.keys()


def test_no_source_outside_the_migrations_needs_a_single_machine() -> None:
    files = [path for path in APP.rglob("*.py") if path.parent != APP / "db" / "migrations"]
    files.remove(APP / "db" / "migrating.py")

    assert [bad for path in files for bad in sharding.source_is_for_many_machines(path)] == []


async def test_a_migrated_database_has_no_triggers_functions_or_sequences(database_url: str) -> None:
    assert await run(database_url, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == []
    assert await run(database_url, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace") == []
    assert await run(database_url, "SELECT relname FROM pg_class WHERE relkind = 'S'") == []


def good() -> list[Any]:
    return [Column("member_id", Uuid, primary_key=True), Column("id", Uuid, primary_key=True)]


def table(name: str, *parts: Any) -> Callable[[MetaData], object]:
    return lambda metadata: Table(name, metadata, *parts)


BROKEN: dict[str, Callable[[MetaData], object]] = {
    "nobody owns it": table("stray", Column("id", Uuid, primary_key=True)),
    "the primary key is": table("entries", Column("id", Uuid, primary_key=True), Column("member_id", Uuid)),
    "the primary key is ['id', 'member_id']": table("entries", *reversed(good())),
    "is unique without member_id": table("entries", *good(), Column("code", Text), UniqueConstraint("code")),
    "unique_code is unique": table("entries", *good(), Column("code", Text), Index("unique_code", "code", unique=True)),
    "uq_subject is unique without customer_id": table(
        "identities",
        Column("customer_id", Uuid, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("subject", Text),
        UniqueConstraint("subject", name="uq_subject"),
    ),
    "fk_entries_lot may lead": lambda metadata: (
        Table("lots", metadata, *good()),
        Table(
            "entries",
            metadata,
            *good(),
            Column("lot_id", Uuid),
            ForeignKeyConstraint(["lot_id"], ["lots.id"], name="fk_entries_lot"),
        ),
    ),
    "fk_entries_inviter may lead": table(
        "entries",
        *good(),
        Column("inviter", Uuid),
        ForeignKeyConstraint(["inviter"], ["members.id"], name="fk_entries_inviter"),
    ),
    "leads from a reference table": table(
        "program_versions",
        Column("code", Text, primary_key=True),
        Column("owner", Uuid),
        ForeignKeyConstraint(["owner"], ["members.id"]),
    ),
    "entries.id: ids are UUIDs": table(
        "entries",
        Column("member_id", Uuid, primary_key=True),
        Column("id", BigInteger, primary_key=True, autoincrement=False),
    ),
    "entries.number: comes from a sequence": table("entries", *good(), Column("number", Integer, Identity())),
    "entries.place: comes from a sequence": table("entries", *good(), Column("place", Integer, Sequence("places"))),
    "entries.rank: comes from a sequence": table(
        "entries", *good(), Column("rank", Integer, server_default=text("nextval('ranks')"))
    ),
    "program_versions.number: comes from a sequence": table(
        "program_versions", Column("number", Integer, primary_key=True)
    ),
    "entries.at: is made up by the database": table("entries", *good(), Column("at", Text, server_default=func.now())),
    "a CheckConstraint has no name": table(
        "entries", *good(), Column("amount", Integer), CheckConstraint("amount >= 0")
    ),
}


@pytest.mark.parametrize("complaint", BROKEN)
def test_a_table_that_breaks_a_rule_is_seen(complaint: str) -> None:
    metadata = MetaData()
    Table("members", metadata, Column("id", Uuid, primary_key=True))
    BROKEN[complaint](metadata)

    found = sharding.complaints(named(metadata))

    assert len(found) == 1
    assert complaint in found[0]


def test_a_key_without_a_name_is_seen() -> None:
    metadata = MetaData()
    Table("programs", metadata, Column("code", Text), PrimaryKeyConstraint("code"))

    assert sharding.complaints(metadata) == ["programs: a PrimaryKeyConstraint has no name"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT pg_try_advisory_lock(1)",
        "LISTEN outbox",
        "NOTIFY outbox, 'x'",
        "SELECT pg_notify('outbox', 'x')",
        "SET statement_timeout = 1",
        "SET LOCAL lock_timeout = 1",
        "BEGIN; SET work_mem = 1",
        "SELECT set_config('a.b', 'c', true)",
        "CREATE TEMP TABLE a (b int)",
        "SELECT nextval('numbers')",
        "CREATE TABLE a (b bigserial)",
        "CREATE OR REPLACE FUNCTION a() RETURNS int",
        "CREATE TRIGGER a BEFORE INSERT ON b",
        "UPDATE members SET growth = 0, at = now()",
        "UPDATE members SET at = CURRENT_TIMESTAMP",
        "SELECT id FROM outbox_events LIMIT 1 FOR UPDATE SKIP LOCKED",
        "SELECT id FROM members WHERE id = ANY ($1::UUID[]) FOR UPDATE",
    ],
)
def test_sql_that_needs_a_single_machine_is_seen(sql: str) -> None:
    assert len(sharding.sql_is_for_many_machines(sql)) == 1


def test_a_statement_that_does_not_say_whose_rows_it_is_about_is_seen() -> None:
    lots = METADATA.tables["points_lots"]

    assert not sharding.names_the_owner("SELECT points_lots.member_id FROM points_lots WHERE points_lots.id = $1", lots)
    assert not sharding.names_the_owner("SELECT points_lots.member_id FROM points_lots", lots)
    assert sharding.names_the_owner("SELECT points_lots.id FROM points_lots WHERE points_lots.member_id = $1", lots)


@pytest.mark.parametrize(
    "line", ["LOCK = 'SELECT pg_advisory_lock(1)'", "func.pg_advisory_lock(1)", "raw.add_listener('a', print)"]
)
def test_a_source_that_needs_a_single_machine_is_seen(tmp_path: Path, line: str) -> None:
    module = tmp_path / "module.py"
    module.write_text(f'"""It does not LISTEN to anything, nor takes a pg_advisory_lock."""\n{line}\n')

    assert len(list(sharding.source_is_for_many_machines(module))) == 1
