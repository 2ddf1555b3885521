"""The Taobao member club (S0) as its members meet it: what brings growth, and what a year without orders does."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.definition import programs_to_hold
from app.jobs import settle_tiers
from app.prover import prove
from tests.world import World

from .asking import House, opened

CLUB = "taobao-club"
ME = "{ me { tier { code } growth tierProgress { periodEnd renewRemaining atRisk newBenefits { code } } } }"
TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    world.now = TODAY
    async with opened(world, tmp_path, monkeypatch, CLUB) as server:
        yield server


async def me(house: House) -> Any:
    return (await house.ask(ME, by="anna"))["me"]


async def test_what_brings_growth_and_how_much_at_most(house: House) -> None:
    """S0, M4, R27: orders, reviews and shares; posts and answers are chosen. Everybody is V1 with their first order."""
    assert (await house.orders("anna", "99.90", order="first"))["growth"] == 99
    assert (await me(house))["tier"] == {"code": "v1"}

    async def brings(action: str, times: int) -> list[int]:
        return [(await house.did("anna", action, id=f"{house.world.now} {n}"))["growth"] for n in range(times)]

    assert await brings("REVIEW", 6) == [10] * 5 + [0]
    assert await brings("SHARE", 4) == [2] * 3 + [0]
    assert (await brings("POST", 3), await brings("ANSWER", 2)) == ([5] * 3, [5, 0])
    found = [50 + 6 + 20]
    while sum(found) < 300:
        house.world.now += DAY
        found.append(sum(await brings("REVIEW", 5) + await brings("SHARE", 3) + await brings("POST", 4)))
    assert found == [76, 76, 76, 72]  # at most 300 a month
    assert (await me(house))["growth"] == 99 + 300


async def test_what_becomes_of_who_stays_away(house: House) -> None:
    """R17, R18: growth counts for 12 months, and as long is V4 held; told 45 days before the end, one is lowered 15
    days after it, to what the last 12 months came to."""
    world, held = house.world, programs_to_hold()
    await house.orders("anna", "8000", order="first")
    up = await me(house)
    assert (up["tier"]["code"], [each["code"] for each in up["tierProgress"]["newBenefits"]]) == ("v4", [])
    until = datetime.fromisoformat(up["tierProgress"]["periodEnd"])
    assert until == datetime(2027, 3, 2, 9, tzinfo=UTC)
    world.now = until - 100 * DAY
    await house.orders("anna", "1200", order="second")

    found: list[tuple[str, int, bool, int]] = []
    moment = timedelta(microseconds=1)
    for world.now in (until - 45 * DAY - moment, until - 45 * DAY, until, until + 15 * DAY - moment, until + 15 * DAY):
        await settle_tiers(world.database, now=world.now, held=held)
        shown = await me(house)
        progress = shown["tierProgress"]
        found.append((shown["tier"]["code"], shown["growth"], progress["atRisk"], progress["renewRemaining"]))
    assert found == [
        ("v4", 9200, False, 6800),
        ("v4", 9200, True, 6800),
        ("v4", 1200, True, 6800),
        ("v4", 1200, True, 6800),
        ("v2", 1200, False, 1000),
    ]
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]
