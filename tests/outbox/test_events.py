"""Kinds of events: what may be told, and that it is read back as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import outbox
from app.outbox.events import KINDS, read, written

INSTANTS = st.datetimes(timezones=st.just(UTC))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.integers(-(2**63), 2**63 - 1)


@outbox.event("trial.everything")
@dataclass(frozen=True)
class Everything:
    """One field of each type that an event may have."""

    order_id: UUID
    paid_at: datetime
    day: date
    points: int
    first: bool
    code: str
    cause: UUID | None
    until: datetime | None = None


def a_bare(**fields: Any) -> Any:
    """A class with these fields that is declared nowhere."""
    return dataclass(frozen=True)(type("Bare", (), {"__annotations__": fields}))


@given(st.builds(Everything, st.uuids(), INSTANTS, st.dates(), WHOLE, st.booleans(), TEXTS, st.none() | st.uuids()))
def test_an_event_is_read_back_as_it_was_told(event: Everything) -> None:
    assert read(*written(event)) == event


def test_a_field_that_came_later_has_its_default_in_events_told_before() -> None:
    old = '{"order_id":"00000000-0000-0000-0000-000000000001","paid_at":"2026-01-01T00:00:00Z","day":"2026-01-01",'
    found = read("trial.everything", old + '"points":1,"first":true,"code":"c","cause":null}')

    assert found.until is None


@pytest.mark.parametrize(
    "payload",
    [
        "{",
        "[]",
        "null",
        "{}",
        '{"order_id": 1}',
        '{"surplus": 1}',
        '{"order_id":"x","paid_at":"2026-01-01T00:00:00Z","day":"2026-01-01","points":1,"first":true,"code":"c"}',
    ],
)
def test_a_payload_of_another_shape_is_unreadable_and_not_repeated_in_the_error(payload: str) -> None:
    """R41"""
    with pytest.raises(outbox.Unreadable) as raised:
        read("trial.everything", payload)

    assert str(raised.value) == "trial.everything"


@pytest.mark.parametrize("field", ["points", "first", "code"])
def test_a_scalar_of_another_type_is_not_turned_into_the_one_declared(field: str) -> None:
    fields = {"points": "1", "first": "true", "code": '"c"'} | {field: "1.5"}
    told = ",".join(f'"{name}":{value}' for name, value in fields.items())
    with pytest.raises(outbox.Unreadable):
        read("trial.everything", '{"order_id":null,"paid_at":null,"day":null,"cause":null,' + told + "}")


def test_a_kind_that_this_version_does_not_know_is_not_mistaken_for_another() -> None:
    with pytest.raises(outbox.UnknownKind):
        read("trial.of_a_newer_version", "{}")


@pytest.mark.parametrize("hint", [float, list[int], dict[str, str], str | int, object, "bytes"])
def test_only_ids_and_scalars_may_be_declared(hint: Any) -> None:
    """R41"""
    with pytest.raises(TypeError, match="ids and scalars"):
        outbox.event("trial.wrong")(a_bare(field=hint))
    assert "trial.wrong" not in KINDS


def test_an_event_must_be_frozen() -> None:
    with pytest.raises(TypeError, match="not a frozen dataclass"):
        outbox.event("trial.loose")(dataclass(type("Loose", (), {"__annotations__": {"n": int}})))


def test_a_name_stands_for_one_kind_only() -> None:
    with pytest.raises(TypeError, match="Two kinds"):
        outbox.event("trial.everything")(a_bare(number=int))


def changed(**values: Any) -> Everything:
    fields: dict[str, Any] = {
        "order_id": UUID(int=1),
        "paid_at": datetime(2026, 1, 1, tzinfo=UTC),
        "day": date(2026, 1, 1),
        "points": 1,
        "first": True,
        "code": "c",
        "cause": None,
    }
    return Everything(**(fields | values))


@pytest.mark.parametrize(
    "make",
    [
        lambda: changed(points=True),
        lambda: changed(points="1"),
        lambda: changed(order_id=str(UUID(int=1))),
        lambda: changed(order_id=None),
        lambda: changed(paid_at=datetime(2026, 1, 1)),  # noqa: DTZ001
        lambda: a_bare(number=int)(number=1),
    ],
)
def test_what_is_not_as_declared_cannot_be_told(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        written(make())


def test_what_is_as_declared_can_be_told() -> None:
    assert read(*written(changed())) == changed()
