"""What is known of currencies is what Unicode's CLDR says of them."""

from decimal import Decimal

from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision

from app.programs.currencies import CODES
from app.programs.money import digits_of
from app.programs.rulebook import Terms


def test_the_currencies_are_those_of_cldr_with_their_decimals() -> None:
    """R12."""
    assert set(get_global("all_currencies")) == CODES
    assert {code: digits_of(code) for code in CODES} == {code: get_currency_precision(code) for code in CODES}


def test_amounts_are_written_as_in_either_language() -> None:
    for code in CODES:
        digits = digits_of(code)
        for minor in (0, 7, 1234, 2**31 - 1):
            told = Terms(code, digits, {}).amount(minor)
            exact = Decimal(minor).scaleb(-digits)
            assert told.zh == format_currency(exact, code, locale="zh_CN")
            assert told.en == format_currency(exact, code, locale="en")
