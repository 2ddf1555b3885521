"""What a file of orders says, and what is wrong with it, by line and reason. Without a database."""

import re

import pytest

from app.definition import PRESETS, read_file
from app.facts.importing.reading import Mapped, OrderFile, read_orders
from app.facts.importing.records import MOST_BYTES, WrongFile
from app.programs.rules import SINCE_EVER, ProgramVersion
from tests.facts.history import HEADER, file_of
from tests.world import NOON

CLUB = ProgramVersion.of(read_file(PRESETS / "taobao-club.toml"), number=1, effective_from=SINCE_EVER)
GOOD = "anna,2026-01-05,1,10.00"
WRONG_FILES = {
    "empty": (b"", "empty"),
    "a column is missing": (file_of(GOOD, header="customer,date,units,amount"), "no column 'amount_usd'.*amount"),
    "a column comes twice": (file_of(GOOD + ",1", header=f"{HEADER},date"), "more than one column 'date'"),
    "Latin-1": (file_of(GOOD).replace(b"anna", "ändré".encode("latin-1")), "Line 2 .*UTF-8"),
    "UTF-16": (file_of(GOOD).decode().encode("utf-16"), "UTF-8"),
    "NUL": (file_of(GOOD, "bob\0,2026-01-05,1,10.00"), "Line 3 .*NUL"),
    "a quote is never closed": (file_of(GOOD, '"bob,2026-01-05,1,10.00', GOOD), "Line 3.*quotes"),
    "text follows a quote": (file_of(GOOD, '"bo"b,2026-01-05,1,10.00', GOOD), "Line 3.*quote"),
    "a quote swallows the file": (file_of(GOOD, '"bob,2026', *[GOOD] * 1000, 'b"'), "Line 3.*10000 characters"),
    "an endless line": (file_of(GOOD, "b" * 20_000), "Line 3.*10000 characters"),
    "an endless header": (b"b" * 20_000, "Line 1.*10000 characters"),
}
WRONG_LINES = {
    "too few fields": ("anna,2026-01-05,1", "3 fields"),
    "too many fields": (f"{GOOD},5", "5 fields"),
    "no customer": (",2026-01-05,1,10.00", "customer"),
    "a customer as no token has": (f"{'x' * 256},2026-01-05,1,10.00", "customer"),
    "a line break in the customer": ('"an\nna",2026-01-05,1,10.00', "customer"),
    "no date": ("anna,,1,10.00", "date"),
    "a day that is not": ("anna,2026-02-30,1,10.00", "'2026-02-30'"),
    "a date of another country": ("anna,05/01/2026,1,10.00", "'05/01/2026'"),
    "a week date": ("anna,2026-W01-1,1,10.00", "date"),
    "other digits": ("anna,２０２６-01-05,1,10.00", "date"),
    "before all shops": ("anna,0026-01-05,1,10.00", "date"),
    "an offset that is not": ("anna,2026-01-05T10:00:00+99:00,1,10.00", "date"),
    "beyond the calendar": ("anna,9999-12-31T23:59:59-12:00,1,10.00", "date"),
    "tomorrow": ("anna,2026-03-02,1,10.00", "future"),
    "no quantity": ("anna,2026-01-05,,10.00", "units"),
    "nothing bought": ("anna,2026-01-05,0,10.00", "units"),
    "less than nothing bought": ("anna,2026-01-05,-1,10.00", "units"),
    "half a thing": ("anna,2026-01-05,0.5,10.00", "units"),
    "more than there is": ("anna,2026-01-05,9999999999,10.00", "units"),
    "no amount": ("anna,2026-01-05,1,", "amount_usd"),
    "less than nothing paid": ("anna,2026-01-05,1,-0.01", "amount_usd"),
    "too many decimals": ("anna,2026-01-05,1,10.001", "2 decimals"),
    "a separator": ('anna,2026-01-05,1,"1,000.00"', "amount_usd"),
    "no number": ("anna,2026-01-05,1,NaN", "amount_usd"),
    "too much": ("anna,2026-01-05,1,99999999.99", "amount_usd"),
}


def orders_in(content: bytes, *, mapped: Mapped = Mapped()) -> OrderFile:  # noqa: B008 - frozen
    return read_orders(content, mapped=mapped, program=CLUB, now=NOON)


@pytest.mark.parametrize("wrong", WRONG_FILES)
def test_a_file_that_cannot_be_trusted_anywhere_is_not_read(wrong: str) -> None:
    content, says = WRONG_FILES[wrong]
    with pytest.raises(WrongFile, match=re.compile(says, re.DOTALL)):
        orders_in(content)


@pytest.mark.parametrize("wrong", WRONG_LINES)
def test_a_line_that_is_not_understood_is_told_and_the_others_are_orders(wrong: str) -> None:
    """R26."""
    line, says = WRONG_LINES[wrong]
    file = orders_in(file_of(GOOD, line, "bob,2026-01-06,1,5.00"))

    assert [each.line for each in file.unreadable] == [3]
    assert says in file.unreadable[0].reason
    assert [order.line for order in file.orders] == [2, 5 if "\n" in line else 4]


def test_lines_are_numbered_as_an_editor_does() -> None:
    """With a byte order mark, line ends of Windows, blank lines, and a record of two lines."""
    lines = [HEADER, GOOD, "", '"an\r\nna",2026-01-05,1,10.00', "bob,2026-01-06,1,x", " ", "eve,2026-01-06,1,1.00"]
    file = orders_in("\ufeff".encode() + "\r\n".join(lines).encode())

    assert [each.line for each in file.unreadable] == [4, 6]
    assert [each.line for each in file.orders] == [2, 8]


def test_a_file_is_looked_at_up_to_a_length() -> None:
    with pytest.raises(WrongFile, match="longer than 64 MiB"):
        orders_in(b"x" * (MOST_BYTES + 1))


def test_an_id_of_another_order_in_the_file_is_told_with_both_lines() -> None:
    """R24: which of them is right, nobody knows; whatever order they are played in, the first is taken."""
    lines = (f"{GOOD},1", f"{GOOD},1", "anna,2026-01-05,2,10.00,1", "bob,2026-01-05,1,10.00,1")
    file = orders_in(file_of(*lines, header=f"{HEADER},order"), mapped=Mapped(order="order"))

    assert [order.line for order in file.orders] == [2, 3]
    assert [(each.line, "line 2" in each.reason) for each in file.unreadable] == [(4, True), (5, True)]
