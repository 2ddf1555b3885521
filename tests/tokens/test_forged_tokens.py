"""Forged tokens, each one step away from an honest one, and each refused for that step."""

from typing import Any

import pytest

from app.errors import Unauthenticated
from app.graph.viewer import Role, Viewer

from .forged_claims import CALLERS, FOR, TIMES
from .forged_headers import ALGORITHMS, KEYS
from .forged_seals import SEALS
from .forging import (
    ABSENT,
    AT,
    AUDIENCE,
    EC,
    EC_HEADER,
    ED,
    ED_HEADER,
    HEADER,
    HONEST,
    ISSUER,
    NOW,
    RSA_ONLY_RS256,
    SERVICE,
    STAFF,
    SUBJECT,
    changed,
    claims_with,
    header_with,
    signed,
    verifier,
)

FORGED = [*ALGORITHMS, *KEYS, *SEALS, *FOR, *TIMES, *CALLERS]


@pytest.mark.parametrize(("token", "reason"), [pytest.param(token, reason, id=what) for what, token, reason in FORGED])
def test_a_forged_token_is_refused_for_what_is_wrong_with_it(token: str, reason: str) -> None:
    """And again when it comes again, with words that give nothing away."""
    checks = verifier()
    with pytest.raises(Unauthenticated) as refused:
        checks.verify(token, now=NOW)
    words = str(refused.value)
    assert reason in words
    assert refused.value.extensions == {"code": "UNAUTHENTICATED"}
    assert not any(inner in words for inner in (ISSUER, AUDIENCE, SUBJECT, "joserfc", "evil.example"))
    with pytest.raises(Unauthenticated):
        checks.verify(token, now=NOW)


def _viewer(role: Role = Role.MEMBER, **more: Any) -> Viewer:
    return Viewer(role, ISSUER, SUBJECT, **more)


CLUB = frozenset(("club",))


@pytest.mark.parametrize(
    ("claims", "viewer"),
    [
        pytest.param({}, _viewer(), id="a customer"),
        pytest.param({"program": "club"}, _viewer(program="club"), id="a customer who chose a program"),
        pytest.param(
            SERVICE,
            _viewer(Role.SERVICE, programs=CLUB, sources=frozenset(("shop",)), scopes=frozenset(("facts:write",))),
            id="a service",
        ),
        pytest.param(STAFF, _viewer(Role.SUPPORT, programs=CLUB), id="support"),
        pytest.param(
            {"role": "operator", "programs": ["club", "brand"], "program": "brand"},
            _viewer(Role.OPERATOR, programs=frozenset(("club", "brand")), program="brand"),
            id="an operator who chose a program",
        ),
        pytest.param({**SERVICE, "role": "support"}, _viewer(Role.SUPPORT, programs=CLUB), id="support claiming more"),
        pytest.param({"role": "auditor", "programs": ["club"]}, _viewer(Role.AUDITOR, programs=CLUB), id="an auditor"),
        pytest.param({"aud": ["other", AUDIENCE]}, _viewer(), id="one of several audiences"),
        pytest.param({"nbf": AT + 30, "iat": AT + 30}, _viewer(), id="an issuer whose clock is a little ahead"),
        pytest.param({"exp": AT + 0.5}, _viewer(), id="an end that is not a whole second"),
        pytest.param({"iat": ABSENT}, _viewer(), id="no iat"),
        pytest.param({"programs": ["club"], "scopes": ["all"]}, _viewer(), id="a customer who claims more"),
    ],
)
def test_an_honest_token_names_exactly_its_viewer(claims: dict[str, Any], viewer: Viewer) -> None:
    """The control of the forgeries: made with the same tools, but for what is wrong with them."""
    assert verifier().verify(claims_with(claims), now=NOW) == viewer


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "token",
    [
        pytest.param(HONEST, id="RS256"),
        pytest.param(signed(changed(HEADER, kid="rs256"), key=RSA_ONLY_RS256), id="RS256 by a key for RS256"),
        pytest.param(signed(changed(HEADER, alg="PS256"), algorithm="PS256"), id="PS256"),
        pytest.param(signed(EC_HEADER, key=EC, algorithm="ES256"), id="ES256"),
        pytest.param(signed(ED_HEADER, key=ED, algorithm="Ed25519"), id="Ed25519"),
        pytest.param(signed(changed(ED_HEADER, alg="EdDSA"), key=ED, algorithm="Ed25519"), id="EdDSA"),
        pytest.param(header_with(typ="at+jwt"), id="an access token by RFC 9068"),
        pytest.param(header_with(typ=ABSENT), id="no typ"),
        pytest.param(header_with(vendor="x"), id="a header that is to be passed over"),
    ],
)
def test_each_allowed_algorithm_and_form_is_accepted(token: str) -> None:
    assert verifier().verify(token, now=NOW) == _viewer()
