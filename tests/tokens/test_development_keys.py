"""Keys and tokens for development."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from app.errors import BadInput, Unauthenticated
from app.graph.viewer import Role, Viewer
from app.tokens import DEVELOPMENT_ISSUER, DevelopmentIssuer, Verifier, development_key
from app.tokens.development import make_key

from .forging import ED, NOW, RSA

CLUB = frozenset(("club",))


def verifier_of(issuer: DevelopmentIssuer) -> Verifier:
    return Verifier(jwks=issuer.jwks, issuers=[issuer.issuer], audience=issuer.audience)


@pytest.mark.parametrize(
    ("claims", "viewer"),
    [
        pytest.param({}, Viewer(Role.MEMBER, DEVELOPMENT_ISSUER, "ann"), id="a customer"),
        pytest.param({"program": "club"}, Viewer(Role.MEMBER, DEVELOPMENT_ISSUER, "ann", "club"), id="with a program"),
        pytest.param(
            {"role": Role.SERVICE, "programs": ["club"], "sources": ["shop"], "scopes": ["facts:write"]},
            Viewer(
                Role.SERVICE, DEVELOPMENT_ISSUER, "ann", None, CLUB, frozenset(("shop",)), frozenset(("facts:write",))
            ),
            id="a service",
        ),
        *(
            pytest.param(
                {"role": role, "programs": ["club"]}, Viewer(role, DEVELOPMENT_ISSUER, "ann", None, CLUB), id=role.value
            )
            for role in (Role.SUPPORT, Role.OPERATOR, Role.AUDITOR)
        ),
    ],
)
def test_a_development_token_names_the_viewer_it_was_made_for(
    tmp_path: Path, claims: dict[str, Any], viewer: Viewer
) -> None:
    issuer = development_key(tmp_path)
    token = issuer.token(subject="ann", now=NOW, **claims)
    assert verifier_of(issuer).verify(token, now=NOW) == viewer


def test_a_development_token_holds_for_its_lifetime(tmp_path: Path) -> None:
    issuer = development_key(tmp_path)
    token = issuer.token(subject="ann", now=NOW, lifetime=timedelta(minutes=1))
    verifier = verifier_of(issuer)
    verifier.verify(token, now=NOW + timedelta(seconds=59))
    with pytest.raises(Unauthenticated, match="expired"):
        verifier.verify(token, now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        pytest.param({"role": Role.SUPPORT, "subject": "ann"}, "programs", id="staff without programs"),
        pytest.param(
            {"role": Role.SERVICE, "sources": ["shop"], "subject": "ann"}, "programs", id="a service without programs"
        ),
        pytest.param({"role": Role.VISITOR, "subject": "ann"}, "role", id="a visitor"),
        pytest.param({"subject": ""}, "sub", id="nobody"),
        pytest.param(
            {"role": Role.SUPPORT, "programs": ["a"], "program": "b", "subject": "ann"},
            "program",
            id="a foreign program",
        ),
    ],
)
def test_a_token_that_would_be_refused_is_not_made(tmp_path: Path, claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        development_key(tmp_path).token(now=NOW, **claims)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    first = development_key(folder)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    again = development_key(folder)
    assert again.jwks == first.jwks
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_published_of_the_key_cannot_sign(tmp_path: Path) -> None:
    (published,) = development_key(tmp_path).jwks["keys"]
    assert "d" not in published
    assert published["kid"]


def test_of_many_that_start_at_once_all_sign_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        issuers = list(starts.map(development_key, [tmp_path] * 16))
    assert len({issuer.key.kid for issuer in issuers}) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["development-key.json"]


def test_a_key_is_never_made_over_another(tmp_path: Path) -> None:
    """Two processes may both have found none."""
    file = tmp_path / "development-key.json"
    make_key(file)
    first = file.read_bytes()
    make_key(file)
    assert file.read_bytes() == first
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "{}", "1", '"text"', '{"kty": "OKP", "crv": "Ed25519"}'),
        pytest.param(json.dumps(RSA.as_dict(private=True)), id="an RSA key"),
        pytest.param(json.dumps(OKPKey.generate_key("Ed448").as_dict(private=True)), id="a key on another curve"),
        pytest.param(json.dumps(ED.as_dict(private=False)), id="a public key"),
    ],
)
def test_a_file_that_is_no_key_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "development-key.json"
    file.write_text(text)
    with pytest.raises(BadInput, match="Delete it"):
        development_key(tmp_path)
    assert file.read_text() == text


def test_another_folders_key_signs_nothing_here(tmp_path: Path) -> None:
    """Its issuer and audience are the same: the key alone tells them apart."""
    here, elsewhere = development_key(tmp_path / "here"), development_key(tmp_path / "elsewhere")
    with pytest.raises(Unauthenticated, match="not known here"):
        verifier_of(here).verify(elsewhere.token(subject="ann", now=NOW), now=NOW)
