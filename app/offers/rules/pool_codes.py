"""Codes of somebody else's, of which each is given once: as an operator sends them, and as staff see them."""

from collections.abc import Sequence

import regex

from app.errors import BadInput

MOST_CODES = 20_000
"""At once: more than the largest body holds, of codes that nobody can guess."""
LONGEST_CODE = 200
CODE = regex.compile(r"[^\p{C}\p{Z}]+(?: [^\p{C}\p{Z}]+)*")
SHOWN_OF_IT = 4
"""Characters at the end of a code that staff see, to find it again by what a member says of it."""
LEAST_HIDDEN = 4
"""Of a shorter code they see less."""


def read_codes(codes: Sequence[str]) -> list[str]:
    """The codes, each without what is around it. What is wrong with one is told without it. May raise BadInput: none,
    too many, or one that nobody can read."""
    if not 0 < len(codes) <= MOST_CODES:
        raise BadInput(f"Send 1 to {MOST_CODES} codes at once.")
    read = [code.strip() for code in codes]
    for number, code in enumerate(read, start=1):
        if len(code) > LONGEST_CODE or not CODE.fullmatch(code):
            raise BadInput(f"Code {number} of those sent must have 1 to {LONGEST_CODE} visible characters.")
    return read


def masked(code: str) -> str:
    """Its last characters."""
    end = max(0, min(SHOWN_OF_IT, len(code) - LEAST_HIDDEN))
    return "•" * (len(code) - end) + (code[-end:] if end else "")
