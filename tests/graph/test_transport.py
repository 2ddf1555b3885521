"""GraphQL over HTTP, between a client and any graph: what is taken, and how it is answered."""

from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError

from app.clock import new_id
from app.graph.execution import NOT_COMPILED
from app.graph.transport import GraphQLHandler, Parameters

from .asking import GRAPHQL, JSON, UTF_8, ask, deliver, piece, post
from .small import context_for, handler

HELLO = {"query": "{ greeting }"}
TYPED = [("content-type", JSON)]


async def test_an_answer_says_its_type_its_length_its_request_and_that_it_is_not_to_be_stored() -> None:
    answered = await post(handler(), HELLO, x_request_id="abc-1")

    assert answered.status == 200
    assert answered.json == {"data": {"greeting": "Hello you"}}
    assert answered.headers == {
        "content-type": JSON + UTF_8,
        "content-length": str(len(answered.body)),
        "cache-control": "no-store",
        "x-request-id": "abc-1",
    }


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (JSON, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/*;q=0.5, */*;q=0.1", JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.5", JSON),
        (f"{GRAPHQL};q=0, */*", JSON),
        (f"{JSON};q=0, application/*", GRAPHQL),
        (f"{GRAPHQL.upper()};charset=utf-8", GRAPHQL),
        ("text/html, */*;q=0.8", JSON),
        (f"{JSON};q=high, {GRAPHQL};q=0.1", GRAPHQL),
    ],
)
async def test_the_client_chooses_the_type_of_the_answer(accept: str, expected: str) -> None:
    answered = await post(handler(), HELLO, accept=accept)

    assert (answered.status, answered.headers["content-type"]) == (200, expected + UTF_8)


async def test_without_a_wish_the_answer_is_json() -> None:
    answered = await deliver(handler(), [piece(b'{"query": "{ greeting }"}')], headers=TYPED)

    assert (answered.status, answered.headers["content-type"]) == (200, JSON + UTF_8)


@pytest.mark.parametrize("accept", ["text/html", "image/*", f"{JSON};q=0", "", "application/xml, text/plain"])
async def test_who_wants_no_json_gets_406(accept: str) -> None:
    answered = await post(handler(), HELLO, accept=accept)

    assert (answered.status, answered.codes) == (406, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
async def test_a_production_server_takes_only_posts(method: str) -> None:
    answered = await deliver(handler(), method=method, query_string="query={greeting}")

    assert (answered.status, answered.headers["allow"]) == (405, "POST")


async def test_in_development_a_query_may_be_a_get() -> None:
    query = "query=query($n:String!){greeting(name:$n)}&variables=%7B%22n%22:%22Li%22%7D&extensions=%7B%7D"

    answered = await deliver(handler(development=True), method="GET", query_string=query)

    assert (answered.status, answered.json) == (200, {"data": {"greeting": "Hello Li"}})


@pytest.mark.parametrize(
    "query",
    ['mutation{rename(name:"a")}', 'query A{greeting} mutation B{rename(name:"a")}&operationName=B'],
)
async def test_a_mutation_is_never_a_get(query: str) -> None:
    answered = await deliver(handler(development=True), method="GET", query_string=f"query={query}")

    assert (answered.status, answered.headers["allow"]) == (405, "POST")
    assert "data" not in answered.json


WRONG_REQUESTS = {
    "cannot be parsed": {"query": "{"},
    "has an unknown field": {"query": "{ nonsense }"},
    "has a variable of the wrong type": {"query": "query($n: Int!) { double(of: $n) }", "variables": {"n": "x"}},
    "lacks a variable": {"query": "query($n: Int!) { double(of: $n) }"},
    "names an unknown operation": {"query": "query A { greeting }", "operationName": "B"},
    "names none of several operations": {"query": "query A { greeting } query B { greeting }"},
    "switches by a null": {"query": "query($s: Boolean = true) { greeting @skip(if: $s) }", "variables": {"s": None}},
}


@pytest.mark.parametrize("body", WRONG_REQUESTS.values(), ids=WRONG_REQUESTS)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400)])
async def test_what_cannot_be_executed_has_no_data(body: dict[str, Any], accept: str, status: int) -> None:
    answered = await post(handler(), body, accept=accept)

    assert (answered.status, list(answered.json)) == (status, ["errors"])
    assert set(answered.codes) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_what_fails_in_part_keeps_the_rest(accept: str) -> None:
    answered = await ask(handler(), "{ greeting hidden }", accept=accept)

    assert answered.status == 200
    assert answered.json == {
        "data": {"greeting": "Hello you", "hidden": None},
        "errors": [
            {
                "message": "You may not see this.",
                "locations": [{"line": 1, "column": 12}],
                "path": ["hidden"],
                "extensions": {"code": "FORBIDDEN"},
            }
        ],
    }


