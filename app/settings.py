"""What an operator can set: environment variables, read once where the process starts."""

from enum import Enum
from pathlib import Path
from typing import Self

from pydantic import Field, HttpUrl, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

KIB = 1024
LOCAL = ("localhost", "127.0.0.1", "[::1]")


class Profile(Enum):
    """Development shows what production must not: GraphiQL, introspection, suggestions, demo identities."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class Settings(BaseSettings):
    """Each field is an environment variable of the same name in capitals. Times are in seconds, sizes in bytes.

    The README has a table of them; a test holds the two equal.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True, extra="ignore")

    database_url: str = Field(repr=False, description="Any PostgreSQL of version 15 or later.")
    profile: Profile = Field(default=Profile.PRODUCTION, description="`production` or `development`.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    workers: int = Field(default=1, ge=1, description="Server processes.")
    worker_metrics_port: int | None = Field(
        default=None, ge=1, le=65535, description="Port on which `worker` shows its figures; without it nowhere."
    )

    token_issuer: str = Field(min_length=1, description="`iss` that a token must have.")
    token_audience: str = Field(min_length=1, description="`aud` that a token must have.")
    jwks_url: HttpUrl | None = Field(default=None, description="Where the issuer's public keys are (https).")
    jwks_file: Path | None = Field(default=None, description="Or a file that has them.")

    default_program: str | None = Field(default=None, description="Program of requests that name none.")

    pool_size: int = Field(default=8, ge=1, description="Database connections of one process.")
    pool_wait: float = Field(default=5, gt=0, description="How long a request waits for a connection (then 503).")
    statement_timeout: float = Field(default=10, gt=0, description="Longest a statement may run.")
    lock_timeout: float = Field(default=5, gt=0, description="Longest a statement may wait for a lock.")
    idle_in_transaction_timeout: float = Field(default=15, gt=0, description="Longest a transaction may do nothing.")
    behind_pooler: bool = Field(default=False, description="Behind a transaction-mode pooler such as PgBouncer.")

    compiled: bool = Field(default=True, description="Run operations compiled; `false` runs all by graphql-core.")
    body_limit: int = Field(default=64 * KIB, ge=KIB, description="Largest request body.")
    service_body_limit: int = Field(
        default=KIB * KIB, ge=KIB, description="Largest request body of a service or an operator."
    )
    request_timeout: float = Field(default=30, gt=0, description="Longest a request may take.")
    drain_timeout: int = Field(default=20, gt=0, description="How long SIGTERM waits for requests under way.")

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: str) -> str:
        if not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("it must begin with postgresql://")
        return url

    @model_validator(mode="after")
    def _one_source_of_keys(self) -> Self:
        if (self.jwks_url is None) == (self.jwks_file is None):
            raise ValueError("exactly one of JWKS_URL and JWKS_FILE must be set")
        if self.jwks_url is not None and self.jwks_url.scheme != "https" and self.jwks_url.host not in LOCAL:
            raise ValueError("JWKS_URL must be https: whoever can change the keys can be anybody")
        return self

    @model_validator(mode="after")
    def _develops_at_home(self) -> Self:
        if self.is_development and self.host not in LOCAL:
            raise ValueError("PROFILE=development shows everything to everybody: then HOST must be 127.0.0.1")
        return self

    @property
    def is_development(self) -> bool:
        return self.profile is Profile.DEVELOPMENT
