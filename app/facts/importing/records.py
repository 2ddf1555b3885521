"""A CSV file taken apart strictly, into records with the lines at which they begin. No I/O here."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.errors import BadInput

MOST_BYTES = 64 * 1024 * 1024
"""About two million orders: what is read of a file is held in memory."""
LONGEST_RECORD = 10_000
"""Characters."""


class WrongFile(BadInput):
    """The file as a whole cannot be read, and nothing of it is taken: what it says is not certain anywhere."""


@dataclass(frozen=True, slots=True)
class Record:
    """Fields, and the line of the file at which they begin, from 1."""

    line: int
    fields: list[str]


def text_of(content: bytes) -> str:
    """A file's text, without a byte order mark. May raise WrongFile: it is no text in UTF-8, or has a NUL byte."""
    if len(content) > MOST_BYTES:
        raise WrongFile(f"The file is longer than {MOST_BYTES // 1024 // 1024} MiB. Split it, between two customers.")
    text = content.removeprefix(codecs.BOM_UTF8)
    if 0 in text:
        raise WrongFile(f"Line {_line_at(text, text.index(0))} has a NUL byte: this is no CSV file in UTF-8.")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise WrongFile(f"Line {_line_at(text, error.start)} is not UTF-8. Save the file as UTF-8.") from None


def _line_at(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def records_of(text: str) -> Iterator[Record]:
    """Each record in turn, without blank lines. May raise WrongFile, which names the line: a quote that is not closed
    or stands in the middle of a field, or a record that is longer than any order."""
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    while True:
        lines.begin()
        try:
            fields = next(reader, None)
        except csv.Error:
            raise WrongFile(f"Line {lines.first}: its quotes do not match, or text follows a closing quote.") from None
        if fields is None:
            return
        if any(text.strip() for text in fields):
            yield Record(lines.first, fields)


@dataclass
class _Lines:
    """Lines of a text as the reader takes them: a record may span several."""

    text: str
    first: int = 1
    """Line at which the present record begins."""
    _next: int = 1
    _length: int = 0
    _lines: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = io.StringIO(self.text, newline="")

    def begin(self) -> None:
        self.first, self._length = self._next, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._next += 1
        self._length += len(line)
        if self._length > LONGEST_RECORD:
            raise WrongFile(
                f"Line {self.first}: longer than {LONGEST_RECORD} characters. Is a quote not closed, or is it no CSV?"
            )
        return line
