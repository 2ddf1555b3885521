"""Who may see a field: declared at the field, shown in the schema as a directive, denied to all others."""

from typing import Any

import strawberry
from strawberry.schema_directive import Location

from app.errors import CallerError, Forbidden, Unauthenticated

from .viewer import Role, Viewer

Roles = frozenset[Role]

ROLE_TEXTS = {
    "VISITOR": "Anyone, without a token.",
    "MEMBER": "A customer, for what is their own.",
    "SERVICE": "Another system of the shop, such as the one that takes orders.",
    "SUPPORT": "Staff who help members, in the programs of their token.",
    "OPERATOR": "Staff who set the rules, in the programs of their token.",
    "AUDITOR": "Staff who check, in the programs of their token.",
}
strawberry.enum(Role, description="Kinds of callers.")


def describe_values(kind: Any, texts: dict[str, str]) -> None:
    """Give each value of a GraphQL enum what it means to a person."""
    for value in kind.__strawberry_definition__.values:
        value.description = texts[value.name]


describe_values(Role, ROLE_TEXTS)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], description="Who may see this; to all others it is denied.", name="seenBy"
)
class SeenBy:
    roles: list[Role] = strawberry.field(description="Kinds of callers.")  # pyright: ignore[reportAssignmentType]

    @classmethod
    def by(cls, roles: Roles) -> "SeenBy":
        return cls(roles=[role for role in Role if role in roles])


def denied(viewer: Viewer) -> CallerError:
    """What one who may not see a field is told: to sign in, or that it is not for them."""
    if viewer.role is Role.VISITOR:
        return Unauthenticated(SIGN_IN)
    return Forbidden(FORBIDDEN)


SIGN_IN = "Sign in to see this."
FORBIDDEN = "You may not see this."
