"""`redemption`: a reward that all have waited for opens, and is sold out; then it is told to be so."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from math import ceil
from typing import Any

import orjson

from app import clock
from app.db import Settings
from app.graph import Role, Viewer

from . import crowd
from .database import benchmark_database, run, settings_told, settle
from .effects import WorkNotDone
from .figures import Costed
from .load import Client, Order, loaded
from .numbers import FIRST_PROGRAM, KEY, Group, Turns, code_of, first_number
from .plan import Plan
from .processes import Cost, postmaster_of
from .product import ISSUER, product
from .server import Server, server
from .visiting import visited

PROGRAM = code_of(FIRST_PROGRAM)
OPERATOR = Viewer(Role.OPERATOR, ISSUER, "operator", programs=frozenset((PROGRAM,)))
PRICE = 10
LEAD = timedelta(seconds=2)
"""A reward is made so long before it opens."""
LONGEST = 600.0
"""Seconds within which all must be sold."""
WARM = 500
"""Pieces of a reward that is sold before anything is measured."""
SOLD, SOLD_OUT = '"__typename":"RedeemRewardSuccess","replayed":false', '"__typename":"OutOfStock"'

CREATE = """mutation Create($input: CreateRewardInput!) { createReward(input: $input) {
  ... on CreateRewardSuccess { reward { id } } } }"""
REDEEM = """mutation Redeem($input: RedeemRewardInput!) { redeemReward(input: $input) { __typename
  ... on RedeemRewardSuccess { replayed redemption { id state points } }
  ... on Refusal { code message } } }"""
BOOKS = """\
SELECT (SELECT count(*) FROM redemptions d WHERE d.reward_id = r.id)::int AS sold,
  (SELECT sum(left_) FROM reward_stock s WHERE s.reward_id = r.id)::int AS "left",
  (SELECT sum(total) FROM reward_stock s WHERE s.reward_id = r.id)::int AS total,
  (SELECT count(DISTINCT (bucket, number)) FROM redemptions d WHERE d.reward_id = r.id)::int AS pieces
FROM rewards r WHERE r.code = '{code}'"""


@dataclass(frozen=True)
class Flash:
    """What is measured, beside the plan's: its seconds are those of telling that it is sold out."""

    stock: int
    buckets: Sequence[int]
    proves: bool


@dataclass(frozen=True)
class Sale:
    """One reward, from opening to sold out, and after."""

    buckets: int
    sold: Costed
    sold_out: Costed


@dataclass(frozen=True)
class Sales:
    """All of them, and all that must be known to read them."""

    flash: Flash
    plan: Plan
    sales: Sequence[Sale]
    settings: Mapping[str, str]
    proved: str | None

    def of(self, buckets: int) -> Sequence[Sale]:
        return [sale for sale in self.sales if sale.buckets == buckets]

    @property
    def errors(self) -> int:
        return sum(part.round.errors for sale in self.sales for part in (sale.sold, sale.sold_out))


def sales(flash: Flash, plan: Plan) -> Sales:
    """May raise WorkNotDone, LoadError, ServerError: also if more is sold than there was, or less."""
    members, runs = Group(1_000_000, plan.members), count(10)
    with benchmark_database(plan.database, plan.folder) as url:
        asyncio.run(crowd.fill(url, [members], programs=1))
        with server(url, pool=plan.pool) as served:
            visited(served, members, clients=plan.clients)
            order = _order(served, plan, members)
            selling = Selling(url, plan, served, order, asyncio.run(postmaster_of(url)), runs)
            selling.sale("warm", Flash(min(WARM, flash.stock), (), False), buckets=8)
            done = [
                selling.sale(f"round-{number}-of-{buckets}", flash, buckets=buckets)
                for number in range(plan.rounds)
                for buckets in flash.buckets
            ]
        proved = _proved(url) if flash.proves else None
        return Sales(flash, plan, done, asyncio.run(settings_told(url)), proved)


@dataclass(frozen=True)
class Selling:
    """What all sales need."""

    url: str
    plan: Plan
    served: Server
    order: Order
    postmaster: Any
    runs: Iterator[int]

    def sale(self, code: str, flash: Flash, *, buckets: int) -> Sale:
        """May raise WorkNotDone."""
        asyncio.run(settle(self.url))
        opens_at = clock.now() + LEAD
        reward = asyncio.run(_created(self.url, code, flash, self.plan, buckets=buckets, opens_at=opens_at))
        given = {"idempotencyKey": KEY, "program": PROGRAM, "reward": reward}
        body = orjson.dumps({"query": REDEEM, "variables": {"input": given}}).decode()
        order = replace(self.order, body=body, begins_at=opens_at.timestamp())
        turns = Turns(0, flash.stock + 100 * self.plan.clients)
        sold = self._costed(replace(order, answer=SOLD, until=SOLD_OUT, seconds=LONGEST, turns=turns), Client.PYTHON)
        check_books(asyncio.run(run(self.url, BOOKS.format(code=code))), sold, stock=flash.stock, code=code)
        after = replace(order, answer=SOLD_OUT, turns=replace(turns, size=10_000_000), begins_at=0)
        told = self._costed(after, self.plan.client)
        check_books(asyncio.run(run(self.url, BOOKS.format(code=code))), sold, stock=flash.stock, code=code)
        return Sale(buckets, sold, told)

    def _costed(self, order: Order, client: Client) -> Costed:
        cost = Cost.of(self.served.process, self.postmaster)
        done = loaded(replace(order, first_number=first_number(next(self.runs))), client)
        return Costed(done, *cost.so_far())


async def _created(url: str, code: str, flash: Flash, plan: Plan, *, buckets: int, opens_at: datetime) -> str:
    """The global id of a new reward. A member may redeem it often enough to sell all, and no oftener."""
    said: dict[str, Any] = {
        "idempotencyKey": str(clock.new_id()),
        "program": PROGRAM,
        "code": code,
        "kind": "GOODS",
        "name": {"zh": code, "en": code},
        "points": PRICE,
        "stock": flash.stock,
        "buckets": buckets,
        "opensAt": opens_at.isoformat(),
        "limit": {"times": ceil(flash.stock / plan.members) + 1, "period": "DAY"},
        "reason": "benchmark",
    }
    async with product(Settings(url)) as asking:
        done = await asking.ask(CREATE, {"input": said}, by=OPERATOR, now=clock.now())
    return done["createReward"]["reward"]["id"]


def check_books(rows: Sequence[Any], sold: Costed, *, stock: int, code: str) -> None:
    """Are exactly all sold, each once, and was nobody told otherwise? May raise WorkNotDone."""
    (row,) = rows
    books = dict(row)
    wanted = {"sold": stock, "left": 0, "total": stock, "pieces": stock}
    if books != wanted or sold.round.requests != stock or sold.round.errors:
        raise WorkNotDone(
            f"Of {stock} pieces of '{code}' the database has {books}; {sold.round.requests} answers were of another"
            f" kind than sold out, {sold.round.errors} of them wrong. {sold.round.said}"
        )


def _order(served: Server, plan: Plan, members: Group) -> Order:
    """Without what differs."""
    return Order(
        port=served.port,
        body="",
        tokens=served.tokens(members),
        answer="",
        members=members,
        clients=plan.clients,
        first_number=0,
        seconds=plan.seconds,
    )


def _proved(url: str) -> str:
    """What `prove` says of it. May raise WorkNotDone."""
    command = (sys.executable, "-m", "app", "prove", "--database-url", url)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WorkNotDone(f"It does not prove:\n{done.stdout[:2000]}{done.stderr}")
    return done.stderr.strip().splitlines()[-1]
