"""A version that is tried on a part of the members first: who is in it, and what is in force for whom (M1)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.clock import new_id
from app.db import Database
from app.definition import programs_to_hold
from app.errors import BadInput
from app.graph.ids import global_id
from app.jobs import settle_tiers
from app.members.queries.standing import members_on_ladders_before
from app.programs.commands import PublishedVersion, publish
from app.programs.parts import PARTS, is_for, part_of
from app.programs.problems import WrongDefinition
from app.programs.rules import Program, ProgramVersion
from app.prover import prove
from tests.databases import run
from tests.staff.correcting import codes
from tests.statements import Statements
from tests.world import NOON, World, customer

from . import operating
from .files import LADDER, defined, raised, shop
from .trying import first, pair

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
SHOP = defined()
MINE = """query { program(code: "shop") { version } me(program: "shop") { growth tier { code } tierProgress { growth }
  program { version tiers { threshold } rules { rules { code words } } }
  ruleChanges(since: "1960-01-01T00:00:00Z") { version changes { code after { words } } } } }"""


async def mine(world: World, subject: str) -> Any:
    return await world.data(MINE, by=customer(subject))


async def version_of(world: World, member_id: UUID) -> int:
    """Number of the version in force for a member."""
    return world.programs.for_member("shop", member_id).at(world.now).number


# -- who is in it


def test_a_share_is_of_so_many_percent_of_all_ids_and_a_larger_one_only_adds_to_it() -> None:
    for share in range(1, 100):
        within = {part for part in range(PARTS) if is_for(share, part)}
        assert 0 <= 100 * len(within) / PARTS - share < 100 / PARTS
        assert within <= {part for part in range(PARTS) if is_for(share + 1, part)}
    assert all(is_for(None, part) for part in range(PARTS))


def test_the_ids_that_members_get_are_spread_over_all_parts() -> None:
    """They begin with the time: what says who is in it must not."""
    assert len({part_of(new_id()) for _ in range(40 * PARTS)}) == PARTS


async def test_the_database_says_of_ids_what_we_say(world: World, database_url: str) -> None:
    for number in range(20):
        await world.joins(f"anna-{number}")
    rows = await run(database_url, "SELECT id, get_byte(uuid_send(id), 15) AS part FROM members")
    assert len(rows) == 20
    assert [row["part"] for row in rows] == [part_of(row["id"]) for row in rows]


@given(some.lists(some.tuples(some.integers(1, 9), some.none() | some.integers(1, 99)), max_size=8))
def test_each_part_has_what_is_for_all_and_what_is_tried_on_it_as_if_nothing_else_were_published(
    published: list[tuple[int, int | None]],
) -> None:
    versions = [ProgramVersion.of(SHOP, number=1, effective_from=NOON)]
    for number, (day, share) in enumerate(published, 2):
        at = NOON + day * DAY
        versions.append(ProgramVersion.of(SHOP, number=number, effective_from=at, share=share))
    program = Program.of(versions)
    assert program.in_force == Program.of(each for each in versions if each.share is None).in_force
    for part, theirs in enumerate(program.by_part):
        alone = Program.of(
            ProgramVersion.of(SHOP, number=each.number, effective_from=each.effective_from)
            for each in versions
            if is_for(each.share, part)
        )
        assert [each.number for each in theirs.in_force] == [each.number for each in alone.in_force]
        assert (theirs.starts, theirs.versions) == (alone.starts, program.versions)
    assert sorted(part for parts in program.parts.values() for part in parts) == list(range(PARTS))
    assert len(program.parts) == len({theirs.in_force for theirs in program.by_part})


async def test_where_nothing_is_tried_there_is_one_program_for_everybody(world: World) -> None:
    """And nothing is looked at anew that did not change."""
    club = world.programs.by_code["taobao-club"]
    assert all(theirs is club for theirs in club.by_part)
    assert world.programs.for_member("taobao-club", uuid4()) is club
    assert list(club.parts) == [club]


# -- what is in force for whom


async def test_what_is_tried_is_in_force_for_the_part_alone_until_a_later_version_for_all_is(world: World) -> None:
    """R2: half-open, as with any version."""
    await world.publishes(shop())
    (_, inside), (_, outside) = await pair(world, "shop")
    await world.publishes(shop(per="2.00"), effective_from=NOON + DAY, share=50)
    await world.publishes(shop(per="3.00"), effective_from=NOON + 2 * DAY)
    found: list[tuple[int, int, int]] = []
    for at in (NOON + DAY - MOMENT, NOON + DAY, NOON + 2 * DAY - MOMENT, NOON + 2 * DAY):
        world.now = at
        for_all = world.programs.current("shop", at).number
        found.append((await version_of(world, inside), await version_of(world, outside), for_all))
    assert found == [(1, 1, 1), (2, 1, 1), (2, 1, 1), (3, 3, 3)]


async def test_a_larger_share_adds_members_and_the_next_trial_replaces_the_one_before(world: World) -> None:
    await world.publishes(shop())
    members = {share: [member for _, member in await pair(world, "shop", share=share)] for share in (20, 60)}
    await world.publishes(shop(per="2.00"), effective_from=NOON + DAY, share=20)
    await world.publishes(shop(per="2.00"), effective_from=NOON + 2 * DAY, share=60)
    world.now = NOON + DAY
    first = [await version_of(world, member) for member in (members[20][0], members[60][1])]
    world.now = NOON + 2 * DAY
    second = [await version_of(world, member) for member in (members[20][0], members[60][0], members[60][1])]
    assert (first, second) == ([2, 1], [3, 3, 1])


async def test_members_read_the_rules_that_are_for_them_and_everybody_else_those_for_all(world: World) -> None:
    """The program as such is the same for everyone, whoever asks."""
    await world.publishes(shop())
    (anna, _), (otto, _) = await pair(world, "shop")
    await world.publishes(shop(per="2.00", ladder=LADDER | {"v3": 400}), share=50)
    for subject, version, third, earning in ((anna, 2, 400, "CN¥2.00"), (otto, 1, 500, "CN¥1.00")):
        found = await mine(world, subject)
        assert found["program"] == {"version": 1}
        program, changed = found["me"]["program"], found["me"]["ruleChanges"]
        words = {rule["code"]: rule["words"] for group in program["rules"] for rule in group["rules"]}
        assert (program["version"], program["tiers"][2]["threshold"]) == (version, third)
        assert words["points.earning.order"] == f"1 point for each {earning} of an order."
        assert [each["version"] for each in changed] == [2] * (version - 1)
    text = '{ ruleChanges(since: "1960-01-01T00:00:00Z", program: "shop") { version } }'
    assert await world.data(text, by=customer(anna)) == {"ruleChanges": []}


async def test_growth_is_read_by_the_window_that_is_tried_before_any_job_has_run(world: World) -> None:
    """R2, R18."""
    await world.publishes(shop())
    (anna, _), (otto, _) = await pair(world, "shop")
    for subject in (anna, otto):
        await world.orders(subject, 100, program="shop", paid=NOON - 60 * DAY, completed=NOON - 60 * DAY)
    month = shop().replace("[tiers]", '[tiers]\nwindow = { kind = "ROLLING", months = 1 }', 1)
    await world.publishes(month, effective_from=NOON + DAY, share=50)
    world.now = NOON + DAY
    found = [(await mine(world, subject))["me"] for subject in (anna, otto)]
    assert [(each["growth"], each["tierProgress"]["growth"]) for each in found] == [(0, 0), (100, 100)]


async def test_reading_what_is_for_a_member_costs_no_statement_more(world: World, sql: Statements) -> None:
    await world.publishes(shop())
    (anna, _), _ = await pair(world, "shop")
    await world.publishes(shop(per="2.00"), share=50)
    with sql:
        await world.data('{ me(program: "shop") { program { version rules { topic } } tier { code } } }',
                         by=customer(anna))  # fmt: skip
    assert sql.count == 1


async def test_what_was_before_joining_counts_by_what_is_for_all(world: World) -> None:
    """Whether it is reported before they join or after (R24): until they have, nobody is in a part."""
    text = first("shop")
    await world.publishes(text)
    await world.publishes(text.replace("kept_days = 31", "kept_days = 1"), effective_from=NOON - 90 * DAY, share=99)
    anna, member_id = "anna-0", await world.joins("anna-0", program="shop", at=NOON)
    while await version_of(world, member_id) != 2:
        anna = f"anna-{member_id}"
        member_id = await world.joins(anna, program="shop", at=NOON)
    recorded = await world.orders(anna, 210, program="shop", paid=NOON - 20 * DAY)
    assert recorded.points == 140 + 12


async def test_staff_find_members_by_tiers_that_only_some_have(world: World) -> None:
    await world.publishes(shop())
    (anna, inside), (otto, outside) = await pair(world, "shop")
    for subject in (anna, otto):
        await world.orders(subject, 950, program="shop", paid=NOON, completed=NOON)
    await world.publishes(shop(ladder=LADDER | {"v4": 900}), effective_from=NOON + DAY, share=50)
    world.now = NOON + DAY
    await settle_tiers(world.database, now=world.now, held=programs_to_hold())
    text = (
        """query ($tier: String!) { members(program: "shop", filter: {tiers: [$tier]}) { totalCount nodes { id } } }"""
    )
    for tier, member in (("v4", inside), ("v3", outside)):
        found = (await world.data(text, by=operating.OLGA, tier=tier))["members"]
        assert found == {"totalCount": 1, "nodes": [{"id": global_id("member", member)}]}


# -- publishing it


async def published(database: Database, file: Any, *, share: int | None = None) -> PublishedVersion:
    async with database.transaction() as tx:
        return await publish(tx, definition=file, now=NOON, published_by="operator", share=share)


async def test_the_same_file_for_more_members_or_for_all_is_a_version_of_its_own(database: Database) -> None:
    files = ((SHOP, None), (raised(600), 10), (raised(600), 10), (raised(600), 30), (raised(600), None))
    done = [await published(database, file, share=share) for file, share in files]
    assert [(each.number, each.is_new, each.share) for each in done] == [
        (1, True, None),
        (2, True, 10),
        (2, False, 10),
        (3, True, 30),
        (4, True, None),
    ]
    assert [each.changes for each in done] == [(), ("tiers.ladder[2].threshold: 500 → 600",), (), (), ()]


@pytest.mark.parametrize("share", [0, 100, -5, 1000])
async def test_a_share_is_from_1_to_99_percent(database: Database, share: int) -> None:
    await published(database, SHOP)
    with pytest.raises(BadInput, match="from 1 to 99 percent"):
        await published(database, raised(600), share=share)


async def test_the_first_version_is_for_all(database: Database) -> None:
    """What is tried is tried beside something."""
    with pytest.raises(BadInput, match="first version"):
        await published(database, SHOP, share=10)
    with pytest.raises(Exception, match="ck_program_versions_share"):
        await run(
            database.settings.url,
            "INSERT INTO programs VALUES ('shop', 'BRAND', 'UTC', 'CNY', now(), NULL)",
            "INSERT INTO program_versions (program, number, effective_from, file, digest, published_at, published_by, "
            f"share) VALUES ('shop', 1, now(), '', '{'0' * 64}', now(), '', 10)",
        )


async def test_nobody_falls_out_of_what_is_being_tried_on_them_because_it_is_tried_on_fewer(
    database: Database,
) -> None:
    """They would go back to rules that were over; whoever wants that publishes for all."""
    await published(database, SHOP)
    await published(database, raised(600), share=30)
    with pytest.raises(BadInput, match="being tried on 30 percent"):
        await published(database, raised(700), share=29)
    await published(database, SHOP)
    assert (await published(database, raised(700), share=29)).number == 4


async def test_a_tier_that_only_some_had_names_its_successor_when_it_is_gone(database: Database) -> None:
    """R20: of what was published last, whoever it was for."""
    await published(database, SHOP)
    await published(database, defined(ladder=LADDER | {"v4": 900}), share=1)
    with pytest.raises(WrongDefinition, match=r"tiers\.successors\.v4: missing"):
        await published(database, SHOP)
    assert (await published(database, defined(successors={"v4": "v3"}))).number == 3


async def test_an_operator_tries_a_version_on_so_many_percent(world: World) -> None:
    await operating.shop_of(world)
    answer = await operating.publish(world, shop(per="2.00"), 1, share=10)
    assert answer["__typename"] == "PublishProgramSuccess", answer
    text = '{ publishedVersion(program: "shop") { number share } }'
    assert await world.data(text, by=operating.OLGA) == {"publishedVersion": {"number": 2, "share": 10}}
    sent = {"idempotencyKey": str(uuid4()), "file": shop(per="3.00"), "expectedVersion": 2, "program": "shop"}
    refused = await codes(world, operating.PUBLISH, by=operating.OLGA, input=sent | {"share": 5})
    assert refused == ["BAD_USER_INPUT"]
    again = await operating.publish(world, shop(per="2.00"), 2)
    assert again["__typename"] == "PublishProgramSuccess", again
    assert (await world.data(text, by=operating.OLGA))["publishedVersion"] == {"number": 3, "share": None}


# -- the job


async def test_an_edited_ladder_raises_those_in_the_part_and_the_job_finds_nobody_again(world: World) -> None:
    """R20: those who are not in it are not looked at, let alone again and again."""
    await world.publishes(shop())
    (_, inside), (_, outside) = await pair(world, "shop")
    sql = "SELECT subject FROM identities JOIN members USING (customer_id) WHERE program = 'shop'"
    for row in await run(world.database.settings.url, sql):
        await world.orders(row["subject"], "450", program="shop", paid=NOON, completed=NOON)
    await world.publishes(shop(ladder=LADDER | {"v3": 400}), effective_from=NOON + DAY, share=50)
    world.now = NOON + DAY
    await settle_tiers(world.database, now=world.now, held=programs_to_hold())
    rows = await run(world.database.settings.url, "SELECT id, tier, ladder_version FROM members WHERE program = 'shop'")
    found = {row["id"]: (row["tier"], row["ladder_version"]) for row in rows}
    assert (found[inside], found[outside]) == (("v3", 2), ("v2", 1))
    assert all(each == (("v3", 2) if is_for(50, part_of(key)) else ("v2", 1)) for key, each in found.items())
    program = world.programs.by_code["shop"]
    for theirs, parts in program.parts.items():
        ladder = theirs.at(world.now).number
        left = await members_on_ladders_before(world.database, program="shop", parts=parts, ladder=ladder, limit=10)
        assert left == []
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches
