"""What an operator sets: read once, complained of by name, and never shown."""

import pytest
from pydantic import ValidationError

from app.settings import Profile, Settings

NEEDED = {
    "DATABASE_URL": "postgresql://member:secret@db/center",
    "TOKEN_ISSUER": "https://id.example",
    "TOKEN_AUDIENCE": "member-center",
    "JWKS_URL": "https://id.example/jwks.json",
}


def settings(monkeypatch: pytest.MonkeyPatch, **changed: str | None) -> Settings:
    for name in (field.upper() for field in Settings.model_fields):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**NEEDED, **changed}.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    return Settings()  # pyright: ignore[reportCallIssue]


def test_it_is_production_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch).profile is Profile.PRODUCTION
    assert settings(monkeypatch, PROFILE="development").is_development


def test_settings_cannot_be_changed_after_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError):
        settings(monkeypatch).port = 1


@pytest.mark.parametrize("name", ["DATABASE_URL", "TOKEN_ISSUER", "TOKEN_AUDIENCE"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_needed_has_no_default(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    with pytest.raises(ValidationError, match=name.lower()):
        settings(monkeypatch, **{name: value})


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"JWKS_URL": None}, "exactly one"),
        ({"JWKS_FILE": "keys.json"}, "exactly one"),
        ({"JWKS_URL": "http://id.example/jwks.json"}, "https"),
        ({"DATABASE_URL": "mysql://member:secret@db/center"}, "postgresql://"),
        ({"PORT": "65536"}, "port"),
        ({"POOL_SIZE": "0"}, "pool_size"),
        ({"PROFILE": "test"}, "profile"),
    ],
)
def test_what_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        settings(monkeypatch, **changed)


def test_keys_may_come_without_https_from_this_computer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    settings(monkeypatch, JWKS_URL="http://127.0.0.1:9/jwks.json")
    with pytest.raises(ValidationError):
        settings(monkeypatch, JWKS_URL="http://127.0.0.1.example/jwks.json")


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "secret" not in repr(settings(monkeypatch))
    with pytest.raises(ValidationError) as wrong:
        settings(monkeypatch, DATABASE_URL="mysql://member:secret@db/center")
    assert "secret" not in str(wrong.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "shop.example"])
def test_development_is_for_this_computer_only(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """It shows the schema, GraphiQL and the demo's tokens to whoever comes."""
    with pytest.raises(ValidationError, match="HOST must be"):
        settings(monkeypatch, PROFILE="development", HOST=host)
    assert not settings(monkeypatch, HOST=host).is_development
