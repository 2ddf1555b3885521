"""The command line: each command does what it says, and what goes wrong is told in a line."""

import asyncio
import json
import re
import sys
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.db.revisions import head
from app.definition import PRESETS
from tests.databases import run

CLUB = PRESETS / "taobao-club.toml"
EXAMPLES = Path(__file__).parent.parent / "examples"


@dataclass(frozen=True)
class Outcome:
    """What came of a command."""

    code: object
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command as `python -m app` does."""
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["app", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Outcome(ended.value.code, printed.out, printed.err)

    return run


def claims(token: str) -> dict[str, Any]:
    return json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))


def changed(club: Path, folder: Path) -> Path:
    """The same program with points that last a month longer."""
    text = club.read_text("utf-8")
    assert "months = 12" in text
    file = folder / "changed.toml"
    file.write_text(text.replace("months = 12", "months = 13", 1), "utf-8")
    return file


@pytest.mark.parametrize("preset", sorted(PRESETS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_preset_has_nothing_wrong(command: Command, preset: Path) -> None:
    assert command("program", "check", preset).code == 0


def test_each_problem_of_a_file_is_told_with_its_key(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('colour = "red"\n[program]\ncode = "x"\n')

    checked = command("program", "check", file)

    assert checked.code == 1
    assert "colour: unknown section\n" in checked.err
    assert "tiers.ladder: missing\n" in checked.err


def test_publishing_makes_versions_and_the_same_file_makes_none(
    command: Command, database_url: str, tmp_path: Path
) -> None:
    here = ("--database-url", database_url)
    assert "version 1 of 'taobao-club'" in command("program", "publish", CLUB, *here).err
    assert "Nothing is different from version 1" in command("program", "publish", CLUB, *here).err
    assert "Nothing is different." in command("program", "diff", CLUB, *here).out

    other = changed(CLUB, tmp_path)
    assert command("program", "diff", other, *here).out == "points.expiry.months: 12 → 13\n"
    published = command("program", "publish", other, *here, "--effective-from", "2100-01-01T00:00:00+0800")
    assert published.out == "points.expiry.months: 12 → 13\n"
    assert "version 2 of 'taobao-club', in force from 2100-01-01" in published.err


def test_a_file_with_the_code_of_an_operator_s_template_is_not_published(
    command: Command, database_url: str, tmp_path: Path
) -> None:
    """R20, R31: both would be of one stock. Tried: without looking, it is version 2."""
    here = ("--database-url", database_url)
    command("program", "publish", CLUB, *here)
    row = "'00000000-0000-0000-0000-000000000001', 1, 'taobao-club', 'of-an-operator', 'Asia/Shanghai', 'CNY', '{}'"
    names = "id, number, program, code, time_zone, currency, terms, is_retired, effective_from, written_at"
    written = f"INSERT INTO coupon_templates ({names}) VALUES ({row}, false, now(), now())"
    asyncio.run(run(database_url, written, "SELECT 1"))
    file = tmp_path / "taken.toml"
    template = """
