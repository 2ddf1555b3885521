"""What a reported order is, and what it earns: without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app import definition
from app.errors import BadInput
from app.facts.rules import (
    AHEAD,
    FactKind,
    KnownOrder,
    Line,
    ReportedOrder,
    checked,
    grown_in,
    growth_counts_at,
    growth_earned,
    points_earned,
    points_of_lines,
    taken_in,
)
from app.points.section import PointsSection
from app.programs.rules import SINCE_EVER, Program, Programs, ProgramVersion
from app.tiers.section import TiersSection
from tests.programs.files import shop

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAID, COMPLETED, CHANGED = NOW - timedelta(days=20), NOW - timedelta(days=10), NOW - timedelta(days=15)
LINES = some.lists(some.builds(Line, some.integers(1, 9), some.integers(0, 10**6)), min_size=1, max_size=8)


def version_of(text: str, *, number: int = 1, since: datetime = SINCE_EVER) -> ProgramVersion:
    return ProgramVersion.of(definition.read(text), number=number, effective_from=since)


FIRST = version_of(shop())
DEARER = version_of(shop(per="2.00"), number=2, since=CHANGED)
PROGRAMS = Programs({"shop": Program.of([FIRST, DEARER])})
LINES_OF_IT = [Line(1, 10_050)]
FRESH = KnownOrder(UUID(int=1), UUID(int=2), "shop", "o-1", "CNY")


def reported(
    *, paid: bool = True, completed: bool = True, lines: list[Line] | None = None, channel: str | None = None
) -> ReportedOrder:
    given = LINES_OF_IT if lines is None else lines
    return ReportedOrder(
        "shop", "o-1", PAID if paid else None, COMPLETED if completed else None, given if paid else [], channel
    )


def after(before: KnownOrder, *, order: ReportedOrder, programs: Programs, program: str) -> KnownOrder:
    """What is known after a report, as the command puts it together: for somebody in the base tier."""
    version = None
    if order.paid_at is not None:
        version = programs.at(program, order.paid_at)
    elif before.program_version is not None:
        version = programs.version(program, before.program_version)
    earned = points_earned(order.lines, section=version.section(PointsSection), tier="") if version else []
    found, lines = taken_in(before, order=order, version=version, earned=earned), order.lines or LINES_OF_IT
    if version is None or growth_counts_at(found, version=version) is None or found.growth:
        return found
    return grown_in(found, grown=growth_earned(lines, section=version.section(TiersSection)))


def known(*orders: ReportedOrder) -> KnownOrder:
    """What is known of an order after these reports."""
    found = FRESH
    for order in orders:
        found = after(found, order=order, programs=PROGRAMS, program="shop")
    return found


@given(LINES)
def test_the_lines_of_an_order_add_up_to_what_it_earned(lines: list[Line]) -> None:
    """R12: rounded once for the whole order, not line by line."""
    order = reported(lines=lines)
    section = FIRST.section(PointsSection)
    earned = points_earned(order.lines, section=section, tier="")
    assert sum(each.amount for each in earned) == sum(line.amount for line in lines) // 100
    assert sum(points_of_lines(order.lines, earned)) == sum(each.amount for each in earned)


def test_small_lines_earn_together() -> None:
    """R12: three times 0.60 are 1.80: one point, though each line alone would earn none."""
    order = reported(lines=[Line(1, 60)] * 3)
    earned = points_earned(order.lines, section=FIRST.section(PointsSection), tier="")
    assert points_of_lines(order.lines, earned) == [1, 0, 0]


def test_half_a_point_is_one_where_the_program_says_so() -> None:
    """R12"""
    half_up = version_of(shop().replace("[points]\n", '[points]\nrounding = "HALF_UP"\n'))
    for amount, down, up in ((149, 1, 1), (150, 1, 2), (151, 1, 2)):
        for version, points in ((FIRST, down), (half_up, up)):
            (earned,) = points_earned([Line(1, amount)], section=version.section(PointsSection), tier="")
            assert earned.amount == points


@given(some.integers(0, 10**8), some.integers(1, 50), some.integers(1, 50))
def test_points_and_growth_have_rules_of_their_own(amount: int, points: int, growth: int) -> None:
    """R22: neither is reckoned from the other."""
    text = shop().replace("points = 1", f"points = {points}").replace("growth = 1", f"growth = {growth}")
    version = version_of(text)
    found = after(
        FRESH,
        order=reported(lines=[Line(1, amount)]),
        programs=Programs({"shop": Program.of([version])}),
        program="shop",
    )
    assert found.points == int(Fraction(amount * points, 100))
    assert found.growth == int(Fraction(amount * growth, 100))


@given(some.permutations([(True, False), (False, True)] * 2 + [(True, True)]), some.integers(1, 5))
def test_the_facts_of_an_order_come_to_the_same_in_any_order(reports: list[tuple[bool, bool]], number: int) -> None:
    """R25: paid, completed or both in a report, in any order, and however often."""
    told = reports[:number]
    if (any(paid for paid, _ in told), any(completed for _, completed in told)) != (True, True):
        return
    channels = {(True, False): "app", (False, True): "store", (True, True): "app"}
    found = known(*(reported(paid=p, completed=c, channel=channels[p, c]) for p, c in told))
    assert found == known(reported(channel="app"))


def test_the_channel_is_where_it_was_paid_whichever_is_reported_first() -> None:
    """R25"""
    paid, completed = reported(completed=False, channel="app"), reported(paid=False, channel="store")
    assert known(paid, completed).channel == known(completed, paid).channel == "app"
    silent = replace(paid, channel=None)
    assert known(silent, completed).channel == known(completed, silent).channel == "store"


def test_an_order_is_reckoned_by_the_rules_of_the_day_it_was_paid() -> None:
    """R25: not by those of the day it was completed or reported."""
    assert PAID < CHANGED < COMPLETED
    before = known(reported())
    assert (before.program_version, before.points, before.growth) == (1, 100, 100)
    after = known(replace(reported(), paid_at=CHANGED))
    assert (after.program_version, after.points, after.growth) == (2, 50, 50)
    just_before = known(replace(reported(), paid_at=CHANGED - timedelta(microseconds=1)))
    assert just_before.program_version == 1


def test_an_order_brings_growth_when_the_program_says() -> None:
    """R15: at completion, at payment, or when the return window of 7 days is over."""
    paid, both = known(reported(completed=False)), known(reported())
    assert growth_counts_at(paid, version=FIRST) is None
    assert (paid.growth, both.growth) == (0, 100)
    assert growth_counts_at(both, version=FIRST) == COMPLETED
    at_payment = version_of(shop().replace("[tiers]\n", '[tiers]\ncounts_at = "PAID"\n'))
    assert growth_counts_at(paid, version=at_payment) == growth_counts_at(both, version=at_payment) == PAID
    assert growth_counts_at(known(reported(paid=False)), version=at_payment) is None
    at_the_end = version_of(shop().replace("[tiers]\n", '[tiers]\ncounts_at = "END_OF_RETURN_WINDOW"\n'))
    assert growth_counts_at(paid, version=at_the_end) is None
    assert growth_counts_at(both, version=at_the_end) == COMPLETED + timedelta(days=7)


CONTENTS = some.builds(
    ReportedOrder,
    source=some.just("shop"),
    external_id=some.just("o-1"),
    paid_at=some.sampled_from([PAID, PAID + timedelta(microseconds=1)]),
    completed_at=some.sampled_from([None, COMPLETED, COMPLETED + timedelta(microseconds=1)]),
    lines=some.lists(
        some.builds(Line, some.integers(1, 2), some.integers(0, 1), some.sampled_from([None, "a", "b"])),
        min_size=1,
        max_size=2,
    ),
    channel=some.sampled_from([None, "app"]),
)


@given(CONTENTS, CONTENTS)
def test_a_fact_is_known_by_its_content(one: ReportedOrder, other: ReportedOrder) -> None:
    """R24: the same content is the same fact, anything else is not; the channel is no part of it."""
    is_same = (one.paid_at, one.lines) == (other.paid_at, other.lines)
    assert (one.digest(FactKind.ORDER_PAID) == other.digest(FactKind.ORDER_PAID)) == is_same
    is_same = one.completed_at == other.completed_at
    assert (one.digest(FactKind.ORDER_COMPLETED) == other.digest(FactKind.ORDER_COMPLETED)) == is_same


@given(CONTENTS)
def test_an_instant_is_the_same_in_any_zone(order: ReportedOrder) -> None:
    """R24: a system that writes its local time with an offset reports the same fact."""
    assert order.paid_at is not None
    elsewhere = replace(order, paid_at=order.paid_at.astimezone(FIRST.zone))
    assert elsewhere.digest(FactKind.ORDER_PAID) == order.digest(FactKind.ORDER_PAID)


@given(some.integers(-5, 5), some.integers(-5, 5))
def test_quantities_are_more_than_nothing_and_amounts_not_less(quantity: int, amount: int) -> None:
    """R26: an order of 0.00 is an order all the same."""
    order = reported(lines=[Line(quantity, amount)])
    if quantity > 0 and amount >= 0:
        assert checked(order, now=NOW) == order
    else:
        with pytest.raises(BadInput, match=r"lines\[0\]\.(quantity|amount)"):
            checked(order, now=NOW)


@pytest.mark.parametrize("name", ["paid_at", "completed_at"])
def test_another_systems_clock_may_be_a_little_ahead(name: str) -> None:
    """R26"""
    order = replace(reported(), **{name: NOW + AHEAD})
    assert checked(order, now=NOW) == order
    with pytest.raises(BadInput, match="future"):
        checked(replace(reported(), **{name: NOW + AHEAD + timedelta(microseconds=1)}), now=NOW)


def test_an_order_that_would_earn_more_than_a_member_can_have_is_bad_input() -> None:
    """Points and growth are integers of 32 bits: no error of the database tells so."""
    generous = version_of(shop().replace("points = 1", "points = 1000"))
    programs = Programs({"shop": Program.of([generous])})
    most = reported(lines=[Line(1, 214_748_300)])
    assert after(FRESH, order=most, programs=programs, program="shop").points == 2_147_483_000
    with pytest.raises(BadInput, match="more than a member can have"):
        after(FRESH, order=reported(lines=[Line(1, 214_748_400)]), programs=programs, program="shop")
