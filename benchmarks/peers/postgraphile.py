"""PostGraphile on the same database: its views, its process, what it is asked, and its answers in the product's words.

`npm ci` in benchmarks/postgraphile installs it, with a Node of its own. What differs from the product is told in
benchmarks/README.md.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from app.graph.ids import global_id
from benchmarks.database import run
from benchmarks.numbers import VALUE

from .documents import LISTED, SHOWN
from .peer import Asked

FOLDER = Path(__file__).parents[1] / "postgraphile"
NODE = FOLDER / "node_modules" / ".bin" / "node"
COMMAND = (str(NODE), str(FOLDER / "server.mjs"))
PRODUCTION = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
INSTALL = "PostGraphile did not run: it is not installed (`npm ci --prefix benchmarks/postgraphile`)."
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_installed() -> bool:
    return NODE.exists() and (FOLDER / "node_modules" / "postgraphile").is_dir()


def version() -> str:
    return orjson.loads((FOLDER / "node_modules" / "postgraphile" / "package.json").read_bytes())["version"]


async def make_views(url: str, kept: Mapping[str, Any]) -> None:
    """What it needs in the database, in a schema of its own."""
    said = {
        "{kept}": orjson.dumps(kept).decode().replace("'", "''"),
        "{program}": kept["program"],
        "{zone}": kept["time_zone"],
        "{base}": kept["tiers"][0]["code"],
    }
    text = (FOLDER / "schema.sql").read_text("utf-8")
    for stand_in, value in said.items():
        text = text.replace(stand_in, value)
    await run(url, text, "ANALYZE beside.tiers, beside.benefits, beside.coupon_templates", "SELECT 1")


def asked(cursors: Sequence[str]) -> Mapping[str, Asked]:
    """By the name of the workload. Cursors are the product's."""
    page = Asked("/graphql", _body("page"), SHOWN, means=page_of)
    greeting = orjson.dumps({"query": "{ me { rowId } }"}).decode()
    lists = {
        name: Asked(
            "/graphql", _body("list", first=first, after=VALUE), SHOWN, [*map(_place, cursors)], means=list_of
        )
        for name, first in LISTED.items() if cursors
    }  # fmt: skip
    return {"page": page, "greeting": Asked("/graphql", greeting, '"me":{"rowId":"'), **lists}


def page_of(answer: bytes) -> Any:
    me = orjson.loads(answer)["data"]["me"]
    owner, tier = UUID(me["rowId"]), me["tier"]
    return {
        "data": {
            "me": {
                "id": global_id("member", owner),
                "displayName": me["displayName"],
                "joinedAt": _instant(me["joinedAt"]),
                "tier": {name: tier[name] for name in ("code", "name", "threshold", "benefits")},
                "tierProgress": {
                    "growth": me["growth"],
                    "nextTier": tier["nextTier"],
                    "growthRemaining": me["growthRemaining"],
                    "ratio": me["ratio"],
                },
                "points": me["points"],
                "checkIn": _check_in(owner, me["checkIns"]),
                "coupons": {"nodes": [_coupon(owner, coupon) for coupon in me["coupons"]]},
                "pointHistory": {
                    "nodes": [_entry(owner, entry) for entry in me["entries"]["nodes"]],
                    "pageInfo": {
                        "hasNextPage": me["entries"]["pageInfo"]["hasNextPage"],
                        "endCursor": b64encode(b"c:" + UUID(me["entries"]["nodes"][-1]["rowId"]).bytes).decode(),
                    },
                },
            }
        }
    }


def list_of(answer: bytes) -> Any:
    found = orjson.loads(answer)["data"]["allMembers"]
    nodes = [
        {
            "id": global_id("member", UUID(node["rowId"])),
            "displayName": node["displayName"],
            "joinedAt": _instant(node["joinedAt"]),
            "tier": node["tier"],
            "points": node["points"],
            "coupons": {"nodes": [_coupon(UUID(node["rowId"]), coupon) for coupon in node["coupons"]]},
        }
        for node in found["nodes"]
    ]
    last = found["nodes"][-1]
    place = f"JOINED:{(datetime.fromisoformat(last['joinedAt']) - EPOCH) // timedelta(microseconds=1)}"
    end = b64encode(b"p:" + UUID(last["rowId"]).bytes + place.encode()).decode()
    page = {"hasNextPage": found["pageInfo"]["hasNextPage"], "endCursor": end}
    return {"data": {"members": {"nodes": nodes, "pageInfo": page}}}


def _check_in(owner: UUID, found: Sequence[Any]) -> Any:
    if not found:
        return {"today": None, "streak": 0}
    (last,) = found
    own = {"id": global_id("checkIn", owner, UUID(last["rowId"])), "points": last["points"]}
    return {"today": own if last["isToday"] else None, "streak": last["currentStreak"]}


def _coupon(owner: UUID, coupon: Any) -> Any:
    template = dict(coupon["template"])
    if currency := template.pop("currency", None):
        for name in ("amount", "threshold"):
            template[name] = {"amount": template[name], "currency": currency}
    return {
        "id": global_id("coupon", owner, UUID(coupon["rowId"])),
        "state": coupon["state"],
        "expiresAt": _instant(coupon["expiresAt"]),
        "template": template,
    }


def _entry(owner: UUID, entry: Any) -> Any:
    own = {name: value for name, value in entry.items() if name != "rowId"}
    own["occurredAt"] = _instant(own["occurredAt"])
    return {"id": global_id("pointsEntry", owner, UUID(entry["rowId"])), **own}


def _instant(text: str) -> str:
    """As the product writes it."""
    return datetime.fromisoformat(text).isoformat()


def _place(cursor: str) -> str:
    """Where a cursor of the product is."""
    told = b64decode(cursor)
    joined = EPOCH + timedelta(microseconds=int(told[18:].partition(b":")[2]))
    return f"{joined.isoformat(timespec='microseconds')},{UUID(bytes=told[2:18])}"


def _body(name: str, **variables: object) -> str:
    query = (FOLDER / f"{name}.graphql").read_text("utf-8")
    return orjson.dumps({"query": query, "variables": variables}).decode()
