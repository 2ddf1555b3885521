"""The people and systems of the demo, and their tokens."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template

from app.graph.viewer import Role
from app.tokens import DevelopmentIssuer

CLUB, SHOP = "taobao-club", "cdnow"
"""The programs of the demo: one with people made up for it, one into which real orders were played."""
PAGE = """\
{ me { displayName tier { name } tierProgress { growth growthRemaining } points { available pending } \
benefits { benefit { name } } coupons(first: 3, states: [ISSUED]) { nodes { template { name } } } } }"""
MEMBERS = "{ members(first: 3) { nodes { displayName growth tier { name } points { available pending } } } }"
PROGRAM = "{ program { name version tiers { name threshold } } }"
ORDER = """\
mutation { recordOrder(input: { order: "demo-$id", currency: "CNY", paidAt: "$at", \
customer: { issuer: "$issuer", subject: "nearly" }, lines: [{ quantity: 1, amount: "1.00" }] }) \
{ ... on RecordOrderSuccess { points growth member { tier { name } } } } }"""


@dataclass(frozen=True)
class DemoIdentity:
    """Somebody to ask as. The first of their programs is meant where a request names none."""

    name: str
    about: str
    subject: str
    programs: Sequence[str]
    role: Role = Role.MEMBER
    query: str = PAGE
    """An operation that shows something to them."""

    @property
    def is_service(self) -> bool:
        return self.role is Role.SERVICE

    def token(self, issuer: DevelopmentIssuer, now: datetime) -> str:
        """A fresh token of theirs."""
        return issuer.token(
            subject=self.subject,
            now=now,
            role=self.role,
            program=self.programs[0],
            programs=() if self.role is Role.MEMBER else self.programs,
            sources=("shop",) if self.is_service else (),
            scopes=("facts:write", "points:hold", "benefits:use", "coupons:write") if self.is_service else (),
        )

    def curl(self, issuer: DevelopmentIssuer, now: datetime, *, address: str) -> str:
        """A line for a shell that asks as them: with a fresh token, good for a day."""
        query = Template(self.query).substitute(
            at=f"{now:%Y-%m-%dT%H:%M:%SZ}", id=int(now.timestamp()), issuer=issuer.issuer
        )
        headers = ("content-type: application/json", f"authorization: Bearer {self.token(issuer, now)}")
        asked = (*(part for header in headers for part in ("-H", header)), "-d", json.dumps({"query": query}))
        return shlex.join(("curl", "-s", address, *asked))


BOTH = (CLUB, SHOP)
IDENTITIES = (
    DemoIdentity("new member", "joined, and has not ordered yet", "newcomer", (CLUB,)),
    DemoIdentity("just below a tier", "1 growth short of V2", "nearly", (CLUB,)),
    DemoIdentity("at the top", "V6, with points that lapse within a month, and some still pending", "top", (CLUB,)),
    DemoIdentity("real customer", "56 real orders of early 1997, the only one at the top of cdnow", "19339", (SHOP,)),
    DemoIdentity("support", "looks members up", "support", BOTH, Role.SUPPORT, MEMBERS),
    DemoIdentity("operator", "runs the programs", "operator", BOTH, Role.OPERATOR, PROGRAM),
    DemoIdentity("order system", "reports that somebody paid", "orders", BOTH, Role.SERVICE, ORDER),
)
