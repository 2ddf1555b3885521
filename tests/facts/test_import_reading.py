"""What a file of orders says, and what is wrong with it, by line and reason. Without a database."""

import re
from dataclasses import dataclass

import pytest

from app.definition import PRESETS, read_file
from app.facts.importing.reading import Columns, Mapped, MappedMembers, NotTaken, ReadLine, header_of, reader_of
from app.facts.importing.records import WrongFile, lines_of, records_of
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


@dataclass(frozen=True)
class ReadFile:
    """What a file says."""

    orders: list[ReadLine]
    unreadable: list[NotTaken]


def orders_in(content: bytes, *, mapped: Columns = Mapped(), piece: int = 7) -> ReadFile:  # noqa: B008 - frozen
    """Of a file that comes in pieces of so many bytes."""
    records = records_of(lines_of(content[start : start + piece] for start in range(0, len(content), piece)))
    read = reader_of(mapped, header_of(records).fields, program=CLUB, now=NOON)
    found = [read(record.line, record.fields) for record in records]
    wrong = [NotTaken(each.line, each.problem) for each in found if each.problem is not None]
    return ReadFile([each for each in found if each.problem is None], wrong)


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


@pytest.mark.parametrize("piece", [1, 2, 3, 1000])
def test_wherever_a_file_is_cut_into_pieces_it_says_the_same(piece: int) -> None:
    """Within a character, a line end of Windows, or a quoted line break."""
    lines = [HEADER, "änna,2026-01-05,1,10.00", '"b\r\nb",2026-01-05,1,1.00', "李雷,2026-01-06,2,3.00"]
    file = orders_in("\ufeff".encode() + "\r\n".join(lines).encode(), piece=piece)

    assert [(each.line, each.customer, each.amount) for each in file.orders] == [(2, "änna", 1000), (5, "李雷", 300)]
    assert [each.line for each in file.unreadable] == [3]


WRONG_MEMBERS = {
    "no customer": (",v2,2020-01-05,5", "customer"),
    "no date": ("anna,v2,,5", "joined"),
    "not yet": ("anna,v2,2027-01-05,5", "future"),
    "a tier that there is not": ("anna,gold,2020-01-05,5", "'gold' is no tier of the program: v1, v2"),
    "less than no growth": ("anna,v2,2020-01-05,-1", "growth"),
    "half a growth": ("anna,v2,2020-01-05,1.5", "growth"),
}


@pytest.mark.parametrize("wrong", WRONG_MEMBERS)
def test_a_line_of_a_member_that_is_not_understood_is_told(wrong: str) -> None:
    """R19."""
    line, says = WRONG_MEMBERS[wrong]
    header = "customer,tier,joined,growth"
    file = orders_in(file_of(line, "bob,,2020-01-06,", header=header), mapped=MappedMembers(growth="growth"))

    assert [says in each.reason for each in file.unreadable] == [True]
    assert [(each.customer, each.code, each.amount) for each in file.orders] == [("bob", None, None)]
