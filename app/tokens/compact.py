"""A token as text: a compact JWS, taken apart strictly; nothing in it is believed before its signature holds."""

import json
from dataclasses import dataclass
from typing import Any, cast

from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature, JWSRegistry, validate_compact
from joserfc.util import urlsafe_b64decode

from app.errors import Unauthenticated

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""Asymmetric ones only: whoever can check a token must not be able to make one."""
MOST_CHARACTERS = 8 * 1024
TYPES = frozenset(("jwt", "at+jwt"))
"""Values of the header `typ`. Others (`logout+jwt`, `dpop+jwt`) say that it is no token to ask with (RFC 8725)."""
REFUSED_HEADERS = frozenset(("jku", "jwk", "x5u", "x5c", "crit", "b64", "cty", "enc", "zip"))
"""Where a token would bring its own key, or ask to be read in another way than as a plain JWS."""


class _Allowed(JWSRegistry):
    def get_alg(self, name: str) -> Any:
        # On Ed25519 keys, the only ones taken, EdDSA is the old name of the same thing; joserfc warns of it each time.
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


ALLOWED = _Allowed(algorithms=ALGORITHMS, strict_check_header=False)


@dataclass(frozen=True)
class Signed:
    """A token of the right form. Its payload is for `payload_of` alone to give out."""

    kid: str
    algorithm: str
    whole: CompactSignature


def written(token: str) -> bytes:
    """The token's text. May raise Unauthenticated: it is longer than any that is looked at, or not ASCII."""
    if len(token) > MOST_CHARACTERS:
        raise Unauthenticated("The token is too long. Get a smaller one from your identity provider.")
    if not token.isascii():
        raise _no_token()
    return token.encode()


def taken_apart(text: bytes) -> Signed:
    """May raise Unauthenticated: it is not a compact JWS of an allowed algorithm that names its key."""
    parts = text.split(b".")
    if len(parts) != 3:
        raise _no_token()
    head, body, signature = parts
    try:
        header = json_object(urlsafe_b64decode(head))
        whole = CompactSignature(header, urlsafe_b64decode(body))
    except ValueError:
        raise _no_token() from None
    whole.segments.update(header=head, payload=body, signature=signature)
    return Signed(*_named(header), whole)


def payload_of(signed: Signed, key: Key) -> dict[str, object]:
    """The claims, if the key's owner signed them. May raise Unauthenticated."""
    try:
        holds = validate_compact(signed.whole, key, registry=ALLOWED)
    except (JoseError, ValueError):  # a header of the wrong type; whatever the library cannot do
        holds = False
    if not holds:
        raise Unauthenticated("The token's signature does not hold. Get a new token from your identity provider.")
    try:
        return json_object(signed.whole.payload)
    except ValueError:
        raise Unauthenticated("The token's claims must be one JSON object, each named once.") from None


def json_object(text: bytes) -> dict[str, object]:
    """Strict JSON: UTF-8, an object, no member twice, no NaN. May raise ValueError."""
    try:
        read: object = DECODER.decode(text.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(read, dict):
        raise ValueError("not an object")
    return cast(dict[str, object], read)


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member comes twice: readers would disagree on what it says")
    return members


def _no_constant(name: str) -> object:
    raise ValueError(name)


DECODER = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant)


def _named(header: dict[str, object]) -> tuple[str, str]:
    """The key's id and the algorithm."""
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Unauthenticated(f"The token must be signed with one of {', '.join(ALGORITHMS)}.")
    if not REFUSED_HEADERS.isdisjoint(header):
        raise Unauthenticated("The token's header must not bring a key, 'crit' or another encoding.")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in TYPES:
        raise Unauthenticated("The token's header 'typ' must be 'JWT' or 'at+jwt'. Send an access token.")
    if not isinstance(kid, str) or not kid:
        raise Unauthenticated("The token's header must name the key that signed it ('kid').")
    return kid, algorithm


def _no_token() -> Unauthenticated:
    return Unauthenticated("This is not a signed token (JWT). Send it as 'Authorization: Bearer <token>'.")
