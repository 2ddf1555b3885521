"""How SQL makes what Python makes of texts: digests of them, and ids that are digests."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from .numbers import DIGITS, STAND_IN
from .script import Explained
from .workload import Asked


def text(asked: Sequence[Asked], template: str, *, name: str) -> Explained:
    """The text, with its stand-ins replaced."""
    sql, texts = _sql_of(template, name)
    return Explained(sql, [each.said_in(template) for each in asked], texts)


def digest(asked: Sequence[Asked], template: str, *, name: str) -> Explained:
    """SHA-256 of the text."""
    sql, texts = _sql_of(template, name)
    return Explained(f"sha256(convert_to({sql}, 'UTF8'))", [_digest(each.said_in(template)) for each in asked], texts)


def id_of_digest(asked: Sequence[Asked], template: str, *, name: str) -> Explained:
    """The first half of it, as an id."""
    sql, texts = _sql_of(template, name)
    made = f"encode(substr(sha256(convert_to({sql}, 'UTF8')), 1, 16), 'hex')::uuid"
    return Explained(made, [UUID(bytes=_digest(each.said_in(template))[:16]) for each in asked], texts)


def parts(*told: str) -> str:
    """As `app.db.unique_keys` tells them apart: each after its length, with its stand-ins replaced."""
    return "".join(f"{sum(DIGITS.get(piece, len(piece)) for piece in STAND_IN.split(part))}:{part}" for part in told)


def _digest(said: str) -> bytes:
    return hashlib.sha256(said.encode()).digest()


def _sql_of(template: str, name: str) -> tuple[str, dict[str, str]]:
    """What is between the stand-ins is given to pgbench as texts of that name."""
    texts: dict[str, str] = {}
    said: list[str] = []
    for piece in filter(None, STAND_IN.split(template)):
        variable = piece.strip("@").lower() if piece in DIGITS else f"told_{name}_{len(texts)}"
        if piece not in DIGITS:
            texts[variable] = piece
        said.append(f":{variable}::text")
    return f"({' || '.join(said)})", texts
