"""A program's file: what is read, and what is refused with the name of its key."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import definition
from app.members.section import Join, MembersSection
from app.points.section import ExpiryKind, PointsSection, Rounding
from app.programs.money import MOST, decimal_text, minor_units
from app.programs.problems import MOST_SHOWN, WrongDefinition
from app.programs.section import Part
from app.tiers.section import CountsAt, TiersSection, characters

from .programs.files import defined, shop

ROOT = Path(__file__).parents[1]
SHIPPED = [*sorted(definition.PRESETS.glob("*.toml")), *sorted((ROOT / "examples" / "programs").glob("*.toml"))]
LEAST_1 = "must be greater than or equal to 1"
NO_ZONE = "program.time_zone: no time zone of the IANA database, like Asia/Shanghai"


def problems(text: str) -> list[str]:
    """The lines that a file gets, none if it is right."""
    try:
        definition.read(text)
    except WrongDefinition as error:
        return str(error).split("\n")
    return []


def changed(changes: Mapping[str, str], text: str | None = None) -> str:
    """The small program with other text in place of some; each must be there."""
    text = text or shop()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def test_what_a_file_leaves_out_is_as_the_rules_say() -> None:
    """R9, R12, R15: 7 days, 12 months, FLOOR, COMPLETED; the first choice that a rule names is the default."""
    read = defined()
    points, tiers = read.section(PointsSection), read.section(TiersSection)
    assert (points.return_window_days, points.expiry.kind, points.expiry.months) == (7, ExpiryKind.MONTHS, 12)
    assert points.rounding is Rounding.FLOOR
    assert tiers.counts_at is CountsAt.COMPLETED
    assert read.section(MembersSection).join is Join.ON_REQUEST


@pytest.mark.parametrize(("currency", "per", "amount"), [("CNY", "1.00", 100), ("CNY", "2.5", 250), ("JPY", "7", 7)])
def test_amounts_are_decimal_text_in_the_file_and_minor_units_at_run_time(currency: str, per: str, amount: int) -> None:
    """R12."""
    read = definition.read(shop(currency=currency, per=per))
    assert read.section(PointsSection).earning[0].per == amount
    assert read.section(TiersSection).growth[0].per == amount


@pytest.mark.parametrize(
    ("currency", "per", "message"),
    [
        ("CNY", "1.005", "the currency has 2 decimals, this has 3"),
        ("JPY", "1.0", "the currency has 0 decimals, this has 1"),
        ("CNY", "0.00", "must be more than 0"),
        ("CNY", "-1", 'an amount is written like "12" or "12.50", without sign, separators or currency'),
        ("CNY", "１", 'an amount is written like "12" or "12.50", without sign, separators or currency'),
        ("CNY", "21474836.48", "at most 21474836.47"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_by_its_key(currency: str, per: str, message: str) -> None:
    """R12, R26: more decimals than the currency has, nothing, negative, another script's digits, beyond int4."""
    assert problems(shop(currency=currency, per=per)) == [
        f"points.earning[0].per: {message}",
        f"tiers.growth[0].per: {message}",
    ]


@pytest.mark.parametrize("written", ["1", "1.0", "true", "1979-05-27"])
def test_an_amount_that_is_not_text_is_refused(written: str) -> None:
    """R12: a binary fraction is no amount of money."""
    lines = problems(changed({'per = "1.00"': f"per = {written}"}))
    assert lines[0] == 'points.earning[0].per: an amount is written as text, like "1.00"'


@given(amount=st.integers(0, MOST), digits=st.integers(0, 4))
def test_an_amount_written_and_read_again_is_the_same(amount: int, digits: int) -> None:
    """R12."""
    assert minor_units(decimal_text(amount, digits=digits), digits=digits) == amount


