"""What SQL is told to make of a text is what Python made of it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from app.customers.rules import Identity
from app.db.unique_keys import digest_of
from app.members.asked import key_owner
from benchmarks.database import run
from benchmarks.explaining import digest, id_of_digest, parts, text
from benchmarks.numbers import KEY, MEMBER, PROGRAM, code_of, subject_of
from benchmarks.script import Explained
from benchmarks.workload import Asked

AT = datetime(2026, 3, 1, tzinfo=UTC)
ASKED = [Asked(500_000_000_001, 1_000_007, AT, 1003), Asked(500_000_000_002, 1_000_008, AT, 1004)]
Kind = Callable[..., Explained]


@pytest.mark.parametrize("kind", [text, digest, id_of_digest])
@pytest.mark.parametrize(
    "template",
    [KEY, f"issuer|{subject_of(MEMBER)}|{KEY}", f'check_in|{{"program":"{code_of(PROGRAM)}"}}', MEMBER + PROGRAM],
)
def test_sql_makes_the_same(server_url: str, kind: Kind, template: str) -> None:
    explained = kind(ASKED, template, name="told")
    assert explained.values[0] != explained.values[1]
    assert [asyncio.run(made(server_url, explained, each)) for each in ASKED] == list(explained.values)


def test_parts_are_told_apart_as_the_product_tells_them() -> None:
    asked = ASKED[:1]
    known = digest(asked, parts("membership", code_of(PROGRAM), "issuer", subject_of(MEMBER)), name="told")
    assert known.values == [digest_of("membership", "club-1003", "issuer", "member-1000007")]


def test_whose_keys_they_are_is_told_as_the_product_tells_it() -> None:
    template = parts("key-owner", "issuer", subject_of(MEMBER))
    values: Sequence[object] = id_of_digest(ASKED[:1], template, name="told").values
    assert values == [key_owner(Identity("issuer", "member-1000007"))]


async def made(url: str, explained: Explained, asked: Asked) -> object:
    """What PostgreSQL makes of it, when pgbench has put in its variables."""
    variables = {"number": str(asked.number), "member": str(asked.member), "program": str(asked.program)}
    sql = explained.sql
    for name, value in (variables | dict(explained.texts)).items():
        sql = sql.replace(f":{name}::", f"'{value}'::")
    ((found,),) = await run(url, f"SELECT {sql}")
    return found
