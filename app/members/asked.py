"""Whom a caller means, and under which of its names a system acts."""

from uuid import UUID

from app.customers.rules import Identity
from app.db.unique_keys import digest_of
from app.errors import BadInput, Forbidden
from app.graph import Viewer
from app.programs.rules import ProgramVersion


def identity_sent(issuer: str | None, subject: str, *, viewer: Viewer) -> Identity:
    """Whom a service means. May raise BadInput: by an issuer whose tokens nobody could come with."""
    if issuer is not None and issuer != viewer.issuer:
        raise BadInput("'customer.issuer' is not the issuer of this server's tokens.")
    return Identity(viewer.issuer, subject)


def source_asked(viewer: Viewer, asked: str | None, *, scope: str) -> str:
    """The name under which a service does what takes `scope`. May raise Forbidden or BadInput."""
    if scope not in viewer.scopes:
        raise Forbidden(f"Your token lacks the scope '{scope}'.")
    if asked is None and len(viewer.sources) == 1:
        return next(iter(viewer.sources))
    if asked is None:
        raise BadInput("Name a 'source': your token has several, or none.")
    if asked not in viewer.sources:
        raise Forbidden("Your token is not for that source.")
    return asked


def key_owner(identity: Identity, *, program: ProgramVersion | None = None) -> UUID:
    """Who idempotency keys belong to where it is not said that they are a member: the customer, or, where they must be
    one, the customer in the program, who need not be known yet (R36)."""
    within = () if program is None else (program.code,)
    return UUID(bytes=digest_of("key-owner", *within, identity.issuer, identity.subject)[:16])
