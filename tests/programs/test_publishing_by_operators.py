"""An operator publishes what was looked at, and it is on record; whatever is wrong is an answer."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.graph import Role, Viewer
from app.programs.queries import all_versions
from app.programs.rules import SPREAD
from app.staff.commands import publishing
from tests.databases import run
from tests.staff.correcting import codes
from tests.statements import Statements
from tests.world import ISSUER, World, customer, service

from .files import LADDER, shop
from .operating import OLGA, PUBLISH, SHOP, audit, compare, later, operator, publish, shop_of

HIGHER = shop(ladder=LADDER | {"v3": 600})
HIGHEST = shop(ladder=LADDER | {"v3": 700})


async def numbers(world: World) -> list[int]:
    return [row.number for row in await all_versions(world.database) if row.program == SHOP]


async def test_what_was_compared_is_published_and_members_read_of_it(world: World) -> None:
    """R20."""
    await shop_of(world)
    seen = await compare(world, HIGHER)
    assert (seen["newestVersion"], seen["changes"]) == (1, ["tiers.ladder[2].threshold: 500 → 600"])
    (change,) = seen["ruleChanges"]
    assert (change["kind"], change["topic"], change["after"]) == (
        "CHANGED",
        "TIERS",
        {"words": "v3: from 600 growth on."},
    )
    done = await publish(world, HIGHER, seen["newestVersion"])
    assert done == {
        "__typename": "PublishProgramSuccess",
        "replayed": False,
        "version": {
            "program": SHOP,
            "number": 2,
            "effectiveFrom": world.now + SPREAD,
            "publishedAt": world.now,
            "publishedBy": f"{ISSUER}|olga",
            "file": HIGHER,
        },
    }
    text = '{ program(code: "shop") { version tiers { threshold } } }'
    assert (await world.data(text, by=customer("anna")))["program"]["version"] == 1
    later(world)
    found = (await world.data(text, by=customer("anna")))["program"]
    assert found == {"version": 2, "tiers": [{"threshold": 0}, {"threshold": 200}, {"threshold": 600}]}


async def test_it_is_in_force_from_when_the_operator_says(world: World) -> None:
    await shop_of(world)
    start = world.now + timedelta(days=3)
    done = await publish(world, HIGHER, 1, effectiveFrom=start.isoformat())
    assert done["version"]["effectiveFrom"] == start
    too_soon = {"idempotencyKey": str(uuid4()), "file": HIGHEST, "expectedVersion": 2, "program": SHOP,
                "effectiveFrom": world.now.isoformat()}  # fmt: skip
    assert await codes(world, PUBLISH, by=OLGA, input=too_soon) == ["BAD_USER_INPUT"]
    assert await numbers(world) == [1, 2]


async def test_a_program_is_published_for_the_first_time(world: World) -> None:
    """By whoever's token names it."""
    seen = await compare(world, shop())
    assert (seen["newestVersion"], seen["changes"], seen["tierMoves"]) == (0, [], None)
    assert {change["kind"] for change in seen["ruleChanges"]} == {"ADDED"}
    assert (await publish(world, shop(), 0))["version"]["number"] == 1
    assert (await publish(world, HIGHER, 0))["__typename"] == "NewerVersion"


async def test_another_version_since_is_not_overwritten(world: World) -> None:
    """What was looked at is what is replaced."""
    await shop_of(world)
    await publish(world, HIGHER, 1, by=operator("otto"))
    assert await publish(world, HIGHEST, 1) == {
        "__typename": "NewerVersion",
        "code": "NEWER_VERSION",
        "message": "The newest version is 2. Compare the file with it first.",
        "number": 2,
        "newest": {"number": 2, "publishedBy": f"{ISSUER}|otto"},
    }
    assert (await publish(world, HIGHEST, 3))["__typename"] == "NewerVersion"
    assert await numbers(world) == [1, 2]
    nobody = shop(code="other")
    by = operator("olga", "other")
    assert (await publish(world, nobody, 1, by=by, program="other"))["newest"] is None


