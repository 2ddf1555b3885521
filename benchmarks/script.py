"""A script for pgbench that runs the statements of a request, with their very texts.

What a request gives to its statements is found out by comparing a few of them: a value that is the same in all of them
is a constant; one that came back from the database earlier in each of them, or is a number more than it, is taken from
there; one that the workload can explain is what it says; a UUID that nothing explains is a new id; a text is put
together of its UUIDs and what is between them. Anything else fails: a script that does something else than the request
is worth nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from .numbers import FIRST_PROGRAM
from .recording import Sent

PLACE = re.compile(r"\$(\d+)")
IN_TEXT = re.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""A UUID."""
HEAD = """\
\\set i :i + 1
\\set number (:run * 1000 + :client_id) * 10000000 + :i
\\set member random(:first_member, :last_member)
"""
"""As clients number what they send, and choose members: see clients.py."""
HEAD_IN_TURN = f"""\
\\set i :i + 1
\\set number (:run * 1000 + :client_id) * 10000000 + :i
\\set turn :first_turn + :client_id * :turns_each + :i - 1
\\set member :first_member + :turn % (:last_member - :first_member + 1)
\\set program {FIRST_PROGRAM} + :turn / (:last_member - :first_member + 1)
"""
"""The same for what happens once to each member of each program: see `numbers.Turns`."""


class Unexplained(Exception):
    """Something that a request gives to a statement cannot be said in a script."""


@dataclass(frozen=True)
class Explained:
    """How SQL makes a value that the application makes otherwise."""

    sql: str
    """May use `:number`, `:member`, in turn also `:program`, and the texts."""
    values: Sequence[Any]
    """What it was in each of the recorded requests."""
    texts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Script:
    """What pgbench runs, and the texts that it is given as variables."""

    text: str
    variables: Mapping[str, str]
    statements: int
    round_trips: int


def script_of(recorded: Sequence[Sequence[Sent]], explained: Iterable[Explained], *, head: str = HEAD) -> Script:
    """The script of requests that sent the same statements. May raise Unexplained."""
    if len({tuple((sent.sql, len(sent.arguments)) for sent in request) for request in recorded}) != 1:
        raise Unexplained("the recorded requests did not send the same statements")
    writing = Writing(len(recorded), list(explained))
    for sents in zip(*recorded, strict=True):
        writing.add(sents)
    return Script(
        text=head + "".join(writing.commands()),
        variables=writing.variables,
        statements=sum(len(sent.arguments) for sent in recorded[0]),
        round_trips=len(recorded[0]),
    )


class Writing:
    """A script being written: what is known by now, and what it is called."""

    def __init__(self, requests: int, explained: Sequence[Explained]) -> None:
        self.variables = {name: text for each in explained for name, text in each.texts.items()}
        self._requests = requests
        self._known: list[tuple[Sequence[Any], str]] = [(each.values, each.sql) for each in explained]
        self._columns: list[tuple[Sequence[Any], str]] = []
        """Of rows that came back, by the names that \\gset gives them."""
        self._asked: set[str] = set()
        """Those of them that are needed."""
        self._written: list[tuple[str, str, bool]] = []
        """Text, prefix of what comes back of it, and whether it is a statement."""
        self._new = 0

    def add(self, sents: Sequence[Sent]) -> None:
        """The next round trip, as each of the requests made it."""
        several = len(sents[0].arguments) > 1
        texts = [
            self._statement(sents[0].sql, [[sent.arguments[time][place] for sent in sents] for place in range(places)])
            for time, places in enumerate(map(len, sents[0].arguments))
        ]
        prefix = f"s{len(self._written)}_"
        if several:
            self._written.append(("\\startpipeline\n", "", False))
        self._written += [(text, prefix, True) for text in texts]
        if several:
            self._written.append(("\\endpipeline\n", "", False))
        if all(len(sent.rows) == 1 for sent in sents):
            for name in sents[0].rows[0]:
                self._columns.append(([sent.rows[0][name] for sent in sents], prefix + name))

    def commands(self) -> Iterable[str]:
        for text, prefix, is_statement in self._written:
            wanted = is_statement and any(name.startswith(prefix) for name in self._asked)
            yield text if not is_statement else f"{text} \\gset {prefix}\n" if wanted else f"{text};\n"

    def _statement(self, sql: str, given: Sequence[Sequence[Any]]) -> str:
        said = [self._said(values, where=f"${place} of {sql}") for place, values in enumerate(given, 1)]
        return PLACE.sub(lambda found: said[int(found[1]) - 1], sql.rstrip("; \n"))

    def _said(self, values: Sequence[Any], *, where: str) -> str:
        if all(value is None for value in values):
            return "NULL"
        if all(value == values[0] for value in values):
            return self._constant(values[0])
        for known, sql in self._known:
            if list(known) == list(values):
                return sql
        for column, name in reversed(self._columns):
            if list(column) == list(values):
                self._asked.add(name)
                return f":{name}"
        if all(isinstance(value, UUID) for value in values):
            return self._new_id(values)
        if all(type(value) is int for value in values):
            return self._sum(values, where=where)
        if all(isinstance(value, str) for value in values):
            return self._text(values, where=where)
        raise Unexplained(f"{where} was {list(values)}: nothing says why")

    def _constant(self, value: Any) -> str:
        text = text_of(value)
        name = next((name for name, known in self.variables.items() if known == text), f"c{len(self.variables)}")
        self.variables[name] = text
        return f":{name}"

    def _new_id(self, values: Sequence[Any]) -> str:
        """In order of the numbers, as the application's are in order of time."""
        self._new += 1
        sql = f"('01900000-0000-7000-8{self._new:03}-' || :number::text)"
        self._known.append((list(values), sql))
        return sql

    def _text(self, values: Sequence[str], *, where: str) -> str:
        """What is between the UUIDs must be the same in all of them."""
        pieces = [IN_TEXT.split(value) for value in values]
        if {len(each) for each in pieces} != {len(pieces[0])} or len({tuple(each[::2]) for each in pieces}) != 1:
            raise Unexplained(f"{where} was {list(values)}: nothing says why")
        said = [
            self._said([UUID(uuid) for uuid in each], where=where) if place % 2 else self._constant(each[0])
            for place, each in enumerate(zip(*pieces, strict=True))
            if any(each)
        ]
        return f"({' || '.join(f'{one}::text' for one in said)})"

    def _sum(self, values: Sequence[int], *, where: str) -> str:
        for column, name in reversed(self._columns):
            if any(type(value) is not int for value in column):
                continue
            more = {value - known for value, known in zip(values, column, strict=True)}
            if len(more) == 1:
                self._asked.add(name)
                sum_ = f"sum{len(self._written)}_{name}"
                self._written.append((f"\\set {sum_} :{name} + {more.pop()}\n", "", False))
                return f":{sum_}"
        raise Unexplained(f"{where} was {list(values)}: no number that came back is as much less in each request")


def text_of(value: Any) -> str:
    """A value as PostgreSQL reads it. May raise Unexplained."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, UUID)):
        return str(value)
    raise Unexplained(f"a constant of type {type(value).__name__}")
