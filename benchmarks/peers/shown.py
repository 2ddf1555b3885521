"""Parts of the hand-written answers, which are those of the product byte for byte."""

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.graph.ids import URL_SAFE


def coupons_shown(owner: bytes, rows: Sequence[Any], templates: Mapping[str, Any]) -> Any:
    return [
        {
            "id": id_of("coupon_", owner + row["id"].bytes),
            "state": "ISSUED",
            "expiresAt": row["expires_at"],
            "template": templates[row["template"]],
        }
        for row in rows
    ]


def entry_shown(owner: bytes, row: Any) -> Any:
    return {
        "id": id_of("pointsEntry_", owner + row["id"].bytes),
        "kind": row["kind"],
        "change": row["change"],
        "pendingChange": row["pending_change"],
        "balanceAfter": row["balance_after"],
        "occurredAt": row["occurred_at"],
        "cause": row["cause"],
        "rule": row["rule"],
    }


def id_of(prefix: str, keys: bytes) -> str:
    return prefix + b2a_base64(keys, newline=False).translate(URL_SAFE, b"=").decode()


def cursor_of(rows: Sequence[Any]) -> str | None:
    return b2a_base64(b"c:" + rows[-1]["id"].bytes, newline=False).decode() if rows else None


def place_shown(row: Any) -> str:
    return b2a_base64(b"p:" + row["id"].bytes + row["place"].encode(), newline=False).decode()


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def place_of(cursor: str) -> tuple[datetime, UUID]:
    """Of the product's own cursors."""
    told = a2b_base64(cursor)
    return EPOCH + timedelta(microseconds=int(told[18:].partition(b":")[2])), UUID(bytes=told[2:18])
