"""Truly signed tokens whose claims do not hold. What is wrong, the token, and what the refusal must say."""

from collections.abc import Iterable, Mapping
from typing import Any

from .forging import (
    ABSENT,
    AT,
    AUDIENCE,
    CLAIMS,
    ISSUER,
    JSON,
    SERVICE,
    STAFF,
    Forgery,
    claims_with,
    with_member,
)

ENDED, TOO_LONG, EARLY, ENDLESS = "has expired", "more than a year", "does not hold yet", "when it ends"
WHO, WHERE, ROLE, PROGRAMS = "'iss'", "'aud'", "'role' must", "must name its programs"


def each(name: str, reason: str, values: Iterable[Any], base: Mapping[str, Any] = CLAIMS) -> list[Forgery]:
    """One forgery for each value of the claim."""
    return [(f"{name} {value!r}"[:40], claims_with(base, **{name: value}), reason) for value in values]


AUDIENCES: tuple[Any, ...] = (
    *("other", "", AUDIENCE.upper(), AUDIENCE + ".evil", None, True),
    *([], ["other"], [AUDIENCE, 1], [[AUDIENCE]], {AUDIENCE: 1}),
)
ROLES = ("admin", "Support", "SUPPORT", "member", "customer", "visitor", "", None, ["support"], 1)
LISTS = ("club", [1], None, [""], ["a\0"], ["club", ["club"]], {"club": 1})
STAFF_AND_SERVICES = ("service", "support", "operator", "auditor")
FOR: list[Forgery] = [
    *each("aud", WHERE, AUDIENCES),
    ("no aud", claims_with(aud=ABSENT), WHERE),
    *each("iss", WHO, ("https://evil.example", ISSUER + "/", "", [ISSUER], None, 1)),
    ("no iss", claims_with(iss=ABSENT), WHO),
]
TIMES: list[Forgery] = [
    ("expired", claims_with(exp=AT - 1), ENDED),
    ("expired at this very instant", claims_with(exp=AT), ENDED),
    ("exp negative", claims_with(exp=-1), ENDED),
    ("exp in milliseconds", claims_with(exp=(AT + 600) * 1000), TOO_LONG),
    ("exp of 4,000 digits", claims_with(exp=10**4000), TOO_LONG),
    ("exp of 5,000 digits", with_member('"exp": 1' + "0" * 5000, without="exp"), JSON),
    ("exp NaN", claims_with(exp=float("nan")), JSON),
    ("exp Infinity", claims_with(exp=float("inf")), JSON),
    ("exp 1e400", with_member('"exp": 1e400', without="exp"), "'exp' must be a number"),
    *each("exp", "'exp' must be a number", (str(AT + 600), None, True, [AT + 600])),
    ("no exp", claims_with(exp=ABSENT), ENDLESS),
    ("nbf in the future", claims_with(nbf=AT + 31), EARLY),
    ("nbf of 4,000 digits", claims_with(nbf=10**4000), EARLY),
    ("nbf a text", claims_with(nbf=str(AT)), "'nbf' must be a number"),
    ("iat in the future", claims_with(iat=AT + 31), EARLY),
    ("iat a text", claims_with(iat=str(AT)), "'iat' must be a number"),
]
CALLERS: list[Forgery] = [
    ("no sub", claims_with(sub=ABSENT), "'sub' must be a text"),
    *each("sub", "'sub' must be a text", ("", " ", 7, None, ["a"], "a\0", "a\nb", "\ud800", "a" * 256)),
    *each("role", ROLE, ROLES, STAFF),
    *(
        (f"a {role} without programs", claims_with(SERVICE, role=role, programs=ABSENT), PROGRAMS)
        for role in STAFF_AND_SERVICES
    ),
    ("a support of no program", claims_with(STAFF, programs=[]), PROGRAMS),
    *each("programs", "'programs' must be a list", LISTS, STAFF),
    ("sources a text", claims_with(SERVICE, sources="shop"), "'sources' must be a list"),
    ("scopes an object", claims_with(SERVICE, scopes={"facts:write": True}), "'scopes' must be a list"),
    ("a program that is not among the programs", claims_with(STAFF, program="other"), "one of its 'programs'"),
    *each("program", "'program' must be a text", ("", 1, None, ["club"], "a" * 101)),
]