[[coupons.templates]]
code = "of-an-operator"
kind = "CASH"
name = { zh = "券", en = "A coupon" }
amount = "1.00"
validity = { days = 1 }
"""
    file.write_text(CLUB.read_text("utf-8") + template, "utf-8")
    for what in ("diff", "publish"):
        refused = command("program", what, file, *here)
        assert (refused.code, '"of-an-operator" is the code of a template' in refused.err) == (1, True)


def test_before_publishing_one_sees_who_would_move(command: Command, database_url: str, tmp_path: Path) -> None:
    """R20: a table on the output, the rest for people beside it."""
    here = ("--database-url", database_url)
    command("program", "publish", EXAMPLES / "programs" / "cdnow.toml", *here)
    orders = tmp_path / "orders.csv"
    orders.write_text("customer,date,units,amount_usd\nann,2026-01-31,1,60.00\nbob,2026-01-31,1,1.00\n")
    command("import", "orders", orders, "--issuer", "https://id.example", *here)
    text = (EXAMPLES / "programs" / "cdnow.toml").read_text("utf-8")
    second = re.findall(r"^threshold = (\d+)$", text, re.MULTILINE)[1]
    easier = tmp_path / "easier.toml"
    easier.write_text(text.replace(f"threshold = {second}\n", "threshold = 50\n"), "utf-8")

    compared = command("program", "diff", easier, *here)

    change, headings, row = compared.out.splitlines()
    assert change == f"tiers.ladder[1].threshold: {second} → 50"
    assert (headings.split(), row.split()[2:]) == (["from", "to", "members", "when"], ["1", "at", "once"])
    assert "Compared with version 1; 1 of 2 members would not move." in compared.err


def test_what_was_compared_with_is_what_is_replaced(command: Command, database_url: str, tmp_path: Path) -> None:
    here = ("--database-url", database_url)
    command("program", "publish", CLUB, *here)
    other = changed(CLUB, tmp_path)
    refused = command("program", "publish", other, *here, "--expected-version", "0")
    assert (refused.code, refused.out) == (1, "")
    assert "The newest version is 1, not 0" in refused.err
    assert "Published version 2" in command("program", "publish", other, *here, "--expected-version", "1").err


def test_a_version_is_tried_on_some_first_and_then_for_all(command: Command, database_url: str, tmp_path: Path) -> None:
    """M1."""
    here = ("--database-url", database_url)
    command("program", "publish", CLUB, *here)
    other = changed(CLUB, tmp_path)
    tried = command("program", "publish", other, *here, "--share", "10")
    assert "Published version 2 of 'taobao-club', in force for 10 % of the members from " in tried.err
    assert "Nothing is different from version 2" in command("program", "publish", other, *here, "--share", "10").err
    fewer = command("program", "publish", CLUB, *here, "--share", "9")
    assert (fewer.code, "tried on 10 percent" in fewer.err) == (1, True)
    assert "Published version 3 of 'taobao-club', in force from " in command("program", "publish", other, *here).err


def test_a_file_that_cannot_follow_is_told_when_it_is_compared(
    command: Command, database_url: str, tmp_path: Path
) -> None:
    """R20."""
    here = ("--database-url", database_url)
    command("program", "publish", CLUB, *here)
    other = tmp_path / "other.toml"
    other.write_text(CLUB.read_text("utf-8").replace('"CNY"', '"USD"'), "utf-8")
    compared = command("program", "diff", other, *here)
    assert compared.code == 1
    assert "program.currency: cannot change" in compared.err


def test_of_a_file_of_orders_what_can_be_taken_is_taken_once(
    command: Command, database_url: str, tmp_path: Path
) -> None:
    """Lines that cannot be taken are told by number; the books balance."""
    here = ("--database-url", database_url)
    file = tmp_path / "orders.csv"
    file.write_text("who,when,paid\nann,2026-01-31,12.50\nbob,yesterday,1.00\nann,2026-01-31,0.00\n")
    columns = ("--customer", "who", "--date", "when", "--amount", "paid", "--quantity", "")
    command("program", "publish", EXAMPLES / "programs" / "cdnow.toml", *here)

    first = command("import", "orders", file, "--issuer", "https://id.example", *columns, *here)
    assert first.code == 1
    assert "Line 3: when: 'yesterday'" in first.err
    assert "3 orders: 2 new, 0 known before, 1 not taken." in first.err
    assert (
        "0 new, 2 known before, 1 not taken."
        in command("import", "orders", file, "--issuer", "https://id.example", *columns, *here).err
    )
    assert command("prove", *here).err == "1 members proved, 0 mismatches.\n"


def test_a_file_without_a_needed_column_is_not_taken(command: Command, database_url: str, tmp_path: Path) -> None:
    here = ("--database-url", database_url)
    file = tmp_path / "orders.csv"
    file.write_text("who,when\nann,2026-01-31\n")
    command("program", "publish", EXAMPLES / "programs" / "cdnow.toml", *here)

    refused = command("import", "orders", file, "--issuer", "https://id.example", *here)

    assert refused.code == 2
    assert "no column 'customer'" in refused.err


def test_a_database_without_tables_is_told_from_a_broken_one(command: Command, server_folder: Path) -> None:
    compared = command("program", "diff", CLUB, "--data", server_folder)

    assert compared.code == 1
    assert "migrate" in compared.err


def test_without_a_database_url_a_command_starts_the_embedded_one_and_stops_it(
    command: Command, server_folder: Path
) -> None:
    assert f"to {head()}" in command("migrate", "--data", server_folder).err
    assert "up to date" in command("migrate", "--data", server_folder).err
    assert not (server_folder / "postgres" / "postmaster.pid").exists()


def test_a_database_that_is_not_there_is_an_error_in_a_line(command: Command, tmp_path: Path) -> None:
    """Nothing listens in the folder."""
    failed = command("migrate", "--database-url", f"postgresql://postgres@/postgres?host={tmp_path}")

    assert failed.code == 1
    assert len(failed.err.splitlines()) == 1


def test_a_customers_token_names_the_customer_alone(command: Command, tmp_path: Path) -> None:
    made = claims(command("token", "ann", "--data", tmp_path).out)

    assert made["sub"] == "ann"
    assert not made.keys() & {"role", "programs", "sources", "scopes"}


def test_tokens_of_staff_and_services_name_what_they_may_touch(command: Command, tmp_path: Path) -> None:
    staff = command("token", "sue", "--role", "support", "--program", "taobao-club", "--data", tmp_path)
    assert claims(staff.out)["programs"] == ["taobao-club"]

    asked = ("--program", "taobao-club", "--program", "cdnow", "--source", "shop")
    service = claims(command("token", "orders", "--role", "service", *asked, "--data", tmp_path).out)
    assert service["sources"] == ["shop"]
    assert service["scopes"] == ["facts:write"]
    assert sorted(service["programs"]) == ["cdnow", "taobao-club"]
    assert "program" not in service


def test_staff_without_a_program_get_no_token(command: Command, tmp_path: Path) -> None:
    refused = command("token", "sue", "--role", "support", "--data", tmp_path)

    assert refused.code == 1
    assert "program" in refused.err
    assert refused.out == ""


def test_the_schema_is_printed_as_committed(command: Command) -> None:
    committed = Path(__file__).parent.parent / "schema.graphql"
    assert command("schema").out == committed.read_text("utf-8")


def test_what_got_stuck_is_shown_and_only_what_is_there_is_tried_again(command: Command, database_url: str) -> None:
    here = ("--database-url", database_url)
    shown = command("outbox", "dead", *here)
    assert shown.code == 0
    assert "0 dead letters" in shown.out
    nobody = "01a20034-73be-72a7-abd0-6efba7a292f5"
    tried = command("outbox", "requeue", nobody, nobody, *here)
    assert tried.code == 1
    assert "no such dead event" in tried.err


def test_orders_for_a_given_database_name_whose_customers_they_are(
    command: Command, database_url: str, tmp_path: Path
) -> None:
    """Without the issuer of their tokens nobody would find their orders."""
    file = tmp_path / "orders.csv"
    file.write_text("customer,date,units,amount_usd\nann,2026-01-31,1,12.50\n")
    refused = command("import", "orders", file, "--database-url", database_url)
    assert refused.code == 2
    assert "--issuer" in refused.err
