"""The limit: a handler written for these answers alone. Bare ASGI, asyncpg, orjson; `python -m benchmarks.peers.bare`.

It verifies tokens as the product does, with its verifier; it is served by the same server with the same settings; and
it asks the database for the same things, one after the other, of which it reads only what it shows: five statements for
the page, which the product sends as one, and three for a list, as the product. What a program's file and its operators
say (tiers, benefits, coupon templates) it has in memory, as the product has.

It can do nothing else: of whom something has fallen due since it was written, it says so and gives no answer.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from pydantic_settings import BaseSettings

from app.cli.serving import listening_at
from app.graph import Viewer
from app.graph.viewer import STAFF
from app.members.queries import membership_digest
from app.settings import Settings
from app.tokens import Verifier
from app.web.serving import server_for

from .prepared import Pool
from .shown import coupons_shown, cursor_of, entry_shown, id_of, place_of, place_shown
from .statements import ACCOUNT, ACCOUNTS, CHECK_INS, COUPONS, COUPONS_OF_EACH, ENTRIES, MEMBER, MEMBERS

ENTRIES_SHOWN = 20
ONE_DAY = timedelta(days=1)
Answer = Callable[[Viewer, bytes, datetime], Awaitable[Any]]


class Own(BaseSettings):
    """Beside the product's own settings."""

    kept_file: Path
    """What is held in memory (`kept.py`)."""
    ping_size: int
    """Bytes of the answer to a ping."""


class Unwritten(Exception):
    """What was written does not say what holds now: this handler knows only members of whom it does."""


