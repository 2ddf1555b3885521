"""Errors as the client sees them: its own mistakes in full, ours behind a trace id."""

from typing import Any

import pytest

from tests.telling import capture_logs

from .asking import GRAPHQL, ask, post
from .small import SECRET, handler

HELLO = {"query": "{ greeting }"}


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
        await ask(handler(), "{ nonsense }")

    assert logs == []


async def test_what_a_field_says_to_its_caller_is_shown_word_for_word() -> None:
    (error,) = (await ask(handler(), "{ impossible }")).json["errors"]

    assert (error["message"], error["extensions"]) == ("No. Did you mean it?", {"code": "BAD_USER_INPUT"})


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
