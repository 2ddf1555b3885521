"""Who was written to is proved by the next run, whenever it was and whoever wrote."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.clock import new_id
from app.customers.rules import Identity
from app.db import Database, Settings
from app.facts import commands as facts
from app.facts.rules import Line, ReportedOrder
from app.prover import NotProved, prove
from tests.databases import run
from tests.statements import Statements
from tests.world import ISSUER, World, customer

from .going import BREAK, DAY, due_proved, members_proved, proofs, rows, touched_proved, waiting


async def test_who_was_written_to_is_proved_by_the_next_run_and_nobody_else(world: World) -> None:
    """R5: within a minute, for the run comes every few seconds."""
    await world.joins("bella")
    await touched_proved(world)
    first, world.now = world.now, world.now + DAY
    await world.orders("anna", "100", completed=world.now)
    before = members_proved()
    await touched_proved(world)
    assert await proofs(world) == {"anna": (world.now, 0), "bella": (first, 0)}
    assert (members_proved() - before, await waiting(world)) == (1, 0)
    await touched_proved(world)
    assert members_proved() - before == 1


CHECK_IN = """mutation ($input: CheckInInput!) { checkIn(input: $input) { ... on CheckInSuccess { replayed } } }"""
WRITES: dict[str, Callable[[World], Awaitable[object]]] = {
    "joining": lambda world: world.joins("anna"),
    "leaving": lambda world: world.leaves("bella"),
    "coming back": lambda world: world.joins("carl"),
    "the first fact of somebody": lambda world: world.orders("dora", "1"),
    "a fact of a member": lambda world: world.orders("bella", "1"),
    "a fact of who has left": lambda world: world.completes("carl", "from before"),
    "settling": lambda world: _settled(world),
    "what members do themselves": lambda world: _checked_in(world),
}


async def _settled(world: World) -> None:
    ((bella,),) = await rows(world, "SELECT id FROM members ORDER BY id LIMIT 1")
    await world.settles(bella)


async def _checked_in(world: World) -> None:
    """And again with the same key, by which nothing is written."""
    given = {"idempotencyKey": str(new_id())}
    for replayed in (False, True):
        done = await world.data(CHECK_IN, by=customer("bella"), input=given)
        assert done == {"checkIn": {"replayed": replayed}}


@pytest.mark.parametrize("write", WRITES)
async def test_every_write_touches_its_member_once_it_is_committed(world: World, write: str) -> None:
    """R5: whatever is written of a member is written under their lock, and locking is what touches."""
    await world.joins("bella")
    await world.orders("carl", "1", order="from before")
    await world.leaves("carl")
    await touched_proved(world)
    assert await waiting(world) == 0
    await WRITES[write](world)
    assert await waiting(world) == 1


async def test_whoever_only_looks_touches_nobody(world: World) -> None:
    """Confirming a mismatch takes the member's lock: if that were a touch, they would be proved for ever."""
    await world.orders("anna", "100")
    await rows(world, BREAK)
    await touched_proved(world)
    assert await waiting(world) == 0
    world.now += DAY
    await due_proved(world)
    assert await waiting(world) == 0
    assert await proofs(world) == {"anna": (world.now, 2)}


class Meanwhile(Database):
    """Something happens between any two statements that read."""

    happens: Callable[[], Awaitable[object]]

    async def fetch(self, *given: Any, **more: Any) -> list[Any]:
        found = await super().fetch(*given, **more)
        await self.happens()
        return found


