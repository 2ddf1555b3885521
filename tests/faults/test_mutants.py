"""A trial finds out whoever breaks a rule by which writes are built; and finds nothing while nobody does."""

import os
from collections.abc import AsyncGenerator
from dataclasses import replace
from itertools import islice

import pytest

from app.clock import new_id
from app.db import Database, Settings
from tests.databases import fresh_database, run, sweep, swept
from tests.world import World, published

from .conftest import PROGRAM_FILES
from .coupon_mutants import COUPON_MUTANTS
from .hold_mutants import HOLD_MUTANTS
from .member_mutants import MEMBER_MUTANTS
from .mutants import MUTANTS, Mutant
from .operations import Shares
from .playing import History, play
from .trial import Plan, in_process, wrong_after

ROUND = 100
PLAN = Plan(seed=1, operations=600, faults=60, shares=Shares(wishes=0.4, members=0, sales=0.25))
SELLING = Plan(seed=1, operations=800, faults=60, shares=Shares(wishes=0.25, members=0, sales=0.7))
USING = Plan(seed=1, operations=600, faults=60, shares=Shares(wishes=0.05, members=0, sales=0, coupons=0.95))
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
    "coupons_are_used_by_whoever_asks",
)
"""Those that are tried with each change; before a release all are (FAULT_MUTANTS=all)."""
CHOSEN = MUTANTS if os.environ.get("FAULT_MUTANTS") == "all" else {name: MUTANTS[name] for name in EACH_CHANGE}

NAMED = ("uq_rewards_code", "uq_referral_scores_period")
"""Without these a statement of the product could not be run: it names them, in ON CONFLICT."""
UNIQUE = f"""SELECT indrelid::regclass::text AS of_table, indexrelid::regclass::text AS name, conname AS constraint
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid LEFT JOIN pg_constraint AS c ON conindid = indexrelid
WHERE indisunique AND NOT indisprimary AND relnamespace = 'public'::regnamespace AND relname NOT IN {NAMED}"""


@pytest.fixture(scope="module")
async def keyless(server_url: str) -> AsyncGenerator[Database]:
    """Without the database's own keys, which would hold mutants up: that they are found out does not rest on them."""
    async with fresh_database(server_url, "member_center_keyless") as url, swept(url):
        keys = await run(url, UNIQUE)
        assert keys
        dropped = (
            f"ALTER TABLE {key['of_table']} DROP CONSTRAINT {key['name']}" if key["constraint"]
            else f"DROP INDEX {key['name']}"
            for key in keys
        )  # fmt: skip
        await run(url, *dropped, "SELECT")
        opened = Database(Settings(url=url), new_id=new_id)
        await opened.open()
        yield opened
        await opened.close()


@pytest.fixture
async def world(keyless: Database) -> AsyncGenerator[World]:
    """The programs of faults; after each trial no row is left."""
    yield World(keyless, await published(keyless, *PROGRAM_FILES))
    await sweep(keyless.settings.url)


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
    if mutant in COUPON_MUTANTS:
        return USING
    return LIVELY if mutant in MEMBER_MUTANTS else PLAN


def patiently(plan: Plan) -> Plan:
    """It ends as soon as something is found, which chance decides, too."""
    return replace(plan, operations=4 * plan.operations, faults=4 * plan.faults)


async def test_nothing_is_found_while_nobody_breaks_a_rule(world: World) -> None:
    """Also without the database's own keys: nobody ever runs into one."""
    plan = Plan(seed=1, operations=900, faults=90, shares=Shares(wishes=0.2, members=0.4, sales=0.3, coupons=0.2))
    assert await found_wrong(world, plan, every=plan.operations) == []


@pytest.mark.parametrize("mutant", CHOSEN.values(), ids=CHOSEN)
async def test_who_breaks_a_rule_is_found_out(world: World, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        mutant(patch)
        assert await found_wrong(world, patiently(plan_for(mutant))) != []
