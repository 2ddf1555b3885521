"""Who would move, and by which tier, is counted before a ladder is published (R20)."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import months_later
from app.definition import read
from app.tiers.rules import tier_at, tier_held
from app.tiers.rules.moving import Cohort, TierMoveKind, moves
from app.tiers.section import TiersSection
from tests.databases import run
from tests.statements import Statements
from tests.world import NOON, World

from .files import LADDER, shop
from .operating import SHOP, compare, shop_of
from .operating import moves as moves_of


async def test_who_reaches_a_higher_tier_is_raised_at_once(world: World) -> None:
    """R16, R17: on 0/200/500, with the thresholds lowered to 100 and 300."""
    await shop_of(world, 0, 99, 100, 199, 200, 299, 300, 499, 500)
    assert await moves_of(world, shop(ladder={"v1": 0, "v2": 100, "v3": 300})) == [
        ("RAISED", "v1", "v2", 2, 0),
        ("RAISED", "v2", "v3", 2, 0),
    ]
    lower = (await compare(world, shop(ladder={"v1": 0, "v2": 100, "v3": 300})))["tierMoves"]
    assert (lower["members"], lower["unchanged"], lower["countedAnew"]) == (9, 5, False)


async def test_several_tiers_are_climbed_at_once(world: World) -> None:
    """R16."""
    await shop_of(world, 150)
    assert await moves_of(world, shop(ladder={"v1": 0, "v2": 50, "v3": 150})) == [("RAISED", "v1", "v3", 1, 0)]


async def test_nobody_is_lowered_by_an_edit_before_the_end_of_their_period(world: World) -> None:
    """R20: they are told of as what may be lowered later."""
    await shop_of(world, 0, 250, 500, 650)
    higher = shop(ladder={"v1": 0, "v2": 300, "v3": 600})
    assert await moves_of(world, higher) == [("LOWERED", "v2", "v1", 1, 0), ("LOWERED", "v3", "v2", 1, 0)]


async def test_those_of_a_tier_that_is_gone_hold_its_successor(world: World) -> None:
    """R20: and are raised from there, or lowered later."""
    await shop_of(world, 0, 250, 500)
    up = shop(ladder={"v1": 0, "v3": 500}, successors={"v2": "v3"})
    assert await moves_of(world, up) == [("REPLACED", "v2", "v3", 1, 0), ("LOWERED", "v3", "v1", 1, 0)]
    down = shop(ladder={"v1": 0, "v3": 500}, successors={"v2": "v1"})
    assert await moves_of(world, down) == [("REPLACED", "v2", "v1", 1, 0)]
    raised = shop(ladder={"v1": 0, "v3": 240}, successors={"v2": "v1"})
    assert await moves_of(world, raised) == [("RAISED", "v2", "v3", 1, 0)]


async def test_another_base_tier_is_everybodys_who_held_none_above_it(world: World) -> None:
    await shop_of(world, 0, 50)
    file = shop(ladder={"v0": 0, "v1": 50, "v2": 200, "v3": 500})
    assert await moves_of(world, file) == [("REPLACED", "v1", "v0", 1, 0)]


@pytest.mark.parametrize(
    ("lowering", "expected"),
    [
        ("TO_MATCH", [("LOWERED", "v3", "v1", 1, 0)]),
        ("ONE_DOWN", [("LOWERED", "v3", "v2", 1, 0)]),
        ("NEVER", []),
    ],
)
async def test_the_new_ladder_says_how_far_one_is_lowered(
    world: World, lowering: str, expected: list[tuple[str, str, str, int, int]]
) -> None:
    """R17."""
    await shop_of(world, 500)
    file = shop(ladder={"v1": 0, "v2": 600, "v3": 700}).replace("[tiers]\n", f'[tiers]\nlowering = "{lowering}"\n')
    assert await moves_of(world, file) == expected


async def test_only_active_members_of_the_program_are_counted(world: World) -> None:
    await shop_of(world, 150, 150)
    await world.leaves("member-1", program=SHOP)
    await world.orders("member-0", "150", completed=world.now)
    found = (await compare(world, shop(ladder={"v1": 0, "v2": 100, "v3": 500})))["tierMoves"]
    assert (found["members"], [move["members"] for move in found["moves"]]) == (1, [1])


async def test_where_nothing_of_the_ladder_changes_nobody_moves(world: World) -> None:
    await shop_of(world, 0, 200, 500)
    found = (await compare(world, shop(per="2.00")))["tierMoves"]
    assert found == {"members": 3, "unchanged": 3, "countedAnew": False, "moves": []}


ROLLING = '[tiers]\nwindow = { kind = "ROLLING", months = 3 }\n'
YEARLY = '[tiers]\nwindow = { kind = "CALENDAR_YEAR" }\n'


async def grown(world: World, **when: datetime) -> None:
    """Members with growth for v2, counting from an instant each."""
    await world.publishes(shop())
    for name, at in when.items():
        await world.joins(name, program=SHOP)
        await world.orders(name, "200", program=SHOP, paid=at, completed=at)


async def test_in_another_window_growth_is_added_up_anew(world: World) -> None:
    """R18, half-open: what lapses at this instant does not count any more."""
    three_months = months_later(NOON, -3, zone=read(shop()).program.zone)
    instant = timedelta(microseconds=1)
    await grown(world, lapsed=three_months, counting=three_months + instant, today=NOON)
    await world.joins("newcomer", program=SHOP)
    found = (await compare(world, shop().replace("[tiers]\n", ROLLING)))["tierMoves"]
    assert found["countedAnew"] is True
    assert (found["members"], found["unchanged"]) == (4, 3)
    (move,) = found["moves"]
    assert (move["kind"], move["fromTier"]["code"], move["toTier"]["code"], move["members"]) == (
        "LOWERED",
        "v2",
        "v1",
        1,
    )


async def test_a_month_is_one_of_the_calendar_in_the_programs_time_zone(world: World) -> None:
    """R3: Nov 30 + 3 months = Feb 28, at the same local time."""
    zone = read(shop()).program.zone
    world.now = datetime(2026, 2, 28, 12, tzinfo=zone)
    at = [datetime(2025, 11, day, 12, tzinfo=zone) for day in (27, 28, 30)]
    await grown(world, before=at[0], same=at[1], last=at[2])
    world.now -= timedelta(microseconds=1)
    text = shop().replace("[tiers]\n", ROLLING)
    assert [move[3] for move in await moves_of(world, text)] == [1]
    world.now += timedelta(microseconds=1)
    assert [move[3] for move in await moves_of(world, text)] == [3]


async def test_a_calendar_year_begins_at_local_midnight(world: World) -> None:
    """R1, R18: in Shanghai, 8 hours before it does in UTC."""
    zone = read(shop()).program.zone
    new_year = datetime(2026, 1, 1, tzinfo=zone)
    await grown(world, old=new_year - timedelta(microseconds=1), new=new_year)
    assert await moves_of(world, shop().replace("[tiers]\n", YEARLY)) == [("LOWERED", "v2", "v1", 1, 0)]


async def test_a_longer_window_raises_who_had_grown_before(world: World) -> None:
    """R18, R20. Growth that was taken back does not count, whatever its date is."""
    long_ago = NOON - timedelta(days=300)
    await world.publishes(shop().replace("[tiers]\n", ROLLING))
    for name in ("kept", "refunded"):
        await world.joins(name, program=SHOP)
        await world.orders(name, "200", program=SHOP, order=f"o-{name}", paid=long_ago, completed=long_ago)
        await run(world.database.settings.url, "UPDATE members SET growth = 0, tier = NULL, tier_since = NULL,"
                  " tier_until = NULL WHERE program = 'shop'")  # fmt: skip
    await world.refunds("refunded", "o-refunded", {1: "50"}, program=SHOP, at=NOON)
    await run(world.database.settings.url, "UPDATE members SET growth = 0, tier = NULL, tier_since = NULL,"
              " tier_until = NULL WHERE program = 'shop'")  # fmt: skip
    assert await moves_of(world, shop()) == [("RAISED", "v1", "v2", 1, 0)]


async def test_it_is_four_statements_however_many_members(world: World, sql: Statements) -> None:
    """The newest version, codes that operators have taken for campaigns and templates, and one that counts; also in
    another window."""
    counts: set[int] = set()
    await shop_of(world)
    for number in range(3):
        await world.joins(f"one-{number}", program=SHOP)
        await world.orders(f"one-{number}", 200 * number + 1, program=SHOP, completed=world.now)
        for text in (shop(ladder=LADDER | {"v2": 150}), shop().replace("[tiers]\n", ROLLING)):
            with sql:
                await compare(world, text)
            counts.add(sql.count)
    assert counts == {4}


THRESHOLDS = st.lists(st.integers(1, 30), min_size=1, max_size=4, unique=True).map(lambda steps: [0, *sorted(steps)])


def section(thresholds: list[int], *, successors: dict[str, str] | None = None) -> TiersSection:
    ladder = {f"t{number}": threshold for number, threshold in enumerate(thresholds)}
    return read(shop(ladder=ladder, successors=successors)).section(TiersSection)


@given(old=THRESHOLDS, new=THRESHOLDS, members=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40)), max_size=30))
def test_counted_together_it_is_what_becomes_of_each(
    old: list[int], new: list[int], members: list[tuple[int, int]]
) -> None:
    """Members hold at least what they have the growth for, and are looked at one by one."""
    present = section(old)
    gone = {f"t{number}": f"t{len(new) - 1}" for number in range(len(new), len(old))}
    other = section(new, successors=gone)
    cohorts: Counter[tuple[str | None, int, int]] = Counter()
    expected: Counter[tuple[TierMoveKind, str, str]] = Counter()
    unchanged = 0
    for floor, growth in members:
        reached = tier_at(present.ladder, growth)
        held = max(reached, present.ladder[min(floor, len(old) - 1)], key=lambda tier: tier.threshold)
        code = held.code if held.threshold else None
        below = [sum(tier.threshold <= growth for tier in each.ladder) for each in (present, other)]
        cohorts[code, below[0], below[1]] += 1
        then, target = tier_held(other, code), tier_at(other.ladder, growth)
        steps: list[tuple[TierMoveKind, str, str]] = []
        if target.threshold > then.threshold:
            steps += [(TierMoveKind.RAISED, held.code, target.code)] if held.code != target.code else []
        else:
            if then.code != held.code:
                steps.append((TierMoveKind.REPLACED, held.code, then.code))
            if target.threshold < then.threshold:
                steps.append((TierMoveKind.LOWERED, then.code, target.code))
        expected.update(steps)
        unchanged += not steps
    found = moves([Cohort(*cohort, number) for cohort, number in cohorts.items()], present=present, new=other,
                  by_entries=False)  # fmt: skip
    assert (found.members, found.unchanged) == (len(members), unchanged)
    assert {(m.kind, m.from_tier.code, m.to_tier.code): m.members for m in found.moves} == dict(expected)


def test_who_would_be_lowered_anyway_is_told_apart() -> None:
    """With growth that lapses there are always some below their tier, whatever is published."""
    present, new = section([0, 10, 20]), section([0, 12, 22])
    cohorts = [Cohort("t1", 1, 1, 3), Cohort("t1", 2, 1, 4), Cohort("t2", 3, 3, 5)]
    (move,) = moves(cohorts, present=present, new=new, by_entries=False).moves
    assert (move.kind, move.members, move.anyway) == (TierMoveKind.LOWERED, 7, 3)
