"""Media types and languages: what the client sends, and what it would like back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LONGEST = 1000
"""Bytes of a header that are looked at: the answers are cached by it."""


@dataclass(frozen=True)
class Media:
    """A media type of the answer. Under the older one a request that fails well-formed is answered with 200."""

    name: str
    header: tuple[bytes, bytes]
    request_error: int
    """HTTP status of an error in the document or its variables."""


GRAPHQL = Media(
    "application/graphql-response+json",
    (b"content-type", b"application/graphql-response+json; charset=utf-8"),
    request_error=400,
)
JSON = Media("application/json", (b"content-type", b"application/json; charset=utf-8"), request_error=200)
ANYTHING = b"*/*"
NOT_ACCEPTABLE = f"Answers are {GRAPHQL.name} or {JSON.name}."
UNREADABLE = "Send the request as application/json in UTF-8, not compressed."


class Manner(NamedTuple):
    """How a request is to be read and answered."""

    media: Media | None
    """What the client likes best; application/json if it does not say. None: nothing that there is."""
    is_json: bool
    """Is a body said to be JSON in UTF-8, and not compressed?"""
    language: str
    """`zh` if the client likes Chinese better than English, else `en`."""


def manner_of(headers: dict[bytes, bytes]) -> Manner:
    """What the headers say of it. One client always says the same, and few kinds of clients there are."""
    get = headers.get
    return _manner(
        get(b"accept", ANYTHING)[:LONGEST],
        get(b"content-type", b"")[:LONGEST],
        b"content-encoding" in headers,
        get(b"accept-language", b"")[:LONGEST],
    )


@lru_cache(maxsize=256)
def _manner(accept: bytes, content_type: bytes, is_packed: bool, language: bytes) -> Manner:
    return Manner(_best(accept), not is_packed and _is_json(content_type), _language(language))


def _best(accept: bytes) -> Media | None:
    weights = dict(_weighted(accept))
    newer, older = _weight(GRAPHQL, weights), _weight(JSON, weights)
    if newer > older or (newer == older > 0 and GRAPHQL.name in weights):
        return GRAPHQL
    return JSON if older > 0 else None


def _weight(media: Media, weights: Mapping[str, float]) -> float:
    """By the range that says most of it."""
    ranges = (media.name, "application/*", "*/*")
    return next((weights[name] for name in ranges if name in weights), 0.0)


def _is_json(content_type: bytes) -> bool:
    kind, *parameters = content_type.decode("latin-1").lower().split(";")
    given = {parameter.strip().replace('"', "") for parameter in parameters} - {""}
    return kind.strip() == "application/json" and given <= {"charset=utf-8", "charset=utf8"}


def _language(accept: bytes) -> str:
    weights = [(language[:2], weight) for language, weight in _weighted(accept)]
    known = [(language, weight) for language, weight in weights if language in {"en", "zh"} and weight > 0]
    return max(known, key=lambda pair: pair[1])[0] if known else "en"  # of equals, the first


def _weighted(header: bytes) -> Iterator[tuple[str, float]]:
    """The things listed, in lower case and in order, with their weights."""
    for part in header.decode("latin-1").lower().split(","):
        name, *parameters = part.split(";")
        weights = [value for key, _, value in (p.partition("=") for p in parameters) if key.strip() == "q"]
        yield name.strip(), _number(weights[0]) if weights else 1.0


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
