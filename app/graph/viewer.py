"""Who asks: the kinds of callers, and what the token says of this one."""

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """Kinds of callers. A field names those that may see it; nobody else may."""

    VISITOR = "VISITOR"
    MEMBER = "MEMBER"
    SERVICE = "SERVICE"
    SUPPORT = "SUPPORT"
    OPERATOR = "OPERATOR"
    AUDITOR = "AUDITOR"

    __hash__ = object.__hash__  # there is one of each; Enum's own is written in Python, and asked for many times a page


STAFF = frozenset((Role.SUPPORT, Role.OPERATOR, Role.AUDITOR))
OWNER_AND_STAFF = STAFF | {Role.MEMBER}
SIGNED_IN = frozenset(Role) - {Role.VISITOR}
EVERYONE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, as the verified token says. Staff and services are limited to programs, services to sources."""

    role: Role = Role.VISITOR
    issuer: str = ""
    subject: str = ""
    program: str | None = None
    """The token's own choice of program, where an argument names none."""
    programs: frozenset[str] = frozenset()
    """Programs that a service or staff may touch; a customer's token has none and needs none."""
    sources: frozenset[str] = frozenset()
    """Names under which a service may report facts."""
    scopes: frozenset[str] = frozenset()
    """What a service may do, such as `facts:write`."""

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def caller(self) -> str:
        """A name for this caller, to whom idempotency keys belong, whatever role a token gives them (R36)."""
        return f"{self.issuer}|{self.subject}"


VISITOR = Viewer()
