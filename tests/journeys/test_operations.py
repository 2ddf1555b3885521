"""The operations that are shown to people: each fits the schema, and its variables are its own."""

import json
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse, validate

from app.graph.bounds import checked, checks_for
from app.schema import schema
from tests.world import EXAMPLES

FILES = sorted((EXAMPLES / "operations").glob("*.graphql"))
PRODUCTION = checks_for(schema.core, development=False)


def name_of(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_it_fits_the_schema_and_the_bounds_of_a_public_server(file: Path) -> None:
    text = file.read_text("utf-8")
    assert validate(schema.core, parse(text)) == []
    assert not isinstance(checked(text, PRODUCTION), list)
    assert text.startswith("# ")


@pytest.mark.parametrize("file", [file for file in FILES if file.with_suffix(".json").is_file()], ids=name_of)
def test_its_variables_are_those_that_it_declares(file: Path) -> None:
    operations = [
        each for each in parse(file.read_text("utf-8")).definitions if isinstance(each, OperationDefinitionNode)
    ]
    declared = {each.variable.name.value for operation in operations for each in operation.variable_definitions or ()}
    assert json.loads(file.with_suffix(".json").read_text("utf-8")).keys() <= declared
