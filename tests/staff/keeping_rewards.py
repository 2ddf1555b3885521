"""An operator who keeps rewards, and staff who see to what was redeemed, with the operations that people are shown."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from graphql import parse, print_ast
from graphql.utilities import separate_operations

from app.graph import Role, Viewer
from tests.databases import run
from tests.staff.correcting import person
from tests.world import EXAMPLES, World, customer

CLUB, BRAND = "taobao-club", "brand-standard"
OLGA, OTTO = person("olga", Role.OPERATOR), person("otto", Role.OPERATOR)
BOSS = person("boss", Role.OPERATOR, BRAND)
SARA, BEN = person("sara"), person("ben", Role.SUPPORT, BRAND)
NAME = {"zh": "杯子", "en": "A cup"}
LONG_AGO = timedelta(days=60)


def operations_in(name: str) -> dict[str, str]:
    """Those of a file of examples, by name: each with what it needs."""
    text = (EXAMPLES / "operations" / f"{name}.graphql").read_text("utf-8")
    return {each: print_ast(document) for each, document in separate_operations(parse(text)).items()}


SHOWN = operations_in("rewards") | operations_in("redeem")


async def asks(world: World, name: str, /, *, by: Viewer = OLGA, key: UUID | None = None, **more: Any) -> Any:
    """What a mutation answers; its one variable is its input."""
    (answer,) = (await world.data(SHOWN[name], by=by, **_variables(name, key, more))).values()
    return answer


async def errors(
    world: World, name: str, /, *, by: Viewer = OLGA, key: UUID | None = None, **more: Any
) -> Sequence[Any]:
    """Codes and words of what is wrong with it."""
    result = await world.ask(SHOWN[name], by=by, **_variables(name, None, more))
    return [((error.extensions or {}).get("code"), error.message) for error in result.errors or ()]


def _variables(name: str, key: UUID | None, more: Any) -> dict[str, Any]:
    (variable,) = [
        each.variable.name.value
        for each in getattr(parse(SHOWN[name]).definitions[0], "variable_definitions")  # noqa: B009
    ]
    return {variable: {"idempotencyKey": str(key or uuid4()), **more}}


async def created(world: World, code: str = "cup", *, by: Viewer = OLGA, **more: Any) -> Any:
    """A new reward."""
    asked: dict[str, Any] = {"program": CLUB, "kind": "GOODS", "code": code, "name": NAME, "points": 100, **more}
    answer = await asks(world, "CreateReward", by=by, **asked)
    assert answer["__typename"] == "CreateRewardSuccess", answer
    return answer["reward"]


async def voucher(world: World, *codes: str, code: str = "voucher", **more: Any) -> Any:
    """A new one, with codes in its pool."""
    made = await created(world, code, kind="VOUCHER", **more)
    if codes:
        await asks(world, "AddVoucherCodes", reward=made["id"], codes=list(codes))
    return made


async def has_points(world: World, subject: str, points: int, *, program: str = CLUB) -> UUID:
    """A member with so many points to spend."""
    paid = world.now - LONG_AGO
    done = await world.orders(subject, points, program=program, paid=paid, completed=paid)
    return done.member_id


async def redeems(world: World, subject: str, reward: str, **more: Any) -> Any:
    return await asks(world, "RedeemReward", by=customer(subject), reward=reward, **more)


async def redeemed(world: World, subject: str, reward: str) -> str:
    """The id of what a member redeemed, who must be able to."""
    answer = await redeems(world, subject, reward)
    assert answer["__typename"] == "RedeemRewardSuccess", answer
    return answer["redemption"]["id"]


async def audited(world: World, *, by: Viewer = OLGA, program: str = CLUB) -> list[Any]:
    """What is on record of the program as a whole, the last first."""
    found = await world.data(SHOWN["WhoKeptRewards"], by=by, program=program)
    return found["program"]["audit"]["nodes"]


async def stocked(world: World, reward: str, *, by: Viewer = OLGA) -> tuple[int | None, int | None]:
    """What is left of a reward, and what was put in."""
    found = await world.data("query ($id: ID!) { reward(id: $id) { left total } }", by=by, id=reward)
    return found["reward"]["left"], found["reward"]["total"]


async def tables_with(url: str, text: str) -> set[str]:
    """In which tables something of a row is or holds a text, whatever the column."""
    names = await run(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    return {
        name
        for (name,) in names
        if (await run(url, f"SELECT count(*) FROM {name} AS t WHERE to_jsonb(t)::text LIKE '%{text}%'"))[0][0]
    }
