"""What is found, for each of the keys it was looked for by: records, and what rules made of them."""

from dataclasses import dataclass

from app.db.statements import many_each, one_each


@dataclass(frozen=True)
class Made:
    owner: int
    name: str


FIRST, SECOND, THIRD = Made(1, "first"), Made(2, "second"), Made(1, "third")


def test_things_that_are_no_rows_are_told_apart_by_what_they_have() -> None:
    assert one_each([FIRST, SECOND], [2, 3, 1], by="owner") == [SECOND, None, FIRST]
    assert many_each([FIRST, SECOND, THIRD], [2, 3, 1], by="owner") == [[SECOND], [], [FIRST, THIRD]]
