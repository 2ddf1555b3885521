"""The rules for going beyond one machine, as far as a machine can see whether they are kept.

Each function gives complaints in words: none, if its rule is kept.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table, UniqueConstraint, Uuid

MEMBERS, CUSTOMERS = "members", "customers"
KEYED_BY = {
    MEMBERS: "id",
    CUSTOMERS: "id",
    "unique_keys": "digest",
    "reward_stock": "reward_id",
    "voucher_codes": "reward_id",
    "coupon_stock": "template_id",
    "coupon_budgets": "template_id",
    "partner_codes": "template_id",
    "coupon_codes": "digest",
}
"""Tables whose rows are spread over machines by a column that does not tell by its name."""
OWNERS = ("member_id", "customer_id", "owner_id")
REFERENCE = frozenset(
    (
        "programs",
        "program_versions",
        "job_runs",
        "imports",
        "import_runs",
        "rewards",
        "coupon_templates",
        "campaigns",
        "campaign_changes",
        "coupon_jobs",
    )
)
"""Small tables that every machine has whole."""
PARTS_OF_STOCK = {"reward_stock": "bucket", "coupon_stock": "bucket"}
"""Rule 7: stock is a few rows with a key of their own, each of them a part of it."""

FORBIDDEN_SQL = {
    r"\bpg_(try_)?advisory": "advisory lock",
    r"\b(LISTEN|UNLISTEN|NOTIFY)\s+\w|\bpg_notify\b": "LISTEN or NOTIFY",
    r"^\s*SET\s|;\s*SET\s|\bset_config\s*\(|\bDISCARD\s+ALL": "session setting",
    r"\bTEMP(ORARY)?\s+TABLE\b": "temp table",
    r"\bnextval\b|\b(BIG|SMALL)?SERIAL\b|\b(big|small)?serial\b|\bIDENTITY\b": "sequence",
    r"\bCREATE\s+(OR\s+REPLACE\s+)?(TRIGGER|FUNCTION|PROCEDURE)\b": "trigger or function",
    r"\b(now|clock_timestamp|statement_timestamp|random|gen_random_uuid|uuidv7|uuidv4)\s*\(": "volatile function",
    r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b": "volatile function",
    r"\bSKIP\s+LOCKED\b": "lease by lock instead of by conditional UPDATE",
}
FORBIDDEN_NAMES = re.compile(r"^(pg_)?(try_)?advisory|^(add|remove)_listener$|^(nextval|set_config|pg_notify)$")


def owner_of(table: Table) -> str | None:
    """The column by which a table's rows are spread over machines; None for a reference table."""
    if table.name in KEYED_BY:
        return KEYED_BY[table.name]
    return next((name for name in OWNERS if name in table.columns), None)


def complaints(metadata: MetaData) -> list[str]:
    return [complaint for table in metadata.sorted_tables for complaint in _complaints(table)]


def _complaints(table: Table) -> Iterator[str]:
    owner = owner_of(table)
    if owner is None and table.name not in REFERENCE:
        yield f"{table.name}: nobody owns it, and it is not said to be a reference table"
    for check in (ids_come_from_the_application, constraints_are_named):
        yield from check(table)
    if owner is not None:
        for check in (key_begins_with_the_owner, unique_keys_have_the_owner, foreign_keys_stay_with_the_owner):
            yield from check(table, owner)
    else:
        yield from reference_tables_know_no_owners(table)


def key_begins_with_the_owner(table: Table, owner: str) -> Iterator[str]:
    """Rules 1, 4: the primary key is (owner, id), or the owner alone where there is one row for each."""
    key, own = [column.key for column in table.primary_key.columns], PARTS_OF_STOCK.get(table.name, "id")
    if key not in ([owner], [owner, own]):
        yield f"{table.name}: the primary key is {key}, not ({owner}, {own})"


