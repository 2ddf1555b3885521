"""A token's way to the `Viewer` it names: checked once, remembered by its digest, its times looked at on each use."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from concurrent.futures import Future
from datetime import datetime
from hashlib import sha256

from app.errors import Unauthenticated
from app.graph.viewer import Viewer

from .claims import LONGEST, Identified, identified
from .compact import payload_of, taken_apart, written
from .keys import NO_KEYS, Keys
from .source import PATIENCE, Jwks, source_of

MOST_REMEMBERED = 10_000
"""Tokens; about a kilobyte each."""


class UnknownKey(Unauthenticated):
    """The token names a key that was not published when the keys were last read."""

    def __init__(self, reading: "Future[None]") -> None:
        super().__init__("The token is signed with a key that is not known here. Get a new token and try again.")
        self.reading = reading
        """Ends when the keys have been read anew, or that has failed."""


class Verifier:
    """Tokens of the issuers, for the audience, signed with the keys of one JWKS: each may speak for each issuer.

    Belongs to one thread, that of the event loop. May raise JwksError, OSError, ValueError when made.
    """

    def __init__(
        self, *, jwks: Jwks, issuers: Collection[str], audience: str, remembered: int = MOST_REMEMBERED
    ) -> None:
        if isinstance(issuers, str) or not all(issuers) or not issuers or not audience:
            raise ValueError("a verifier needs a collection of issuers and an audience, none of them empty")
        self._source = source_of(jwks)
        self._issuers = frozenset(issuers)
        self._audience = audience
        self._most = remembered
        self._keys = NO_KEYS
        """Those that `_known` was checked with."""
        self._known: OrderedDict[bytes, Identified] = OrderedDict()

    async def open(self, *, now: datetime) -> None:
        """Read the keys, so that the first request need not wait. What goes wrong is logged, and tried again later."""
        await _end_of(self._source.refresh(now))

    async def authenticate(self, token: str, *, now: datetime) -> Viewer:
        """Who asks; a key that is not known is looked for once more (at most once a minute for all askers together).

        May raise Unauthenticated, and nothing else.
        """
        try:
            return self.verify(token, now=now)
        except UnknownKey as unknown:
            await _end_of(unknown.reading)
        return self.verify(token, now=now)

    def verify(self, token: str, *, now: datetime) -> Viewer:
        """Who asks, by the keys at hand: waits for nothing. May raise Unauthenticated, and nothing else.

        An unknown key begins a reading of the keys; `authenticate` also waits for it.
        """
        viewer = self.remembered(token, now=now)
        if viewer is not None:
            return viewer
        text = written(token)
        found = self._identified(text, self._keys, now)
        viewer = found.viewer_at(now.timestamp())
        self._remember(sha256(text).digest(), found)
        return viewer

    def remembered(self, token: str, *, now: datetime) -> Viewer | None:
        """Who asks, if they did before with this token, by the keys at hand: written for speed, as nearly all have.
        May raise Unauthenticated: it holds no longer."""
        keys = self._source.current(now)
        if keys is not self._keys:
            self._known.clear()
            self._keys = keys
        if not token.isascii():
            return None
        digest = sha256(token.encode()).digest()
        found = self._known.get(digest)
        if found is None:
            return None
        self._known.move_to_end(digest)
        instant = now.timestamp()
        if found.starts <= instant < found.ends <= instant + LONGEST:
            return found.viewer
        return found.viewer_at(instant)

    def _identified(self, text: bytes, keys: Keys, now: datetime) -> Identified:
        signed = taken_apart(text)
        key = keys.get(signed.kid, signed.algorithm)
        if key is None:
            raise UnknownKey(self._source.refresh(now))
        return identified(payload_of(signed, key), issuers=self._issuers, audience=self._audience)

    def _remember(self, digest: bytes, found: Identified) -> None:
        self._known[digest] = found
        if len(self._known) > self._most:
            self._known.popitem(last=False)


async def _end_of(reading: "Future[None]") -> None:
    if not reading.done():
        await asyncio.wait([asyncio.wrap_future(reading)], timeout=PATIENCE)
