"""Which version of a program is in force at an instant."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.programs.parts import is_for, part_of
from app.programs.rules import (
    SINCE_EVER,
    SPREAD,
    Program,
    Programs,
    ProgramVersion,
    UnknownProgram,
    effective_instant,
)
from app.tiers.section import TiersSection

from .files import defined

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOP = defined()


def program(starts: Sequence[datetime]) -> Program:
    """A program whose versions, in the order of publishing, are in force from `starts`."""
    numbered = enumerate(starts, start=1)
    return Program.of([ProgramVersion.of(SHOP, number=number, effective_from=start) for number, start in numbered])


def test_a_version_is_in_force_at_its_instant_and_not_before() -> None:
    """R2: half-open."""
    shop = program([SINCE_EVER, NOON])
    assert shop.at(NOON - timedelta(microseconds=1)).number == 1
    assert shop.at(NOON).number == 2


def test_the_first_version_is_in_force_since_ever() -> None:
    """R25: imported history finds rules, however old it is."""
    assert program([SINCE_EVER, NOON]).at(datetime(1, 1, 1, tzinfo=UTC)).number == 1


def test_what_is_published_later_overtakes_what_was_to_come_into_force_after_it() -> None:
    shop = program([SINCE_EVER, NOON + timedelta(days=9), NOON])
    assert [shop.at(NOON + timedelta(days=days)).number for days in (-1, 0, 8, 9, 10)] == [1, 3, 3, 3, 3]
    assert shop.versions[2].number == 2


@given(hours=st.lists(st.integers(0, 5), max_size=6), at=st.integers(0, 6))
def test_in_force_is_the_last_published_of_those_whose_instant_has_come(hours: list[int], at: int) -> None:
    starts = [SINCE_EVER, *(NOON + timedelta(hours=hour) for hour in hours)]
    instant = NOON + timedelta(hours=at)
    expected = max(number for number, start in enumerate(starts, start=1) if start <= instant)
    assert program(starts).at(instant).number == expected


def test_a_version_shows_each_domain_its_own_section_and_what_is_common() -> None:
    version = program([SINCE_EVER]).at(NOON)
    assert version.section(TiersSection) is SHOP.section(TiersSection)
    assert (version.code, version.kind, version.currency, version.currency_digits) == ("shop", "BRAND", "CNY", 2)
    assert (version.zone.key, version.name.en) == ("Asia/Shanghai", "The Shop")


@given(
    shares=st.lists(st.none() | st.integers(1, 99), max_size=5),
    hours=st.lists(st.integers(0, 5), min_size=5, max_size=5),
    at=st.integers(-1, 6),
    member=st.uuids(),
)
def test_the_version_for_a_member_is_that_of_the_program_as_it_is_for_them(
    shares: list[int | None], hours: list[int], at: int, member: UUID
) -> None:
    """M1, R2: in one step what takes two, also where something is tried on some, and before it is in force."""
    tried = [(share, NOON + timedelta(hours=hour)) for share, hour in zip(shares, hours, strict=False)]
    versions = [
        ProgramVersion.of(SHOP, number=number, effective_from=since, share=share)
        for number, (share, since) in enumerate([(None, SINCE_EVER), *tried], start=1)
    ]
    programs, instant = Programs({"shop": Program.of(versions)}), NOON + timedelta(hours=at)
    mine = [each for each in versions if is_for(each.share, part_of(member)) and each.effective_from <= instant]
    assert programs.version_for("shop", member, instant) is mine[-1]
    assert programs.version_for("shop", member, instant) is programs.for_member("shop", member).at(instant)
    with pytest.raises(UnknownProgram):
        programs.version_for("other", member, instant)


def test_programs_are_looked_up_by_code() -> None:
    shop = program([SINCE_EVER, NOON])
    programs = Programs({"shop": shop})
    assert programs.get("shop") is shop
    assert programs.get("other") is None
    assert programs.at("shop", NOON - SPREAD) is shop.versions[1]
    assert programs.current("shop", NOON) is shop.versions[2]
    assert programs.version("shop", 1) is shop.versions[1]
    for ask in (lambda: programs.at("other", NOON), lambda: programs.version("other", 1)):
        with pytest.raises(UnknownProgram, match="There is no program 'other'"):
            ask()


def test_a_later_version_is_in_force_when_every_process_can_know_it() -> None:
    assert effective_instant(asked=None, number=1, now=NOON) == SINCE_EVER
    assert effective_instant(asked=None, number=2, now=NOON) == NOON + SPREAD
    assert effective_instant(asked=NOON + SPREAD, number=2, now=NOON) == NOON + SPREAD


@pytest.mark.parametrize(
    ("asked", "number", "message"),
    [
        (NOON + SPREAD - timedelta(microseconds=1), 2, "at least 2 seconds from now"),
        (NOON.replace(tzinfo=None) + timedelta(days=1), 2, "needs an offset"),
        (NOON + timedelta(days=1), 1, "in force since ever"),
    ],
)
def test_an_instant_by_which_not_all_know_the_version_is_refused(asked: datetime, number: int, message: str) -> None:
    """R25: what is reckoned by a version that was in force must not change afterwards."""
    with pytest.raises(BadInput, match=message):
        effective_instant(asked=asked, number=number, now=NOON)
