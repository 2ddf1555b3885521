"""What is done ahead of the transaction is done again when the database, not the request, was at fault: who asks is not
told of it (R36)."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from app.clock import new_id
from app.db import Database, Settings, Write
from tests.databases import run
from tests.referrals.inviting import BIND
from tests.rewards.mall import Mall
from tests.world import World, customer


class LosesReply(Database):
    """Loses the reply to the first write that is a transaction by itself: it is done, and who waited is told of a
    failure."""

    lost = 0

    async def run(self, write: Write[Any], **values: Any) -> list[Any]:
        rows = await super().run(write, **values)
        self.lost += 1
        if self.lost == 1:
            raise ConnectionResetError
        return rows


@pytest.fixture
async def lossy(world: World, database_url: str) -> AsyncGenerator[World]:
    usual, world.database = world.database, LosesReply(Settings(url=database_url), new_id=new_id)
    yield world
    lost, world.database = world.database, usual
    await lost.close()


async def test_a_refusal_that_is_told_at_once_is_kept_once(lossy: World, database_url: str) -> None:
    """R31, R36: what is sold out. Tried: without doing it again, OVERLOADED."""
    mall = Mall(lossy)
    await mall.has("anna", 100)
    cup = await mall.offers(points=100, stock=0)
    answer = await mall.redeems("anna", cup)
    assert answer["code"] == "OUT_OF_STOCK"
    kept = await run(database_url, "SELECT outcome_kind FROM idempotency_keys")
    assert [row["outcome_kind"] for row in kept] == ["OutOfStock"]


async def test_an_attempt_on_a_code_counts_once(lossy: World, database_url: str) -> None:
    """R36, R43: by its key."""
    await lossy.joins("anna", at=lossy.now)
    given = {"idempotencyKey": str(new_id()), "code": "ABCDEFGH23"}
    answer = (await lossy.data(BIND, by=customer("anna"), input=given))["bindInviteCode"]
    assert answer["code"] == "INVITE_CODE_NOT_VALID"
    assert [
        row["cardinality"] for row in await run(database_url, "SELECT cardinality(tries) FROM invite_attempts")
    ] == [1]
