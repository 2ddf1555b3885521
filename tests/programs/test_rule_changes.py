"""Members read the rules, and are told what changed in them and from when: without a statement (M1, M31)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.graph import Viewer
from tests.compiled.compare import differences
from tests.staff.correcting import codes
from tests.statements import Statements
from tests.world import NOON, World, customer

from .files import LADDER, shop

RULES = """query Rules($of: String) { program(code: $of) { rules { topic title rules { code words name } } } }"""
CHANGES = """query Changes($since: DateTime!, $of: String = "shop", $first: Int = 20) {
  ruleChanges(since: $since, program: $of, first: $first) { version effectiveFrom changes {
    kind code topic before { words name } after { words } } } }"""
DAY = timedelta(days=1)
LONG_AGO = datetime(1960, 1, 1, tzinfo=UTC)


async def rules(world: World, language: str = "en", by: Viewer | None = None) -> dict[str, str]:
    found = await world.data(RULES, by=by or customer("anna"), language=language, of="shop")
    return {rule["code"]: rule["words"] for group in found["program"]["rules"] for rule in group["rules"]}


async def changes(world: World, since: datetime, *, language: str = "en", **more: Any) -> list[dict[str, Any]]:
    given = {"since": since.isoformat(), **more}
    return (await world.data(CHANGES, by=Viewer(), language=language, **given))["ruleChanges"]


async def test_everyone_reads_the_rules_in_their_language(world: World, sql: Statements) -> None:
    await world.publishes(shop())
    with sql:
        english, chinese = await rules(world, by=Viewer()), await rules(world, "zh", by=Viewer())
    assert english["points.earning.order"] == "1 point for each CN¥1.00 of an order."
    assert chinese["points.earning.order"] == "订单金额每 ¥1.00 得 1 积分。"
    assert english.keys() == chinese.keys()
    assert sql.count == 0
    groups = (await world.data(RULES, by=Viewer(), language="zh", of="shop"))["program"]["rules"]
    assert (groups[0]["topic"], groups[0]["title"]) == ("MEMBERSHIP", "会员资格")
    (named,) = [rule for group in groups for rule in group["rules"] if rule["code"] == "points.earning.order"]
    assert named["name"] == "每消费 1 元得 1 积分"


async def test_the_rules_are_those_that_are_applied_at_the_time(world: World) -> None:
    await world.publishes(shop())
    await world.publishes(shop(per="2.00"), effective_from=world.now + DAY)
    assert (await rules(world))["points.earning.order"] == "1 point for each CN¥1.00 of an order."
    world.now += DAY
    assert (await rules(world))["points.earning.order"] == "1 point for each CN¥2.00 of an order."
    await world.joins("anna", program="shop")
    recorded = await world.orders("anna", "10", program="shop")
    text = '{ me(program: "shop") { points { pending } } }'
    assert (await world.data(text, by=customer("anna")))["me"]["points"]["pending"] == 5, recorded


async def test_what_changed_and_what_is_to_come_is_told_the_newest_first(world: World, sql: Statements) -> None:
    await world.publishes(shop())
    await world.publishes(shop(per="2.00"), effective_from=NOON + DAY)
    await world.publishes(shop(per="2.00", ladder={"v1": 0, "v2": 200}, successors={"v3": "v2"}),
                          effective_from=NOON + 5 * DAY)  # fmt: skip
    world.now = NOON + 2 * DAY
    with sql:
        newest, older = await changes(world, NOON)
    assert sql.count == 0
    assert (newest["version"], newest["effectiveFrom"]) == (3, NOON + 5 * DAY)
    assert [(change["kind"], change["code"]) for change in newest["changes"]] == [
        ("ADDED", "tiers.successors.v3"),
        ("REMOVED", "tiers.ladder.v3"),
    ]
    gone = newest["changes"][1]
    assert (gone["before"]["words"], gone["after"]) == ("v3: from 500 growth on.", None)
    assert (older["version"], older["effectiveFrom"]) == (2, NOON + DAY)
    earning, growth = older["changes"]
    assert earning == {
        "kind": "CHANGED",
        "code": "points.earning.order",
        "topic": "EARNING",
        "before": {"words": "1 point for each CN¥1.00 of an order.", "name": "1 point for each yuan"},
        "after": {"words": "1 point for each CN¥2.00 of an order."},
    }
    assert growth["code"] == "tiers.growth.order"
    (told, _) = (await changes(world, NOON, language="zh"))[1]["changes"]
    assert told["after"]["words"] == "订单金额每 ¥2.00 得 1 积分。"


async def test_only_what_is_in_force_after_the_instant_is_told(world: World) -> None:
    """Half-open: who looked at that instant has seen what was in force from it on (R2)."""
    await world.publishes(shop())
    await world.publishes(shop(per="2.00"), effective_from=NOON + DAY)
    assert [each["version"] for each in await changes(world, NOON + DAY - timedelta(microseconds=1))] == [2]
    assert await changes(world, NOON + DAY) == []
    assert [each["version"] for each in await changes(world, LONG_AGO)] == [2]


async def test_versions_that_were_overtaken_are_not_told(world: World) -> None:
    """Each is compared with what was in force before it."""
    await world.publishes(shop())
    await world.publishes(shop(per="2.00"), effective_from=NOON + 3 * DAY)
    await world.publishes(shop(per="3.00"), effective_from=NOON + 2 * DAY)
    (told,) = await changes(world, NOON)
    assert (told["version"], told["changes"][0]["before"]["words"]) == (3, "1 point for each CN¥1.00 of an order.")


async def test_a_version_that_changes_nothing_for_members_is_not_told(world: World) -> None:
    await world.publishes(shop())
    text = shop().replace("[points]\n", "[points]\nadjustments = { alone_up_to = 5 }\n")
    await world.publishes(text, effective_from=NOON + DAY)
    assert len(world.programs.by_code["shop"].in_force) == 2
    assert await changes(world, NOON) == []


async def test_of_many_versions_so_many_are_told_as_are_asked_for(world: World) -> None:
    await world.publishes(shop())
    for number in range(1, 6):
        await world.publishes(shop(ladder=LADDER | {"v3": 500 + number}), effective_from=NOON + number * DAY)
    assert [each["version"] for each in await changes(world, NOON, first=2)] == [6, 5]
    assert len(await changes(world, NOON)) == 5
    for first in (0, 101):
        given = {"since": NOON.isoformat(), "first": first}
        assert await codes(world, CHANGES, by=customer("anna"), **given) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("document", [RULES, CHANGES])
async def test_compiled_or_not_it_is_the_same(world: World, document: str) -> None:
    await world.publishes(shop())
    await world.publishes(shop(per="2.00"), effective_from=NOON + DAY)
    for language in ("zh", "en"):
        given = {"of": "shop", "since": NOON.isoformat()}
        variables = given if document is CHANGES else {"of": "shop"}
        ways = (world.execution.execute, world.execution.uncompiled)
        compiled, uncompiled = [
            await way(document, variables, None, world.context(Viewer(), language=language)) for way in ways
        ]
        assert compiled.errors is uncompiled.errors is None
        assert not differences(compiled, uncompiled).wrong
    assert world.execution.counts == {"compiled": 2, "uncompiled": 2}
