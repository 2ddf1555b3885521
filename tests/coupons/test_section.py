"""The section `[coupons]` of a program's file: what is wrong is told by its place, and what a template says holds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.coupons.section import CouponKind, CouponsSection, Validity
from app.definition import PRESETS, read
from app.programs.changes import problems_after
from app.programs.problems import WrongDefinition
from app.programs.rules import Definition

FILE = (PRESETS / "taobao-club.toml").read_text("utf-8")
BEFORE = FILE.count("[[coupons.templates]]")
"""Templates of the preset: ours come after them."""
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NAME = 'name = { zh = "券", en = "A coupon" }\n'
CASH = 'code = "ten"\nkind = "CASH"\namount = "10.00"\n'

ZOO = (
    """partner = { name = { zh = "动物园", en = "The zoo" }, text = { zh = "出示", en = "Show it" }, codes = true }\n"""
)
CODED = f'code = "zoo"\nkind = "PARTNER"\n{ZOO}'


def file(*templates: str) -> str:
    return "\n".join([FILE, *(f"[[coupons.templates]]\n{NAME}{each}\n" for each in templates)])


def section(*templates: str) -> CouponsSection:
    return later(*templates).section(CouponsSection)


def problems(template: str, *, validity: str = "validity = { days = 30 }\n") -> list[str]:
    with pytest.raises(WrongDefinition) as wrong:
        read(file(f"{template}{validity}"))
    return [str(problem).removeprefix(f"coupons.templates[{BEFORE}].") for problem in wrong.value.problems]


WRONG = {
    'kind = "CASH"\namount = "10"\ncode = "Ten"\n': ["code: must match pattern '^[a-z][a-z0-9-]{0,39}$'"],
    'code = "a"\nkind = "THRESHOLD"\namount = "10.00"\n': ["threshold: missing: a coupon of kind THRESHOLD needs it"],
    'code = "a"\nkind = "THRESHOLD"\namount = "10.00"\nthreshold = "9.99"\n': [
        "amount: must not be more than 'threshold'"
    ],
    'code = "a"\nkind = "PERCENTAGE"\noff = 101\n': ["off: must be less than or equal to 100"],
    'code = "a"\nkind = "PERCENTAGE"\noff = 10\namount = "1.00"\n': ["amount: a coupon of kind PERCENTAGE has none"],
    'code = "a"\nkind = "CASH"\n': ["amount: missing: a coupon of kind CASH needs it"],
    'code = "a"\nkind = "CASH"\namount = "0.00"\n': ["amount: must be more than 0"],
    'code = "a"\nkind = "CASH"\namount = 10\n': ['amount: an amount is written as text, like "1.00"'],
    'code = "a"\nkind = "CATEGORY"\ncategories = ["books"]\n': ["amount: say either 'amount' or 'off'"],
    'code = "a"\nkind = "CATEGORY"\ncategories = ["books", "books"]\noff = 5\n': [
        "categories[1]: is in the list before"
    ],
    'code = "a"\nkind = "CATEGORY"\ncategories = ["books"]\namount = "1.00"\nmost = "1.00"\n': [
        "most: only 'off' has a cap"
    ],
    'code = "a"\nkind = "EXCHANGE"\n': ["sku: missing: a coupon of kind EXCHANGE needs it"],
    'code = "a"\nkind = "PARTNER"\n': ["partner: missing: a coupon of kind PARTNER needs it"],
    'code = "a"\nkind = "DISCOUNT"\n': [
        "kind: must be 'THRESHOLD', 'PERCENTAGE', 'CASH', 'CATEGORY', 'EXCHANGE' or 'PARTNER'"
    ],
    CASH + "ways = []\n": ["ways: is empty: nobody could get it"],
    CASH + 'ways = ["CODE", "CODE"]\n': ["ways[1]: is in the list before"],
    CASH + 'ways = ["CODE"]\nneeds_campaign = "x"\n': [
        "needs_campaign: a campaign opens a template for claiming: 'ways' must have CLAIM"
    ],
    CASH + 'budget = "9.99"\n': ["budget: is not enough for one coupon"],
    'code = "a"\nkind = "PERCENTAGE"\noff = 10\nbudget = "9.00"\n': [
        "most: missing: with a budget it must be known what one takes off"
    ],
    CODED + "stock = 5\n": ["stock: how many there are is how many codes of the partner's: leave it out"],
    CASH + "stock = 0\n": ["stock: must be greater than or equal to 1"],
    CASH + "buckets = 65\n": ["buckets: must be less than or equal to 64"],
    CASH + 'needs_campaign = "x"\n': ['needs_campaign: "x" is no campaign of the file'],
    CASH + 'needs_campaign = "member-day"\n': [
        'needs_campaign: the campaign "member-day" opens no coupons: "coupons = true"'
    ],
    CASH + 'tiers_from = "v9"\n': ["tiers_from: is no tier of the ladder"],
    CASH + "opens_at = 1969-12-31\n": ["opens_at: must be of the years 1970 to 2199"],
    CASH + "opens_at = 2026-06-02\ncloses_at = 2026-06-02\n": ["closes_at: must be after 'opens_at'"],
    CASH + "more = 1\n": ["more: unknown key"],
}


@pytest.mark.parametrize("template", WRONG)
def test_what_is_wrong_with_a_template_is_told_by_its_place(template: str) -> None:
    assert problems(template) == WRONG[template]


@pytest.mark.parametrize(
    ("validity", "said"),
    [
        ("{}", ["validity.until: missing: say 'until', 'days' or 'months'"]),
        ("{ days = 1, months = 1 }", ["validity.months: 'days' is said already: one of them holds"]),
        ("{ since = 2026-01-01, days = 1 }", ["validity.since: only goes with 'until'"]),
        ("{ since = 2026-06-02, until = 2026-06-02 }", ["validity.until: must be after 'since'"]),
        ("{ days = 0 }", ["validity.days: must be greater than or equal to 1"]),
    ],
)
def test_a_template_says_in_one_way_how_long_its_coupons_are_good(validity: str, said: list[str]) -> None:
    assert problems(CASH, validity=f"validity = {validity}\n") == said


def test_two_templates_have_not_one_code() -> None:
    words = rf'templates\[{BEFORE + 1}\].code: "ten" is also the code of templates\[{BEFORE}\]'
    with pytest.raises(WrongDefinition, match=words):
        section(CASH, CASH)


def test_amounts_are_in_minor_units_at_run_time() -> None:
    """R12."""
    *_, template = section('code = "a"\nkind = "THRESHOLD"\namount = "20.5"\nthreshold = "100"\n').templates
    assert (template.kind, template.amount, template.threshold) == (CouponKind.THRESHOLD, 2050, 10000)


@pytest.mark.parametrize(
    ("template", "face"),
    [
        (CASH + 'budget = "100.00"\n', 1000),
        (CASH, None),
        ('code = "a"\nkind = "PERCENTAGE"\noff = 10\nmost = "7.00"\nbudget = "9.00"\n', 700),
        ('code = "a"\nkind = "EXCHANGE"\nsku = "mug"\nmost = "30.00"\nbudget = "90.00"\n', 3000),
    ],
)
def test_what_a_coupon_takes_off_at_most_is_set_aside(template: str, face: int | None) -> None:
    """R31: only where there is a budget."""
    assert section(template).templates[-1].face == face


def later(*templates: str) -> Definition:
    return read(file(*(f"{each}validity = {{ days = 30 }}" for each in templates)))


@pytest.mark.parametrize("less", ["stock = 9\n", "", 'stock = 10\nbudget = "99.00"\n', "stock = 10\n"])
def test_a_stock_and_a_budget_are_never_lowered(less: str) -> None:
    """R31: what is given out is given out. Raised they may be, and the template may be left out (R20)."""
    before = later(CASH + 'stock = 10\nbudget = "100.00"\n')
    assert problems_after(before, later(CASH + less)) != []
    assert problems_after(before, later(CASH + 'stock = 11\nbudget = "100.01"\n')) == []
    assert problems_after(before, later()) == []


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("validity", "issued", "ends", "zone"),
    [
        (Validity(days=1), "2026-03-01T00:00:00", "2026-03-03T00:00:00", SHANGHAI),
        (Validity(days=1), "2026-03-01T23:59:59", "2026-03-03T00:00:00", SHANGHAI),
        (Validity(months=1), "2026-01-31T12:00:00", "2026-03-01T00:00:00", SHANGHAI),
        (Validity(months=12), "2024-02-29T12:00:00", "2025-03-01T00:00:00", SHANGHAI),
        (Validity(days=1), "2026-03-28T12:00:00", "2026-03-30T00:00:00", BERLIN),
        (Validity(months=1), "2026-09-25T23:30:00", "2026-10-26T00:00:00", BERLIN),
    ],
)
def test_a_coupon_lasts_to_the_end_of_its_last_local_day(
    validity: Validity, issued: str, ends: str, zone: ZoneInfo
) -> None:
    """R2, R3: calendar months, the last of them if there is no such day; also where the clocks are changed."""
    assert validity.of(at(issued, zone), zone=zone) == (at(issued, zone), at(ends, zone))


def test_a_fixed_time_is_the_same_for_all_and_begins_when_it_is_issued_at_the_earliest() -> None:
    """R2: half-open, by the program's local days."""
    fixed = Validity.model_validate_json('{"since": "2026-06-01", "until": "2026-06-19"}')
    before, during = at("2026-05-01T12:00:00"), at("2026-06-10T12:00:00")
    assert fixed.of(before, zone=SHANGHAI) == (at("2026-06-01T00:00:00"), at("2026-06-19T00:00:00"))
    assert fixed.of(during, zone=SHANGHAI) == (during, at("2026-06-19T00:00:00"))


def test_whether_a_partners_coupons_have_codes_does_not_change() -> None:
    """R31: there are pieces without a code, or codes without a piece."""
    with_codes, without = later(CODED), later(CODED.replace(", codes = true", ""))
    assert section(CODED).templates[-1].is_stocked
    for before, after in ((with_codes, without), (without, with_codes)):
        assert [str(problem) for problem in problems_after(before, after)] == [
            f"coupons.templates[{BEFORE}].partner.codes: cannot be changed: give the template another code"
        ]
    assert problems_after(with_codes, with_codes) == []


def test_a_reservation_that_is_usual_is_one_that_may_be() -> None:
    """R32: 30 minutes, 7 days at most, unless a file says otherwise."""
    said = later().section(CouponsSection).reservations
    assert (said.usual, said.longest) == (timedelta(minutes=30), timedelta(days=7))
    with pytest.raises(WrongDefinition, match=r"coupons.reservations.minutes: a reservation may last at most 1 days"):
        read(f"{FILE}\n[coupons.reservations]\nminutes = 1441\nmost_days = 1\n")
