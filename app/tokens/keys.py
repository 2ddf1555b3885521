"""Keys that may sign tokens, as a JWKS publishes them (RFC 7517)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from joserfc.util import base64_to_int

SHORTEST_RSA = 2048
PUBLIC = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
"""The members of a public key, by its type. No symmetric type: such a key is never taken."""
FAMILIES = {
    ("RSA", None): ("RS256", "PS256"),
    ("EC", "P-256"): ("ES256",),
    ("OKP", "Ed25519"): ("Ed25519", "EdDSA"),
}
"""Algorithms that a key of a type, on a curve, may be used with."""


class JwksError(ValueError):
    """A set of keys that cannot be used. What it says is for the operator, never for a caller."""


@dataclass(frozen=True)
class Keys:
    """Keys by (kid, algorithm): a key that is not for an algorithm cannot be found under it."""

    by_use: Mapping[tuple[str, str], Key]

    def get(self, kid: str, algorithm: str) -> Key | None:
        return self.by_use.get((kid, algorithm))


NO_KEYS = Keys({})


def keys_of(jwks: object) -> Keys:
    """The signing keys of a JWKS; what is not for checking signatures here is passed over.

    May raise JwksError: not a JWKS, private keys in it, or not one key that can be used.
    """
    entries = cast(Mapping[str, object], jwks).get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(entries, list):
        raise JwksError('a JWKS is an object with a list "keys"')
    found: dict[tuple[str, str], Key] = {}
    for entry in cast(list[object], entries):
        if not isinstance(entry, Mapping):
            raise JwksError('each of "keys" is an object')
        for use, key in _uses_of(cast(Mapping[str, Any], entry)).items():
            found.setdefault(use, key)
    if not found:
        raise JwksError("none of its keys is an RSA (2048 bits or more), P-256 or Ed25519 key for signatures")
    return Keys(found)


def _uses_of(entry: Mapping[str, Any]) -> dict[tuple[str, str], Key]:
    kind = entry.get("kty")
    if not isinstance(kind, str) or kind not in PUBLIC:
        return {}
    if "d" in entry:
        raise JwksError("it has a private key: whoever reads it can be anybody; publish only the public part")
    try:
        if kind == "RSA" and base64_to_int(entry["n"]).bit_length() < SHORTEST_RSA:
            return {}
        # Only the public members: joserfc would hold `alg` EdDSA and Ed25519 for two things.
        key = JWKRegistry.import_key({"kty": kind, **{name: entry[name] for name in PUBLIC[kind]}})
        kid = entry.get("kid") or key.thumbprint()
        return {(kid, algorithm): key for algorithm in _algorithms_of(entry)} if isinstance(kid, str) else {}
    except (JoseError, ValueError, TypeError, KeyError):
        return {}  # a key that is not understood is no reason to refuse the others (RFC 7517, section 5)


def _algorithms_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    family = FAMILIES.get((entry["kty"], None if entry["kty"] == "RSA" else entry["crv"]), ())
    if entry.get("use", "sig") != "sig" or "verify" not in entry.get("key_ops", ("verify",)):
        return ()
    own = entry.get("alg")
    if own is None:
        return family
    if own not in family:
        return ()
    return (own,) if entry["kty"] == "RSA" else family