@pytest.mark.parametrize(
    ("ladder", "line"),
    [
        ({"v1": 1}, "tiers.ladder[0].threshold: the first tier begins at 0"),
        (
            {"v1": 0, "v2": 500, "v3": 200},
            "tiers.ladder[2].threshold: must be more than 500, the threshold of the tier below",
        ),
        (
            {"v1": 0, "v2": 200, "v3": 200},
            "tiers.ladder[2].threshold: must be more than 200, the threshold of the tier below",
        ),
        ({"v1": 0, "v2": 2**31}, "tiers.ladder[1].threshold: must be less than or equal to 2147483647"),
        ({"v1": -1}, "tiers.ladder[0].threshold: must be greater than or equal to 0"),
    ],
)
def test_a_ladder_begins_at_0_and_ascends(ladder: Mapping[str, int], line: str) -> None:
    """R16: else a growth value would have no tier, or two."""
    assert problems(shop(ladder=ladder)) == [line]


def test_a_ladder_has_a_tier() -> None:
    """R17: below every threshold there is the base tier."""
    assert problems(changed({"[tiers]": "[tiers]\nladder = []"}, shop(ladder={}))) == ["tiers.ladder: has no tier"]


@pytest.mark.parametrize(
    ("language", "name", "length"),
    [("zh", "一二三四五六", 6), ("en", "A name of 17 char", 17), ("zh", "é" * 6, 6), ("zh", "👨‍👩‍👧" * 6, 6)],
)
def test_a_tier_name_that_is_too_long_is_refused_by_its_key(language: str, name: str, length: int) -> None:
    """R21."""
    other = {"zh": "en", "en": "zh"}[language]
    text = changed({'name = { zh = "v3", en = "v3" }': f'name = {{ {language} = "{name}", {other} = "v3" }}'})
    most = {"zh": 5, "en": 16}[language]
    assert problems(text) == [f"tiers.ladder[2].name.{language}: {length} characters, at most {most}"]


