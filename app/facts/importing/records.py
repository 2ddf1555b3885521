"""A CSV file taken apart strictly, into records with the lines at which they begin. No I/O here."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.errors import BadInput

LONGEST_RECORD = 10_000
"""Characters."""
PIECE = 256 * 1024
"""Bytes of a file that are read at once."""


class WrongFile(BadInput):
    """The file as a whole cannot be read, and nothing of it is taken: what it says is not certain anywhere."""


@dataclass(frozen=True, slots=True)
class Record:
    """Fields, and the line of the file at which they begin, from 1."""

    line: int
    fields: list[str]


def lines_of(pieces: Iterable[bytes], *, first: int = 1) -> Iterator[str]:
    """The lines of a text in UTF-8 that comes in pieces, cut anywhere; without a byte order mark. A line that is
    longer than any record may come in several. `first` is the number of its first line.

    May raise WrongFile: it is no text in UTF-8, or has a NUL byte.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig" if first == 1 else "utf-8")()
    number, rest = first, ""
    for piece in pieces:
        if 0 in piece:
            raise WrongFile(
                f"Line {_line_at(piece, piece.index(0), number)} has a NUL byte: this is no CSV file in UTF-8."
            )
        text = rest + _decoded(decoder, piece, number)
        number += piece.count(b"\n")
        lines = list(io.StringIO(text, newline=""))
        is_whole = not lines or lines[-1].endswith("\n") or len(lines[-1]) > LONGEST_RECORD
        rest = "" if is_whole else lines.pop()
        yield from lines
    rest += _decoded(decoder, b"", number)
    yield from io.StringIO(rest, newline="")


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, number: int) -> str:
    """The empty piece is the last."""
    try:
        return decoder.decode(piece, final=not piece)
    except UnicodeDecodeError as error:
        line = _line_at(error.object, error.start, number)
        raise WrongFile(f"Line {line} is not UTF-8. Save the file as UTF-8.") from None


def _line_at(content: bytes, place: int, number: int) -> int:
    return content.count(b"\n", 0, place) + number


def records_of(lines: Iterable[str], *, first: int = 1) -> Iterator[Record]:
    """Each record in turn, without blank lines. May raise WrongFile, which names the line: a quote that is not closed
    or stands in the middle of a field, or a record that is longer than any order."""
    counted = _Lines(lines, first)
    reader = csv.reader(counted, strict=True)
    while True:
        counted.begin()
        try:
            fields = next(reader, None)
        except csv.Error:
            raise WrongFile(
                f"Line {counted.first}: its quotes do not match, or text follows a closing quote."
            ) from None
        if fields is None:
            return
        if any(text.strip() for text in fields):
            yield Record(counted.first, fields)


class _Lines:
    """Lines of a text as the reader takes them: a record may span several."""

    def __init__(self, lines: Iterable[str], first: int) -> None:
        self._lines = iter(lines)
        self.first = self._next = first
        """Line at which the present record begins."""
        self._length = 0

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
