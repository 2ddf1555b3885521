"""What is different between two files of a program, in words."""

from app import definition
from app.programs.changes import diff

from .files import defined, shop


def changes(old: str, new: str) -> list[str]:
    return diff(definition.read(old), definition.read(new))


def test_a_change_is_named_by_its_key_with_what_was_and_what_is() -> None:
    """R20: a changed ladder is compared first."""
    assert diff(defined(), defined(ladder={"v1": 0, "v2": 300, "v3": 500})) == [
        "tiers.ladder[1].threshold: 200 → 300",
    ]


def test_amounts_are_shown_as_they_are_written() -> None:
    assert changes(shop(per="1.00"), shop(per="12.5")) == [
        'points.earning[0].per: "1.00" → "12.50"',
        'tiers.growth[0].per: "1.00" → "12.50"',
    ]


def test_a_tier_put_between_two_is_one_change() -> None:
    """Things with a code are the same thing wherever they stand."""
    assert diff(defined(), defined(ladder={"v1": 0, "extra": 100, "v2": 200, "v3": 500})) == [
        'tiers.ladder[1]: new, "extra"'
    ]


def test_a_tier_taken_away_is_named_with_the_place_it_had() -> None:
    assert diff(defined(), defined(ladder={"v1": 0, "v3": 500}, successors={"v2": "v3"})) == [
        'tiers.ladder[1]: removed, was "v2"',
        'tiers.successors.v2: new, "v3"',
    ]


def test_another_order_of_things_with_codes_is_a_change() -> None:
    two = '[[points.earning]]\ncode = "{}"\npoints = 1\nper = "1"\nwords = {{ zh = "一", en = "one" }}\n'
    one_first = shop().replace("[tiers]", two.format("a") + two.format("b") + "[tiers]")
    other_first = shop().replace("[tiers]", two.format("b") + two.format("a") + "[tiers]")
    assert changes(one_first, other_first) == ['points.earning: order, ["order", "a", "b"] → ["order", "b", "a"]']


def test_comments_order_of_keys_and_written_out_defaults_are_no_change() -> None:
    same = shop().replace("[points]", "[facts]\n[points]\nreturn_window_days = 7 # the default")
    assert same != shop()
    assert changes(shop(), same) == []
    assert changes(shop(per="1.00"), shop(per="1")) == []


def test_a_changed_default_is_a_change() -> None:
    assert changes(shop(), shop().replace("[points]", '[points]\nexpiry = { kind = "YEARLY" }')) == [
        'points.expiry.kind: "MONTHS" → "YEARLY"'
    ]
