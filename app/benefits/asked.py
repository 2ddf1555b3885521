"""What a service asks of benefits: whether it may, and what it wants one for."""

from typing import Protocol
from uuid import UUID

import regex

from app.errors import BadInput
from app.graph import Viewer
from app.graph.ids import key_of
from app.members.asked import source_asked

from .rules.outcomes import NO_GRANT, Asked

SCOPE = "benefits:use"
"""Of services that may have members use their benefits."""
GRANT = "benefitGrant"
LONGEST = 200
INVISIBLE = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]")


class Sent(Protocol):
    """What it is wanted for, as it was sent."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str | None: ...


def cause_sent(sent: Sent, reference: str | None, *, viewer: Viewer) -> Asked:
    """May raise Forbidden: the service may not; BadInput: what it sent is too long, or nothing."""
    source = source_asked(viewer, sent.source, scope=SCOPE)
    return Asked(source, _written("cause.id", sent.id), None if reference is None else _written("reference", reference))


def grant_named(asked: str) -> tuple[UUID, UUID]:
    """Whose grant is meant, and which. May raise BadInput."""
    key = key_of(asked, GRANT)
    if isinstance(key, UUID):
        raise BadInput(NO_GRANT)
    return key


def _written(name: str, text: str) -> str:
    if not 0 < len(text) <= LONGEST or INVISIBLE.search(text) or not text.strip():
        raise BadInput(f"'{name}' must have 1 to {LONGEST} visible characters.")
    return text
