"""A shop with coupons for tests: templates as a program's file says them, members who claim, and an order system that
uses what they have, over HTTP with the operations that are shown to people.

`shop.offers(threshold=..., stock=3)` publishes another version of `taobao-club` with one template more, and gives its
code; `shop.claims("anna", code)` is what the mutation answers. Every wish has a key of its own unless it is said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any, cast
from uuid import UUID, uuid4

import orjson

from app.clock import new_id
from app.coupons import commands
from app.coupons.models import CouponCodeRow
from app.coupons.rules.codes import code_of, digest_of_code
from app.coupons.section import Way
from app.coupons.templates import template_by_code, template_id
from app.db import insert_of
from app.definition import PRESETS
from app.graph import Context, Viewer
from app.graph.ids import key_of
from app.graph.transport import GraphQLHandler, Limits
from app.members.commands import lock_member
from app.programs.rules import SPREAD
from app.prover import prove
from app.staff.commands.coupons.coupons import revoke_coupon
from app.staff.rules import Staff, StaffMember
from tests.databases import run
from tests.graph.asking import Answered, post
from tests.world import EXAMPLES, ISSUER, World, customer, service

OPERATIONS = "\n".join(
    (EXAMPLES / "operations" / f"{name}.graphql").read_text("utf-8") for name in ("coupons", "coupon-orders")
)
NUMBERS = count(1)
CLUB = "taobao-club"
FILE = (PRESETS / f"{CLUB}.toml").read_text("utf-8")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
CLERK = Staff(StaffMember(ISSUER, "clerk"), "SUPPORT")
ORDERS = service(CLUB, scopes=("coupons:write",))
INSERT_CODE = insert_of(CouponCodeRow)
CASH: Mapping[str, Any] = {
    "kind": "CASH",
    "name": {"zh": "红包", "en": "Ten off"},
    "amount": "10.00",
    "validity": {"days": 30},
}


@dataclass
class Shop:
    """The coupons of `taobao-club`, and who wants them."""

    world: World
    templates: list[str] = field(default_factory=list[str])
    """As the file says them."""
    orders: dict[str, str] = field(default_factory=dict[str, str])
    """For which each coupon is, if nothing is said: the first's is `order-1`."""

    async def offers(self, code: str | None = None, **said: Any) -> str:
        """A new template of the file, which is in force now: ten off whatever is bought, but for what is said."""
        code = code or f"coupon-{next(NUMBERS)}"
        terms = {"code": code, **CASH, **said}
        terms = {name: value for name, value in terms.items() if value is not None}
        self.templates.append("[[coupons.templates]]\n" + "".join(f"{k} = {_toml(v)}\n" for k, v in terms.items()))
        await self.publishes()
        return code

    async def publishes(self) -> None:
        """The file with these templates, in force now."""
        await self.world.publishes("\n\n".join((FILE, *self.templates)))
        self.world.now = max(self.world.now, self.world.now + SPREAD)

    async def sends(self, viewer: Viewer, name: str, *, language: str = "en", **variables: Any) -> Answered:
        """One request over HTTP, answered however."""
        world = self.world

        async def context_for(*, token: str | None, language: str, request_id: str) -> Context:
            return world.context(viewer, language=language)

        graph = GraphQLHandler(execute=world.execute, context_for=context_for, new_id=new_id,
                               development=False, limits=Limits())  # fmt: skip
        body = {"query": OPERATIONS, "operationName": name, "variables": variables}
        return await post(graph, body, authorization="Bearer some", accept_language=language)

    async def asks(self, viewer: Viewer, name: str, *, language: str = "en", **variables: Any) -> Any:
        """What the one field of an operation answers, which must go without errors."""
        answered = await self.sends(viewer, name, language=language, **variables)
        assert "errors" not in answered.json, answered.json
        (answer,) = answered.json["data"].values()
        return answer

    async def fault(self, viewer: Viewer, name: str, **variables: Any) -> tuple[str, str]:
        """The code and the words of the one error."""
        answered = await self.sends(viewer, name, **variables)
        (error,) = answered.json["errors"]
        return error["extensions"]["code"], error["message"]

    async def claims(self, subject: str, template: str, *, key: UUID | None = None, language: str = "en") -> Any:
        claim = wish(key, template=template)
        return await self.asks(customer(subject), "ClaimCoupon", language=language, claim=claim)

    async def has(self, subject: str, template: str) -> str:
        """The id of a coupon that they claimed, which must go."""
        answer = await self.claims(subject, template)
        assert answer["__typename"] == "ClaimCouponSuccess", answer
        return answer["coupon"]["id"]

    async def codes(self, template: str, number: int = 1) -> list[str]:
        """Codes for a template, as a job would make them."""
        made = [code_of(uuid4().bytes) for _ in range(number)]
        job = uuid4()
        async with self.world.database.transaction() as tx:
            await tx.run_many(INSERT_CODE, [
                {"digest": digest_of_code(code), "job_id": job, "number": place, "program": CLUB,
                 "template_id": template_id(CLUB, template), "template": template, "code": code, "taken_by": None,
                 "coupon_id": None, "taken_at": None, "made_at": self.world.now}
                for place, code in enumerate(made, 1)
            ])  # fmt: skip
        return made

    async def types(self, subject: str, code: str, *, key: UUID | None = None, language: str = "en") -> Any:
        """They redeem a code."""
        redeem = wish(key, code=code)
        return await self.asks(customer(subject), "RedeemCouponCode", language=language, redeem=redeem)

    def order(self, coupon: str, said: str | None) -> str:
        return said or self.orders.setdefault(coupon, f"order-{'1' * (len(self.orders) + 1)}")

    async def reserves(
        self, coupon: str, order: str | None = None, *, key: UUID | None = None, by: Viewer = ORDERS,
        lines: Iterable[Mapping[str, Any]] = ({"quantity": 1, "amount": "100.00"},), **more: Any,
    ) -> Any:  # fmt: skip
        cart = {"currency": "CNY", "lines": list(lines)}
        return await self.asks(
            by, "ReserveCoupon", reserve=wish(key, coupon=coupon, order=self.order(coupon, order), cart=cart, **more)
        )

    async def uses(self, coupon: str, order: str | None = None, *, key: UUID | None = None, by: Viewer = ORDERS) -> Any:
        return await self.asks(by, "RedeemCoupon", use=wish(key, coupon=coupon, order=self.order(coupon, order)))

    async def releases(
        self, coupon: str, order: str | None = None, *, key: UUID | None = None, by: Viewer = ORDERS
    ) -> Any:
        return await self.asks(by, "ReleaseCoupon", release=wish(key, coupon=coupon, order=self.order(coupon, order)))

    async def returns(
        self, coupon: str, order: str | None = None, *, key: UUID | None = None, by: Viewer = ORDERS
    ) -> Any:
        given: dict[str, Any] = {"return": wish(key, coupon=coupon, order=self.order(coupon, order))}
        return await self.asks(by, "ReturnCoupon", **given)

    async def revokes(self, coupon: str) -> None:
        member_id, coupon_id = pair(coupon)
        async with self.world.database.transaction() as tx:
            await revoke_coupon(tx, member_id=member_id, coupon_id=coupon_id, by=CLERK, reason="A mistake.",
                                now=self.world.now)  # fmt: skip

    async def gives(
        self, member_id: UUID, template: str, *, way: Way = Way.GIFT, cause_id: UUID | None = None, rule: str = "gift"
    ) -> UUID:
        """Somebody above gives them a coupon."""
        world = self.world
        async with world.database.transaction() as tx:
            member = await lock_member(tx, member_id=member_id)
            offered = template_by_code(world.programs, member.program, template, member_id=member_id, now=world.now)
            assert offered is not None
            because = commands.Because(way, cause_id or uuid4(), rule)
            return await commands.issue(tx, member=member, template=offered, because=because, now=world.now)

    async def settles(self, member_id: UUID) -> None:
        """What time has made of their coupons is entered, as the job does it."""
        async with self.world.database.transaction() as tx:
            await commands.settle_coupons_of(tx, member_id=member_id, now=self.world.now)

    async def mine(self, subject: str, **variables: Any) -> Any:
        """The coupons that they have."""
        return (await self.asks(customer(subject), "MyCoupons", **variables))["coupons"]

    async def left(self, template: str) -> tuple[int, int] | None:
        """Of its stock: what was put in, and what is left."""
        sql = f"SELECT sum(total), sum(left_) FROM coupon_stock WHERE template_id = '{template_id(CLUB, template)}'"
        ((total, left),) = await run(self.world.database.settings.url, sql)
        return None if total is None else (total, left)

    async def money(self, template: str) -> tuple[int, int] | None:
        """Of its budget, likewise, in minor units."""
        sql = f"SELECT total, left_ FROM coupon_budgets WHERE template_id = '{template_id(CLUB, template)}'"
        found = await run(self.world.database.settings.url, sql)
        return tuple(found[0]) if found else None


def _toml(value: Any) -> str:
    """JSON's strings, numbers and lists are TOML's; its objects are not."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, dict):
        return orjson.dumps(value).decode()
    parts = cast("dict[str, Any]", value).items()
    return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in parts) + " }"


def wish(key: UUID | None, **more: Any) -> dict[str, Any]:
    return {"idempotencyKey": str(key or uuid4()), **more}


def pair(coupon: str) -> tuple[UUID, UUID]:
    key = key_of(coupon, "coupon")
    assert isinstance(key, tuple)
    return key


async def balanced(world: World) -> None:
    """Every member's books say the same, and what is not in stock or budget was taken."""
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in (*proof.mismatches, *proof.coupons.mismatches)][:5]
