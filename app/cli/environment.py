"""The settings of this process, from its environment."""

from pydantic import ValidationError

from app.settings import Settings

from .console import fail


def settings_of_environment() -> Settings:
    """Ends the command if a variable is missing or wrong, and names it."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        fail("\n".join(_complaints(error)))


def _complaints(error: ValidationError) -> list[str]:
    found = [("_".join(str(step) for step in each["loc"]).upper(), each["msg"]) for each in error.errors()]
    plain = [(name, message.removeprefix("Value error, ")) for name, message in found]
    return [f"{name}: {message}" if name else message for name, message in plain]