async def test_a_file_with_mistakes_is_refused_with_all_of_them(world: World) -> None:
    """Each with its place."""
    await shop_of(world)
    wrong = HIGHER.replace("threshold = 200", "threshold = -1") + "\n[colours]\nred = 1\n"
    problems = (await compare(world, wrong))["problems"]
    assert {problem["key"] for problem in problems} == {"colours", "tiers.ladder[1].threshold"}
    answer = await publish(world, wrong, 1)
    assert (answer["__typename"], answer["code"]) == ("WrongProgramFile", "WRONG_PROGRAM_FILE")
    assert answer["problems"] == problems
    assert await numbers(world) == [1]


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("[program", ""),
        (shop(currency="USD"), "program.currency"),
        (shop(ladder={"v1": 0, "v3": 500}), "tiers.successors.v2"),
        (shop(code="taobao-club"), "program.code"),
    ],
    ids=["no TOML", "another currency", "a tier without successor", "another program's"],
)
async def test_what_cannot_follow_is_told_before_and_refused(world: World, file: str, key: str) -> None:
    """R20."""
    await shop_of(world)
    seen = await compare(world, file)
    assert [problem["key"] for problem in seen["problems"]] == [key]
    assert (seen["tierMoves"], seen["changes"], seen["ruleChanges"], seen["newestVersion"]) == (None, [], [], 1)
    both = operator("olga", SHOP, "taobao-club")
    answer = await publish(world, file, 1, by=both)
    assert [problem["key"] for problem in answer["problems"]] == [key]
    assert await numbers(world) == [1]


async def test_a_tier_that_was_retired_is_told_before_and_refused(world: World) -> None:
    """R20: who was in it is in its successor, and nobody is lowered by an edit."""
    await shop_of(world, 300)
    me = '{ me(program: "shop") { tier { code } } }'
    await publish(world, shop(ladder={"v1": 0, "v3": 500}, successors={"v2": "v3"}), 1)
    later(world)
    assert (await world.data(me, by=customer("member-0")))["me"] == {"tier": {"code": "v3"}}
    seen = await compare(world, shop())
    assert [problem["key"] for problem in seen["problems"]] == ["tiers.ladder[1].code"]
    answer = await publish(world, shop(), 2)
    assert (answer["__typename"], answer["problems"]) == ("WrongProgramFile", seen["problems"])
    later(world)
    assert await numbers(world) == [1, 2]
    assert (await world.data(me, by=customer("member-0")))["me"] == {"tier": {"code": "v3"}}


async def test_the_same_file_is_no_new_version(world: World) -> None:
    await shop_of(world)
    assert await publish(world, shop() + "# 注释\n", 1) == {
        "__typename": "NothingDifferent",
        "code": "NOTHING_DIFFERENT",
        "message": "Nothing is different from version 1.",
        "version": {"number": 1},
    }
    assert await numbers(world) == [1]


async def test_it_is_on_record_who_published_which_version(world: World) -> None:
    """And nothing of what was refused."""
    await shop_of(world)
    await publish(world, HIGHER, 1, reason="More members reach it.")
    await publish(world, HIGHER, 2)
    await publish(world, HIGHEST, 1)
    world.now += timedelta(minutes=1)
    await publish(world, HIGHEST, 2, by=operator("otto"))
    found = await audit(world, by=operator("ada", role=Role.AUDITOR))
    told = [(e["action"], e["programVersion"], e["by"]["subject"], e["reason"], e["at"]) for e in found["nodes"]]
    assert told == [
        ("PROGRAM_PUBLISHED", 3, "otto", None, world.now),
        ("PROGRAM_PUBLISHED", 2, "olga", "More members reach it.", world.now - timedelta(minutes=1)),
    ]
    assert {entry["about"] for entry in found["nodes"]} == {None}
    assert found["totalCount"] == 2
    club = '{ program(code: "taobao-club") { audit { totalCount } } }'
    everywhere = operator("ada", SHOP, "taobao-club", role=Role.AUDITOR)
    assert (await world.data(club, by=everywhere))["program"]["audit"]["totalCount"] == 0


