"""A member checks in over the end of a month, misses days and makes them up: the example's operations, over HTTP."""

import json
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.prover import prove
from tests.world import EXAMPLES, World

from .asking import House, opened
from .shopping import coupons

TEXT = (EXAMPLES / "operations" / "check-in.graphql").read_text("utf-8")
VARIABLES = json.loads((EXAMPLES / "operations" / "check-in.json").read_text("utf-8"))
MORNING = datetime(2026, 11, 24, 1, tzinfo=UTC)
"""Of a Tuesday in Shanghai."""
DAY = timedelta(days=1)


@pytest.fixture
async def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    world.now = MORNING
    async with opened(world, tmp_path, monkeypatch, "taobao-club") as server:
        yield server


async def ask(house: House, operation: str, **variables: Any) -> Any:
    (found,) = (await house.ask(TEXT, by="anna", operation=operation, **variables)).values()
    return found


async def checks_in(house: House) -> Any:
    return await ask(house, "CheckIn", checkIn=VARIABLES["checkIn"] | {"idempotencyKey": str(uuid4())})


async def makes_up(house: House, day: date) -> Any:
    sent = VARIABLES["makeUp"] | {"idempotencyKey": str(uuid4()), "day": str(day)}
    return await ask(house, "MakeUpCheckIn", makeUp=sent)


async def test_over_the_end_of_a_month(house: House) -> None:
    """S0, M15, R28-R30: days of November and December in a row; the quota of a month is that of making up."""
    await house.joins("anna")
    done: list[Any] = []
    for number in (0, 1, 3, 4, 7, 9):
        house.world.now = MORNING + number * DAY
        done.append(await checks_in(house))
    assert {(each["alreadyDone"], each["checkIn"]["kind"]) for each in done} == {(False, "DAILY")}
    assert (done[-1]["checkIn"]["day"], done[-1]["checkIn"]["streak"]) == ("2026-12-03", 1)
    page = (await ask(house, "CheckIns", month="2026-12"))["checkIn"]
    assert page["makeUpDays"] == ["2026-11-26", "2026-11-29", "2026-11-30", "2026-12-02"]
    assert (page["streak"], page["longest"], page["makeUpsLeft"], page["makeUpCost"]) == (1, 2, 3, 10)
    assert [day["day"] for day in page["calendar"]] == ["2026-12-01", "2026-12-03"]

    made_up = [await makes_up(house, date(2026, 12, 2)), await makes_up(house, date(2026, 11, 30))]
    assert [(each["cost"], each["points"], each["member"]["points"]["available"]) for each in made_up] == [
        (10, 5, 25), (10, 0, 15),
    ]  # fmt: skip
    last = await makes_up(house, date(2026, 11, 29))
    assert (last["checkIn"]["streak"], last["member"]["checkIn"]) == (3, {"streak": 7, "makeUpsLeft": 0})
    assert last["points"] == 20  # for the seventh day of the cycle; its third was given for when December 3rd was that
    refused = await makes_up(house, date(2026, 11, 26))
    assert (refused["code"], refused["limit"], refused["resetsAt"]) == ("LIMIT_REACHED", 3, "2026-12-31T16:00:00+00:00")
    proof = await prove(house.world.database, now=house.world.now, programs=house.world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def test_thirty_days_in_a_row_bring_a_coupon(house: House) -> None:
    """S0, M12, R29: with the points, once, and it is used like any."""
    await house.joins("anna")
    for number in range(31):
        house.world.now = MORNING + number * DAY
        answer = await checks_in(house)
        assert answer["checkIn"]["streak"] == number + 1
        mine = await coupons(house, "anna")
        assert mine == ([] if number < 29 else [("thirty-days", "ISSUED")])
    proof = await prove(house.world.database, now=house.world.now, programs=house.world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]
