"""Where keys come from, and when they are read anew: in a thread, seldom, and never for more than one asker at once."""

import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from .keys import NO_KEYS, JwksError, Keys, keys_of

LOG = logging.getLogger("tokens")
Jwks = Mapping[str, Any] | Path | str
"""A set of keys: itself, the file that has it, or its address (https; http only on this machine)."""

FRESH_FOR = timedelta(minutes=5)
"""After it the keys are read anew, while the known ones still serve: a new key is found, a withdrawn one forgotten."""
KEPT_FOR = timedelta(hours=1)
"""How long keys hold that cannot be read anew: an outage of the identity provider is not at once ours."""
PAUSE = timedelta(minutes=1)
"""Between two readings, whoever asks for whatever key."""
PATIENCE = 5.0
"""Seconds that a read of the network may take, and that a request waits for it."""
MOST_BYTES = 256 * 1024
LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


class KeySource:
    """Keys as last read. `now` is the request's: no clock is read here (R4)."""

    def __init__(self, read: Callable[[], Keys], *, keys: Keys = NO_KEYS, fixed: bool = False) -> None:
        self._read = read
        self._keys = keys
        self._fixed = fixed
        self._read_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._reading: Future[None] = Future()
        self._reading.set_result(None)

    def current(self, now: datetime) -> Keys:
        """The keys that hold now, perhaps none. Begins to read them anew when it is time, and waits for nothing."""
        if self._fixed:
            return self._keys
        if self._read_at is None:
            self._read_at = now  # read when this was made, or not at all yet: their time begins with the first request
        age = now - self._read_at
        if age < FRESH_FOR:
            return self._keys
        self.refresh(now)
        return self._keys if age < KEPT_FOR else NO_KEYS

    def refresh(self, now: datetime) -> "Future[None]":
        """The last reading: begun now, unless one was begun less than a minute ago."""
        asked = self._asked_at
        if self._fixed or (asked is not None and abs(now - asked) < PAUSE) or not self._reading.done():
            return self._reading
        self._asked_at = now
        self._reading = Future()
        Thread(target=self._read_anew, args=(now, self._reading), name="jwks", daemon=True).start()
        return self._reading

    def _read_anew(self, now: datetime, done: "Future[None]") -> None:
        try:
            keys = self._read()
            self._keys = self._keys if keys == self._keys else keys
            self._read_at = now
        except (OSError, ValueError) as error:
            LOG.warning("The keys that sign tokens could not be read: %s", error)
        except Exception:
            LOG.exception("The keys that sign tokens could not be read.")
        finally:
            done.set_result(None)


def source_of(jwks: Jwks) -> KeySource:
    """What is at hand is read at once, and may raise JwksError or OSError; an address when first needed."""
    if isinstance(jwks, Mapping):
        keys = keys_of(jwks)
        return KeySource(lambda: keys, keys=keys, fixed=True)
    if isinstance(jwks, Path):
        return KeySource(lambda: keys_in_file(jwks), keys=keys_in_file(jwks))
    parts = urlsplit(jwks)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOCAL):
        raise JwksError("the address of a JWKS must be https: whoever can change the keys can be anybody")
    return KeySource(lambda: keys_at(jwks))


def keys_in_file(path: Path) -> Keys:
    """May raise OSError, or JwksError."""
    return _keys_in(path.read_bytes())


def keys_at(url: str) -> Keys:
    """Fetch a JWKS. May raise OSError (the network, any other status than 200) or JwksError. Blocks."""
    opener = build_opener(_NoRedirect)
    with opener.open(url, timeout=PATIENCE) as answer:
        text = answer.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise JwksError(f"it is larger than {MOST_BYTES} bytes")
    return _keys_in(text)


class _NoRedirect(HTTPRedirectHandler):
    """The keys are where the operator said, not where an answer says."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _keys_in(text: bytes) -> Keys:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        raise JwksError("it is not JSON") from None
    return keys_of(document)
