"""Ben joins because Anna invited him, checks in over the end of a month, redeems, and gives back what he had bought:
over HTTP, as people and systems do it."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.prover import prove
from tests.facts.reacting import react
from tests.referrals.inviting import JOIN, LEADERS, MINE
from tests.world import EXAMPLES, World

from .asking import House, opened

OPERATIONS = EXAMPLES / "operations"
CHECK_INS, MALL, REWARDS = (
    (OPERATIONS / f"{name}.graphql").read_text("utf-8") for name in ("check-in", "redeem", "rewards")
)
FRIDAY = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""Noon in Shanghai."""
CUP = {"code": "cup", "kind": "GOODS", "name": {"en": "A cup", "zh": "杯子"}, "points": 120, "stock": 5,
       "reason": "A new reward"}  # fmt: skip


class Story:
    """What happens, day by day."""

    def __init__(self, house: House) -> None:
        self.house = house

    def day_is(self, month: int, day: int) -> None:
        self.house.world.now = datetime(2026, month, day, 4, tzinfo=UTC)

    async def does(self, who: str, text: str, operation: str | None, wish: str, **said: Any) -> Any:
        sent: dict[str, Any] = {wish: said | {"idempotencyKey": str(uuid4())}}
        (answer,) = (await self.house.ask(text, by=who, operation=operation, **sent)).values()
        await react(self.house.world)
        return answer

    async def joins(self, who: str, **said: Any) -> Any:
        return await self.does(who, JOIN, None, "input", displayName=who.title(), **said)

    async def checks_in(self, who: str) -> int:
        done = await self.does(who, CHECK_INS, "CheckIn", "checkIn")
        return done["checkIn"]["streak"]

    async def points(self, who: str) -> tuple[int, int]:
        """That can be spent, and that are pending."""
        mine = (await self.house.ask(MINE, by=who))["me"]["points"]
        return mine["available"], mine["pending"]

    async def invited_by(self, who: str) -> list[tuple[str, str]]:
        found = (await self.house.ask(MINE, by=who))["me"]["referral"]["invited"]["nodes"]
        return [(each["displayName"], each["state"]) for each in found]

    async def leaders(self) -> list[tuple[str, int]]:
        found = await self.house.ask(LEADERS, by="anna", period="EVER")
        return [(each["displayName"], each["qualified"]) for each in found["referralLeaderboard"]]

    async def left_of_cups(self) -> int:
        (cup,) = (await self.house.ask(REWARDS, by="ben", operation="Rewards"))["rewards"]["nodes"]
        return cup["left"]


@pytest.fixture
async def story(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Story]:
    world.now = FRIDAY
    async with opened(world, tmp_path, monkeypatch, "taobao-club") as house:
        yield Story(house)


async def test_from_an_invitation_to_a_refund(story: Story) -> None:
    """M15, M17, M19; R9, R10, R28-R30, R35, R37."""
    house = story.house
    cup = (await story.does("olga", REWARDS, "CreateReward", "create", **CUP))["reward"]["id"]
    code = (await story.joins("anna"))["member"]["referral"]["code"]

    story.day_is(11, 21)
    joined = await story.joins("ben", inviteCode=code)
    assert joined["member"]["referral"]["inviter"] == {"displayName": "Anna", "state": "REGISTERED"}
    assert (await story.points("ben"), await story.points("anna")) == ((0, 50), (0, 100))

    story.day_is(11, 22)  # the return window is over on the 29th, at the same time of day
    await house.orders("ben", 100, order="kettle")
    await react(house.world)
    assert (await story.points("ben"), await story.points("anna")) == ((0, 50 + 100 + 100), (0, 100 + 200))
    assert await story.invited_by("anna") == [("Ben", "QUALIFIED")]
    assert await story.leaders() == [("Anna", 1)]

    streaks = []
    for month, day in ((11, 27), (11, 28), (11, 29), (12, 1)):
        story.day_is(month, day)
        streaks.append(await story.checks_in("ben"))
    assert streaks == [1, 2, 3, 1]
    assert (await story.points("ben"), await story.points("anna")) == ((250 + 4 * 5 + 5, 0), (300, 0))
    made_up = await story.does("ben", CHECK_INS, "MakeUpCheckIn", "makeUp", day=str(date(2026, 11, 30)))
    assert made_up["member"]["checkIn"] == {"streak": 5, "makeUpsLeft": 2}
    assert await story.points("ben") == (265, 0)

    cancelled = (await story.does("ben", MALL, "RedeemReward", "redeem", reward=cup))["redemption"]["id"]
    assert (await story.points("ben"), await story.left_of_cups()) == ((145, 0), 4)
    await story.does("ben", MALL, "CancelRedemption", "cancel", redemption=cancelled)
    assert (await story.points("ben"), await story.left_of_cups()) == ((265, 0), 5)
    sent = (await story.does("ben", MALL, "RedeemReward", "redeem", reward=cup))["redemption"]["id"]
    story.day_is(12, 2)
    done = await story.does("sara", REWARDS, "FulfilRedemption", "fulfil", redemption=sent, reference="SF-1")
    assert done["redemption"]["state"] == "FULFILLED"
    refused = await story.does("ben", MALL, "CancelRedemption", "cancel", redemption=sent)
    assert (refused["__typename"], refused["state"]) == ("RedemptionStepNotPossible", "FULFILLED")

    story.day_is(12, 3)
    await house.refunds("ben", 100, order="kettle")
    await react(house.world)
    assert await story.invited_by("anna") == [("Ben", "REVERSED")]
    assert await story.points("anna") == (0, 100)  # for the invitation alone, should an order qualify yet
    # The cup took the 50 for joining and 70 of the order's 100. The refund takes its other 30 and 70 of what is next to
    # lapse, which is of the bonus for the first order, and that of which 30 are left: the check-ins' 15 stay.
    assert await story.points("ben") == (15, 0)
    assert await story.leaders() == []

    proof = await prove(house.world.database, now=house.world.now, programs=house.world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]
    page = (await house.ask(MALL, by="ben", operation="MyRedemptions"))["me"]["redemptions"]
    assert [each["state"] for each in page["nodes"]] == ["FULFILLED", "CANCELED"]
