"""What Prometheus reads."""

import asyncio
from pathlib import Path

import asyncpg
import httpx2
import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from app.clock import new_id
from app.db import Settings
from app.db.rows import Row
from app.db.unions import Union
from app.graph.transport import Parameters
from app.web.figures import MOST_NAMES, MeasuredDatabase, RequestFigures, figures_text
from tests.served import served, settings_in


def requests_in(text: str) -> dict[tuple[str, str], float]:
    """Requests by operation and outcome."""
    return {
        (sample.labels["operation"], sample.labels["outcome"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "graphql_requests_total"
    }


def counted(*asked: tuple[str | None, str, str]) -> dict[tuple[str, str], float]:
    """After requests with these names, documents and outcomes."""
    figures = RequestFigures({})
    for name, query, outcome in asked:
        figures.observe(Parameters(query, None, name), outcome, 0.003)
    return requests_in(figures_text(figures).decode())


async def test_requests_are_counted_by_operation_and_outcome(database_url: str, tmp_path: Path) -> None:
    async with served(settings_in(tmp_path, database_url)) as server, httpx2.AsyncClient(base_url=server.url) as client:
        for query in ("query Page { __typename }", "query Page { __typename }", "query Page {", "{ __typename }"):
            await client.post("/graphql", json={"query": query})
        await client.post("/graphql", content=b"nonsense", headers={"content-type": "application/json"})
        answer = await client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    assert requests_in(answer.text) == {
        ("Page", "OK"): 2,
        ("Page", "BAD_USER_INPUT"): 1,
        ("(unnamed)", "OK"): 1,
        ("(unnamed)", "BAD_USER_INPUT"): 1,
    }
    assert "graphql_executions_total" in answer.text


def executed(text: str) -> dict[str, float]:
    """Operations by the way of execution, and by the reason why they were left to graphql-core."""
    return {
        sample.labels.get("way") or sample.labels["reason"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name in ("graphql_executions_total", "graphql_fallbacks_total")
    }


@pytest.mark.parametrize("compiled", [True, False])
async def test_operations_are_counted_by_the_way_of_execution(
    database_url: str, tmp_path: Path, compiled: bool
) -> None:
    """What is left to graphql-core by its reason; and who develops is told with the answer."""
    settings = settings_in(tmp_path, database_url, compiled=compiled)
    queries = "{ __typename }", "{ __typename __schema { description } }"
    async with served(settings) as server, httpx2.AsyncClient(base_url=server.url) as client:
        plain, introspecting = [(await client.post("/graphql", json={"query": query})).json() for query in queries]
        found = executed((await client.get("/metrics")).text)
    assert plain == {"data": {"__typename": "Query"}}
    assert introspecting.get("extensions") == ({"notCompiled": "introspection"} if compiled else None)
    assert found == ({"compiled": 1, "introspection": 1} if compiled else {"uncompiled": 2})


def test_the_name_sent_beside_the_document_counts() -> None:
    assert counted(("B", "query A { a } query B { b }", "OK")) == {("B", "OK"): 1}


@pytest.mark.parametrize("query", ["{ a }", "query { a }", "query($a: Int) { a }", "# query A\n{ a }", "", "queryA"])
def test_a_document_that_begins_with_no_name_is_unnamed(query: str) -> None:
    assert counted((None, query, "OK")) == {("(unnamed)", "OK"): 1}


def test_names_that_were_never_executed_are_not_kept() -> None:
    assert counted(("Made", "", "BAD_USER_INPUT"), ("Up", "", "FORBIDDEN"), ("x" * 61, "", "OK")) == {
        ("(other)", "BAD_USER_INPUT"): 1,
        ("(other)", "FORBIDDEN"): 1,
        ("(other)", "OK"): 1,
    }


def test_however_many_names_clients_make_up_a_bounded_number_is_kept() -> None:
    found = counted(*((f"Name{number}", "", "OK") for number in range(MOST_NAMES + 50)))

    assert len(found) == MOST_NAMES + 1
    assert found["(other)", "OK"] == 50


def test_durations_are_a_histogram() -> None:
    figures = RequestFigures({"compiled": 3})
    for seconds in (0.001, 0.002, 0.003, 99.0):
        figures.observe(Parameters("{ a }", None, None), "OK", seconds)
    text = figures_text(figures).decode()

    labels = 'operation="(unnamed)",outcome="OK"'
    assert f'graphql_request_seconds_bucket{{le="0.002",{labels}}} 2.0' in text
    assert f'graphql_request_seconds_bucket{{le="10.0",{labels}}} 3.0' in text
    assert f'graphql_request_seconds_bucket{{le="+Inf",{labels}}} 4.0' in text
    assert f"graphql_request_seconds_sum{{{labels}}} 99.006" in text
    assert 'graphql_executions_total{way="compiled"} 3.0' in text


async def test_waits_for_a_connection_are_measured(database_url: str) -> None:
    def waits() -> float:
        return REGISTRY.get_sample_value("database_pool_wait_seconds_count") or 0

    database = MeasuredDatabase(Settings(url=database_url, size=1), new_id=new_id)
    before = waits()
    first = await database.take()
    second = asyncio.create_task(database.take())
    await asyncio.sleep(0)  # it asks, and has to wait
    assert waits() == before
    database.give_back(first)
    database.give_back(await second)
    await database.close()

    assert waits() == before + 1


async def test_an_operator_sees_whether_reading_for_several_fails(database_url: str) -> None:
    """Who asked is not told: each is read for alone then, at a higher cost."""

    def times(outcome: str) -> float:
        return REGISTRY.get_sample_value("database_reads_abreast_total", {"outcome": outcome}) or 0

    database = MeasuredDatabase(Settings(url=database_url, size=1), new_id=new_id)
    before = {outcome: times(outcome) for outcome in ("OK", "ALONE", "FAILED")}
    union = Union("(SELECT 0 AS part_of_union, 6 / $1::int AS number)", (Row,), {})
    assert await database.read_abreast(union, [[1], [2]]) == [[[(0, 6)]], [[(1, 3)]]]
    assert await database.read_abreast(Union(union.sql, (Row,), {}), [[1], [1]]) is None
    with pytest.raises(asyncpg.DivisionByZeroError):
        await database.read_abreast(union, [[1], [0]])
    await database.close()

    assert {outcome: times(outcome) - number for outcome, number in before.items()} == {
        "OK": 1,
        "ALONE": 1,
        "FAILED": 1,
    }
