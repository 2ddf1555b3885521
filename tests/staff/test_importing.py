"""Imports that an operator asks for: uploaded in parts, done by the worker, looked at as it goes."""

import asyncio
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.db import Database, Transaction
from app.facts.importing import batches, staging, working
from app.facts.importing.commands import import_file
from app.facts.importing.kinds import ImportKind
from app.facts.importing.reading import Mapped, ReadLine
from app.facts.importing.running import start_run
from app.facts.importing.runs import begin_run, keep_batch
from app.facts.importing.stages import Tally
from app.facts.importing.terms import Manner, Origin
from app.graph import Role
from app.graph.ids import key_of
from app.jobs import JOBS
from tests.databases import run
from tests.facts.history import contents, file_of, rows_of
from tests.staff.correcting import codes
from tests.staff.importing import ADD, CLUB, LOOK, OPERATOR, ORDERS, PARTS, START, created, looked, started, worked
from tests.world import ISSUER, World, customer, staff


async def test_an_import_is_uploaded_in_parts_started_and_done_by_the_worker(world: World, database_url: str) -> None:
    """R19."""
    import_id = await started(world, *PARTS)
    assert (await looked(world, import_id))["state"] == "PENDING"
    assert await rows_of(database_url, "orders") == 0
    await worked(world)

    done = await looked(world, import_id)
    assert (done["state"], done["linesTotal"], done["linesDone"], done["new"], done["members"]) == ("DONE", 4, 4, 3, 3)
    assert [each["line"] for each in done["notTaken"]["nodes"]] == [3]
    assert done["askedBy"] == {"subject": OPERATOR.subject}
    me = await world.data("{ me { growth tier { code } } }", by=customer("anna"))
    assert me["me"] == {"growth": 1405, "tier": {"code": "v2"}}
    assert await rows_of(database_url, "import_lines") == 0
    rows = await run(database_url, "SELECT action, subject, program, about_id FROM audit_entries ORDER BY id")
    done_by_staff = ("IMPORT_CREATED", *("IMPORT_PART_ADDED" for _ in PARTS), "IMPORT_STARTED")
    assert [tuple(row) for row in rows] == [
        (action, OPERATOR.subject, CLUB, key_of(import_id, "import")) for action in done_by_staff
    ]


async def test_each_part_is_on_record_by_its_number_and_size_and_not_by_what_it_says(
    world: World, database_url: str
) -> None:
    """R41: once, however often it is sent, and not if it was refused."""
    parts = ("customer,date,amount\nанна,2026-01-05,1400.00\n", "bob,2026-01-06,5.00\n")
    import_id = await created(world, *parts)
    await world.data(ADD, by=OPERATOR, input={"id": import_id, "number": 2, "text": parts[1]})
    for wrong in ({"number": 4, "text": parts[1]}, {"number": 2, "text": parts[0]}):
        assert await codes(world, ADD, by=OPERATOR, input={"id": import_id, **wrong}) == ["BAD_USER_INPUT"]
    text = """{ program(code: "taobao-club") { audit {
        nodes { action about by { subject } at changes { what before after } } } } }"""
    found = (await world.data(text, by=staff(Role.AUDITOR, CLUB)))["program"]["audit"]["nodes"]
    assert [(entry["action"], {each["what"]: each["after"] for each in entry["changes"]}) for entry in found] == [
        ("IMPORT_PART_ADDED", {"part": "2", "bytes": str(len(parts[1]))}),
        ("IMPORT_PART_ADDED", {"part": "1", "bytes": str(len(parts[0].encode()))}),
        ("IMPORT_CREATED", {}),
    ]
    assert len(parts[0].encode()) > len(parts[0])
    assert {(entry["about"], entry["by"]["subject"], entry["at"]) for entry in found} == {
        (import_id, OPERATOR.subject, world.now)
    }
    rows = await run(database_url, "SELECT * FROM audit_entries")
    assert not [value for row in rows for value in row.values() if "анна" in str(value) or "bob" in str(value)]


