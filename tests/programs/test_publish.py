"""Publishing a program's file: numbered versions, each compared with the one before."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from app import definition
from app.db import Database
from app.errors import BadInput
from app.programs.commands import PublishedVersion, publish
from app.programs.problems import WrongDefinition
from app.programs.queries import all_versions, published
from app.programs.rules import SINCE_EVER, SPREAD, Definition
from app.tiers.section import TiersSection

from .files import LADDER, defined, raised, shop

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def published_at_noon(
    database: Database, file: Definition, *, effective_from: datetime | None = None
) -> PublishedVersion:
    async with database.transaction() as tx:
        return await publish(tx, definition=file, now=NOON, published_by="operator", effective_from=effective_from)


async def numbers(database: Database) -> list[tuple[str, int]]:
    return [(row.program, row.number) for row in await all_versions(database)]


async def test_the_first_version_is_in_force_since_ever_and_later_ones_when_all_know_them(database: Database) -> None:
    """R25."""
    first = await published_at_noon(database, defined())
    second = await published_at_noon(database, raised(600))
    third = await published_at_noon(database, raised(700), effective_from=NOON + timedelta(days=1))
    assert [(done.number, done.effective_from, done.is_new) for done in (first, second, third)] == [
        (1, SINCE_EVER, True),
        (2, NOON + SPREAD, True),
        (3, NOON + timedelta(days=1), True),
    ]
    rows = await all_versions(database)
    assert [(row.number, row.effective_from) for row in rows] == [
        (1, SINCE_EVER),
        (2, NOON + SPREAD),
        (3, NOON + timedelta(days=1)),
    ]


async def test_a_publish_says_what_changes(database: Database) -> None:
    """R20."""
    assert (await published_at_noon(database, defined())).changes == ()
    assert (await published_at_noon(database, raised(600))).changes == ("tiers.ladder[2].threshold: 500 → 600",)


async def test_the_file_is_kept_as_it_was_published(database: Database) -> None:
    text = shop() + "# 注释\n"
    await published_at_noon(database, definition.read(text))
    (row,) = await all_versions(database)
    assert (row.file, row.published_by, row.published_at) == (text, "operator", NOON)
    kept = await published(database, definition=raised(600))
    assert kept is not None
    assert kept.text == text


@pytest.mark.parametrize("again", [shop(), shop() + "# only a comment\n"], ids=["the same", "another comment"])
async def test_what_is_published_already_is_not_published_again(database: Database, again: str) -> None:
    await published_at_noon(database, raised(400))
    first = await published_at_noon(database, defined())
    second = await published_at_noon(database, definition.read(again))
    assert (second.number, second.effective_from, second.is_new) == (first.number, first.effective_from, False)
    assert await numbers(database) == [("shop", 1), ("shop", 2)]


async def test_an_earlier_file_published_again_is_a_new_version(database: Database) -> None:
    for file in (defined(), raised(600), defined()):
        await published_at_noon(database, file)
    assert await numbers(database) == [("shop", 1), ("shop", 2), ("shop", 3)]


async def test_programs_are_numbered_by_themselves(database: Database) -> None:
    for file in (raised(600, code="one"), raised(600, code="two"), raised(700, code="one")):
        await published_at_noon(database, file)
    assert await numbers(database) == [("one", 1), ("one", 2), ("two", 1)]


@pytest.mark.parametrize(
    ("other", "line"),
    [
        (defined(kind="PLATFORM"), "program.kind: cannot change: it was published as BRAND"),
        (defined(time_zone="Asia/Tokyo"), "program.time_zone: cannot change: it was published as Asia/Shanghai"),
        (defined(currency="USD"), "program.currency: cannot change: it was published as CNY"),
    ],
    ids=["kind", "time zone", "currency"],
)
async def test_kind_time_zone_and_currency_cannot_change(database: Database, other: Definition, line: str) -> None:
    """R20."""
    await published_at_noon(database, defined())
    with pytest.raises(WrongDefinition) as refused:
        await published_at_noon(database, other)
    assert str(refused.value) == line
    assert await numbers(database) == [("shop", 1)]


async def test_a_tier_that_is_gone_names_its_successor(database: Database) -> None:
    """R20: a member is recorded with the code of a tier, and must be somewhere on the new ladder."""
    await published_at_noon(database, defined())
    without = {code: threshold for code, threshold in LADDER.items() if code != "v2"}
    with pytest.raises(WrongDefinition) as refused:
        await published_at_noon(database, defined(ladder=without))
    assert str(refused.value) == (
        "tiers.successors.v2: missing: this tier was on the ladder before, name the one that replaces it"
    )
    done = await published_at_noon(database, defined(ladder=without, successors={"v2": "v3"}))
    assert done.number == 2


async def test_a_tier_that_is_gone_has_a_successor_ever_after(database: Database) -> None:
    """R20: nobody asks a member recorded with it to change before the next version."""
    await published_at_noon(database, defined())
    await published_at_noon(database, defined(ladder={"v1": 0, "v3": 500}, successors={"v2": "v3"}))
    with pytest.raises(WrongDefinition, match=r"tiers\.successors\.v2: missing"):
        await published_at_noon(database, defined(ladder={"v1": 0, "v3": 600}))


@pytest.mark.parametrize("between", [0, 2], ids=["at once", "versions later"])
async def test_the_code_of_a_tier_that_is_gone_never_comes_back(database: Database, between: int) -> None:
    """R20: who was recorded with it stands on its successor, and would fall, or rise, by an edit alone."""
    await published_at_noon(database, defined())
    gone = {"v1": 0, "v3": 500}
    for number in range(between + 1):
        await published_at_noon(database, defined(ladder=gone | {"v3": 500 + number}, successors={"v2": "v3"}))
    with pytest.raises(WrongDefinition) as refused:
        await published_at_noon(database, defined(ladder={"v1": 0, "v2": 100, "v3": 600}))
    assert str(refused.value) == (
        'tiers.ladder[1].code: "v2" is the code of a tier that is gone, and is retired: choose another, and go on '
        "naming its successor"
    )
    assert len(await numbers(database)) == between + 2
    other = defined(ladder={"v1": 0, "new": 100, "v3": 600}, successors={"v2": "new"})
    assert (await published_at_noon(database, other)).number == between + 3
    assert other.section(TiersSection).tier("v2").threshold == 100


async def test_an_instant_at_which_not_all_know_the_version_publishes_nothing(database: Database) -> None:
    await published_at_noon(database, defined())
    with pytest.raises(BadInput, match="at least 2 seconds from now"):
        await published_at_noon(database, raised(600), effective_from=NOON)
    assert await numbers(database) == [("shop", 1)]


async def at_once(database: Database, files: Iterable[Definition]) -> list[PublishedVersion | BaseException]:
    return await asyncio.gather(*(published_at_noon(database, file) for file in files), return_exceptions=True)


async def test_of_many_publishes_at_once_each_gets_a_number_of_its_own(database: Database) -> None:
    """Fails without the unique key of (program, number)."""
    done = await at_once(database, [raised(1000 + n) for n in range(20)])
    assert sorted(one.number for one in done if isinstance(one, PublishedVersion)) == list(range(1, 21))
    rows = await all_versions(database)
    assert [row.number for row in rows] == list(range(1, 21))
    assert len({row.digest for row in rows}) == 20


async def test_of_many_publishes_of_one_file_at_once_one_is_new(database: Database) -> None:
    """Fails if whoever finds its number taken does not look again at what is published."""
    done = await at_once(database, [defined()] * 8)
    assert sorted((one.number, one.is_new) for one in done if isinstance(one, PublishedVersion)) == [
        *[(1, False)] * 7,
        (1, True),
    ]


async def test_of_two_first_files_at_once_the_second_is_held_to_the_first(database: Database) -> None:
    """R20: the loser of the race is compared with the winner."""
    done = await at_once(database, [defined(currency="CNY"), defined(currency="USD")])
    assert len([one for one in done if isinstance(one, PublishedVersion)]) == 1
    assert len([one for one in done if isinstance(one, WrongDefinition)]) == 1
    assert await numbers(database) == [("shop", 1)]
