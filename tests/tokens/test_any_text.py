"""Whatever text is sent for a token: a viewer or `Unauthenticated`, never anything else."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import Unauthenticated
from app.graph.viewer import Viewer

from .forging import CLAIMS, ED, HEADER, NOW, SERVICE, changed, signed, verifier

ED_HEADER = changed(HEADER, alg="Ed25519", kid="ed")
VERIFIER = verifier()
HONEST = signed(ED_HEADER, key=ED, algorithm="Ed25519")
LATIN = st.binary(max_size=300).map(lambda raw: raw.decode("latin-1"))
BASE64 = st.text("ABCDwxyz0189-_=+/.", max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
CLAIM = st.sampled_from((*CLAIMS, *SERVICE, "nbf", "program"))
HEADERS = st.sampled_from((*HEADER, "jku", "jwk", "x5c", "x5t", "x5t#S256", "crit", "b64", "cty", "enc"))


def outcome(token: str) -> Viewer | None:
    try:
        return VERIFIER.verify(token, now=NOW)
    except Unauthenticated:
        return None


@given(st.text(max_size=300) | LATIN | BASE64 | st.lists(BASE64, min_size=3, max_size=3).map(".".join))
@example("\ud800.\udfff.")
@example("." * 20_000)
def test_any_text_at_all_is_refused(token: str) -> None:
    assert outcome(token) is None


@given(
    at=st.integers(0, len(HONEST)),
    cut=st.integers(0, 3),
    put=st.text("Aa09-_.=+/ \n\0é", max_size=3) | st.text(max_size=3),
)
def test_an_honest_token_changed_anywhere_is_refused(at: int, cut: int, put: str) -> None:
    token = HONEST[:at] + put + HONEST[at + cut :]
    assert (outcome(token) is not None) == (token == HONEST)


@given(st.dictionaries(CLAIM, JSON, max_size=3), st.sets(CLAIM, max_size=2))
def test_claims_of_any_type_are_understood_or_refused(changes: dict[str, Any], left_out: set[str]) -> None:
    """Truly signed, as by an identity provider that is set up wrongly: what comes out has the right types."""
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if name not in left_out}
    viewer = outcome(signed(ED_HEADER, json.dumps(claims), key=ED, algorithm="Ed25519"))
    if viewer is not None:
        names = (viewer.issuer, viewer.subject, *viewer.programs, *viewer.sources, *viewer.scopes)
        assert all(isinstance(name, str) and name.isprintable() for name in names)


@given(st.dictionaries(HEADERS, JSON, min_size=1, max_size=3))
def test_headers_of_any_type_are_understood_or_refused(changes: dict[str, Any]) -> None:
    token = signed({**ED_HEADER, **changes}, key=ED, algorithm="Ed25519")
    assert outcome(token) in (None, outcome(HONEST))


@given(JSON | st.binary(max_size=60))
def test_any_payload_that_is_truly_signed_is_refused(payload: Any) -> None:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload)
    with pytest.raises(Unauthenticated):
        VERIFIER.verify(signed(ED_HEADER, raw, key=ED, algorithm="Ed25519"), now=NOW)
