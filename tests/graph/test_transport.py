"""GraphQL over HTTP, between a client and any graph: what is taken, and how it is answered."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.graph.transport import Limits, Parameters
from app.graph.transport.deadline import Deadline

from .asking import GRAPHQL, JSON, UTF_8, ask, deliver, piece, post
from .small import SECRET, handler

HELLO = {"query": "{ greeting }"}
SOON = Limits(body=100, service_body=1000, reading=0.05, answering=0.05)

TYPED = {"content-type": JSON}


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


REQUEST_ERRORS = {
    "cannot be parsed": {"query": "{"},
    "has an unknown field": {"query": "{ nonsense }"},
    "has a variable of the wrong type": {"query": "query($n: Int!) { double(of: $n) }", "variables": {"n": "x"}},
    "lacks a variable": {"query": "query($n: Int!) { double(of: $n) }"},
    "names an unknown operation": {"query": "query A { greeting }", "operationName": "B"},
    "names none of several operations": {"query": "query A { greeting } query B { greeting }"},
    "switches by a null": {"query": "query($s: Boolean = true) { greeting @skip(if: $s) }", "variables": {"s": None}},
}


@pytest.mark.parametrize("body", REQUEST_ERRORS.values(), ids=REQUEST_ERRORS)
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
    app = handler()
    sent: list[Any] = []
    pairs = [(b"content-type", b"application/json"), (b"authorization", b"Bearer member")] * 2

    async def receive() -> Any:
        raise AssertionError("nothing is to be read")

    async def send(message: Any) -> None:
        sent.append(message)

    await app({"type": "http", "method": "POST", "headers": pairs[1:], "query_string": b""}, receive, send)
    assert sent[0]["status"] in {401, 415}

    sent.clear()
    pairs = [(b"content-type", b"application/json"), (b"authorization", b"Bearer member"), (b"authorization", b"x")]
    await app({"type": "http", "method": "POST", "headers": pairs, "query_string": b""}, receive, send)
    assert sent[0]["status"] == 401


async def test_a_body_declared_too_large_is_not_read() -> None:
    answered = await deliver(
        handler(limits=SOON), [piece(b" " * 101)], headers={**TYPED, "content-length": "101"}
    )

    assert (answered.status, answered.read, answered.codes) == (413, 0, ["BAD_USER_INPUT"])
    assert answered.headers["connection"] == "close"


@pytest.mark.parametrize("declared", [{}, {"content-length": "5"}, {"content-length": "nonsense"}])
async def test_a_body_that_turns_out_too_large_is_read_no_further(declared: dict[str, str]) -> None:
    pieces = [piece(b" " * 40, more=True)] * 9

    answered = await deliver(handler(limits=SOON), pieces, headers={**TYPED, **declared})

    assert (answered.status, answered.read) == (413, 3)


async def test_a_body_of_just_the_limit_is_taken() -> None:
    body = b'{"query": "{ greeting }"}'.ljust(100)

    assert (await post(handler(limits=SOON), body)).status == 200
    assert (await post(handler(limits=SOON), body + b" ")).status == 413


async def test_a_service_may_send_more() -> None:
    body = b'{"query": "{ greeting }"}'.ljust(1000)

    assert (await post(handler(limits=SOON), body, authorization="Bearer member")).status == 413
    assert (await post(handler(limits=SOON), body, authorization="Bearer service")).status == 200
    assert (await post(handler(limits=SOON), body + b" ", authorization="Bearer service")).status == 413


async def test_a_body_may_come_in_pieces() -> None:
    pieces = [piece(b'{"query": ', more=True), piece(b'"{ greeting }"', more=True), piece(b"}")]

    assert (await deliver(handler(), pieces, headers=TYPED)).json == {"data": {"greeting": "Hello you"}}


@pytest.mark.parametrize("come", [[], [piece(b'{"query":', more=True)]])
async def test_a_body_that_does_not_arrive_in_time_is_408(come: list[Any]) -> None:
    answered = await deliver(handler(limits=SOON), come, headers=TYPED)

    assert (answered.status, answered.codes) == (408, ["BAD_USER_INPUT"])
    assert answered.headers["connection"] == "close"


@pytest.mark.parametrize("before", [[], [piece(b'{"query":', more=True)]])
async def test_a_client_that_has_gone_is_not_answered(before: list[Any]) -> None:
    answered = await deliver(handler(), [*before, {"type": "http.disconnect"}], headers=TYPED)

    assert answered.status == 0


async def test_an_operation_that_takes_too_long_is_given_up() -> None:
    answered = await ask(handler(limits=SOON), "{ endless }")

    assert (answered.status, answered.codes) == (503, ["OVERLOADED"])


async def test_a_deadline_leaves_other_cancellations_alone() -> None:
    deadline = Deadline(3600)
    entered = asyncio.Event()

    async def wait() -> None:
        with deadline:
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_deadline_holds_for_each_task_by_itself() -> None:
    deadline = Deadline(0.05)

    async def wait() -> str:
        try:
            with deadline:
                await asyncio.Event().wait()
        except TimeoutError:
            return "late"
        return "in time"

    async def hurry() -> str:
        with deadline:
            await asyncio.sleep(0)
        return "in time"

    assert await asyncio.gather(wait(), hurry(), wait()) == ["late", "in time", "late"]
    assert await wait() == "late"  # it goes on looking when it is used again


async def test_who_comes_when_all_connections_are_busy_is_told_to_come_again() -> None:
    by_field = await ask(handler(), "{ greeting crowded }", accept=GRAPHQL)
    by_token = await post(handler(), HELLO, authorization="Bearer crowded")

    for answered in (by_field, by_token):
        assert (answered.status, answered.headers["retry-after"]) == (503, "1")
        assert answered.codes == ["OVERLOADED"]
        assert "data" not in answered.json


INTERNAL = {
    "{ greeting broken }": {"greeting": "Hello you", "broken": None},
    "{ greeting brokenAndNeeded }": None,
    "{ greeting missing }": None,
    "{ greeting huge }": {"greeting": "Hello you", "huge": None},
}


@pytest.mark.parametrize("development", [True, False])
@pytest.mark.parametrize(("query", "data"), INTERNAL.items())
async def test_what_is_our_mistake_is_hidden_and_logged(query: str, data: object, development: bool) -> None:
    with capture_logs() as logs:
        answered = await post(handler(development=development), {"query": query}, x_request_id="trace-7")

    (error,) = answered.json["errors"]
    assert answered.status == 200
    assert answered.json["data"] == data
    assert error["message"] == "Something went wrong."
    assert error["extensions"] == {"code": "INTERNAL", "traceId": "trace-7"}
    assert error["path"] == [query.split()[-2]]
    assert [(log["log_level"], log["trace_id"], log["path"]) for log in logs] == [("error", "trace-7", error["path"])]


async def test_production_logs_hold_no_values() -> None:
    """R41: what an exception says may be a person's data."""
    with capture_logs() as logs:
        answered = await ask(handler(), "query($name: String!) { greeting(name: $name) broken }", name="Li Lei")

    assert answered.codes == ["INTERNAL"]
    assert [log["error"] for log in logs] == ["ValueError"]
    assert SECRET not in repr(logs)
    assert "Li Lei" not in repr(logs)