@pytest.mark.parametrize(
    ("language", "name"), [("zh", "一二三四五"), ("zh", "👨‍👩‍👧会员é👍🏽"), ("en", "A name of 16 cha")]
)
def test_a_tier_name_is_as_long_as_a_person_counts(language: str, name: str) -> None:
    """R21: 5 and 16 grapheme clusters, however many code points."""
    assert characters(name) == {"zh": 5, "en": 16}[language]
    other = {"zh": "en", "en": "zh"}[language]
    assert not problems(
        changed({'name = { zh = "v3", en = "v3" }': f'name = {{ {language} = "{name}", {other} = "v3" }}'})
    )


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"[points]": "[points]\nfoo = 1"}, ["points.foo: unknown key"]),
        ({"[points]": "[pionts]\nfoo = 1\n[points]"}, ["pionts: unknown section"]),
        ({"[points]": "[points]\n'a\tb' = 1"}, ['points."a\\tb": unknown key']),
        ({"[points]": "[points]\nexpiry = 3"}, ["points.expiry: must be a table"]),
        ({"[points]": "[points]\nexpiry = { months = 0 }"}, [f"points.expiry.months: {LEAST_1}"]),
        (
            {"[points]": '[points]\nexpiry = { kind = "YEARLY", months = 3 }'},
            ["points.expiry.months: has no meaning with kind YEARLY"],
        ),
        ({"[points]": '[points]\nreturn_window_days = "7"'}, ["points.return_window_days: must be a valid integer"]),
        ({"[points]": "[points]\nreturn_window_days = true"}, ["points.return_window_days: must be a valid integer"]),
        ({"[points]": '[points]\nrounding = "CEILING"'}, ["points.rounding: must be 'FLOOR' or 'HALF_UP'"]),
        ({"[tiers]": '[tiers]\nwindow = "ROLLING"'}, ["tiers.window: must be a table"]),
        ({"[tiers]": '[members]\njoin = "NEVER"\n[tiers]'}, ["members.join: must be 'AUTOMATIC' or 'ON_REQUEST'"]),
        ({"points = 1\n": "points = 0\n"}, [f"points.earning[0].points: {LEAST_1}"]),
        ({"growth = 1\n": ""}, ["tiers.growth[0].growth: missing"]),
        ({'code = "v2"': 'code = "v1"'}, ['tiers.ladder[1].code: "v1" is also the code of ladder[0]']),
        ({'code = "v2"': 'code = "V 2"'}, ["tiers.ladder[1].code: must match pattern '^[a-z][a-z0-9-]{0,39}$'"]),
        ({'zh = "小店", ': ""}, ["program.name.zh: missing"]),
        ({'zh = "小店", ': 'zh = " ", '}, ["program.name.zh: it is empty"]),
        ({'zh = "小店", ': 'zh = "a\\nb", '}, ["program.name.zh: it has line breaks or other control characters"]),
        ({'zh = "小店", ': 'zh = "小店", fr = "x", '}, ["program.name.fr: unknown key"]),
        ({"CNY": "CNZ"}, ["program.currency: no currency of ISO 4217, like CNY"]),
        ({"Asia/Shanghai": "Asia/Beijing"}, [NO_ZONE]),
        ({"Asia/Shanghai": "../../etc/passwd"}, [NO_ZONE]),
        ({'"BRAND"': '"SHOP"'}, ["program.kind: must be 'PLATFORM' or 'BRAND'"]),
        ({'code = "shop"': 'code = "s"'}, ["program.code: must match pattern '^[a-z][a-z0-9-]{1,39}$'"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_key(changes: Mapping[str, str], lines: list[str]) -> None:
    assert problems(changed(changes)) == lines


@pytest.mark.parametrize(
    ("successors", "lines"),
    [
        ({"v9": "v3"}, []),
        ({"v9": "v8"}, ['tiers.successors.v9: "v8" is not on the ladder']),
        ({"v2": "v3"}, ["tiers.successors.v2: is on the ladder, so it needs no successor"]),
        ({"V9": "v3"}, ["tiers.successors.V9: must match pattern '^[a-z][a-z0-9-]{0,39}$'"]),
    ],
)
def test_a_successor_stands_on_the_ladder_for_one_that_does_not(
    successors: Mapping[str, str], lines: list[str]
) -> None:
    """R20."""
    assert problems(shop(successors=successors)) == lines


def test_a_code_names_the_tier_that_has_it_or_its_successor() -> None:
    """R20: a member recorded with a tier that is gone is in the one that stands for it."""
    tiers = defined(successors={"gold": "v3"}).section(TiersSection)
    assert tiers.tier("v2") is tiers.ladder[1]
    assert tiers.tier("gold") is tiers.ladder[2]
    with pytest.raises(KeyError):
        tiers.tier("silver")


def test_all_that_is_wrong_is_said_at_once() -> None:
    """A ladder that does not ascend, a name of 6 characters and unknown keys hide none of each other."""
    text = changed(
        {
            "Asia/Shanghai": "Mars/Base",
            "[points]": "[points]\nfoo = 1",
            "[tiers]": "[tiers]\nbar = 1",
            "threshold = 500": "threshold = 100",
            'zh = "v2"': 'zh = "一二三四五六"',
        }
    )
    assert problems(text) == [
        NO_ZONE,
        "points.foo: unknown key",
        "tiers.bar: unknown key",
        "tiers.ladder[2].threshold: must be more than 200, the threshold of the tier below",
        "tiers.ladder[1].name.zh: 6 characters, at most 5",
    ]


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("[program", "it is not TOML: "),
        ("a = 1\nb = ?\nc = 3", "it is not TOML: Invalid value (at line 2, column 5)"),
        ("a = 1\na = 2", "it is not TOML: Cannot overwrite a value"),
        ("#" + "x\n" * 40_000, "it is longer than 65536 bytes"),
        ("#" + "店\n" * 20_000, "it is longer than 65536 bytes"),
        ("a" + ".a" * 500 + " = 1", "line 1 is longer than 1000 characters"),
        ("a = " + "[\n" * 20_000, "it is not TOML: it is nested too deeply"),
        ("a = " + "9" * 900, "a: unknown section"),
        ("a = \ud800", "it is not TOML: 'utf-8' codec can't encode character"),
        ("'a\tb' = 1", '"a\\tb": unknown section'),
    ],
)
def test_what_is_not_toml_or_too_much_of_it_is_refused(text: str, begins: str) -> None:
    """In bounded time: a key of 64 KiB takes tomllib 20 seconds, so no line is longer than 1,000 characters."""
    assert problems(text)[0].startswith(begins)


