"""What is refused of an import, and what the command line makes of it: nothing is half done."""

import signal
from asyncio import create_subprocess_exec, gather, subprocess
from pathlib import Path

import pytest

from app.errors import BadInput
from app.facts.importing import batches, ids
from app.facts.importing.reading import Mapped
from app.facts.importing.records import WrongFile
from app.facts.importing.terms import Origin
from tests.databases import run
from tests.facts import cdnow
from tests.facts.history import HEADER, contents, file_of, imported, rows_of
from tests.forked import PYTHON
from tests.programs.files import shop
from tests.world import ISSUER, World

ROOT = Path(__file__).parents[2]
GOOD = "anna,2026-01-05,1,10.00"


async def test_of_a_file_that_ends_wrong_nothing_is_taken(world: World, database_url: str) -> None:
    before = await contents(database_url)

    with pytest.raises(WrongFile):
        await imported(world, file_of(GOOD, GOOD, '"bob,2026-01-05,1,10.00'))

    assert await contents(database_url) == before


async def test_a_line_that_is_put_right_is_taken_and_the_others_keep_their_ids(world: World, database_url: str) -> None:
    """R24."""
    wrong = await imported(world, file_of("anna,2026-01-05,1,x", "anna,2026-01-05,1,5.00"))
    assert (wrong.new, len(wrong.not_taken)) == (1, 1)

    right = await imported(world, file_of("anna,2026-01-05,1,3.00", "anna,2026-01-05,1,5.00"))
    assert (right.new, right.known, len(right.not_taken)) == (1, 1, 0)
    rows = await run(database_url, "SELECT external_id, amount FROM orders ORDER BY 1")
    assert rows == [("anna/2026-01-05/1", 300), ("anna/2026-01-05/2", 500)]


async def test_an_id_of_another_order_in_the_file_is_told_with_both_lines(world: World) -> None:
    """R24: which of them is right, nobody knows; whatever order they are played in, the first is taken."""
    lines = (
        f"{GOOD},1",
        f"{GOOD},1",
        "anna,2026-01-05,2,10.00,1",
        "aaron,2026-01-05,1,10.00,1",
        "bob,2026-01-05,1,x,1",
    )
    result = await imported(world, file_of(*lines, header=f"{HEADER},order"), mapped=Mapped(order="order"))

    assert [(each.line, "line 2" in each.reason) for each in result.not_taken] == [(4, True), (5, True), (6, False)]
    assert (result.new, result.known, result.refused) == (1, 1, 3)


