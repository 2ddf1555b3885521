"""What comes of staff deciding about a redemption, beside what comes of the redemption itself. No I/O here."""

from dataclasses import dataclass
from uuid import UUID

import regex

from app.errors import BadInput

LONGEST_REFERENCE = 100
INVISIBLE = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]")


@dataclass(frozen=True)
class OwnRedemption:
    """It is who decides who redeemed it."""

    member_id: UUID
    redemption_id: UUID


def reference_given(asked: str) -> str:
    """Trimmed. May raise BadInput: nothing, too long, or not visible."""
    reference = asked.strip()
    if not 0 < len(reference) <= LONGEST_REFERENCE or INVISIBLE.search(reference):
        raise BadInput(f"'reference' must have 1 to {LONGEST_REFERENCE} visible characters.")
    return reference