@pytest.mark.parametrize("development", [True, False])
@pytest.mark.parametrize("errors", [None, [GraphQLError("No.", path=["a"])]])
async def test_what_is_said_of_the_execution_is_for_who_develops(
    development: bool, errors: list[GraphQLError] | None
) -> None:
    async def executed(*_: object) -> ExecutionResult:
        return ExecutionResult({"a": None}, errors, {NOT_COMPILED: "introspection"})

    app = GraphQLHandler(execute=executed, context_for=context_for, new_id=new_id, development=development)
    answered = (await ask(app, "{ a }")).json
    assert answered["data"] == {"a": None}
    assert bool(answered.get("errors")) is bool(errors)
    assert answered.get("extensions") == ({"notCompiled": "introspection"} if development else None)


async def test_an_argument_found_wrong_while_executing_is_the_callers_mistake() -> None:
    """graphql-core finds a null in a variable that has a default only then."""
    answered = await ask(handler(), "query($n: Int = 5) { greeting again { double(of: $n) } }", n=None)

    assert (answered.status, answered.json["data"]) == (200, None)
    assert answered.codes == ["BAD_USER_INPUT"]


async def test_a_request_without_an_id_gets_one() -> None:
    ids = {(await post(handler(), HELLO)).headers["x-request-id"] for _ in range(3)}

    assert {len(made) for made in ids} == {32}
    assert len(ids) == 3


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb", "ä"])
async def test_an_id_that_could_not_be_logged_is_replaced(given: str) -> None:
    answered = await post(handler(), HELLO, x_request_id=given)

    assert answered.headers["x-request-id"] != given


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr, zh;q=0.5, en;q=0.3", "zh"),
        ("fr", "en"),
        ("zh;q=0", "en"),
        ("*", "en"),
        ("zh-Hant, en", "zh"),
        ("en, zh", "en"),
        (";;;,,=q;q=q", "en"),
    ],
)
async def test_words_are_in_the_language_the_client_likes_best(accept: str | None, expected: str) -> None:
    headers = {"accept_language": accept} if accept is not None else {}

    answered = await post(handler(), {"query": "{ viewer }"}, **headers)

    assert answered.json == {"data": {"viewer": f"VISITOR in {expected}"}}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_token_says_who_asks(scheme: str) -> None:
    answered = await post(handler(), {"query": "{ viewer }"}, authorization=f"{scheme} member")

    assert answered.json == {"data": {"viewer": "MEMBER in en"}}


@pytest.mark.parametrize(
    "authorization", ["Bearer expired", "Bearer", "Bearer ", "Basic bWVtYmVy", "member", "", "Bearer m\u00fc"]
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_token_that_does_not_hold_is_401_and_nothing_is_executed(authorization: str, accept: str) -> None:
    answered = await post(handler(), HELLO, accept=accept, authorization=authorization)

    assert (answered.status, answered.headers["www-authenticate"]) == (401, "Bearer")
    assert (answered.codes, answered.read) == (["UNAUTHENTICATED"], 0)
    assert "data" not in answered.json


async def test_two_tokens_are_none() -> None:
    twice = [("authorization", "Bearer member"), ("authorization", "Bearer service")]

    assert (await deliver(handler(), headers=[("content-type", JSON), *twice])).status == 401


async def test_each_answer_is_counted_by_its_outcome() -> None:
    seen: list[tuple[str | None, str]] = []

    def observe(parameters: Parameters | None, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        seen.append((parameters.operation if parameters else None, outcome))

    app = handler(observe=observe)
    await post(app, {"query": "query Hello { greeting }", "operationName": "Hello"})
    await post(app, {"query": "query Bad { nonsense }", "operationName": "Bad"})
    await post(app, b"nonsense")
    await ask(app, "{ hidden broken }")

    assert seen == [("Hello", "OK"), ("Bad", "BAD_USER_INPUT"), (None, "BAD_USER_INPUT"), (None, "FORBIDDEN")]
