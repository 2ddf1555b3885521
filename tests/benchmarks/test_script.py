"""What pgbench runs is what a request sends, or nothing at all."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from benchmarks.recording import Sent
from benchmarks.script import HEAD, Explained, Unexplained, script_of

READ = "SELECT id, balance FROM accounts WHERE name = $1::VARCHAR FOR UPDATE"
KEEP = "UPDATE accounts SET balance=$1::INTEGER, note=$2::VARCHAR WHERE id = $3::UUID"
ENTER = "INSERT INTO entries (id, account, at) VALUES ($1::UUID, $2::UUID, $3::TIMESTAMP)"
AT = datetime(2026, 3, 1, tzinfo=UTC)


def request(name: str, balance: int, *, more: int = 5) -> list[Sent]:
    """Somebody gets 5 more, and it is entered twice in one round trip."""
    account = uuid4()
    entries = [(uuid4(), account, AT), (uuid4(), account, AT)]
    return [
        Sent("BEGIN;", [()]),
        Sent(READ, [(name,)], [{"id": account, "balance": balance}]),
        Sent(KEEP, [(balance + more, None, account)]),
        Sent(ENTER, entries),
        Sent("COMMIT;", [()]),
    ]


def names(*values: Any) -> Sequence[Explained]:
    return [Explained("('customer-' || :member)", values)]


def test_each_value_is_said_as_the_request_came_by_it() -> None:
    """A constant, what came back, a sum of it, a new id, what is explained; several rows go in one round trip."""
    script = script_of([request("customer-1", 10), request("customer-2", 70)], names("customer-1", "customer-2"))
    assert script.text.removeprefix(HEAD).splitlines() == [
        "BEGIN;",
        "SELECT id, balance FROM accounts WHERE name = ('customer-' || :member)::VARCHAR FOR UPDATE \\gset s1_",
        "\\set sum2_s1_balance :s1_balance + 5",
        "UPDATE accounts SET balance=:sum2_s1_balance::INTEGER, note=NULL::VARCHAR WHERE id = :s1_id::UUID;",
        "\\startpipeline",
        "INSERT INTO entries (id, account, at)"
        " VALUES (('01900000-0000-7000-8001-' || :number::text)::UUID, :s1_id::UUID, :c0::TIMESTAMP);",
        "INSERT INTO entries (id, account, at)"
        " VALUES (('01900000-0000-7000-8002-' || :number::text)::UUID, :s1_id::UUID, :c0::TIMESTAMP);",
        "\\endpipeline",
        "COMMIT;",
    ]
    assert script.variables == {"c0": AT.isoformat()}
    assert (script.statements, script.round_trips) == (6, 5)


def test_a_value_that_nothing_explains_makes_no_script() -> None:
    with pytest.raises(Unexplained, match=r"\$1 of SELECT id, balance .* 'customer-2'"):
        script_of([request("customer-1", 10), request("customer-2", 70)], [])


def test_a_number_that_follows_from_nothing_makes_no_script() -> None:
    requests = [request("customer-1", 10), request("customer-2", 70, more=6)]
    with pytest.raises(Unexplained, match=r"\$1 of UPDATE .*\[15, 76\]"):
        script_of(requests, names("customer-1", "customer-2"))


def test_requests_that_send_different_statements_make_no_script() -> None:
    with pytest.raises(Unexplained, match="did not send the same statements"):
        script_of([request("customer-1", 10), request("customer-1", 70)[:-1]], [])


def outcome(member: UUID, day: UUID, *, streak: int = 2) -> list[Sent]:
    """Somebody checks in, and it is kept what came of it."""
    return [
        Sent("SELECT id FROM members WHERE name = $1", [("anna",)], [{"id": member}]),
        Sent("INSERT INTO days (id) VALUES ($1)", [(day,)]),
        Sent("INSERT INTO outcomes (told) VALUES ($1)", [(f'{{"m":"{member}","d":"{day}","s":{streak}}}',)]),
    ]


def test_a_text_is_put_together_of_the_ids_in_it() -> None:
    script = script_of([outcome(uuid4(), uuid4()), outcome(uuid4(), uuid4())], [])
    new = "('01900000-0000-7000-8001-' || :number::text)"
    assert script.text.removeprefix(HEAD).splitlines()[-1] == (
        f"INSERT INTO outcomes (told) VALUES ((:c1::text || :s0_id::text || :c2::text || {new}::text || :c3::text));"
    )
    assert script.variables == {"c0": "anna", "c1": '{"m":"', "c2": '","d":"', "c3": '","s":2}'}


def test_a_text_that_differs_between_its_ids_makes_no_script() -> None:
    with pytest.raises(Unexplained, match=r"\$1 of INSERT INTO outcomes"):
        script_of([outcome(uuid4(), uuid4()), outcome(uuid4(), uuid4(), streak=3)], [])
