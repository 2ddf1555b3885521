"""Whatever comes over HTTP gets a clear error with a code: never a 5xx, nothing internal, nothing half done."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.telling import capture_logs

from .asking import GRAPHQL, JSON, deliver, piece, post
from .small import handler

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a number": b"5",
    "a text": b'"{ greeting }"',
    "true": b"true",
    "an empty list": b"[]",
    "a batch": b'[{"query": "{ greeting }"}]',
    "half an object": b'{"query": ',
    "two objects": b'{"query": "{greeting}"} {"query": "{greeting}"}',
    "GraphQL itself": b"{ greeting }",
    "NaN": b'{"query": "{greeting}", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{greeting}", "variables": {"a": -Infinity}}',
    "a number beyond doubles": b'{"query": "{greeting}", "variables": {"a": 1e999}}',
    "no UTF-8": b'{"query": "{greeting}", "variables": {"a": "\xff\xfe"}}',
    "UTF-16": '{"query": "{greeting}"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"query": "{greeting}"}',
    "half a surrogate pair": b'{"query": "{greeting}", "variables": {"a": "\\ud800"}}',
    "a null character in a variable": b'{"query": "{greeting}", "variables": {"a": ["x", {"b": "\\u0000"}]}}',
    "a null character in a name of a variable": b'{"query": "{greeting}", "variables": {"\\u0000": 1}}',
    "60,000 brackets": b"[" * 60_000,
    "60,000 brackets in variables": b'{"query": "{greeting}", "variables": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "10,000 objects in each other": b'{"a":' * 10_000,
    "no query": b'{"variables": {}}',
    "a null query": b'{"query": null}',
    "a number for a query": b'{"query": 1}',
    "a list for a query": b'{"query": ["{greeting}"]}',
    "an object for a query": b'{"query": {}}',
    "a text for variables": b'{"query": "{greeting}", "variables": "{}"}',
    "a list for variables": b'{"query": "{greeting}", "variables": []}',
    "false for variables": b'{"query": "{greeting}", "variables": false}',
    "a number for an operation": b'{"query": "{greeting}", "operationName": 0}',
    "a list for an operation": b'{"query": "{greeting}", "operationName": ["a"]}',
    "a text for extensions": b'{"query": "{greeting}", "extensions": "a"}',
    "a list for extensions": b'{"query": "{greeting}", "extensions": []}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_body_that_makes_no_sense_is_400(body: bytes, accept: str) -> None:
    with capture_logs() as logs:
        answered = await post(handler(), body, accept=accept)

    assert (answered.status, list(answered.json), answered.codes) == (400, ["errors"], ["BAD_USER_INPUT"])
    assert logs == []


QUERIES: dict[str, str] = {
    "nothing": "",
    "blanks": " \n\t,",
    "no GraphQL": "SELECT 1",
    "an open brace": "{",
    "a null character": "{ greeting(name: \0) }",
    "an escaped null character": '{ greeting(name: "\\u0000") }',
    "an escaped null character in braces": '{ greeting(name: "\\u{0}") }',
    "a null character in a block": '{ greeting(name: """a\0b""") }',
    "half a surrogate pair": '{ greeting(name: "\\uD800") }',
    "a fragment alone": "fragment F on Query { greeting }",
    "an unused fragment": "{ greeting } fragment F on Query { greeting }",
    "an unknown fragment": "{ ...F }",
    "a definition of a type": "type Query { greeting: String }",
    "a query and a definition": "{ greeting } extend type Query { more: Int }",
    "a subscription": "subscription { greeting }",
    "an unknown field": "{ nonsense }",
    "an unknown argument": "{ greeting(nonsense: 1) }",
    "an unknown directive": "{ greeting @nonsense }",
    "an unknown type": "query($a: Nonsense) { greeting }",
    "a field without its selection": "{ again }",
    "a selection on a text": "{ greeting { length } }",
    "a missing argument": "{ double }",
    "a text for a number": '{ double(of: "1") }',
    "a fraction for a number": "{ double(of: 1.5) }",
    "a number beyond 32 bits": "{ double(of: 2147483648) }",
    "a null for a number": "{ double(of: null) }",
    "an unknown value": "{ greeting(season: WINTER) }",
    "no UUID": 'mutation { give(idempotencyKey: "abc") }',
    "a number for a UUID": "mutation { give(idempotencyKey: 5) }",
    "an unused variable": "query($a: Int) { greeting }",
    "an unknown variable": "{ double(of: $a) }",
    "a variable of another type": "query($a: String!) { double(of: $a) }",
    "two anonymous operations": "{ greeting } { viewer }",
    "two operations of a name": "query A { greeting } query A { viewer }",
    "one name for two fields": "{ a: greeting a: viewer }",
    "a query nested 3,000 times": "{ again " * 3000 + "}" * 3000,
    "a list nested 3,000 times": "{ total(of: " + "[" * 3000 + "]" * 3000 + ") }",
    "a variable's type nested 3,000 times": "query($a: " + "[" * 3000 + "Int" + "]" * 3000 + ") { total(of: $a) }",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
@pytest.mark.parametrize("development", [True, False])
async def test_a_document_that_makes_no_sense_is_the_callers_mistake(query: str, development: bool) -> None:
    with capture_logs() as logs:
        answered = await post(handler(development=development), {"query": query}, accept=GRAPHQL)

    assert (answered.status, list(answered.json)) == (400, ["errors"])
    assert set(answered.codes) <= {"BAD_USER_INPUT", "QUERY_TOO_EXPENSIVE"}
    assert logs == []


VARIABLES: dict[str, tuple[str, Any]] = {
    "a text for a number": ("Int!", "1"),
    "a truth for a number": ("Int!", True),
    "a fraction for a number": ("Int!", 1.5),
    "a number beyond 32 bits": ("Int!", 2**31),
    "a number beyond 64 bits": ("Int!", 2**70),
    "a null": ("Int!", None),
    "a list": ("Int!", [1]),
    "an object": ("Int!", {}),
    "a list that is 500 deep": ("Int!", orjson.loads(b"[" * 500 + b"]" * 500)),
}


@pytest.mark.parametrize(("kind", "value"), VARIABLES.values(), ids=VARIABLES)
async def test_a_variable_of_the_wrong_kind_is_the_callers_mistake(kind: str, value: object) -> None:
    # not orjson, which writes no number of more than 64 bits
    sent = json.dumps({"query": f"query($a: {kind}) {{ double(of: $a) }}", "variables": {"a": value}})
    with capture_logs() as logs:
        answered = await post(handler(), sent.encode(), accept=GRAPHQL)

    assert (answered.status, list(answered.json), answered.codes) == (400, ["errors"], ["BAD_USER_INPUT"])
    assert logs == []


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/plain;charset=UTF-8",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/graphql",
        "application/graphql-response+json",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "application/jsonp",
    ],
)
async def test_what_is_not_said_to_be_json_is_not_read(content_type: str | None) -> None:
    """A page of another site can send text/plain, multipart and forms in a visitor's name; JSON it cannot."""
    headers = [] if content_type is None else [("content-type", content_type)]

    answered = await deliver(handler(), [piece(b'{"query": "{greeting}"}')], headers=headers)

    assert (answered.status, answered.read, answered.codes) == (415, 0, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("content_type", ["application/json;charset=utf-8", 'APPLICATION/JSON; Charset="UTF-8"'])
async def test_json_in_utf_8_is_read_however_it_is_spelt(content_type: str) -> None:
    answered = await deliver(handler(), [piece(b'{"query": "{greeting}"}')], headers=[("content-type", content_type)])

    assert answered.status == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
async def test_a_compressed_body_is_not_unpacked(encoding: str) -> None:
    """A few bytes could become gigabytes."""
    assert (await post(handler(), {"query": "{greeting}"}, content_encoding=encoding)).status == 415


QUERY_STRINGS = {
    "nothing": "",
    "no query": "operationName=A",
    "variables that are no JSON": "query={greeting}&variables={",
    "variables that are a list": "query={greeting}&variables=[]",
    "extensions that are a number": "query={greeting}&extensions=5",
    "no UTF-8": "query=%FF%FE",
    "many fields": "&".join(f"a{n}=1" for n in range(100)),
    "a null character": "query={greeting}&variables=%7B%22a%22:%22%5Cu0000%22%7D",
}


@pytest.mark.parametrize("query_string", QUERY_STRINGS.values(), ids=QUERY_STRINGS)
async def test_an_address_that_makes_no_sense_is_400(query_string: str) -> None:
    answered = await deliver(handler(development=True), method="GET", query_string=query_string)

    assert (answered.status, answered.codes) == (400, ["BAD_USER_INPUT"])


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
ALMOST_RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "query": JSON_VALUES | st.sampled_from(list(QUERIES.values())) | st.sampled_from(["{greeting}", "{viewer}"]),
        "variables": JSON_VALUES,
        "operationName": JSON_VALUES,
        "extensions": JSON_VALUES,
    },
)
BYTES = st.binary() | JSON_VALUES.map(orjson.dumps) | ALMOST_RIGHT.map(orjson.dumps)


@settings(max_examples=300, deadline=None)
@given(body=BYTES, accept=st.sampled_from([JSON, GRAPHQL]) | st.text(st.characters(max_codepoint=255)))
async def test_whatever_comes_is_answered_with_data_or_with_a_code(body: bytes, accept: str) -> None:
    with capture_logs() as logs:
        answered = await post(handler(), body, accept=accept)

    assert answered.status in {200, 400, 406}
    assert "data" in answered.json or set(answered.codes) <= {"BAD_USER_INPUT", "QUERY_TOO_EXPENSIVE"}
    assert logs == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["accept", "accept-language", "content-type"]), st.text(max_size=30))))
async def test_whatever_the_headers_say_is_answered(headers: list[tuple[str, str]]) -> None:
    written = [(name, value.encode().decode("latin-1")) for name, value in headers]
    with capture_logs() as logs:
        answered = await deliver(handler(), [piece(b'{"query": "{greeting}"}')], headers=written)

    assert answered.status in {200, 406, 415}
    assert logs == []
