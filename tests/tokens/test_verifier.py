"""Tokens that come again, and keys that change."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from joserfc.util import int_to_base64

from app.errors import Unauthenticated
from app.graph.viewer import Role, Viewer
from app.tokens import JwksError, Verifier

from .forging import (
    AT,
    ATTACKER,
    AUDIENCE,
    EC,
    ED,
    HEADER,
    ISSUER,
    JWKS,
    NOW,
    RSA,
    SUBJECT,
    changed,
    claims_with,
    signed,
)

VIEWER = Viewer(Role.MEMBER, ISSUER, SUBJECT)
NEW = changed(HEADER, alg="Ed25519", kid="new")
OLD_TOKEN, NEW_TOKEN = signed(), signed(NEW, key=ED, algorithm="Ed25519")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
YEAR = 366 * 24 * 3600
"""Seconds that a token may hold at most."""


def in_file(path: Path, *keys: Mapping[str, Any]) -> Path:
    path.write_text(json.dumps({"keys": keys}))
    return path


def verifier_of(path: Path) -> Verifier:
    return Verifier(jwks=path, issuers=[ISSUER], audience=AUDIENCE)


EC_KEY = EC.as_dict(private=False)
SHORT = {
    "kty": "RSA",
    "e": "AQAB",
    "n": int_to_base64(generate_private_key(65537, 1024).public_key().public_numbers().n),
}
OLD_KEY, NEW_KEY = RSA.as_dict(private=False, kid="rsa"), ED.as_dict(private=False, kid="new")


def test_a_remembered_token_is_refused_once_it_has_expired() -> None:
    """R2: good at the last microsecond, not at its end."""
    verifier = Verifier(jwks=JWKS, issuers=[ISSUER], audience=AUDIENCE)
    token, end = claims_with(exp=AT + 60), NOW + MINUTE
    assert verifier.verify(token, now=NOW) == VIEWER
    assert verifier.verify(token, now=end - timedelta(microseconds=1)) == VIEWER
    with pytest.raises(Unauthenticated, match="expired"):
        verifier.verify(token, now=end)
    assert verifier.verify(token, now=NOW) == VIEWER


def test_a_remembered_token_is_refused_before_it_begins() -> None:
    verifier = Verifier(jwks=JWKS, issuers=[ISSUER], audience=AUDIENCE)
    token = claims_with(nbf=AT, iat=AT)
    assert verifier.verify(token, now=NOW) == VIEWER
    with pytest.raises(Unauthenticated, match="not hold yet"):
        verifier.verify(token, now=NOW - timedelta(seconds=31))


def test_a_token_comes_back_as_the_very_viewer_it_was_and_the_longest_unused_is_forgotten() -> None:
    """A remembered one is not made again; two are remembered, so the third pushes out the one not used since."""
    verifier = Verifier(jwks=JWKS, issuers=[ISSUER], audience=AUDIENCE, remembered=2)
    one, two, three = (claims_with(sub=name) for name in ("one", "two", "three"))
    first, second = verifier.verify(one, now=NOW), verifier.verify(two, now=NOW)
    assert verifier.verify(one, now=NOW) is first
    verifier.verify(three, now=NOW)
    assert verifier.verify(one, now=NOW) is first
    again = verifier.verify(two, now=NOW)
    assert again == second
    assert again is not second


def test_only_a_token_that_was_verified_is_remembered_and_as_the_very_viewer_it_was() -> None:
    """By its digest: neither one that was never seen, nor one that was refused, nor one that is nearly it."""
    verifier = Verifier(jwks=JWKS, issuers=[ISSUER], audience=AUDIENCE)
    good, refused = claims_with(), claims_with(aud="another")
    assert verifier.remembered(good, now=NOW) is None
    viewer = verifier.verify(good, now=NOW)
    with pytest.raises(Unauthenticated):
        verifier.verify(refused, now=NOW)
    assert verifier.remembered(good, now=NOW) is viewer
    for other in (refused, good[:-1], f"{good} ", good + "\N{KELVIN SIGN}", ""):
        assert verifier.remembered(other, now=NOW) is None


@pytest.mark.parametrize(
    ("claims", "later", "reason"),
    [
        pytest.param({"exp": AT + 60}, MINUTE, "expired", id="expired"),
        pytest.param({"nbf": AT, "iat": AT}, -31 * SECOND, "not hold yet", id="not yet"),
        pytest.param({"exp": AT + YEAR}, -SECOND, "more than a year", id="too long"),
    ],
)
def test_a_token_that_is_remembered_is_held_to_its_times_on_each_use(
    claims: dict[str, Any], later: timedelta, reason: str
) -> None:
    """R2: what was found out before lets nobody in; a clock that is put right lets them in again."""
    verifier = Verifier(jwks=JWKS, issuers=[ISSUER], audience=AUDIENCE)
    token = claims_with(**claims)
    viewer = verifier.verify(token, now=NOW)
    with pytest.raises(Unauthenticated, match=reason):
        verifier.remembered(token, now=NOW + later)
    assert verifier.remembered(token, now=NOW) is viewer


async def test_none_is_remembered_once_the_keys_are_others(tmp_path: Path) -> None:
    """Neither a token of the key that was withdrawn, nor one of another that stayed: each is verified anew."""
    path = in_file(tmp_path / "jwks", OLD_KEY, NEW_KEY)
    verifier = verifier_of(path)
    for token in (OLD_TOKEN, NEW_TOKEN):
        verifier.verify(token, now=NOW)
    in_file(path, NEW_KEY)
    assert verifier.remembered(OLD_TOKEN, now=NOW) == VIEWER
    later = NOW + timedelta(minutes=5)
    await verifier.open(now=later)
    assert verifier.remembered(OLD_TOKEN, now=later) is verifier.remembered(NEW_TOKEN, now=later) is None
    assert verifier.verify(NEW_TOKEN, now=later) is verifier.remembered(NEW_TOKEN, now=later)


def test_however_many_come_so_many_are_remembered_and_those_that_came_last() -> None:
    verifier = Verifier(jwks=JWKS, issuers=[ISSUER], audience=AUDIENCE, remembered=3)
    tokens = [claims_with(sub=f"member-{number}") for number in range(6)]
    for token in tokens:
        verifier.verify(token, now=NOW)
        assert verifier.remembered(tokens[0], now=NOW) is not None
    known = [token for token in tokens if verifier.remembered(token, now=NOW) is not None]
    assert known == [tokens[0], *tokens[-2:]], "the first was asked for each time"


async def test_a_new_key_is_found_by_the_first_token_that_names_it(tmp_path: Path) -> None:
    path = in_file(tmp_path / "jwks", OLD_KEY)
    verifier = verifier_of(path)
    assert await verifier.authenticate(OLD_TOKEN, now=NOW) == VIEWER
    in_file(path, OLD_KEY, NEW_KEY)
    assert await verifier.authenticate(NEW_TOKEN, now=NOW + SECOND) == VIEWER


async def test_the_keys_are_read_at_most_once_a_minute_for_unknown_ones(tmp_path: Path) -> None:
    path = in_file(tmp_path / "jwks", OLD_KEY)
    verifier = verifier_of(path)
    with pytest.raises(Unauthenticated, match="not known here"):
        await verifier.authenticate(NEW_TOKEN, now=NOW)
    in_file(path, OLD_KEY, NEW_KEY)
    with pytest.raises(Unauthenticated, match="not known here"):
        await verifier.authenticate(NEW_TOKEN, now=NOW + MINUTE - SECOND)
    assert await verifier.authenticate(NEW_TOKEN, now=NOW + MINUTE) == VIEWER


async def test_a_remembered_token_is_forgotten_with_the_key_that_signed_it(tmp_path: Path) -> None:
    path = in_file(tmp_path / "jwks", OLD_KEY)
    verifier = verifier_of(path)
    assert verifier.verify(OLD_TOKEN, now=NOW) == VIEWER
    in_file(path, NEW_KEY)
    assert verifier.verify(OLD_TOKEN, now=NOW + SECOND) == VIEWER
    assert await verifier.authenticate(NEW_TOKEN, now=NOW + SECOND) == VIEWER
    with pytest.raises(Unauthenticated, match="not known here"):
        verifier.verify(OLD_TOKEN, now=NOW + SECOND)


async def test_a_withdrawn_key_is_forgotten_after_five_minutes_though_nobody_names_a_new_one(tmp_path: Path) -> None:
    path = in_file(tmp_path / "jwks", OLD_KEY)
    verifier = verifier_of(path)
    assert verifier.verify(OLD_TOKEN, now=NOW) == VIEWER
    in_file(path, NEW_KEY)
    later = NOW + timedelta(minutes=5)
    await verifier.open(now=later)
    with pytest.raises(Unauthenticated, match="not known here"):
        verifier.verify(OLD_TOKEN, now=later)


async def test_keys_read_again_unchanged_leave_what_is_remembered(tmp_path: Path) -> None:
    verifier = verifier_of(in_file(tmp_path / "jwks", OLD_KEY))
    first = verifier.verify(OLD_TOKEN, now=NOW)
    await verifier.open(now=NOW + timedelta(minutes=5))
    assert verifier.verify(OLD_TOKEN, now=NOW + timedelta(minutes=5)) is first


@pytest.mark.parametrize(
    ("jwks", "reason"),
    [
        pytest.param({}, 'a list "keys"', id="no keys"),
        pytest.param({"keys": [1]}, "is an object", id="a key that is a number"),
        pytest.param({"keys": []}, "none of its keys", id="an empty list"),
        pytest.param(
            {"keys": [{"kty": ["RSA"]}, {"kty": "RSA", "n": 1, "e": "AQAB"}]}, "none of its keys", id="no key"
        ),
        pytest.param({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}, "none of its keys", id="a symmetric key alone"),
        pytest.param({"keys": [{**OLD_KEY, "key_ops": ["encrypt"]}]}, "none of its keys", id="a key not for this"),
        pytest.param({"keys": [SHORT]}, "none of its keys", id="an RSA key of 1024 bits"),
        pytest.param({"keys": [{**EC_KEY, "alg": "ECDH-ES"}]}, "none of its keys", id="a key for another algorithm"),
        pytest.param({"keys": [{**EC_KEY, "use": "enc"}]}, "none of its keys", id="a key for encryption"),
        pytest.param({"keys": [RSA.as_dict(private=True)]}, "private key", id="a private key"),
        pytest.param("http://id.example/jwks", "https", id="an address that anybody on the way can answer for"),
        pytest.param("file:///etc/passwd", "https", id="an address of a file"),
    ],
)
def test_a_set_of_keys_that_cannot_be_used_is_refused_at_the_start(jwks: dict[str, Any] | str, reason: str) -> None:
    with pytest.raises(JwksError, match=reason):
        Verifier(jwks=jwks, issuers=[ISSUER], audience=AUDIENCE)


def test_a_key_without_a_kid_goes_by_its_thumbprint() -> None:
    """RFC 7638. And a key that is not understood leaves the others good (RFC 7517, section 5)."""
    anonymous = {name: value for name, value in OLD_KEY.items() if name != "kid"}
    keys = [{"kty": "AKP"}, {"kty": "EC", "crv": "P-256", "x": "!", "y": "!"}, anonymous]
    verifier = Verifier(jwks={"keys": keys}, issuers=[ISSUER], audience=AUDIENCE)
    assert verifier.verify(signed(changed(HEADER, kid=RSA.thumbprint())), now=NOW) == VIEWER


@pytest.mark.parametrize("published", ["EdDSA", "Ed25519"])
@pytest.mark.parametrize("named", ["EdDSA", "Ed25519"])
def test_eddsa_and_ed25519_are_two_names_of_one_algorithm(published: str, named: str) -> None:
    """RFC 9864, where the key is on Ed25519."""
    verifier = Verifier(jwks={"keys": [{**NEW_KEY, "alg": published}]}, issuers=[ISSUER], audience=AUDIENCE)
    assert verifier.verify(signed(changed(NEW, alg=named), key=ED, algorithm="Ed25519"), now=NOW) == VIEWER


def test_of_two_keys_with_one_kid_each_signs_by_its_own_algorithm() -> None:
    both = {
        "keys": [{**OLD_KEY, "kid": "one"}, {**NEW_KEY, "kid": "one"}, ATTACKER.as_dict(private=False, kid="other")]
    }
    verifier = Verifier(jwks=both, issuers=[ISSUER], audience=AUDIENCE)
    assert verifier.verify(signed(changed(HEADER, kid="one")), now=NOW) == VIEWER
    assert verifier.verify(signed(changed(NEW, kid="one"), key=ED, algorithm="Ed25519"), now=NOW) == VIEWER


@pytest.mark.parametrize(
    ("issuers", "audience"), [(ISSUER, AUDIENCE), ([], AUDIENCE), ([""], AUDIENCE), ([ISSUER], "")]
)
def test_a_verifier_needs_issuers_and_an_audience(issuers: list[str] | str, audience: str) -> None:
    with pytest.raises(ValueError, match="needs a collection of issuers"):
        Verifier(jwks=JWKS, issuers=issuers, audience=audience)


def test_one_of_several_issuers_is_the_viewers() -> None:
    verifier = Verifier(jwks=JWKS, issuers=["https://other.example", ISSUER], audience=AUDIENCE)
    instant = datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
    assert verifier.verify(claims_with(), now=instant).issuer == ISSUER
    assert verifier.verify(claims_with(iss="https://other.example"), now=instant).issuer == "https://other.example"