async def test_a_file_in_which_the_column_of_ids_is_none_is_refused(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is taken; and who has not as many lines is told line by line."""
    monkeypatch.setattr(ids, "ENOUGH", 6)
    lines = [f"{who},2026-01-0{number},1,{number}.00,{number}" for who in ("anna", "bob") for number in range(1, 4)]
    with pytest.raises(WrongFile, match="name several orders each"):
        await imported(world, file_of(*lines, header=f"{HEADER},order"), mapped=Mapped(order="order"))
    assert await rows_of(database_url, "orders") == await rows_of(database_url, "import_runs") == 0
    few = await imported(world, file_of(*lines[1:], header=f"{HEADER},order"), mapped=Mapped(order="order"))
    assert (few.new, few.refused) == (3, 2)


async def test_an_id_of_another_order_is_found_in_whatever_batch_it_is(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R24: the lines of each customer are come to by themselves."""
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    monkeypatch.setattr("app.facts.importing.queries.lines.IDS_AT_ONCE", 1)
    lines = [f"c{number},2026-01-05,1,{number}.00,{number % 5}" for number in range(20)]
    result = await imported(world, file_of(*lines, header=f"{HEADER},order"), mapped=Mapped(order="order"))

    assert [each.line for each in result.not_taken] == list(range(7, 22))
    assert await run(database_url, "SELECT external_id, amount FROM orders ORDER BY 1") == [
        (str(number), number * 100) for number in range(5)
    ]


async def test_an_id_with_other_content_is_refused_and_the_others_are_taken(world: World, database_url: str) -> None:
    """R24: also if it is another customer's, who is not made a member by it."""
    mapped, header = Mapped(order="order"), f"{HEADER},order"
    await imported(world, file_of(f"{GOOD},1", header=header), mapped=mapped)

    lines = ("anna,2026-01-06,1,11.00,1", "anna,2026-01-07,1,12.00,2")
    of_anna = await imported(world, file_of(*lines, header=header), mapped=mapped)
    of_bob = await imported(world, file_of("bob,2026-01-05,1,10.00,1", header=header), mapped=mapped)

    assert [(each.line, "other content" in each.reason) for each in of_anna.not_taken] == [(2, True)]
    assert [(each.line, "another customer" in each.reason) for each in of_bob.not_taken] == [(2, True)]
    assert (of_anna.new, of_bob.new) == (1, 0)
    assert await rows_of(database_url, "members") == 1


async def test_who_has_not_joined_earns_nothing_where_one_joins_by_asking(world: World, database_url: str) -> None:
    await world.joins("anna", program="brand-standard", at=world.now)
    result = await imported(world, file_of(GOOD, "bob,2026-01-06,1,5.00"), program="brand-standard")

    assert [(each.line, "not a member" in each.reason) for each in result.not_taken] == [(3, True)]
    assert result.new == 1
    assert await rows_of(database_url, "members") == 1
    assert await rows_of(database_url, "customers") == 1


async def test_history_is_not_kept_for_who_may_join(world: World, database_url: str) -> None:
    """As facts that are reported would be: who imports is told line by line, and may do it again."""
    await world.publishes(f"[facts]\nkept_days = 3650\n{shop()}")
    for _ in range(2):
        result = await imported(world, file_of(GOOD, GOOD), program="shop")
        assert [(each.line, "not a member" in each.reason) for each in result.not_taken] == [(2, True), (3, True)]
        assert await rows_of(database_url, "kept_facts") == await rows_of(database_url, "customers") == 0
    await world.joins("anna", program="shop", at=world.now)
    assert (await imported(world, file_of(GOOD, GOOD), program="shop")).new == 2


async def test_the_program_must_be_known_and_a_source_and_an_issuer_be_names(world: World) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        await imported(world, file_of(GOOD), program="nowhere")
    for source, issuer in (("", "issuer"), ("x" * 101, "issuer"), ("source", ""), ("source", "x" * 256)):
        with pytest.raises(BadInput):
            Origin("taobao-club", source, issuer)


async def started(database_url: str, file: Path, *options: str) -> subprocess.Process:
    """`import orders`, in a process of its own."""
    arguments = (*PYTHON, "-m", "app", "import", "orders", str(file), "--database-url", database_url)
    return await create_subprocess_exec(
        *arguments, "--program", "taobao-club", "--issuer", ISSUER, *options, cwd=ROOT, stderr=subprocess.PIPE
    )


async def command(database_url: str, file: Path, *options: str) -> tuple[int | None, str]:
    """The exit code, and what it tells people."""
    process = await started(database_url, file, *options)
    _, told = await process.communicate()
    return process.returncode, told.decode()


@pytest.mark.usefixtures("world")
async def test_the_exit_code_says_whether_all_some_or_nothing_was_taken(database_url: str, tmp_path: Path) -> None:
    good, mixed, wrong = tmp_path / "good.csv", tmp_path / "mixed.csv", tmp_path / "wrong.csv"
    good.write_bytes(file_of(GOOD))
    mixed.write_bytes(file_of("bob,2026-01-05,1,5.00", "anna,2026-01-05,1,x"))
    wrong.write_bytes(file_of(GOOD, header="customer,date,units,paid"))

    of_good, of_mixed, of_wrong = await gather(*(command(database_url, file) for file in (good, mixed, wrong)))

    assert of_good == (0, "1 orders: 1 new, 0 known before, 0 not taken.\n")
    assert of_mixed[0] == 1
    assert of_mixed[1].startswith("Line 3: amount_usd: 'x'")
    assert of_wrong[0] == 2
    assert of_wrong[1].startswith("There is no column 'amount_usd'.")


@pytest.mark.usefixtures("world")
async def test_a_signal_stops_it_after_the_members_at_hand(database_url: str) -> None:
    """R24."""
    process = await started(database_url, cdnow.FILE)
    while not await rows_of(database_url, "orders"):
        assert process.returncode is None
    process.send_signal(signal.SIGTERM)
    _, told = await process.communicate()

    assert process.returncode == 130
    assert "repeat it to go on" in told.decode()
    taken = await rows_of(database_url, "orders")
    assert 0 < taken < 6919
    assert await run(database_url, "SELECT lines, finished_at FROM imports") == [(6919, None)]
    assert await rows_of(database_url, "points_accounts WHERE due_at < now() - interval '1 hour'") == 0
