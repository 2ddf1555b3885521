"""Invite codes: 10 characters that are easily typed, and told from one another."""

import hashlib
from uuid import UUID

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L."""
LENGTH = 10
TYPED_BETWEEN = str.maketrans("", "", " -")
LONGEST_TYPED = 40


def code_of(*drawn: UUID) -> str:
    """A code from ids that were made for it alone: they are in no other use, so that nothing tells the code. Two of
    them: of ids made within a millisecond a part is counted up, not drawn."""
    number = int.from_bytes(hashlib.sha256(b"".join(each.bytes for each in drawn)).digest())
    code = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        code += LETTERS[place]
    return code


def code_typed(text: str) -> str | None:
    """A code as somebody typed it, in small letters perhaps, and with spaces; None: there is no such code."""
    if len(text) > LONGEST_TYPED:
        return None
    code = text.translate(TYPED_BETWEEN).upper()
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None
