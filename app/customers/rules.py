"""How a person is known: by what an identity provider calls them."""

from dataclasses import dataclass

from app.errors import BadInput

MOST = 255
"""Characters of an issuer or a subject."""


@dataclass(frozen=True)
class Identity:
    """A person as the issuer of their tokens knows them."""

    issuer: str
    subject: str

    def __post_init__(self) -> None:
        """May raise BadInput: empty or longer than any identity provider makes it."""
        for part in (self.issuer, self.subject):
            if not 0 < len(part) <= MOST or not part.isprintable():
                raise BadInput("A customer is named by an issuer and a subject of 1 to 255 printable characters.")
