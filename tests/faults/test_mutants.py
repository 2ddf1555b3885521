"""A trial finds out whoever breaks a rule by which writes are built; and finds nothing while nobody does."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import islice

import pytest

from tests.databases import run
from tests.world import World

from .hold_mutants import HOLD_MUTANTS
from .mutants import MUTANTS, Mutant
from .operations import Shares
from .playing import History, play
from .trial import Plan, in_process, wrong_after

ROUND = 100
"""Operations between two looks."""
PLAN = Plan(seed=1, operations=600, faults=60, shares=Shares(wishes=0.4, members=0, sales=0.25))
SELLING = Plan(seed=1, operations=800, faults=60, shares=Shares(wishes=0.25, members=0, sales=0.7))
LIVELY = Plan(seed=1, operations=800, faults=60, shares=Shares(wishes=0.05, members=0.9, sales=0.25))

UNIQUE = """SELECT conrelid::regclass::text AS of_table, conname AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'u' AND connamespace = 'public'::regnamespace"""


@asynccontextmanager
async def without_unique_constraints(database: str) -> AsyncGenerator[None]:
    """For mutants that the database would hold up: that they are found out does not rest on it. Empties the tables."""
    constraints = await run(database, UNIQUE)
    assert constraints
    await run(database, *(f"ALTER TABLE {row['of_table']} DROP CONSTRAINT {row['name']}" for row in constraints))
    try:
        yield
    finally:
        tables = ", ".join(sorted({row["of_table"] for row in constraints}))
        back = (
            f"ALTER TABLE {row['of_table']} ADD CONSTRAINT {row['name']} {row['definition']}" for row in constraints
        )
        await run(database, f"TRUNCATE {tables} CASCADE", *back)


async def found_wrong(world: World, plan: Plan) -> list[str]:
    """What a trial finds first, if it finds anything."""
    history = History()
    async with in_process(world, plan) as trial:
        operations = plan.operations_by(trial)
        while some := list(islice(operations, ROUND)):
            await play(some, trial.ask, history)
            wrong = await wrong_after(
                history, world.database, programs=world.programs, stage=trial.stage, now=trial.now
            )
            if wrong:
                return wrong
    return []


@pytest.mark.parametrize("plan", [PLAN, SELLING, LIVELY])
async def test_nothing_is_found_while_nobody_breaks_a_rule(world: World, plan: Plan) -> None:
    assert await found_wrong(world, plan) == []


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
async def test_who_breaks_a_rule_is_found_out(world: World, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    async with without_unique_constraints(world.database.settings.url):
        with monkeypatch.context() as patch:
            mutant(patch)
            assert await found_wrong(world, SELLING if mutant in HOLD_MUTANTS else PLAN) != []
