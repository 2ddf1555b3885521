"""Codes that bring coupons: as they are typed, and as they are looked for. No randomness here."""

import hashlib
from collections.abc import Iterable

from app.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of codes: no I, L, O, U, which are taken for others; five bits each."""
LENGTH = 20
"""Signs of a code: 100 bits, of which nobody guesses one of 100,000."""
GROUP = 5
LONGEST_TYPED = 60
TAKEN_FOR = str.maketrans({"I": "1", "L": "1", "O": "0"})
BITS = 5


def code_of(random: bytes) -> str:
    """A code of at least 13 random bytes: `LENGTH` signs of five bits each, in groups with dashes between."""
    number = int.from_bytes(random) >> (len(random) * 8 - LENGTH * BITS)
    signs = "".join(ALPHABET[number >> BITS * place & 31] for place in reversed(range(LENGTH)))
    return grouped(signs)


def grouped(signs: str) -> str:
    """For people to read and type."""
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def digest_of_code(typed: str) -> bytes:
    """By which a code is found, however it was typed: small or large, with spaces and dashes or without. May raise
    BadInput: it is too long to be one."""
    if len(typed) > LONGEST_TYPED:
        raise BadInput(f"'code' may have at most {LONGEST_TYPED} characters.")
    return hashlib.sha256(f"coupon code:{typed_signs(typed)}".encode()).digest()


def typed_signs(typed: str) -> str:
    signs: Iterable[str] = (sign for sign in typed.upper() if sign.isalnum())
    return "".join(signs).translate(TAKEN_FOR)