async def test_the_same_fault_many_times_is_one_line_in_the_log() -> None:
    with capture_logs() as logs:
        answered = await ask(handler(), "{ a: broken b: broken c: broken d: missing }")

    assert answered.codes.count("INTERNAL") == 4
    assert sorted(log["error"] for log in logs) == ["TypeError", "ValueError"]


async def test_what_fails_before_execution_is_hidden_as_well() -> None:
    with capture_logs() as logs:
        answered = await post(handler(), HELLO, authorization="Bearer broken", x_request_id="trace-8")

    assert (answered.status, [log["trace_id"] for log in logs]) == (500, ["trace-8"])
    assert answered.json == {
        "errors": [
            {"message": "Something went wrong.", "extensions": {"code": "INTERNAL", "traceId": "trace-8"}},
        ]
    }


async def test_mistakes_of_callers_are_not_logged() -> None:
    with capture_logs() as logs:
        await ask(handler(), "{ hidden impossible crowded }")
        await post(handler(), b"nonsense")
        await post(handler(), HELLO, authorization="Bearer expired")
        for body in REQUEST_ERRORS.values():
            await post(handler(), body)

    assert logs == []


async def test_what_a_field_says_to_its_caller_is_shown_word_for_word() -> None:
    (error,) = (await ask(handler(), "{ impossible }")).json["errors"]

    assert (error["message"], error["extensions"]) == ("Did you mean it?", {"code": "BAD_USER_INPUT"})


MISSPELT = {
    "a field": {"query": "{ greetings }"},
    "a value": {"query": "{ greeting(season: AUTUM) }"},
    "an argument": {"query": '{ greeting(nam: "x") }'},
    "a key of a variable": {
        "query": "mutation($i: Redeem!) { redeem(input: $i) }",
        "variables": {"i": {"idempotencyKeys": "x"}},
    },
    "a value of a variable": {"query": "query($s: Season) { greeting(season: $s) }", "variables": {"s": "AUTUM"}},
}


@pytest.mark.parametrize("body", MISSPELT.values(), ids=MISSPELT)
async def test_only_development_hints_at_names(body: dict[str, Any]) -> None:
    assert b"Did you mean" in (await post(handler(development=True), body)).body
    assert b"Did you mean" not in (await post(handler(), body)).body


async def test_only_development_shows_the_schema() -> None:
    query = '{ __schema { types { name fields { name } } } __type(name: "Query") { name } }'

    assert (await ask(handler(development=True), query)).json["data"]["__type"] == {"name": "Query"}
    refused = await ask(handler(), query)
    assert [error["message"] for error in refused.json["errors"]] == ["Introspection is off on this server."] * 2
    assert (await ask(handler(), "{ __typename }")).json == {"data": {"__typename": "Query"}}


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
