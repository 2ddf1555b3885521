"""A points mall for tests: rewards as an operator makes them, members who redeem over HTTP with the operations that are
shown to people, and staff.

`mall.offers(points=100, stock=3)` gives a reward's id; `mall.redeems("anna", reward)` what the mutation answers. Every
wish has a key of its own unless it is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from app.clock import new_id
from app.graph import Context, Viewer
from app.graph.ids import global_id, key_of
from app.graph.transport import GraphQLHandler, Limits
from app.prover import prove
from app.rewards.commands.catalogue import change_reward, create_reward, retire_reward
from app.rewards.commands.catalogue_stock import add_codes, add_stock
from app.rewards.rules.kinds import ActorKind, RewardKind, handling_of
from app.rewards.rules.life import Actor
from app.rewards.rules.offering import InLanguages, Said
from app.staff import commands as staff
from app.staff.rules import Staff, StaffMember
from tests.databases import run
from tests.graph.asking import Answered, post
from tests.world import EXAMPLES, ISSUER, World, customer

REDEEM = (EXAMPLES / "operations" / "redeem.graphql").read_text("utf-8")
NUMBERS = count(1)
CLERK = Actor(ActorKind.STAFF, ISSUER, "clerk")
DAY = timedelta(days=1)
BARE = "mutation RedeemBare($redeem: RedeemRewardInput!) { redeemReward(input: $redeem) { __typename } }\n"
EARNED_AGO = 30 * DAY
CUP = InLanguages("杯子", "A cup")


@dataclass
class Mall:
    """The rewards of `program`, and who wants them."""

    world: World
    program: str = "taobao-club"

    async def offers(
        self,
        *,
        points: int = 100,
        stock: int | None = 10,
        kind: RewardKind = RewardKind.GOODS,
        codes: Iterable[str] = (),
        buckets: int = 8,
        amount: int | None = None,
        template: str | None = None,
        **said: Any,
    ) -> UUID:
        """A new reward; for a voucher `codes` are its stock; with a `template` it is a coupon."""
        kind = kind if template is None else RewardKind.COUPON
        has_codes = handling_of(kind.name).has_codes
        async with self.world.database.transaction() as tx:
            reward_id = await create_reward(
                tx,
                program=self.world.programs.current(self.program, self.world.now),
                code=f"reward-{next(NUMBERS)}",
                kind=kind,
                said=replace(Said(name=CUP, points=points, is_confirmed_by_staff=False), **said),
                stock=None if has_codes or template is not None else stock,
                buckets=buckets,
                amount=amount,
                template=template,
                programs=self.world.programs,
                now=self.world.now,
            )
            if has_codes and (given := list(codes)):
                await add_codes(tx, reward_id=reward_id, codes=given, now=self.world.now)
        return reward_id

    async def adds(self, reward_id: UUID, pieces: int) -> None:
        async with self.world.database.transaction() as tx:
            await add_stock(tx, reward_id=reward_id, pieces=pieces)

    async def says(self, reward_id: UUID, said: Said) -> None:
        """The operator says something of a reward otherwise."""
        async with self.world.database.transaction() as tx:
            await change_reward(tx, programs=self.world.programs, reward_id=reward_id, said=said, removed=(),
                                now=self.world.now)  # fmt: skip

    async def retires(self, reward_id: UUID) -> None:
        async with self.world.database.transaction() as tx:
            await retire_reward(tx, reward_id=reward_id, now=self.world.now)

    async def has(self, subject: str, points: int) -> UUID:
        """A member with so many points to spend; 0: a member without."""
        member_id = await self.world.joins(subject, program=self.program)
        if points:
            paid = self.world.now - EARNED_AGO
            await self.world.orders(subject, points, program=self.program, paid=paid, completed=paid)
        return member_id

    async def sends(
        self, viewer: Viewer, name: str, *, text: str = BARE + REDEEM, language: str = "en", **variables: Any
    ) -> Answered:
        """One request over HTTP, answered however."""
        world = self.world

        async def context_for(*, token: str | None, language: str, request_id: str) -> Context:
            return world.context(viewer, language=language)

        graph = GraphQLHandler(execute=world.execute, context_for=context_for, new_id=new_id,
                               development=False, limits=Limits())  # fmt: skip
        body = {"query": text, "operationName": name, "variables": variables}
        return await post(graph, body, authorization="Bearer member", accept_language=language)

    async def asks(self, subject: str, name: str, *, language: str = "en", **variables: Any) -> Any:
        """What the one field of an operation answers, which must go without errors."""
        answered = await self.sends(customer(subject), name, language=language, **variables)
        assert "errors" not in answered.json, answered.json
        (answer,) = answered.json["data"].values()
        return answer

    async def fault(self, subject: str, name: str, **variables: Any) -> tuple[str, str]:
        """The code and the words of the one error."""
        answered = await self.sends(customer(subject), name, **variables)
        (error,) = answered.json["errors"]
        return error["extensions"]["code"], error["message"]

    async def redeems(
        self, subject: str, reward_id: UUID, *, key: UUID | None = None, language: str = "en", **more: Any
    ) -> Any:
        given = wish(key, reward=reward_named(reward_id), **more)
        return await self.asks(subject, "RedeemReward", language=language, redeem=given)

    async def sends_bare(self, subject: str, reward_id: UUID) -> None:
        """A redemption of which nothing is shown but that it went."""
        answer = await self.asks(subject, "RedeemBare", redeem=wish(None, reward=reward_named(reward_id)))
        assert answer["__typename"] == "RedeemRewardSuccess", answer

    async def redeemed(self, subject: str, reward_id: UUID, **more: Any) -> str:
        """The id of what was redeemed, which must go."""
        answer = await self.redeems(subject, reward_id, **more)
        assert answer["__typename"] == "RedeemRewardSuccess", answer
        return answer["redemption"]["id"]

    async def cancels(self, subject: str, redemption: str, *, key: UUID | None = None) -> Any:
        return await self.asks(subject, "CancelRedemption", cancel=wish(key, redemption=redemption))

    async def shows(self, subject: str, redemption: str, *, key: UUID | None = None) -> Any:
        return await self.asks(subject, "ShowVoucherCode", show=wish(key, redemption=redemption))

    async def mine(self, subject: str, **variables: Any) -> Any:
        """What they redeemed, and what they have."""
        return await self.asks(subject, "MyRedemptions", **variables)

    async def confirms(self, redemption: str, *, by: Actor = CLERK) -> object:
        member_id, redemption_id = pair(redemption)
        async with self.world.database.transaction() as tx:
            return await staff.confirm_redemption(tx, member_id=member_id, redemption_id=redemption_id, by=at_work(by),
                                                  now=self.world.now)  # fmt: skip

    async def fulfils(self, redemption: str, *, reference: str | None = "SF-1", by: Actor = CLERK) -> object:
        member_id, redemption_id = pair(redemption)
        async with self.world.database.transaction() as tx:
            return await staff.fulfil_redemption(tx, member_id=member_id, redemption_id=redemption_id,
                                                 reference=reference, by=at_work(by), now=self.world.now)  # fmt: skip

    async def refunds(self, redemption: str, *, restock: bool = True, by: Actor = CLERK) -> object:
        member_id, redemption_id = pair(redemption)
        async with self.world.database.transaction() as tx:
            return await staff.refund_redemption(
                tx, programs=self.world.programs, member_id=member_id, redemption_id=redemption_id,
                reason="It came broken.", restock=restock, by=at_work(by), now=self.world.now,
            )  # fmt: skip


def at_work(by: Actor) -> Staff:
    """A person of staff, of whom what they do is on record."""
    return Staff(StaffMember(by.issuer or "", by.subject or ""), "SUPPORT")


def redemption_named(member_id: UUID, redemption_id: UUID) -> str:
    return global_id("redemption", member_id, redemption_id)


def wish(key: UUID | None, **more: Any) -> dict[str, Any]:
    return {"idempotencyKey": str(key or uuid4()), **more}


def reward_named(reward_id: UUID) -> str:
    return global_id("reward", reward_id)


async def balanced(world: World) -> None:
    """Every member's books say the same, and what is not in stock was taken."""
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in (*proof.mismatches, *proof.stock.mismatches)][:5]


async def stock(world: World, reward_id: UUID) -> tuple[int, int]:
    """What was put in, and what is left."""
    sql = f"SELECT sum(total), sum(left_) FROM reward_stock WHERE reward_id = '{reward_id}'"
    ((total, left),) = await run(world.database.settings.url, sql)
    return total, left


async def held(world: World, reward_id: UUID) -> int:
    """How many redemptions there are of it that were not given back."""
    sql = f"SELECT count(*) FROM redemptions WHERE reward_id = '{reward_id}' AND state NOT IN ('CANCELED', 'REFUNDED')"
    ((number,),) = await run(world.database.settings.url, sql)
    return number


def pair(redemption: str) -> tuple[UUID, UUID]:
    key = key_of(redemption, "redemption")
    assert isinstance(key, tuple)
    return key
