"""Honest keys and tokens, and the tools to forge others: every part can be chosen, and is signed as it stands."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from app.tokens import Verifier

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER = "https://id.example"
AUDIENCE = "club-api"
SUBJECT = "person-4711"

RSA = RSAKey.generate_key(2048)
RSA_ONLY_RS256 = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-256")
EC_384 = ECKey.generate_key("P-384")
ED = OKPKey.generate_key("Ed25519")
SHARED = OctKey.generate_key(256)
ENCRYPTION = RSA_ONLY_RS256
ATTACKER = RSAKey.generate_key(2048)
ATTACKER_EC = ECKey.generate_key("P-256")

JWKS: dict[str, Any] = {
    "keys": [
        RSA.as_dict(private=False, kid="rsa", use="sig"),
        RSA_ONLY_RS256.as_dict(private=False, kid="rs256", alg="RS256"),
        EC.as_dict(private=False, kid="ec", alg="ES256"),
        EC_384.as_dict(private=False, kid="p384"),
        ED.as_dict(private=False, kid="ed"),
        SHARED.as_dict(private=True, kid="shared"),
        ENCRYPTION.as_dict(private=False, kid="encryption", use="enc"),
    ]
}
HEADER: dict[str, Any] = {"alg": "RS256", "kid": "rsa", "typ": "JWT"}
CLAIMS: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": SUBJECT, "iat": AT, "exp": AT + 600}
STAFF: dict[str, Any] = {"role": "support", "programs": ["club"]}
SERVICE: dict[str, Any] = {"role": "service", "programs": ["club"], "sources": ["shop"], "scopes": ["facts:write"]}
ABSENT = object()
FORM, SEAL, JSON = "not a signed token", "signature does not hold", "one JSON object"
"""What a refusal says, of the form, the signature, the claims as a whole."""
Forgery = tuple[str, str, str]
"""What is forged, the token, and what the refusal must say."""
Part = Mapping[str, Any] | str | bytes


def verifier() -> Verifier:
    return Verifier(jwks=JWKS, issuers=[ISSUER], audience=AUDIENCE)


def changed(whole: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**whole, **changes}.items() if value is not ABSENT}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def segment(part: Part) -> str:
    """A mapping as JSON; text and bytes as they are."""
    if isinstance(part, bytes):
        return b64(part)
    return b64((part if isinstance(part, str) else json.dumps(part)).encode())


def signature(text: str, key: Key, algorithm: str) -> str:
    return b64(JWSRegistry.algorithms[algorithm].sign(text.encode(), key))


def signed(header: Part = HEADER, payload: Part = CLAIMS, *, key: Key = RSA, algorithm: str = "RS256") -> str:
    """A compact JWS, truly signed with `key` by `algorithm`, whatever its header says."""
    text = f"{segment(header)}.{segment(payload)}"
    return f"{text}.{signature(text, key, algorithm)}"


def header_with(**changes: Any) -> str:
    """Signed with the right key, but for these members of the header."""
    return signed(changed(HEADER, **changes))


def claims_with(base: Mapping[str, Any] = CLAIMS, /, **changes: Any) -> str:
    """Signed with the right key, but for these claims."""
    return signed(payload=changed({**CLAIMS, **base}, **changes))


def with_member(text: str, *, without: str = "") -> str:
    """Truly signed, with one member more, written as it is."""
    claims = {name: value for name, value in CLAIMS.items() if name != without}
    return signed(payload=json.dumps(claims)[:-1] + f", {text}" + "}")


def hmac_with(secret: bytes, algorithm: str = "HS256", kid: str = "rsa") -> str:
    """Signed symmetrically, with what everybody knows as the secret. joserfc's own key type refuses to be that."""
    text = f"{segment(changed(HEADER, alg=algorithm, kid=kid))}.{segment(CLAIMS)}"
    return f"{text}.{b64(hmac.digest(secret, text.encode(), 'sha' + algorithm[2:]))}"


def unsigned(algorithm: Any) -> str:
    return f"{segment(changed(HEADER, alg=algorithm))}.{segment(CLAIMS)}."


def parts(token: str) -> tuple[str, str, str]:
    header, payload, sealed = token.split(".")
    return header, payload, sealed


def with_signature(data: bytes, **header: Any) -> str:
    return f"{segment(changed(HEADER, **header))}.{segment(CLAIMS)}.{b64(data)}"


HONEST = signed()
EC_HEADER, ED_HEADER = changed(HEADER, alg="ES256", kid="ec"), changed(HEADER, alg="Ed25519", kid="ed")