def unique_keys_have_the_owner(table: Table, owner: str) -> Iterator[str]:
    """Rules 1, 5: what must be unique across owners is a row of `unique_keys`."""
    constraints = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    for unique in (*constraints, *(index for index in table.indexes if index.unique)):
        if owner not in {column.key for column in unique.columns}:
            yield f"{table.name}: {unique.name} is unique without {owner}"


def foreign_keys_stay_with_the_owner(table: Table, owner: str) -> Iterator[str]:
    """Rule 2: to what the same owner has, to the owner, or to a reference table."""
    for key in _foreign_keys(table):
        target = key.referred_table
        theirs = owner_of(target)
        pairs = [(element.parent.key, element.column.key) for element in key.elements]
        if theirs is not None and (owner, theirs) not in pairs:
            yield f"{table.name}: {key.name} may lead to another machine: it has no ({owner} = {target.name}.{theirs})"


def reference_tables_know_no_owners(table: Table) -> Iterator[str]:
    """Rule 3: what every machine has whole cannot depend on what is spread."""
    for key in _foreign_keys(table):
        if owner_of(key.referred_table) is not None:
            yield f"{table.name}: {key.name} leads from a reference table to rows that are spread"


def ids_come_from_the_application(table: Table) -> Iterator[str]:
    """Rules 1, 8: UUIDs, no sequences, nothing that the database makes up."""
    for column in table.columns:
        name = f"{table.name}.{column.key}"
        if column.key in ("id", *OWNERS) and not isinstance(column.type, Uuid):
            yield f"{name}: ids are UUIDs"
        if column is table.autoincrement_column or column.identity is not None or _is_sequence(column):
            yield f"{name}: comes from a sequence"
        elif column.computed is not None or "(" in str(getattr(column.server_default, "arg", "")):
            yield f"{name}: is made up by the database"


def constraints_are_named(table: Table) -> Iterator[str]:
    """Rule 2: an error and a migration name what they are about."""
    for constraint in (*table.constraints, *table.indexes):
        if constraint.name is None:
            yield f"{table.name}: a {type(constraint).__name__} has no name"


def sql_is_for_many_machines(text: str) -> list[str]:
    """Rules 8 and 10, for a statement or anything that may become one."""
    found = [what for pattern, what in FORBIDDEN_SQL.items() if re.search(pattern, text)]
    if re.search(r"\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE)\b", text) and re.search(r"\b(ANY|IN)\s*\(", text):
        found.append("lock of several rows")
    return found


def names_the_owner(text: str, table: Table) -> bool:
    """Rule 1: does a statement that reads or changes rows of the table choose them by owner? Whose they are not says
    not where they are."""
    owner = owner_of(table)
    _, _, condition = text.partition("WHERE")
    if owner is None or text.startswith("INSERT") or re.search(rf"\.{owner}\b(?! !=)", condition):
        return True
    return _only_inserts(text)


def _only_inserts(text: str) -> bool:
    """Does a statement with parts read no table but those that its parts name?"""
    parts = set(re.findall(r"(?:WITH|,)\s*(\w+) AS\s*\(", text))
    read = set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", text)) - parts - {"unnest", "json_to_recordset"}
    return bool(parts) and not read and "UPDATE" not in text and "DELETE" not in text


def source_is_for_many_machines(path: Path) -> Iterator[str]:
    """Rules 8 and 10, for the strings and names of a module; docstrings may speak of what they like."""
    tree = ast.parse(path.read_text())
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from (f"{path.name}:{node.lineno}: {what}" for what in sql_is_for_many_machines(node.value))
        if isinstance(node, ast.Attribute) and FORBIDDEN_NAMES.search(node.attr):
            yield f"{path.name}:{node.lineno}: {node.attr}"


def _foreign_keys(table: Table) -> Iterable[ForeignKeyConstraint]:
    return (c for c in table.constraints if isinstance(c, ForeignKeyConstraint))


def _is_sequence(column: "Column[object]") -> bool:
    default = column.default
    return (default is not None and default.is_sequence) or "nextval" in str(getattr(column.server_default, "arg", ""))