async def test_a_touch_during_a_proof_is_not_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R5: the proof may have read the books before; so who was touched meanwhile waits for the next run."""
    monkeypatch.setattr("app.prover.rounds.MOST_TOUCHES", 100)
    await world.orders("anna", "1")
    watched = Meanwhile(world.database.settings, new_id=new_id)
    written = list[int]()

    async def order() -> None:
        """After the touches were read, and from then on: what was read of the books then is no more true."""
        written.append(1)
        await world.orders("anna", "1500", completed=world.now)

    watched.happens = order
    quiet, world.database = world.database, watched
    try:
        await touched_proved(world)
    finally:
        world.database = quiet
        await watched.close()
    assert 5 < len(written) < 40
    ((left,),) = await rows(world, "SELECT count(*) FROM touches")
    assert left == len(written)
    assert await proofs(world) == {"anna": (world.now, 0)}
    await rows(world, BREAK)
    await touched_proved(world)
    assert (await proofs(world))["anna"][1] > 0


async def test_a_write_that_commits_late_is_proved_after_it_commits(world: World) -> None:
    """R5: when it began, and by which clock, is of no interest."""
    await world.orders("anna", "1")
    long_ago = world.now - 400 * DAY
    async with world.database.transaction() as tx:
        order = ReportedOrder("shop", "late", long_ago, long_ago, [Line(1, 100)])
        await facts.record_order(
            tx,
            programs=world.programs,
            program="taobao-club",
            identity=Identity(ISSUER, "anna"),
            order=order,
            now=long_ago,
        )
        await touched_proved(world)
        assert await waiting(world) == 0
    assert await waiting(world) == 1
    await rows(world, BREAK)
    await touched_proved(world)
    assert (await proofs(world))["anna"][1] > 0


@pytest.mark.parametrize("number", [1, 40])
async def test_a_page_takes_a_fixed_number_of_statements(world: World, sql: Statements, number: int) -> None:
    """However many members were touched, and however often: two more than proving everybody takes, and one less, for
    coupons of nobody yet are proved by a job of their own."""
    for each in range(number):
        await world.orders(f"customer {each}", "100", completed=world.now)
        await world.orders(f"customer {each}", "100")
    with sql:
        await prove(world.database, now=world.now, programs=world.programs)
    everybody = sql.count
    with sql:
        await touched_proved(world)
    assert sql.count == everybody + 2 - 1


async def test_any_number_of_members_is_proved_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run has an end, and the next goes on where it ended."""
    monkeypatch.setattr("app.prover.rounds.TOUCHES_AT_ONCE", 3)
    monkeypatch.setattr("app.prover.rounds.AT_ONCE", 2)
    monkeypatch.setattr("app.prover.rounds.MOST_TOUCHES", 6)
    for number in range(10):
        await world.joins(f"customer {number}")
    left: list[int] = []
    for _ in range(3):
        left.append(await waiting(world))
        await touched_proved(world)
    assert left == [10, 4, 0]


async def test_several_at_once_do_no_harm(world: World) -> None:
    """Workers whose leases overlap, and the two jobs of one worker."""
    for number in range(20):
        await world.orders(f"customer {number}", "100", completed=world.now)
    await rows(world, f"{BREAK} WHERE id = (SELECT min(id::text)::uuid FROM members)")
    await asyncio.gather(*(touched_proved(world) for _ in range(3)), *(due_proved(world) for _ in range(2)))
    found = await proofs(world)
    assert (len(found), sum(mismatches > 0 for _, mismatches in found.values())) == (20, 1)
    assert await waiting(world) == 0
    assert len(await rows(world, "SELECT * FROM mismatches")) == 2


async def test_one_who_cannot_be_proved_now_does_not_hold_up_the_others(world: World) -> None:
    """Somebody sits on a member's lock: the others are proved, and the next run tries again."""
    ids = {subject: await world.joins(subject) for subject in ("anna", "bella", "carl")}
    await rows(world, f"{BREAK} WHERE id = '{ids['anna']}'")
    await rows(world, f"{BREAK} WHERE id = '{ids['carl']}'")
    impatient = Database(Settings(world.database.settings.url, lock_timeout=0.05), new_id=new_id)
    patient, world.database = world.database, impatient
    try:
        async with patient.transaction() as tx:
            await tx._connection.raw.execute(f"SELECT 1 FROM members WHERE id = '{ids['anna']}' FOR UPDATE")  # pyright: ignore[reportPrivateUsage]
            with pytest.raises(NotProved):
                await touched_proved(world)
        assert {subject: number for subject, (_, number) in (await proofs(world)).items()} == {"bella": 0, "carl": 2}
        assert await waiting(world) == 1
        await touched_proved(world)
        assert (await proofs(world))["anna"] == (world.now, 2)
    finally:
        world.database = patient
        await impatient.close()


async def test_books_that_cannot_even_be_read_are_a_mismatch(world: World) -> None:
    """Who is in a program that was never published is named; the others are proved."""
    url = world.database.settings.url
    anna, _ = await world.joins("anna"), await world.joins("bella")
    await run(
        url,
        'INSERT INTO programs SELECT (jsonb_populate_record(p, \'{"code": "unpublished"}\')).* FROM programs p LIMIT 1',
        f"UPDATE members SET program = 'unpublished' WHERE id = '{anna}'",
    )
    await touched_proved(world)
    assert {subject: number for subject, (_, number) in (await proofs(world)).items()} == {"anna": 1, "bella": 0}
    ((what, found),) = await run(url, "SELECT what, found FROM mismatches")
    assert what == "books: can be read"
    assert found.startswith("KeyError at prover/books.py")


async def test_who_is_no_more_is_forgotten(world: World) -> None:
    """Nothing of the prover's keeps going round for a member that there is not."""
    anna = await world.joins("anna")
    await touched_proved(world)
    await rows(world, "INSERT INTO touches SELECT id, id FROM members")
    await rows(world, f"DELETE FROM outbox_events WHERE member_id = '{anna}'")
    await rows(world, f"DELETE FROM members WHERE id = '{anna}'")
    await touched_proved(world)
    for table in ("touches", "proofs", "mismatches"):
        assert await rows(world, f"SELECT * FROM {table}") == []
