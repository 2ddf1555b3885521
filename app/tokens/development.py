"""Tokens for development: a key made at the first start, and an issuer that signs with it. Never for production."""

import json
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from app.errors import BadInput, Unauthenticated
from app.graph.viewer import Role

from .claims import viewer_of

DEVELOPMENT_ISSUER = "member-center-development"
DEVELOPMENT_AUDIENCE = "member-center"
FILE = "development-key.json"
ALGORITHM = "Ed25519"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DevelopmentIssuer:
    """Signs what it is asked to, as an identity provider would after a person has signed in."""

    key: OKPKey
    issuer: str = DEVELOPMENT_ISSUER
    audience: str = DEVELOPMENT_AUDIENCE

    @property
    def jwks(self) -> dict[str, Any]:
        """The public part, as an identity provider publishes it."""
        return {"keys": [self.key.as_dict(private=False)]}

    def token(
        self,
        *,
        subject: str,
        now: datetime,
        lifetime: timedelta = ONE_DAY,
        role: Role = Role.MEMBER,
        program: str | None = None,
        programs: Collection[str] = (),
        sources: Collection[str] = (),
        scopes: Collection[str] = (),
    ) -> str:
        """A token of a customer (Role.MEMBER), a service or a staff role, good from `now` until `lifetime` is over.

        May raise BadInput: the verifier would refuse it, as staff or a service without programs.
        """
        begins = int(now.timestamp())
        lists = {"programs": sorted(programs), "sources": sorted(sources), "scopes": sorted(scopes)}
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "iat": begins,
            "exp": begins + int(lifetime.total_seconds()),
            **({} if role is Role.MEMBER else {"role": role.value.lower()}),
            **({} if program is None else {"program": program}),
            **{name: names for name, names in lists.items() if names},
        }
        try:
            viewer_of(claims)
        except Unauthenticated as refused:
            raise BadInput(str(refused)) from None
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, claims, self.key, algorithms=[ALGORITHM])


def development_key(
    folder: Path, *, issuer: str = DEVELOPMENT_ISSUER, audience: str = DEVELOPMENT_AUDIENCE
) -> DevelopmentIssuer:
    """The key of this folder, made if there is none; only its owner can read the file.

    May raise OSError, or BadInput: the file is there and is no key.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    if not path.exists():
        make_key(path)
    path.chmod(0o600)
    try:
        key = OKPKey.import_key(json.loads(path.read_bytes()))
        if not key.is_private or key.curve_name != ALGORITHM:
            raise ValueError("not a private Ed25519 key")
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadInput(f"{path} is not a development key. Delete it, and a new one will be made.") from None
    key.ensure_kid()
    return DevelopmentIssuer(key, issuer, audience)


def make_key(path: Path) -> None:
    """Whole or not at all, and never over another: of two processes that start at once, both read one key."""
    made = OKPKey.generate_key(ALGORITHM, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".development-key-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(made.as_dict(private=True), file)
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        os.unlink(draft)
