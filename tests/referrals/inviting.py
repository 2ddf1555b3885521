"""A shop that gives for invitations, who invites whom in it, and what each of them has of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import new_id
from app.graph import Viewer
from app.prover import prove
from tests.databases import run
from tests.facts.reacting import react
from tests.points.till import Till
from tests.programs.files import shop
from tests.world import NOON, World, customer

SHOP = "shop"
DAY = timedelta(days=1)
WINDOW = 7 * DAY
GIVEN = {"inviter.registration": 100, "inviter.order": 200, "invitee.registration": 50, "invitee.order": 80}
INVITER, INVITEE = 300, 130
"""What each side gets in all."""
JOIN = """mutation ($input: JoinProgramInput!) { joinProgram(input: $input) { __typename
  ... on JoinProgramSuccess { replayed inviteCodeUnused member { id referral { code inviter { displayName state } } } }
  ... on Refusal { code message } } }"""
BIND = """mutation ($input: BindInviteCodeInput!) { bindInviteCode(input: $input) { __typename
  ... on BindInviteCodeSuccess { replayed invitation { id side displayName state bonus usableFrom invitedAt } }
  ... on Refusal { code message }
  ... on NotANewcomer { until }
  ... on AlreadyInvited { invitation { displayName } } } }"""
CODE = """mutation ($input: CreateInviteCodeInput!) { createInviteCode(input: $input) { __typename
  ... on CreateInviteCodeSuccess { replayed member { referral { code link } } } ... on Refusal { code message } } }"""
MINE = """query ($program: String) { me(program: $program) { displayName points { available pending debt } referral {
  code link monthlyCap monthlyCapLeft bonuses { pending active } inviter { displayName state bonus usableFrom side }
  invited(first: 100) { totalCount nodes { displayName state bonus invitedAt usableFrom side } } } } }"""
LEADERS = """query ($period: ReferralPeriod!, $program: String, $first: Int, $at: Date) {
  referralLeaderboard(period: $period, program: $program, first: $first, at: $at) { rank displayName qualified } }"""


def inviting(
    given: Mapping[str, int] = GIVEN, *, more: str = "", points: str = "", currency: str = "CNY", **settings: Any
) -> str:
    """The small shop, with bonuses by their places; its orders earn a point for 10,000 yuan, which is none here."""
    bonuses = "\n".join(
        f'[referrals.{place}]\npoints = {number}\nwords = {{ zh = "{place}", en = "{place}" }}'
        for place, number in given.items()
    )
    text = shop(currency=currency, **settings).replace('per = "1.00"', 'per = "10000.00"', 1)
    text = text.replace("[points]\n", f"[points]\n{points}\n", 1)
    return f"[referrals]\n{more}\n{bonuses}\n{text}" if given else text


@dataclass
class Crowd:
    """Members of the shop, who are known by their names. The shop is open since long."""

    world: World

    async def joins(self, name: str, *, code: str | None = None, by: Viewer | None = None, **more: Any) -> Any:
        """Through the graph, now: what it answers."""
        given = {"program": SHOP, "displayName": name.title(), "idempotencyKey": str(new_id())} | more
        answer = await self.world.data(JOIN, by=by or customer(name), input=given | {"inviteCode": code})
        return answer["joinProgram"]

    async def binds(self, name: str, code: str, **more: Any) -> Any:
        given = {"program": SHOP, "code": code, "idempotencyKey": str(new_id())} | more
        return (await self.world.data(BIND, by=customer(name), input=given))["bindInviteCode"]

    async def invites(self, inviter: str, *invitees: str) -> None:
        """They join, one after the other, the inviter a day before; and the inviter's side has followed."""
        code = (await self.joins(inviter))["member"]["referral"]["code"]
        self.world.now += DAY
        for invitee in invitees:
            answer = await self.joins(invitee, code=code)
            assert answer["__typename"] == "JoinProgramSuccess", answer
            await self.reacts()

    async def reacts(self) -> None:
        await react(self.world)

    async def mine(self, name: str, *, language: str = "en") -> Any:
        found = await self.world.data(MINE, by=customer(name), program=SHOP, language=language)
        return found["me"]

    async def bonuses(self, name: str) -> tuple[int, int]:
        """Pending, and that became theirs."""
        found = (await self.mine(name))["referral"]["bonuses"]
        return found["pending"], found["active"]

    async def points(self, name: str) -> tuple[int, int]:
        """That can be spent, and pending."""
        found = (await self.mine(name))["points"]
        return found["available"], found["pending"]

    async def states(self, inviter: str) -> list[str]:
        """Of those that they invited, the first that was first."""
        nodes = (await self.mine(inviter))["referral"]["invited"]["nodes"]
        return [node["state"] for node in reversed(nodes)]

    async def buys(self, name: str, order: str, amount: int = 100, *, at: datetime | None = None) -> None:
        """Paid and completed, now or at an instant; what follows from it has happened."""
        when = at or self.world.now
        await self.world.orders(name, amount, program=SHOP, order=order, paid=when, completed=when)
        await self.reacts()

    async def gives_back(self, name: str, order: str, amount: int = 100, **more: Any) -> None:
        await self.world.refunds(name, order, {1: amount}, program=SHOP, **more)
        await self.reacts()

    async def leaders(
        self, period: str = "MONTH", *, first: int = 20, by: str = "anna", at: str | None = None
    ) -> list[tuple[Any, ...]]:
        found = await self.world.data(LEADERS, by=customer(by), period=period, program=SHOP, first=first, at=at)
        return [tuple(each.values()) for each in found["referralLeaderboard"]]

    async def till(self, name: str) -> Till:
        ((member_id,),) = await self.rows(f"SELECT id FROM members WHERE display_name = '{name.title()}'")
        return Till(self.world, SHOP, UUID(str(member_id)))

    async def hears_again(self) -> None:
        """All that was ever told is told once more, as if nobody had heard it; in whatever order."""
        await self.rows(
            "UPDATE outbox_events SET state = 'WAITING', ended_at = NULL, attempts = 0, id = gen_random_uuid() "
            "WHERE kind IN ('order-of-invited', 'invitation-moved')"
        )
        await self.reacts()

    async def rows(self, sql: str) -> Any:
        return await run(self.world.database.settings.url, sql)

    async def proves(self) -> None:
        """Everybody's books agree, when all that was told is reacted to; and that can be."""
        await self.reacts()
        proof = await prove(self.world.database, now=self.world.now, programs=self.world.programs)
        assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]
        assert await self.rows("SELECT kind, last_error FROM outbox_events WHERE state <> 'DONE'") == []


async def crowd_in(world: World, **settings: Any) -> Crowd:
    """Nobody has joined yet."""
    await world.publishes(inviting(**settings))
    world.now = NOON
    return Crowd(world)
