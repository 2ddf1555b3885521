"""What can be wrong: a rule said no, or the caller asked for what cannot be."""

from typing import Any


class Refused(Exception):
    """A business rule said no. Carries the answer (a frozen dataclass) that the mutation gives instead.

    Expected, shown to the person, and never logged as an error. What the command had done is undone.
    """

    def __init__(self, answer: Any) -> None:
        super().__init__(answer)
        self.answer = answer


class CallerError(Exception):
    """The caller's mistake: shown as it is, with its code, and never logged as an error."""

    code = "BAD_USER_INPUT"

    @property
    def extensions(self) -> dict[str, str | int]:
        """graphql-core copies the `extensions` of an exception into the answer's error."""
        return {"code": self.code}


class BadInput(CallerError):
    """An argument has the right type and no sense."""


class Forbidden(CallerError):
    """The caller may not see or do this."""

    code = "FORBIDDEN"


class Unauthenticated(CallerError):
    """Nobody is known to ask: no token, or one that does not hold."""

    code = "UNAUTHENTICATED"


class KeyReused(CallerError):
    """An idempotency key came again with other input (R36)."""

    code = "IDEMPOTENCY_KEY_REUSED"


class KeyInUse(CallerError):
    """The first request with this idempotency key is still running: ask again with the same key (R36)."""

    code = "IDEMPOTENCY_KEY_IN_USE"


class RateLimited(CallerError):
    """Asked too often of late: ask again after so many seconds."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after

    @property
    def extensions(self) -> dict[str, str | int]:
        return {**super().extensions, "retryAfter": self.retry_after}


class TooExpensive(CallerError):
    """It asks for more than is done for one request."""

    code = "QUERY_TOO_EXPENSIVE"


class Overloaded(CallerError):
    """No connection to the database came free in time: ask again later."""

    code = "OVERLOADED"
