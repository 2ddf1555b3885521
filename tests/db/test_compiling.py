"""Statements are compiled when they are run first: that each can be is found out here, not by who runs it."""

import gc
import importlib
import pkgutil
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select, update

import app
from app.clock import new_id
from app.db import Statement, Write
from app.db.rows import table_of
from app.members.models import MemberRow

APP = Path(app.__file__).parent


def compiled(each: object) -> bool:
    """In each form that it has."""
    if isinstance(each, Write):
        return each.sql != ""
    return isinstance(each, Statement) and all(each.text(None, single=single).sql for single in (True, False))


def test_every_statement_of_the_product_can_be_compiled() -> None:
    """Also those that no module has a name for."""
    for found in pkgutil.walk_packages([str(APP)], "app."):
        if not found.name.endswith(("__main__", ".embedded")):
            importlib.import_module(found.name)
    gc.unfreeze()  # what a server of another test put aside is looked through as well
    known: list[object] = [each for each in gc.get_objects() if isinstance(each, Statement | Write)]
    assert len(known) > 300
    assert all(compiled(each) for each in known)


def test_a_statement_that_asks_for_what_nobody_gives_cannot_be() -> None:
    table = table_of(MemberRow)
    wrong = Statement(MemberRow, lambda columns, _: select(*columns).where(table.c.id == bindparam("nobody")))
    with pytest.raises(TypeError, match="'nobody'"):
        compiled(wrong)


def test_a_write_is_compiled_once_and_takes_its_values_in_the_order_of_its_places() -> None:
    table, one, two = table_of(MemberRow), new_id(), new_id()
    mine = table.c.id == bindparam("mine")
    write = Write(MemberRow, update(table).values(customer_id=bindparam("whose")).where(mine))
    assert write.placed({"mine": one, "whose": two}) == (two, one)
    assert write.text is write.text
    fixed = Write(MemberRow, update(table).values(customer_id=two).where(mine))
    assert list(fixed.placed({"mine": one})) == [two, one]
