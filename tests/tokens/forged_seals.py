"""Forged signatures and forms. What is forged, the token, and what the refusal must say."""

import json

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc import jwe, jws

from .forging import (
    CLAIMS,
    EC,
    EC_HEADER,
    FORM,
    HEADER,
    HONEST,
    JSON,
    RSA,
    SEAL,
    Forgery,
    b64,
    changed,
    claims_with,
    parts,
    segment,
    signed,
    with_member,
    with_signature,
)

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""
HEAD, P, S = parts(HONEST)
OTHERS = parts(claims_with(sub="somebody-else"))
ENCRYPTED = jwe.encrypt_compact({"alg": "RSA-OAEP", "enc": "A256GCM"}, json.dumps(CLAIMS), RSA)
MEMBER: jws.HeaderDict = {"protected": {"alg": "RS256"}, "header": {"kid": "rsa"}}
FLAT = json.dumps(jws.serialize_json(MEMBER, json.dumps(CLAIMS), RSA, algorithms=["RS256"]))
GENERAL = json.dumps(jws.serialize_json([MEMBER], json.dumps(CLAIMS), RSA, algorithms=["RS256"]))
TWICE = json.dumps(CLAIMS)[:-1] + ', "sub": "admin"}'
DER = signed(EC_HEADER, key=EC, algorithm="ES256").rpartition(".")[0]


def es256(r: int, s: int) -> str:
    return with_signature(r.to_bytes(32, "big") + s.to_bytes(32, "big"), alg="ES256", kid="ec")


SEALS: list[Forgery] = [
    ("the signature stripped", f"{HEAD}.{P}.", SEAL),
    ("the signature and its dot stripped", f"{HEAD}.{P}", FORM),
    ("the signature truncated", HONEST[:-8], SEAL),
    ("the signature of another token", f"{HEAD}.{P}.{OTHERS[2]}", SEAL),
    ("the payload of another token", f"{HEAD}.{OTHERS[1]}.{S}", SEAL),
    ("the header of another token", f"{segment(changed(HEADER, typ='at+jwt'))}.{P}.{S}", SEAL),
    ("the payload left out", f"{HEAD}..{S}", SEAL),
    ("one bit of the signature turned", f"{HEAD}.{P}.{'A' if S[0] != 'A' else 'B'}{S[1:]}", SEAL),
    ("bytes after the signature", f"{HEAD}.{P}.{S}AAAA", SEAL),
    ("a very long signature", f"{HEAD}.{P}.{S * 5}", SEAL),
    ("the signature padded", f"{HEAD}.{P}.{S}==", SEAL),
    ("the payload padded", f"{HEAD}.{P}=.{S}", FORM),
    ("an RSA signature of zeros", with_signature(bytes(256)), SEAL),
    ("an Ed25519 signature of zeros", with_signature(bytes(64), alg="Ed25519", kid="ed"), SEAL),
    ("an EdDSA signature of zeros", with_signature(bytes(64), alg="EdDSA", kid="ed"), SEAL),
    ("an ES256 signature r = s = 0", es256(0, 0), SEAL),
    ("an ES256 signature r = 0, s = 1", es256(0, 1), SEAL),
    ("an ES256 signature of the order of the curve", es256(ORDER, ORDER), SEAL),
    ("an ES256 signature in DER", f"{DER}.{b64(encode_dss_signature(1, 1))}", SEAL),
    ("a JWE to our key", ENCRYPTED, FORM),
    ("the flattened JSON serialisation", FLAT, FORM),
    ("the general JSON serialisation", GENERAL, FORM),
    ("longer than any token", claims_with(more="x" * 9000), "too long"),
    ("a dot at the end", HONEST + ".", FORM),
    ("a newline at the end", HONEST + "\n", SEAL),
    ("a space before it", " " + HONEST, FORM),
    ("the scheme before it", "Bearer " + HONEST, FORM),
    ("a line break within", f"{HEAD}.{P[:9]}\n{P[9:]}.{S}", FORM),
    ("no characters", "", FORM),
    ("dots alone", "..", FORM),
    ("full-width dots", HONEST.replace(".", "．"), FORM),
    ("half a surrogate pair", HONEST + "\ud800", FORM),
    ("claims that are a list", signed(payload="[]"), JSON),
    ("claims that are null", signed(payload="null"), JSON),
    ("claims that are no JSON", signed(payload="sub=admin"), JSON),
    ("claims that are not UTF-8", signed(payload=b'{"sub": "\xff"}'), JSON),
    ("sub twice", signed(payload=TWICE), JSON),
    ("a member twice within a member", with_member('"more": {"a": 1, "a": 2}'), JSON),
    ("claims nested too deeply", with_member('"more": ' + "[" * 5000), JSON),
]
