"""The whole server, asked over HTTP as clients do, with its clock moved by the test."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from app import clock
from app.graph import Role
from app.tokens import DevelopmentIssuer
from tests.served import issuer_in, served, settings_in
from tests.world import World

STAFF = {"sara": Role.SUPPORT, "olga": Role.OPERATOR}
SHOP = "shop"
"""The system that reports orders, and sells for points. Whoever else asks is a customer; nobody is a visitor."""
SCOPES = ("facts:write", "members:read", "points:hold", "benefits:use", "coupons:write")
JOIN = """mutation ($input: JoinProgramInput!) { joinProgram(input: $input) {
  ... on JoinProgramSuccess { member { id } } ... on Refusal { code } } }"""
ORDER = """mutation ($input: RecordOrderInput!) { recordOrder(input: $input) {
  ... on RecordOrderSuccess { points growth member { id } } ... on Refusal { code } } }"""
REFUND = """mutation ($input: RecordRefundInput!) { recordRefund(input: $input) {
  ... on RecordRefundSuccess { pointsTakenBack member { id } } ... on Refusal { code } } }"""
DID = """mutation ($input: RecordActivitiesInput!) { recordActivities(input: $input) {
  ... on RecordActivitySuccess { points growth member { id } } ... on Refusal { code } } }"""

SET = """mutation ($input: SetManualTierInput!) { setManualTier(input: $input) {
  ... on SetManualTierSuccess { member { id } } ... on Refusal { code } } }"""


@dataclass
class House:
    """A server at the world's time."""

    world: World
    programs: Sequence[str]
    """The first is meant where none is named."""
    issuer: DevelopmentIssuer
    http: httpx2.AsyncClient

    async def ask(
        self, text: str, *, by: str | None, operation: str | None = None, language: str = "en", **variables: Any
    ) -> Any:
        """What an operation gives that must go without errors."""
        headers = {"accept-language": language}
        if by is not None:
            headers["authorization"] = f"Bearer {self.token(by)}"
        body = {"query": text, "operationName": operation, "variables": variables}
        answer = (await self.http.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def token(self, by: str) -> str:
        role = Role.SERVICE if by == SHOP else STAFF.get(by, Role.MEMBER)
        is_shop = role is Role.SERVICE
        return self.issuer.token(
            subject=by,
            now=self.world.now,
            lifetime=timedelta(minutes=5),
            role=role,
            program=self.programs[0],
            programs=() if role is Role.MEMBER else self.programs,
            sources=(SHOP,) if is_shop else (),
            scopes=SCOPES if is_shop else (),
        )

    async def joins(self, who: str, *, program: str | None = None) -> str:
        """A customer becomes a member. Gives the member's id."""
        sent = {"idempotencyKey": str(uuid4()), "program": program}
        return (await self.ask(JOIN, by=who, input=sent))["joinProgram"]["member"]["id"]

    async def orders(
        self, who: str, amount: str | int, *, order: str, currency: str = "CNY", program: str | None = None
    ) -> Any:
        """Somebody's order is paid and completed now."""
        now = self.world.now.isoformat()
        sent = {"customer": {"subject": who}, "order": order, "currency": currency, "paidAt": now, "completedAt": now,
                "lines": [{"quantity": 1, "amount": str(amount)}], "program": program}  # fmt: skip
        return (await self.ask(ORDER, by=SHOP, input=sent))["recordOrder"]

    async def refunds(
        self, who: str, amount: str | int, *, order: str, currency: str = "CNY", program: str | None = None
    ) -> Any:
        """Something of an order's first line is refunded now."""
        now = self.world.now.isoformat()
        sent = {"customer": {"subject": who}, "order": order, "refund": f"of {order} at {now}", "currency": currency,
                "refundedAt": now, "lines": [{"line": 1, "amount": str(amount)}], "program": program}  # fmt: skip
        return (await self.ask(REFUND, by=SHOP, input=sent))["recordRefund"]

    async def did(self, who: str, action: str, *, id: str, program: str | None = None) -> Any:
        """Somebody did something now."""
        did = {"action": action, "customer": {"subject": who}, "id": id, "occurredAt": self.world.now.isoformat()}
        sent = {"activities": [did], "program": program}
        (done,) = (await self.ask(DID, by=SHOP, input=sent))["recordActivities"]
        return done

    async def sets_tier(self, member: str, tier: str, *, until: datetime) -> Any:
        """Support sets a member's tier."""
        sent = {"idempotencyKey": str(uuid4()), "member": member, "tier": tier, "until": until.isoformat(),
                "reason": "We were wrong about an order"}  # fmt: skip
        return (await self.ask(SET, by="sara", input=sent))["setManualTier"]


@asynccontextmanager
async def opened(world: World, folder: Path, patch: pytest.MonkeyPatch, *programs: str) -> AsyncGenerator[House]:
    """The server is up, and its clock is the world's."""
    patch.setattr(clock, "now", lambda: world.now)
    settings = settings_in(folder, world.database.settings.url, default_program=programs[0])
    async with served(settings) as server, httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:
        await http.get("/healthz")  # it has started
        yield House(world, programs, issuer_in(folder), http)
