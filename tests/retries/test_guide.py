"""The guide's table has every code that a client can meet, and says of refusals what the source says."""

import ast
import re
from collections.abc import Iterator

import pytest

from app.errors import CallerError
from app.graph import transport
from app.graph.expense import TOO_EXPENSIVE
from app.graph.idempotency import KEPT
from app.graph.in_flight import WAIT
from app.graph.masking import INTERNAL
from app.graph.refusals import RefusalCode
from app.graph.retries import AFTER_REFUSAL, Again
from app.graph.transport import media, refusing
from app.schema import schema

from .guide import ERROR, GUIDE, HTTP, REFUSAL, ROOT, SAME_KEY, Row, programs, rows

FOLDER = ROOT / "app" / "graph" / "transport"
ELSEWHERE = {"no answer", "404", "502", "504"}
"""What does not come from the graph: the network, and what stands between it and the client."""


def codes_of(error: type[CallerError]) -> Iterator[str]:
    yield error.code
    for kind in error.__subclasses__():
        yield from codes_of(kind)


def statuses() -> set[str]:
    """HTTP statuses that the transport answers with."""
    source = "\n".join(file.read_text("utf-8") for file in FOLDER.glob("*.py"))
    written = set(re.findall(r"\b(?:NotAnswered|Answer)\((\d{3})\b", source))
    known = {*refusing.STATUS.values(), *refusing.HEADERS, media.GRAPHQL.request_error, media.JSON.request_error}
    return written | {str(status) for status in known}


def test_every_refusal_code_says_whether_to_ask_again() -> None:
    """A new code needs a line in `AFTER_REFUSAL` of app/graph/retries.py: what is the person to do?"""
    assert sorted(AFTER_REFUSAL) == sorted(code.name for code in RefusalCode)


def test_the_table_says_of_each_refusal_what_the_source_says() -> None:
    """The lines on the right-hand side are what docs/guide/retries.md must have."""
    given = [row.line for row in rows(REFUSAL)]
    assert given == [Row(REFUSAL, code, said.again.value, said.why).line for code, said in AFTER_REFUSAL.items()]


def test_no_refusal_is_worth_the_same_key() -> None:
    """R36: it is kept under the key."""
    assert SAME_KEY not in {again.value for again in Again}


@pytest.mark.parametrize("code", RefusalCode)
def test_the_schema_says_it_with_each_code(code: RefusalCode) -> None:
    kind = schema.core.type_map["RefusalCode"]
    said = getattr(kind, "values", {})[code.name].description
    assert said.endswith(AFTER_REFUSAL[code.name].sentence)


def test_the_table_has_every_error_code_once() -> None:
    expected = {*codes_of(CallerError), INTERNAL, TOO_EXPENSIVE, *refusing.STATUS}
    assert sorted(row.code for row in rows(ERROR)) == sorted(expected)


def test_the_table_has_every_status_once() -> None:
    assert transport.__name__.replace(".", "/") == str(FOLDER.relative_to(ROOT))
    assert len(statuses()) > 8
    assert sorted(row.code for row in rows(HTTP)) == sorted(statuses() | ELSEWHERE)


def test_an_error_that_sets_the_status_is_as_good_as_its_status() -> None:
    again = {row.code: row.again for row in (*rows(ERROR), *rows(HTTP))}
    assert {code: again[code] for code in refusing.STATUS} == {
        code: again[str(status)] for code, status in refusing.STATUS.items()
    }


def code_said(*said: ast.expr) -> str:
    """A code that is written as itself or by the name that it has in `refusing`; without one, the usual."""
    if not said:
        return "BAD_USER_INPUT"
    return str(said[0].value if isinstance(said[0], ast.Constant) else getattr(refusing, ast.unparse(said[0])))


def written_down() -> set[tuple[str, str]]:
    """Status and code of each error that the transport tells, where both are written in its source."""
    found: set[tuple[str, str]] = set()
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(ast.Name("NotAnswered"), [ast.Constant(status), *_], keywords):
                    said = [word.value for word in keywords if word.arg == "code"]
                    found.add((str(status), code_said(*said)))
                case _:
                    pass
    return found


def test_whoever_goes_by_the_status_does_what_is_right_by_the_code() -> None:
    """Each pair that is sent has the same advice in both tables. Tried: with BAD_USER_INPUT for 408, it is red."""
    again = {row.code: row.again for row in (*rows(ERROR), *rows(HTTP))}
    pairs = written_down()
    assert {("400", "BAD_USER_INPUT"), ("401", "UNAUTHENTICATED"), ("408", "REQUEST_TIMEOUT")} < pairs
    assert [(status, code) for status, code in sorted(pairs) if again[status] != again[code]] == []


@pytest.mark.parametrize("language", ["js", "kotlin", "swift"])
def test_what_every_client_sends_again_by_itself_is_worth_the_same_key(language: str) -> None:
    """But for what somebody must do something about first, or wait for."""
    text = GUIDE.read_text("utf-8")
    blocks = "\n".join(re.findall(rf"^```{language}\b.*?^```", text, re.MULTILINE | re.DOTALL))
    lists = re.findall(r"(?i)(?:same_?key)\b[^=\n]*= ?[^(\[\n]*[(\[]+([^)\]]*)[)\]]", blocks)
    by_itself = {row.code for row in rows(ERROR) if row.again == SAME_KEY} - {"UNAUTHENTICATED", "RATE_LIMITED"}

    assert len(lists) == (len(programs("js")) if language == "js" else 1)
    assert [set(re.findall(r"[A-Z_]+", each)) for each in lists] == [by_itself] * len(lists)


def test_the_times_that_it_promises_are_kept() -> None:
    text = " ".join(GUIDE.read_text("utf-8").split())
    assert "A key is known for at least 24 hours" in text
    assert KEPT.total_seconds() >= 24 * 3600
    assert f"waits up to {WAIT:.0f} seconds for its outcome" in text


def test_files_that_it_names_exist_and_it_is_named() -> None:
    assert "`docs/guide/retries.md`" in (ROOT / "README.md").read_text("utf-8")
    assert "`guide/retries.md`" in (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")


def test_the_programs_do_not_name_what_the_graph_has_not() -> None:
    """Mutations and types in the guide's text and programs."""
    text = GUIDE.read_text("utf-8")
    mutations = getattr(schema.core.mutation_type, "fields", {})
    assert {"recordOrder", "recordRefund", "recordActivities", "redeemReward"} <= mutations.keys()
    assert set(re.findall(r"\b([A-Z]\w+Input)\b", text)) <= schema.core.type_map.keys()
