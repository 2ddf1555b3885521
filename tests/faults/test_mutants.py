"""A trial finds out whoever breaks a rule by which writes are built; and finds nothing while nobody does."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from app.tables import METADATA
from tests.databases import run
from tests.world import World

from .hold_mutants import HOLD_MUTANTS
from .member_mutants import MEMBER_MUTANTS
from .mutants import MUTANTS, Mutant
from .operations import Shares
from .playing import History, play
from .trial import Plan, in_process, wrong_after

ROUND = 100
PLAN = Plan(seed=1, operations=600, faults=60, shares=Shares(wishes=0.4, members=0, sales=0.25))
SELLING = Plan(seed=1, operations=800, faults=60, shares=Shares(wishes=0.25, members=0, sales=0.7))
LIVELY = Plan(seed=1, operations=600, faults=60, shares=Shares(wishes=0.05, members=0.9, sales=0.25))

EACH_CHANGE = (
    "no_idempotency_key",
    "key_without_input",
    "effect_outside_the_transaction_of_its_key",
    "acknowledged_before_commit",
    "balance_read_without_lock",
    "no_fact_claim",
    "no_unique_cause",
    "fact_claimed_before_its_effects",
    "no_refund_claim",
    "no_activity_claim",
    "holds_end_again_and_again",
    "stock_is_read_and_written",
    "redemptions_without_keys",
    "cancelled_again_and_again",
    "checked_in_again_and_again",
    "several_inviters_for_one",
)
"""Those that are tried with each change; before a release all are (FAULT_MUTANTS=all)."""
CHOSEN = MUTANTS if os.environ.get("FAULT_MUTANTS") == "all" else {name: MUTANTS[name] for name in EACH_CHANGE}

NAMED = ("uq_rewards_code", "uq_referral_scores_period")
"""Without these a statement of the product could not be run: it names them, in ON CONFLICT."""
UNIQUE = f"""SELECT indrelid::regclass::text AS of_table, indexrelid::regclass::text AS name,
    pg_get_constraintdef(c.oid) AS constraint
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid LEFT JOIN pg_constraint AS c ON conindid = indexrelid
WHERE indisunique AND NOT indisprimary AND relnamespace = 'public'::regnamespace AND relname NOT IN {NAMED}"""


def _made(name: str) -> str:
    """As the models make it: read back from the database it would not be the same text again."""
    (index,) = (index for table in METADATA.tables.values() for index in table.indexes if index.name == name)
    return str(CreateIndex(index).compile(dialect=postgresql.dialect()))


@asynccontextmanager
async def without_unique_keys(database: str) -> AsyncGenerator[None]:
    """For mutants that the database would hold up: that they are found out does not rest on it. Empties the tables."""
    keys = await run(database, UNIQUE)
    assert keys
    await run(
        database,
        *(
            f"ALTER TABLE {key['of_table']} DROP CONSTRAINT {key['name']}" if key["constraint"]
            else f"DROP INDEX {key['name']}"
            for key in keys
        ),
        "SELECT",
    )  # fmt: skip
    try:
        yield
    finally:
        tables = ", ".join(sorted({key["of_table"] for key in keys}))
        back = (
            f"ALTER TABLE {key['of_table']} ADD CONSTRAINT {key['name']} {key['constraint']}" if key["constraint"]
            else _made(key["name"])
            for key in keys
        )  # fmt: skip
        await run(database, f"TRUNCATE {tables} CASCADE", *back, "SELECT")


async def found_wrong(world: World, plan: Plan, *, every: int = ROUND) -> list[str]:
    """What a trial finds first, if it finds anything; so many operations are between two looks."""
    history = History()
    async with in_process(world, plan) as trial:
        operations = plan.operations_by(trial)
        while some := list(islice(operations, every)):
            await play(some, trial.ask, history)
            wrong = await wrong_after(
                history, world.database, programs=world.programs, stage=trial.stage, now=trial.now
            )
            if wrong:
                return wrong
    return []


def plan_for(mutant: Mutant) -> Plan:
    if mutant in HOLD_MUTANTS:
        return SELLING
    return LIVELY if mutant in MEMBER_MUTANTS else PLAN


def patiently(plan: Plan) -> Plan:
    """It ends as soon as something is found, which chance decides, too."""
    return replace(plan, operations=4 * plan.operations, faults=4 * plan.faults)


async def test_nothing_is_found_while_nobody_breaks_a_rule(world: World) -> None:
    """Also without the database's own keys: nobody ever runs into one."""
    plan = Plan(seed=1, operations=900, faults=90, shares=Shares(wishes=0.2, members=0.4, sales=0.3))
    async with without_unique_keys(world.database.settings.url):
        assert await found_wrong(world, plan, every=plan.operations) == []


@pytest.mark.parametrize("mutant", CHOSEN.values(), ids=CHOSEN)
async def test_who_breaks_a_rule_is_found_out(world: World, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    async with without_unique_keys(world.database.settings.url):
        with monkeypatch.context() as patch:
            mutant(patch)
            assert await found_wrong(world, patiently(plan_for(mutant))) != []