async def test_a_part_that_cannot_be_put_on_record_is_not_taken_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction for both."""

    async def fails(tx: Transaction, **_: Any) -> None:
        raise RuntimeError

    import_id = await created(world)
    with monkeypatch.context() as patch:
        patch.setattr("app.staff.commands.importing.note", fails)
        with pytest.raises(AssertionError):
            await world.data(ADD, by=OPERATOR, input={"id": import_id, "number": 1, "text": PARTS[0]})
    found = await looked(world, import_id)
    assert (found["parts"], found["linesTotal"]) == (0, 0)


async def test_a_dry_run_tells_who_would_change_and_changes_nothing(world: World, database_url: str) -> None:
    """R19."""
    import_id = await started(world, *PARTS, dryRun=True)
    before = await contents(database_url)
    await worked(world)

    after = await contents(database_url)
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"import_runs", "import_lines", "import_not_taken", "import_changes"}
    done = await looked(world, import_id)
    assert done["changes"]["totalCount"] == 2
    assert sorted(done["changes"]["nodes"], key=lambda each: each["customer"])[0] == {
        "customer": "anna", "isNew": True, "tierBefore": "v1", "tierAfter": "v2", "growthBefore": 0,
        "growthAfter": 1405, "orders": 2,
    }  # fmt: skip
    assert done["moves"] == [
        {"tierBefore": "v1", "tierAfter": "v1", "members": 1},
        {"tierBefore": "v1", "tierAfter": "v2", "members": 1},
    ]


async def test_a_part_may_be_sent_again_and_no_other_than_the_next(world: World) -> None:
    import_id = await created(world, *PARTS[:2])
    again = await world.data(ADD, by=OPERATOR, input={"id": import_id, "number": 2, "text": PARTS[1]})
    assert again["addImportPart"]["import"]["linesTotal"] == 3

    for number, text in ((2, PARTS[2]), (1, PARTS[0]), (4, PARTS[2])):
        result = await world.ask(ADD, by=OPERATOR, input={"id": import_id, "number": number, "text": text})
        assert [(error.extensions or {})["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"], number
    assert (await looked(world, import_id))["linesTotal"] == 3


async def test_what_is_wrong_with_the_file_is_told_at_once_and_the_part_is_not_taken(world: World) -> None:
    import_id = await created(world, PARTS[0])
    wrong = 'bob,2026-01-06,1.00\n"cara,2026-01-06,1.00\n'
    result = await world.ask(ADD, by=OPERATOR, input={"id": import_id, "number": 2, "text": wrong})
    assert ["Line 4" in error.message for error in result.errors or ()] == [True]
    assert (await looked(world, import_id))["linesTotal"] == 1


async def test_once_started_nothing_can_be_changed(world: World) -> None:
    import_id = await started(world, *PARTS)
    for ask, more in ((START, {}), (ADD, {"number": 4, "text": "dora,2026-01-01,1.00"})):
        answer = await world.data(ask, by=OPERATOR, input={"id": import_id, **more})
        assert list(answer.values()) == [{"code": "IMPORT_NOT_OPEN", "import": {"state": "PENDING"}}]


async def test_who_may_not_see_the_program_finds_no_import(world: World) -> None:
    """R43."""
    import_id = await created(world, *PARTS)
    stranger = staff(Role.OPERATOR, "brand-standard")
    assert await world.data(LOOK, by=stranger, id=import_id) == {"import": None}
    result = await world.ask(START, by=stranger, input={"id": import_id})
    assert [error.message for error in result.errors or ()] == ["There is no such import."]


async def test_a_run_that_was_killed_is_gone_on_with_and_nothing_is_doubled(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R24: the worker dies after some batches, and another goes on after the last that was written down."""
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    lines = [f"c{number},2026-01-05,{100 + number}.00" for number in range(12)]
    import_id = await started(world, "\n".join(("customer,date,amount", *lines)))
    next_batch, seen = batches.next_batch, 0

    async def dies(*arguments: Any, **more: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == 5:
            raise ConnectionResetError
        return await next_batch(*arguments, **more)

    monkeypatch.setattr("app.facts.importing.running.next_batch", dies)
    with pytest.raises(ConnectionResetError):
        await worked(world)
    half = await looked(world, import_id)
    assert half["state"] == "RUNNING"
    assert 0 < half["linesDone"] < 12

    await worked(world)
    done = await looked(world, import_id)
    assert (done["state"], done["linesDone"], done["new"]) == ("DONE", 12, 12)
    assert await rows_of(database_url, "orders") == 12


async def test_a_slice_that_is_over_leaves_the_rest_for_the_next(world: World) -> None:
    import_id = await started(world, *PARTS)
    await worked(world, slice_=0)
    await worked(world)
    assert (await looked(world, import_id))["state"] == "DONE"


async def test_imports_into_a_program_are_done_in_their_order_and_those_into_several_take_turns(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long one takes, others do not wait for its end; but orders wait for the members before them."""
    brand = "brand-standard"
    names = {key_of(await started(world, *PARTS), "import"): f"{CLUB} {number}" for number in (1, 2)}
    names |= {key_of(await started(world, *PARTS, program=brand, by=staff(Role.OPERATOR, brand)), "import"): brand}
    seen: list[str] = []

    async def never_ends(database: Database, run_id: UUID, *, stopping: asyncio.Event, **_: Any) -> bool:
        seen.append(names[run_id])
        stopping.set()
        if len(seen) == 3:
            raise ConnectionResetError
        return False

    monkeypatch.setattr(working, "go_on", never_ends)
    for number in range(6):
        world.now += timedelta(minutes=1)
        with pytest.raises(ConnectionResetError) if number == 2 else nullcontext():
            await worked(world)
    assert seen == [f"{CLUB} 1", brand] * 3


async def test_a_file_that_cannot_be_gone_through_fails_and_the_next_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {**ORDERS, "order": "id"}
    head = "customer,date,amount,id\n"
    same = head + "".join(f"c{number},2026-01-05,{number}.00,{number % 3}\n" for number in range(9))
    monkeypatch.setattr("app.facts.importing.ids.ENOUGH", 9)
    wrong = await started(world, same, orders=columns)
    right = await started(world, *PARTS)
    await worked(world)

    failed = await looked(world, wrong)
    assert failed["state"] == "FAILED"
    assert "column of the ids" in failed["problem"]
    assert (await looked(world, right))["state"] == "DONE"


async def test_members_are_imported_before_their_orders(world: World) -> None:
    """R19."""
    await started(world, "customer,tier,joined\nanna,v4,2021-01-01\n", members={"tier": "tier"})
    await started(world, PARTS[0])
    await worked(world)
    assert await world.data("{ me { growth tier { code } } }", by=customer("anna")) == {
        "me": {"growth": 1400, "tier": {"code": "v4"}}
    }


async def test_what_is_old_is_forgotten(world: World, database_url: str) -> None:
    done = await started(world, *PARTS)
    await worked(world)
    waiting = await started(world, *PARTS)
    later = world.now + timedelta(days=31)
    await working.forget_imports(world.database, now=later)

    assert (await world.data(LOOK, by=OPERATOR, id=done)) == {"import": None}
    assert (await looked(world, waiting))["state"] == "PENDING"
    assert await rows_of(database_url, "import_not_taken") == 0


async def test_what_a_command_is_at_is_not_forgotten_however_long_it_takes(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch takes most of a day, and the worker looks for what was left behind meanwhile."""
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    monkeypatch.setattr(staging, "AT_ONCE", 1)
    next_batch, began = batches.next_batch, world.now

    async def takes_long(*arguments: Any, **more: Any) -> Any:
        world.now += timedelta(hours=23)
        await working.forget_imports(world.database, now=world.now)
        return await next_batch(*arguments, **more)

    monkeypatch.setattr("app.facts.importing.running.next_batch", takes_long)
    lines = (f"c{number},2026-01-05,1,{100 + number}.00" for number in range(6))
    result = await import_file(
        world.database,
        programs=world.programs,
        origin=Origin(CLUB, "history", ISSUER),
        pieces=[file_of(*lines)],
        manner=Manner(Mapped()),
        clock=lambda: world.now,
    )
    assert (result.new, result.is_whole) == (6, True)
    assert world.now > began + timedelta(days=3)


async def test_what_a_killed_command_left_is_forgotten_after_a_day(world: World, database_url: str) -> None:
    """It died while its lines were put into the database."""
    async with world.database.transaction() as tx:
        left = await begin_run(
            tx, program=CLUB, source="history", issuer=ISSUER, columns=Mapped(), kind=ImportKind.ORDERS, to_today=False,
            points=False, gifts=False, is_dry=False, by=None, now=world.now,
        )  # fmt: skip
    clock = iter([world.now + timedelta(hours=number) for number in (10, 20)])
    rows = staging.Rows(left.id, ZoneInfo("Asia/Shanghai"))
    read = [ReadLine(line, "anna", world.now, 1, 100, None) for line in range(1, staging.AT_ONCE + 2)]
    await staging.stage(world.database, rows, read, clock=lambda: next(clock))

    for hours, kept in ((43, 1), (45, 0)):
        await working.forget_imports(world.database, now=world.now + timedelta(hours=hours))
        assert await rows_of(database_url, "import_runs") == kept
        assert await rows_of(database_url, "import_lines") == kept * len(read)


def test_the_worker_does_imports() -> None:
    assert {"do_imports", "forget_imports"} <= {job.name for job in JOBS}


async def test_a_batch_that_two_workers_went_through_is_counted_once(world: World) -> None:
    """The second finds that the first has written it down, and leaves the run alone."""
    import_id = await started(world, *PARTS)
    key = key_of(import_id, "import")
    assert isinstance(key, UUID)
    await start_run(world.database, key, programs=world.programs, now=world.now)
    batch = await batches.next_batch(world.database, key, owner=None, key=None)
    assert batch is not None
    kept: list[bool] = []
    for _ in range(2):
        async with world.database.transaction() as tx:
            kept.append(await keep_batch(tx, key, batch, Tally(new=4), now=world.now))

    assert kept == [True, False]
    assert (await looked(world, import_id))["new"] == 4
