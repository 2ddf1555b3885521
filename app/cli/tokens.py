"""`token`: tokens for development, as an identity provider would give them."""

from datetime import timedelta
from enum import Enum
from typing import Annotated

import typer

from app.clock import now
from app.graph.viewer import Role
from app.tokens import development_key

from .connecting import DATA, Data


class Who(Enum):
    """Whose token it is."""

    CUSTOMER = "customer"
    SERVICE = "service"
    SUPPORT = "support"
    OPERATOR = "operator"
    AUDITOR = "auditor"


ROLES = {Who.CUSTOMER: Role.MEMBER, **{who: Role[who.name] for who in Who if who is not Who.CUSTOMER}}
FACTS = "facts:write"


def token(
    subject: Annotated[str, typer.Argument(help="Who it is for: what the identity provider calls them.")],
    role: Annotated[Who, typer.Option(help="Whose token it is.")] = Who.CUSTOMER,
    program: Annotated[list[str] | None, typer.Option(help="Of staff and services: programs they may touch.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Of services: names they may report facts under.")] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="Of services: what they may do; else to report facts.")
    ] = None,
    hours: Annotated[int, typer.Option(min=1, max=24 * 365, help="How long it holds.")] = 24,
    data: Data = DATA,
) -> None:
    """Print a token that a server started by `dev` on the same folder takes. Production takes none of these."""
    issuer = development_key(data)
    programs = program or []
    typer.echo(
        issuer.token(
            subject=subject,
            now=now(),
            lifetime=timedelta(hours=hours),
            role=ROLES[role],
            program=programs[0] if len(programs) == 1 else None,
            programs=[] if role is Who.CUSTOMER else programs,
            sources=source or [],
            scopes=(scope or [FACTS]) if role is Who.SERVICE else [],
        )
    )
