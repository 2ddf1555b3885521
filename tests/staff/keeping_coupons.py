"""An operator who keeps coupons, with the operations that people are shown."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from graphql import parse

from app.definition import programs_to_hold
from app.graph import Role, Viewer
from app.programs.rules import SPREAD
from app.staff.commands.coupons import do_coupon_jobs
from tests.staff.correcting import person
from tests.staff.keeping_rewards import operations_in
from tests.world import World, customer

CLUB, BRAND = "taobao-club", "brand-standard"
OLGA, OTTO = person("olga", Role.OPERATOR), person("otto", Role.OPERATOR)
BOSS = person("boss", Role.OPERATOR, BRAND)
SARA, BEN = person("sara"), person("ben", Role.SUPPORT, BRAND)
NAME = {"zh": "十元红包", "en": "Ten off"}
ALL_WAYS = ["CLAIM", "CODE", "GRANT", "REWARD", "GIFT"]
SHOWN = operations_in("coupons") | operations_in("coupon-orders") | operations_in("coupon-templates")
WHY = "For the spring."


async def asks(world: World, name: str, /, *, by: Viewer = OLGA, key: UUID | None = None, **more: Any) -> Any:
    """What a mutation answers; its one variable is its input."""
    (answer,) = (await world.data(SHOWN[name], by=by, **_variables(name, key, more))).values()
    return answer


async def errors(world: World, name: str, /, *, by: Viewer = OLGA, **more: Any) -> Sequence[Any]:
    """Codes and words of what is wrong with it."""
    result = await world.ask(SHOWN[name], by=by, **_variables(name, None, more))
    return [((error.extensions or {}).get("code"), error.message) for error in result.errors or ()]


def _variables(name: str, key: UUID | None, more: Any) -> dict[str, Any]:
    (variable,) = [
        each.variable.name.value
        for each in getattr(parse(SHOWN[name]).definitions[0], "variable_definitions")  # noqa: B009
    ]
    return {variable: {"idempotencyKey": str(key or uuid4()), **more}}


async def created(world: World, code: str = "ten", *, by: Viewer = OLGA, **more: Any) -> Any:
    """A new template, which is known everywhere by now: ten off, by whatever way, but for what is said."""
    asked: dict[str, Any] = {"program": CLUB, "kind": "CASH", "code": code, "name": NAME, "amount": "10.00",
                             "validity": {"days": 30}, "ways": ALL_WAYS, **more}  # fmt: skip
    asked = {name: value for name, value in asked.items() if value is not None}
    answer = await asks(world, "CreateCouponTemplate", by=by, **asked)
    assert answer["__typename"] == "CreateCouponTemplateSuccess", answer
    await passes(world)
    return answer["template"]


async def passes(world: World, time: timedelta = SPREAD) -> None:
    """So much time, in which every process looks at what was written."""
    world.now += time
    await world.looks()


async def seen(world: World, template: str, *, by: Viewer = OLGA) -> Any:
    """A template as it is offered now."""
    document = """query ($id: ID!) { couponTemplate(id: $id) { code name description opensAt closesAt limit { times }
        left total budget { amount } budgetLeft { amount } retiredAt amount { amount } } }"""
    return (await world.data(document, by=by, id=template))["couponTemplate"]


async def claims(world: World, subject: str, code: str = "ten") -> Any:
    return await asks(world, "ClaimCoupon", by=customer(subject), template=code)


async def issues(world: World, member: str, template: str, *, by: Viewer = OLGA, **more: Any) -> Any:
    return await asks(world, "IssueCoupon", by=by, member=member, template=template, reason=WHY, **more)


async def works(world: World) -> None:
    """The worker does what there is to do: by what it looks at itself, and by the world's time."""
    await do_coupon_jobs(world.database, held=programs_to_hold(), clock=lambda: world.now)


async def job(world: World, job_id: str, *, by: Viewer = OLGA) -> Any:
    """How far it is."""
    return (await world.data(SHOWN["CouponJob"], by=by, job=job_id))["couponJob"]


async def read(world: World, job_id: str, *, after: int = 0, **more: Any) -> list[str]:
    """The codes that it made."""
    answer = await asks(world, "ReadCouponCodes", job=job_id, after=after, reason=WHY, **more)
    return answer["codes"]


async def audited(world: World, *, by: Viewer = OLGA, program: str = CLUB) -> list[Any]:
    """What is on record of the program as a whole, the last first."""
    found = await world.data(SHOWN["WhoKeptCoupons"], by=by, program=program)
    return found["program"]["audit"]["nodes"]
