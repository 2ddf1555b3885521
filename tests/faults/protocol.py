"""Enough of Postgres's wire protocol (version 3) to know what a client and a server say to each other.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

STARTUP = b""
"""The kind of a client's first messages: they have no byte that says so."""
QUERY, PARSE, BIND, EXECUTE, CLOSE = b"Q", b"P", b"B", b"E", b"C"
KEY_DATA, COMPLETE, READY = b"K", b"C", b"Z"

CANCEL, SSL, GSS = 80877102, 80877103, 80877104
"""Codes of first messages that do not open a session."""
NO = b"N"
"""The answer to who asks for encryption."""

COMMIT = re.compile(rb"\s*(?:COMMIT|END)\s*(?:WORK|TRANSACTION)?\s*;?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    kind: bytes
    body: bytes
    raw: bytes
    """As it came, whole."""

    @property
    def code(self) -> int:
        """What a first message asks for."""
        return int.from_bytes(self.body[:4], "big")

    @property
    def process(self) -> int:
        """Of KEY_DATA: the server process behind the connection."""
        return int.from_bytes(self.body[:4], "big")

    @property
    def is_committed(self) -> bool:
        """Does the server say that a COMMIT was done? That of a failed transaction is answered `ROLLBACK`."""
        return self.kind == COMPLETE and self.body == b"COMMIT\0"


class Framing:
    """Cuts a stream of bytes into messages."""

    def __init__(self, *, starts: bool) -> None:
        """`starts`: this is a client's side, and what it says first opens the session."""
        self._starts = starts
        self._left = b""

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are whole by now. What is left waits for more."""
        self._left += data
        while True:
            kind = 0 if self._starts else 1
            if len(self._left) < kind + 4:
                return
            end = kind + int.from_bytes(self._left[kind : kind + 4], "big")
            if len(self._left) < end:
                return
            raw, self._left = self._left[:end], self._left[end:]
            message = Message(raw[:kind], raw[kind + 4 :], raw)
            self._starts = self._starts and message.code in (SSL, GSS)
            yield message


class Conversation:
    """Knows which of a client's messages are a COMMIT, sent as text or prepared before.

    A COMMIT among other statements of one text is not seen: no driver sends it so.
    """

    def __init__(self) -> None:
        self._statements = set[bytes]()
        self._portals = set[bytes]()

    def commits(self, message: Message) -> bool:
        if message.kind == QUERY:
            return bool(COMMIT.fullmatch(message.body.rstrip(b"\0")))
        if message.kind == EXECUTE:
            return message.body.split(b"\0", 1)[0] in self._portals
        if message.kind == PARSE:
            name, text, _ = message.body.split(b"\0", 2)
            _note(self._statements, name, known=bool(COMMIT.fullmatch(text)))
        elif message.kind == BIND:
            portal, statement, _ = message.body.split(b"\0", 2)
            _note(self._portals, portal, known=statement in self._statements)
        elif message.kind == CLOSE:
            closed = self._statements if message.body[:1] == b"S" else self._portals
            closed.discard(message.body[1:].rstrip(b"\0"))
        return False


def _note(names: set[bytes], name: bytes, *, known: bool) -> None:
    (names.add if known else names.discard)(name)
