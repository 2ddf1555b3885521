"""Requests that are answered with an HTTP error before anything is executed."""

from collections.abc import Sequence

from app.errors import CallerError

Header = tuple[bytes, bytes]

LATE = "REQUEST_TIMEOUT"
STATUS = {
    "BAD_USER_INPUT": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    LATE: 408,
    "RATE_LIMITED": 429,
    "OVERLOADED": 503,
}
"""Of errors that come before execution. In an answer to an executed operation they leave it 200."""

HEADERS: dict[int, tuple[Header, ...]] = {
    401: ((b"www-authenticate", b"Bearer"),),
    503: ((b"retry-after", b"1"),),
}
"""What goes with a status."""

CLOSE: Header = (b"connection", b"close")
"""What is left of the body is not read, so the connection is of no more use."""


class NotAnswered(Exception):
    """The request cannot be answered; this is what it is told."""

    def __init__(
        self, status: int, message: str, *, code: str = "BAD_USER_INPUT", headers: Sequence[Header] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = (*headers, *HEADERS.get(status, ()))

    @classmethod
    def because(cls, error: CallerError) -> "NotAnswered":
        """Of an error that names its own code, such as a token that does not hold."""
        return cls(STATUS.get(error.code, 400), str(error), code=error.code)


class Disconnected(Exception):
    """The client has gone: there is nobody to answer."""