async def test_what_cannot_be_put_on_record_is_not_published(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction for both."""

    async def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError

    await shop_of(world)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "note", fails)
        with pytest.raises(AssertionError):
            await publish(world, HIGHER, 1)
    assert await numbers(world) == [1]


async def test_a_retry_publishes_once(world: World) -> None:
    """R36: also refusals are what they were."""
    await shop_of(world)
    key, wrong = uuid4(), uuid4()
    first, again = [await publish(world, HIGHER, 1, key=key) for _ in range(2)]
    assert again == first | {"replayed": True}
    refused = await publish(world, "[", 2, key=wrong)
    assert await publish(world, "[", 2, key=wrong) == refused
    other = {"idempotencyKey": str(key), "file": HIGHEST, "expectedVersion": 1, "program": SHOP}
    assert await codes(world, PUBLISH, by=OLGA, input=other) == ["IDEMPOTENCY_KEY_REUSED"]
    assert await numbers(world) == [1, 2]
    assert (await audit(world))["totalCount"] == 1


CALLERS: dict[str, tuple[Viewer, str]] = {
    "a visitor": (Viewer(), "UNAUTHENTICATED"),
    "a member": (customer("anna"), "FORBIDDEN"),
    "a service": (service(SHOP), "FORBIDDEN"),
    "support": (operator("sara", role=Role.SUPPORT), "FORBIDDEN"),
    "an auditor": (operator("ada", role=Role.AUDITOR), "FORBIDDEN"),
    "an operator of another program": (operator("bert", "taobao-club"), "BAD_USER_INPUT"),
}


@pytest.mark.parametrize("caller", CALLERS)
async def test_only_operators_of_the_program_compare_and_publish(world: World, caller: str) -> None:
    """R43: of a program that is not there one is told the same."""
    await shop_of(world)
    viewer, code = CALLERS[caller]
    for program in (SHOP, "nothing"):
        given = {"idempotencyKey": str(uuid4()), "file": HIGHER, "expectedVersion": 1, "program": program}
        assert await codes(world, PUBLISH, by=viewer, input=given) == [code]
        text = "query ($file: String!, $of: String) { compareProgram(file: $file, program: $of) { changes } }"
        assert await codes(world, text, by=viewer, file=HIGHER, of=program) == [code]
    assert await numbers(world) == [1]


async def test_of_many_at_once_with_one_expectation_one_publishes(world: World) -> None:
    """Fails without the look at the expected version once the number is taken."""
    await shop_of(world)
    files = [shop(ladder=LADDER | {"v3": 1000 + number}) for number in range(8)]
    answers = await asyncio.gather(*(publish(world, file, 1, by=operator(f"o-{n}")) for n, file in enumerate(files)))
    assert Counter(answer["__typename"] for answer in answers) == {"PublishProgramSuccess": 1, "NewerVersion": 7}
    assert await numbers(world) == [1, 2]
    assert (await audit(world))["totalCount"] == 1


async def test_the_file_that_was_published_can_be_got_and_worked_on(world: World) -> None:
    await shop_of(world)
    await publish(world, HIGHER, 1)
    text = 'query ($n: Int) { publishedVersion(program: "shop", number: $n) { number file } }'
    for asked, expected in ((None, (2, HIGHER)), (1, (1, shop())), (2, (2, HIGHER))):
        found = (await world.data(text, by=OLGA, n=asked))["publishedVersion"]
        assert (found["number"], found["file"]) == expected
    assert (await world.data(text, by=OLGA, n=3))["publishedVersion"] is None
    assert await codes(world, text, by=operator("bert", "taobao-club")) == ["BAD_USER_INPUT"]
    assert await codes(world, text, by=customer("anna")) == ["FORBIDDEN"]


async def test_comparing_takes_four_statements_and_changes_nothing(world: World, sql: Statements) -> None:
    await shop_of(world, 100, 300)
    with sql:
        await compare(world, HIGHER)
    assert sql.count == 4, sql.texts
    assert await numbers(world) == [1]
    assert await run(world.database.settings.url, "SELECT 1 FROM audit_entries") == []
