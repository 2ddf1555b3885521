"""Forged headers: another algorithm, another key. What is forged, the token, and what the refusal must say."""

import json

from .forging import (
    ABSENT,
    ATTACKER,
    ATTACKER_EC,
    EC_384,
    EC_HEADER,
    ED,
    ED_HEADER,
    ENCRYPTION,
    FORM,
    HEADER,
    HONEST,
    ISSUER,
    JSON,
    JWKS,
    RSA,
    RSA_ONLY_RS256,
    SEAL,
    SHARED,
    Forgery,
    changed,
    header_with,
    hmac_with,
    parts,
    segment,
    signed,
    unsigned,
)

ALGORITHM, BRINGS, KEY, NAME = "signed with one of", "must not bring a key", "not known here", "('kid')"
TYPE = "'typ'"
H, P, S = parts(HONEST)
NOTHING = ("none", "None", "NONE", "nOnE", "", " none")
P384_TOKEN = signed(changed(HEADER, alg="ES384", kid="p384"), key=EC_384, algorithm="ES384")
PSS_TOKEN = signed(changed(HEADER, alg="PS256", kid="rs256"), key=RSA_ONLY_RS256, algorithm="PS256")
PUBLIC = ATTACKER.as_dict(private=False)

ALGORITHMS: list[Forgery] = [
    *((f"alg {name!r}, no signature", unsigned(name), ALGORITHM) for name in NOTHING),
    ("alg none over an honest signature", f"{segment(changed(HEADER, alg='none'))}.{P}.{S}", ALGORITHM),
    ("HS256 with the public key's PEM as secret", hmac_with(RSA.as_pem(private=False)), ALGORITHM),
    ("HS256 with the PEM stripped of its last newline", hmac_with(RSA.as_pem(private=False).strip()), ALGORITHM),
    ("HS256 with the public key's DER as secret", hmac_with(RSA.as_der(private=False)), ALGORITHM),
    ("HS256 with the published JWK as secret", hmac_with(json.dumps(JWKS["keys"][0]).encode()), ALGORITHM),
    ("HS512 with the public key's PEM as secret", hmac_with(RSA.as_pem(private=False), "HS512"), ALGORITHM),
    ("HS256 with a symmetric key that the JWKS has", hmac_with(SHARED.raw_value, kid="shared"), ALGORITHM),
    ("RS384, by the right key", signed(changed(HEADER, alg="RS384"), algorithm="RS384"), ALGORITHM),
    ("ES384, by a key of the JWKS", P384_TOKEN, ALGORITHM),
    ("no alg", header_with(alg=ABSENT), ALGORITHM),
    ("alg null", header_with(alg=None), ALGORITHM),
    ("alg in a list", header_with(alg=["RS256"]), ALGORITHM),
    ("alg in lower case", header_with(alg="rs256"), ALGORITHM),
    ("ES256 said of an RSA key", signed(changed(HEADER, alg="ES256"), key=ATTACKER_EC, algorithm="ES256"), KEY),
    ("RS256 said of an EC key", header_with(kid="ec"), KEY),
    ("Ed25519 said of an EC key", signed(changed(ED_HEADER, kid="ec"), key=ED, algorithm="Ed25519"), KEY),
    ("PS256 by a key published for RS256", PSS_TOKEN, KEY),
    ("RS256 padding under the name PS256", header_with(alg="PS256"), SEAL),
    ("a key published for encryption", signed(changed(HEADER, kid="encryption"), key=ENCRYPTION), KEY),
]

KEYS: list[Forgery] = [
    ("an attacker's key under our kid", signed(key=ATTACKER), SEAL),
    ("an attacker's EC key under the kid of ours", signed(EC_HEADER, key=ATTACKER_EC, algorithm="ES256"), SEAL),
    ("a kid nobody published", header_with(kid="stranger"), KEY),
    ("a kid that is a path", header_with(kid="../../../../dev/null"), KEY),
    ("a kid that is SQL", header_with(kid="x' UNION SELECT 'key' --"), KEY),
    ("a kid that is an address", header_with(kid="https://evil.example/key"), KEY),
    ("a kid with a NUL", header_with(kid="rsa\0"), KEY),
    ("a very long kid", header_with(kid="rsa" * 1000), KEY),
    ("no kid", header_with(kid=ABSENT), NAME),
    ("an empty kid", header_with(kid=""), NAME),
    ("a kid that is a number", header_with(kid=1), NAME),
    ("a kid in a list", header_with(kid=["rsa"]), NAME),
    ("jku to an attacker's keys", signed(changed(HEADER, jku="https://evil.example/jwks"), key=ATTACKER), BRINGS),
    ("jku to our own keys", header_with(jku=f"{ISSUER}/jwks"), BRINGS),
    ("x5u to an attacker's certificate", signed(changed(HEADER, x5u="https://evil.example/x"), key=ATTACKER), BRINGS),
    ("an attacker's key in jwk", signed(changed(HEADER, jwk=PUBLIC), key=ATTACKER), BRINGS),
    ("an attacker's certificate in x5c", signed(changed(HEADER, x5c=["MIIB"]), key=ATTACKER), BRINGS),
    ("crit of what is not known", header_with(crit=["urn:x"], **{"urn:x": 1}), BRINGS),
    ("b64 alone", header_with(b64=True), BRINGS),
    ("b64 false alone", header_with(b64=False), BRINGS),
    ("a header of the wrong type", header_with(x5t=1), SEAL),
    ("an empty crit", header_with(crit=[]), BRINGS),
    ("a payload that is not base64 (b64 false)", f"{segment(changed(HEADER, b64=False, crit=['b64']))}.{{}}.{S}", FORM),
    ("b64 false over an honest payload", header_with(b64=False, crit=["b64"]), BRINGS),
    ("a token within a token", signed(changed(HEADER, cty="JWT"), HONEST), BRINGS),
    ("a token within a token, not declared", signed(payload=HONEST), JSON),
    ("the header of an encrypted token", header_with(enc="A256GCM"), BRINGS),
    ("a compressed payload", header_with(zip="DEF"), BRINGS),
    ("a logout token", header_with(typ="logout+jwt"), TYPE),
    ("a typ that is a number", header_with(typ=1), TYPE),
    ("alg twice in the header", signed('{"alg": "none", "kid": "rsa", "alg": "RS256"}'), FORM),
    ("a header that is a list", signed("[]"), FORM),
    ("a header nested too deeply", signed('{"alg": "RS256", "kid": "rsa", "x": ' + "[" * 5000), FORM),
    ("a header in UTF-16", signed(json.dumps(HEADER).encode("utf-16")), FORM),
]
