"""Who asks: a token's signature, times and claims checked, and the `Viewer` that it names; keys for development."""

from .compact import ALGORITHMS
from .development import DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER, DevelopmentIssuer, development_key
from .keys import JwksError, Keys, keys_of
from .source import Jwks
from .verifier import Verifier

__all__ = [
    "ALGORITHMS",
    "DEVELOPMENT_AUDIENCE",
    "DEVELOPMENT_ISSUER",
    "DevelopmentIssuer",
    "Jwks",
    "JwksError",
    "Keys",
    "Verifier",
    "development_key",
    "keys_of",
]
