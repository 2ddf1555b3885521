"""What a token's claims say, each checked for its type: when it holds, and who asks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from sys import intern
from typing import cast

from app.errors import Unauthenticated
from app.graph.viewer import Role, Viewer

LEEWAY = 30
"""Seconds that the issuer's clock may be ahead of ours: for `nbf`, `iat`. Not for `exp`: half-open as all ends (R2)."""
LONGEST = timedelta(days=366).total_seconds()
"""A token that holds longer is a mistake: nothing but its end takes it back."""
MOST_SUBJECT = 255
MOST_NAME = 100
ROLES = {role.value.lower(): role for role in (Role.SERVICE, Role.SUPPORT, Role.OPERATOR, Role.AUDITOR)}
"""Values of the claim `role`; without it the caller is a customer."""

Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Identified:
    """Who asks, and from when until when (seconds since 1970, half-open) the token says so."""

    viewer: Viewer
    starts: float
    ends: float

    def viewer_at(self, instant: float) -> Viewer:
        """May raise Unauthenticated: not yet, no longer, or unreasonably long."""
        if instant >= self.ends:
            raise Unauthenticated("The token has expired. Get a new one from your identity provider.")
        if instant < self.starts:
            raise Unauthenticated("The token does not hold yet. Check the clock of the system that issued it.")
        if self.ends > instant + LONGEST:
            raise Unauthenticated("The token holds for more than a year. Get one with an earlier 'exp'.")
        return self.viewer


def identified(claims: Claims, *, issuers: frozenset[str], audience: str) -> Identified:
    """May raise Unauthenticated: a claim is missing, of the wrong type, or for somebody else."""
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or issuer not in issuers:
        raise Unauthenticated("The token is of another issuer ('iss'). Get one from the configured identity provider.")
    if audience not in _audience(claims):
        raise Unauthenticated("The token is for another service ('aud'). Ask your identity provider for one for this.")
    ends = _instant(claims, "exp")
    if ends is None:
        raise Unauthenticated("The token must say when it ends ('exp').")
    starts = [given for name in ("nbf", "iat") if (given := _instant(claims, name)) is not None]
    return Identified(viewer_of(claims), max(starts, default=LEEWAY) - LEEWAY, ends)


def viewer_of(claims: Claims) -> Viewer:
    """The caller that the claims name. May raise Unauthenticated."""
    issuer = intern(_text(claims, "iss", MOST_SUBJECT))  # one text for all who are remembered
    subject = _text(claims, "sub", MOST_SUBJECT)
    program = _text(claims, "program", MOST_NAME) if "program" in claims else None
    if "role" not in claims:
        return Viewer(Role.MEMBER, issuer, subject, program)
    name = claims["role"]
    role = ROLES.get(name) if isinstance(name, str) else None
    if role is None:
        raise Unauthenticated(f"The token's claim 'role' must be one of {', '.join(ROLES)}, or absent for a customer.")
    programs = _names(claims, "programs")
    if not programs:
        raise Unauthenticated("A token of a service or of staff must name its programs ('programs').")
    if program is not None and program not in programs:
        raise Unauthenticated("The token's claim 'program' must be one of its 'programs'.")
    if role is not Role.SERVICE:
        return Viewer(role, issuer, subject, program, programs)
    return Viewer(role, issuer, subject, program, programs, _names(claims, "sources"), _names(claims, "scopes"))


def _audience(claims: Claims) -> list[object]:
    given = claims.get("aud")
    if isinstance(given, str):
        return [given]
    listed = cast(list[object], given) if isinstance(given, list) else []
    return listed if all(isinstance(name, str) for name in listed) else []


def _instant(claims: Claims, name: str) -> float | None:
    """A NumericDate. Compared, never converted: an int of any length is one."""
    given = claims.get(name)
    if given is None and name not in claims:
        return None
    # True is an int to Python
    if isinstance(given, bool) or not isinstance(given, int | float) or not _is_finite(given):
        raise Unauthenticated(f"The token's claim '{name}' must be a number of seconds.")
    return given


def _is_finite(number: float) -> bool:
    return isinstance(number, int) or math.isfinite(number)


def _text(claims: Claims, name: str, most: int) -> str:
    """A name that can be stored and shown: no control characters, no half of a surrogate pair."""
    given = claims.get(name)
    if isinstance(given, str) and _is_name(given, most):
        return given
    raise Unauthenticated(f"The token's claim '{name}' must be a text of 1 to {most} printable characters.")


def _names(claims: Claims, name: str) -> frozenset[str]:
    given = claims.get(name, [])
    listed = cast(list[object], given) if isinstance(given, list) else [None]
    names = frozenset(each for each in listed if isinstance(each, str) and _is_name(each, MOST_NAME))
    if not all(isinstance(each, str) and each in names for each in listed):
        raise Unauthenticated(f"The token's claim '{name}' must be a list of names.")
    return names


def _is_name(text: str, most: int) -> bool:
    return 0 < len(text) <= most and text.isprintable() and not text.isspace()