class Bare:
    """The application."""

    def __init__(self, settings: Settings, own: Own) -> None:
        kept: Mapping[str, Any] = orjson.loads(own.kept_file.read_bytes())
        self._program: str = kept["program"]
        self._zone = ZoneInfo(kept["time_zone"])
        self._tiers: Mapping[str | None, Any] = {tier["code"]: tier for tier in kept["tiers"]}
        self._next = dict(zip(self._tiers, [*kept["tiers"][1:], None], strict=True))
        self._base: Any = kept["tiers"][0]
        self._templates: Mapping[str, Any] = kept["templates"]
        self._short: Mapping[str, Any] = {
            code: {name: template[name] for name in ("code", "kind", "name")}
            for code, template in self._templates.items()
        }
        self._verifier = Verifier(
            jwks=settings.jwks_file or "", issuers=[settings.token_issuer], audience=settings.token_audience
        )
        self._pool = Pool(settings)
        self._ping = b"x" * own.ping_size
        self._answers: Mapping[str, Answer] = {"/page": self._page, "/list": self._list}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        answer = self._answers.get(scope["path"])
        if answer is None:  # a ping, or the question whether it is there
            await _write(send, self._ping)
            return
        now = datetime.now(UTC)
        token = next(value for name, value in scope["headers"] if name == b"authorization")
        viewer = self._verifier.verify(token[7:].decode(), now=now)
        body = (await receive())["body"]
        await _write(send, orjson.dumps({"data": await answer(viewer, body, now)}))

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        await self._pool.open()
        await self._verifier.open(now=datetime.now(UTC))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _page(self, viewer: Viewer, _: bytes, now: datetime) -> Any:
        digest = membership_digest(self._program, viewer)
        connection = await self._pool.take()
        try:
            (member,) = await connection[MEMBER](digest)
            key = member["id"]
            (account,) = await connection[ACCOUNT](key)
            check_ins = await connection[CHECK_INS](key)
            coupons = await connection[COUPONS](key, now, 10)
            entries = await connection[ENTRIES](key, ENTRIES_SHOWN + 1)
        finally:
            self._pool.give_back(connection)
        for due in (member["standing_due_at"], member["manual_until"], account["due_at"]):
            if due is not None and due <= now:
                raise Unwritten
        shown = entries[:ENTRIES_SHOWN]
        owner: bytes = key.bytes
        return {
            "me": {
                "id": id_of("member_", owner),
                "displayName": member["display_name"],
                "joinedAt": member["joined_at"],
                "tier": self._tiers[member["tier"]] if member["tier"] else self._base,
                "tierProgress": self._progress(member["tier"] or self._base["code"], member["growth"]),
                "points": {name: account[name] for name in ("available", "pending", "held", "debt")},
                "checkIn": self._checked_in(owner, check_ins, now),
                "coupons": {"nodes": coupons_shown(owner, coupons, self._templates)},
                "pointHistory": {
                    "nodes": [entry_shown(owner, row) for row in shown],
                    "pageInfo": {"hasNextPage": len(entries) > len(shown), "endCursor": cursor_of(shown)},
                },
            }
        }

    def _progress(self, tier: str, growth: int) -> Any:
        following, here = self._next[tier], self._tiers[tier]["threshold"]
        if following is None:
            return {"growth": growth, "nextTier": None, "growthRemaining": 0, "ratio": 1.0}
        there = following["threshold"]
        return {
            "growth": growth,
            "nextTier": {name: following[name] for name in ("code", "name", "threshold")},
            "growthRemaining": max(there - growth, 0),
            "ratio": min(max((growth - here) / (there - here), 0.0), 1.0),
        }

    def _checked_in(self, owner: bytes, rows: Sequence[Any], now: datetime) -> Any:
        today = now.astimezone(self._zone).date()
        if not rows or rows[0]["day"] < today - ONE_DAY:
            return {"today": None, "streak": 0}
        (last,) = rows
        if last["day"] != today:
            return {"today": None, "streak": last["streak"]}
        own = {"id": id_of("checkIn_", owner + last["id"].bytes), "points": last["points"]}
        return {"today": own, "streak": last["streak"]}

    async def _list(self, viewer: Viewer, body: bytes, now: datetime) -> Any:
        if viewer.role not in STAFF or self._program not in viewer.programs:
            raise PermissionError
        asked = orjson.loads(body)
        first, (instant, last) = asked["first"], place_of(asked["after"])
        connection = await self._pool.take()
        try:
            found = await connection[MEMBERS](self._program, instant, last, first + 1)
            members = found[:first]
            keys = [row["id"] for row in members]
            accounts = {row["member_id"]: row for row in await connection[ACCOUNTS](keys)}
            coupons: dict[UUID, list[Any]] = {key: [] for key in keys}
            for row in await connection[COUPONS_OF_EACH](keys, now, 3):
                coupons[row["member_id"]].append(row)
        finally:
            self._pool.give_back(connection)
        end = place_shown(members[-1]) if members else None
        nodes = [self._node(row, accounts[row["id"]], coupons[row["id"]], now) for row in members]
        return {"members": {"nodes": nodes, "pageInfo": {"hasNextPage": len(found) > first, "endCursor": end}}}

    def _node(self, member: Any, account: Any, coupons: Sequence[Any], now: datetime) -> Any:
        for due in (member["manual_until"], account["due_at"]):
            if due is not None and due <= now:
                raise Unwritten
        owner: bytes = member["id"].bytes
        tier = self._tiers[member["tier"]] if member["tier"] else self._base
        return {
            "id": id_of("member_", owner),
            "displayName": member["display_name"],
            "joinedAt": member["joined_at"],
            "tier": {"code": tier["code"], "name": tier["name"]},
            "points": {"available": account["available"]},
            "coupons": {"nodes": coupons_shown(owner, coupons, self._short)},
        }


async def _write(send: Any, body: bytes) -> None:
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    settings = Settings()  # pyright: ignore[reportCallIssue]
    listening = listening_at(settings.host, settings.port)
    app = Bare(settings, Own())  # pyright: ignore[reportCallIssue]
    host, port = listening.getsockname()[:2]
    server = server_for(app, drain=lambda: None, host=host, port=port, drain_timeout=settings.drain_timeout)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
