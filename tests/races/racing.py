"""Running a hundred things at once, and taking away what makes that safe."""

import asyncio
import copy
import importlib
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from app.customers import commands as customers
from app.customers.rules import Identity
from app.db import Database, Transaction, Write
from app.db.unique_keys import CLAIM, Claimed, owners_of
from app.facts.commands import claiming as facts
from app.graph.idempotency import BY_KEY, KeyedRequest
from app.graph.idempotency import CLAIM as CLAIM_KEY
from app.members.commands import joining, locking
from app.prover import prove
from app.rewards.commands import redeeming
from tests.databases import run
from tests.world import World

MUTATION: Any = importlib.import_module("app.graph.mutation")
"""Its package has a function of the same name."""
CROWD = 100
ATTEMPTS = 20
"""How often a race is run before a mutant is said to have survived it; the first nearly always does."""

Race = Callable[[World], Awaitable[None]]
Mutant = Callable[[pytest.MonkeyPatch], None]


async def at_once(work: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    """All begun before any has ended; what each gives. None may fail."""
    found = await asyncio.gather(*work, return_exceptions=True)
    failures = Counter(repr(each) for each in found if isinstance(each, BaseException))
    assert not failures, failures
    return found


async def fails(race: Race, world: World) -> bool:
    """Does a race that is run again and again show a wrong outcome?"""
    for _ in range(ATTEMPTS):
        try:
            await race(world)
        except AssertionError:
            return True
    return False


async def comes_twice(race: Race, world: World, twice: str) -> bool:
    """Does a race that is run again and again leave rows that `twice` finds? It may go wrong in another way before."""
    for _ in range(ATTEMPTS):
        with suppress(AssertionError):
            await race(world)
        if await rows(world, twice):
            return True
    return False


async def balanced(world: World) -> None:
    """Every member's books say the same, and nothing else is to be said of them."""
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches[:5]]


async def rows(world: World, sql: str) -> Sequence[Any]:
    return await run(world.database.settings.url, sql)


def unlocked(write: Write[Any]) -> Write[Any]:
    """The same SELECT without its lock."""
    mutant = copy.copy(write)
    mutant.sql, number = re.subn(r"\s+FOR (NO KEY )?UPDATE( OF \w+)?", "", write.sql)
    assert number == 1
    return mutant


def without_member_lock(patch: pytest.MonkeyPatch) -> None:
    """It is the only one: whatever is of a member is read and written by who has it."""
    for name in ("LOCK_KNOWN_AS", "LOCK_ASKING", "LOCK_ASKING_BRIEFLY", "LOCK"):
        patch.setattr(locking, name, unlocked(getattr(locking, name)))


async def key_looked_up_first(tx: Transaction, *, kind: str, digest: bytes, owner: UUID) -> Claimed:
    (first,) = await owners_of(tx, [digest])
    if first is not None:
        return Claimed(first, is_new=False)
    await tx.run(CLAIM, digest=digest, kind=kind, owner=owner)
    return Claimed(owner, is_new=True)


async def key_always_new(tx: Transaction, *, kind: str, digest: bytes, owner: UUID) -> Claimed:
    return Claimed(owner, is_new=True)


def order_key_is_looked_up_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(facts, "claim", key_looked_up_first)


def without_order_key(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(facts, "claim", key_always_new)


def identity_is_looked_up_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(customers, "claim", key_looked_up_first)


def without_customer_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(customers, "LOCK", unlocked(customers.LOCK))


def membership_is_looked_up_first(patch: pytest.MonkeyPatch) -> None:
    """Who joins locks the customer as well, where they were known before."""
    patch.setattr(joining, "claim", key_looked_up_first)
    without_customer_lock(patch)


def everybody_is_one_customer(patch: pytest.MonkeyPatch) -> None:
    def everybody(_: Identity) -> bytes:
        return b"everybody"

    patch.setattr(customers, "identity_digest", everybody)


def without_idempotency_key(patch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(MUTATION, "claim", nothing)
    patch.setattr(MUTATION, "store", nothing)


def idempotency_key_is_looked_up_first(patch: pytest.MonkeyPatch) -> None:
    claim = MUTATION.claim

    async def looks_first(tx: Transaction, request: KeyedRequest, outcomes: Mapping[str, type], *, now: Any) -> Any:
        if await tx.fetch(BY_KEY, [(request.owner_id, request.id)]):
            return await claim(tx, request, outcomes, now=now)
        await tx.run(CLAIM_KEY, owner_id=request.owner_id, id=request.id, input_digest=request.input_digest,
                     created_at=now)  # fmt: skip
        return None

    patch.setattr(MUTATION, "claim", looks_first)


def any_input_is_the_same(patch: pytest.MonkeyPatch) -> None:
    def same(_: str, __: Any) -> bytes:
        return b"same"

    patch.setattr(MUTATION, "digest_of_input", same)


def any_free_code_is_taken(patch: pytest.MonkeyPatch) -> None:
    """Not that of the piece, but whichever is free when it is looked for."""

    async def take_code(tx: Transaction, *, reward_id: UUID, member_id: UUID, redemption_id: UUID, **_: Any) -> None:
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        free = f"SELECT id FROM voucher_codes WHERE reward_id = '{reward_id}' AND redemption_id IS NULL LIMIT 1"
        whose = f"taken_by = '{member_id}', redemption_id = '{redemption_id}'"
        await raw.execute(f"UPDATE voucher_codes SET {whose} WHERE id = ({free})")

    patch.setattr(redeeming, "take_code", take_code)


async def drop_constraint(database: Database, table: str, name: str) -> Callable[[], Awaitable[object]]:
    """Take a constraint away; what is given puts it back, once the tables are empty."""
    url = database.settings.url
    ((definition,),) = await run(url, f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{name}'")
    await run(url, f"ALTER TABLE {table} DROP CONSTRAINT {name}")

    async def put_back() -> None:
        await run(url, f"TRUNCATE {table} CASCADE", f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")

    return put_back