def test_of_very_many_problems_the_first_hundred_are_shown() -> None:
    lines = problems("\n".join(f"a{n} = 1" for n in range(MOST_SHOWN + 10)))
    assert len(lines) == MOST_SHOWN + 1
    assert lines[-1] == "… and 16 more"  # 10, and the 6 keys that a file must have


def test_a_file_on_disk_is_read_no_further_than_a_file_may_be_long(tmp_path: Path) -> None:
    path = tmp_path / "program.toml"
    path.write_bytes(b"#" * (definition.MOST_BYTES + 1))
    with pytest.raises(WrongDefinition, match="longer than 65536 bytes"):
        definition.read_file(path)
    path.write_bytes("é".encode("latin-1"))
    with pytest.raises(WrongDefinition, match="not text in UTF-8"):
        definition.read_file(path)
    path.write_text(shop(), encoding="utf-8")
    assert definition.read_file(path).text == shop()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_with_the_product_is_right_and_named_after_its_code(path: Path) -> None:
    """M2."""
    assert definition.read_file(path).program.code == path.stem


def test_brand_standard_is_what_s3_says() -> None:
    """M2, S3: V1 on joining, V2 from 200, V3 from 500, V4 from 2000; tiers of every level have benefits to show."""
    read = definition.read_file(definition.PRESETS / "brand-standard.toml")
    ladder = read.section(TiersSection).ladder
    assert [(tier.code, tier.threshold) for tier in ladder] == [("v1", 0), ("v2", 200), ("v3", 500), ("v4", 2000)]
    assert all(tier.benefits for tier in ladder)


def test_taobao_club_is_what_s0_says() -> None:
    """M2, S0: V1 to V6, automatic joining, 12 months, and six benefits from V4 on."""
    read = definition.read_file(definition.PRESETS / "taobao-club.toml")
    assert (read.program.kind, read.program.currency, read.program.time_zone) == ("PLATFORM", "CNY", "Asia/Shanghai")
    assert read.section(MembersSection).join is Join.AUTOMATIC
    assert read.section(PointsSection).expiry.months == 12
    ladder = read.section(TiersSection).ladder
    assert [tier.code for tier in ladder] == ["v1", "v2", "v3", "v4", "v5", "v6"]
    above = ["exclusive-coupons", "priority-shipping", "dedicated-service", "member-day-extra", "trial-priority"]
    for tier in ladder[:3]:
        assert not tier.benefits
    for tier in ladder[3:]:
        assert list(tier.benefits) == [*above, "promotion-extras"]


def test_the_real_orders_play_on_the_ladder_of_brand_standard() -> None:
    cdnow = definition.read_file(ROOT / "examples" / "programs" / "cdnow.toml")
    brand = definition.read_file(definition.PRESETS / "brand-standard.toml")
    assert (cdnow.program.currency, cdnow.program.time_zone) == ("USD", "America/New_York")
    assert cdnow.section(MembersSection).join is Join.AUTOMATIC
    ladders = [[tier.threshold for tier in read.section(TiersSection).ladder] for read in (cdnow, brand)]
    assert ladders[0] == ladders[1]
    (earning,), (growth,) = cdnow.section(PointsSection).earning, cdnow.section(TiersSection).growth
    assert (earning.points, earning.per, growth.growth, growth.per) == (1, 100, 1, 100)


def test_what_is_held_does_not_change_and_says_so() -> None:
    """The compiled graph keeps what a held object looks like."""
    tiers = defined().section(TiersSection)
    assert all(part.__held__ for part in (tiers, tiers.ladder[0], tiers.ladder[0].name, tiers.growth[0]))
    with pytest.raises(ValueError, match="frozen"):
        tiers.ladder[0].threshold = 3  # pyright: ignore[reportAttributeAccessIssue]
    assert isinstance(tiers.ladder, tuple)
    assert issubclass(TiersSection, Part)
