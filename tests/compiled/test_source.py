"""The Python that is written for an operation: nothing that a client sends is in it but names, as constants."""

import ast
import builtins
import keyword
import re

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compiled import CompiledExecution
from app.graph.bounds import checks_for
from app.schema import schema

from .odd_world import Asked, OddWorld

NAMES = st.from_regex(re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,20}"), fullmatch=True)
NASTY = [
    *keyword.kwlist, *(name for name in dir(builtins) if name.islower()), "run", "results", "s0", "step1",
    "v1", "o2", "l3", "i4", "p0", "w5", "h6", "Unfit", "LISTS", "items", "base64", "URL_SAFE", "datetime", "load",
    "build", "__x", "_", "None", "self",
]  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
EXECUTION = CompiledExecution(schema, checks=checks_for(schema.core, development=True))
KEY = "00000000-0000-4000-8000-000000000001"
LOCAL = re.compile(r"[a-zCT]+\d+s?|[rikv]|run|results")
"""Names that the writer of the source gives."""


def source_of(text: str) -> str:
    """What is written for an operation that declares no variables."""
    document = EXECUTION.document(text)
    assert not document.errors, document.errors
    operation = document.operation(None)
    assert operation is not None
    values = operation.variables.coerce({})
    assert not isinstance(values, list)
    parts, _ = operation.compiled(values)
    return "\n".join(part.source for part in parts)


def documents(name: str) -> list[str]:
    """The name as a key of leaves, objects, lists, of the root, of a mutation; and as that of an operation and of a
    fragment."""
    return [
        f"query {name} {{ {name}: me {{ {name}: displayName }} }}",
        f"{{ me {{ {name}: pointHistory {{ {name}: nodes {{ {name}: order {{ lines {{ {name}: sku }} }} }} }} }} }}",
        f'{{ node(id: "x") {{ {name}: __typename ... on Member {{ {name}_: tier {{ {name}: name }} }} }} }}',
        f"{{ me {{ ...F_{name} }} }} fragment F_{name} on Member {{ {name}: growth points {{ {name}: pending }} }}",
        f"""mutation {{ {name}: leaveProgram(input: {{ idempotencyKey: "{KEY}" }}) {{ {name}: __typename
        ... on NotAMember {{ {name}_: message }} }} }}""",
    ]


def without_constants(source: str) -> str:
    """The structure of the source, each text replaced by nothing."""

    class Blank(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.Constant:
            return ast.Constant("") if isinstance(node.value, str) else node

    return ast.dump(Blank().visit(ast.parse(source)))


def names_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


PLAIN = [without_constants(source_of(document)) for document in documents("plain")]


def held_to(name: str) -> None:
    for document, plain in zip(documents(name), PLAIN, strict=True):
        assert without_constants(source_of(document)) == plain


@pytest.mark.parametrize("name", NASTY)
def test_a_key_that_means_something_in_python_is_a_constant(name: str) -> None:
    held_to(name)


@settings(max_examples=30, deadline=None)
@given(NAMES)
def test_whatever_a_key_is_called_it_is_a_constant(name: str) -> None:
    held_to(name)


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_no_text_that_a_client_sends_is_in_the_source(text: str) -> None:
    """Texts in arguments, with whatever quotes and line ends: the source is the same for all of them."""

    def written(value: str) -> str:
        quoted = orjson.dumps(value).decode()
        return source_of(f"{{ node(id: {quoted}) {{ id }} program(code: {quoted}) {{ code }} }}")

    assert written(text) == written("plain")


def test_the_source_names_nothing_but_what_its_writer_gave() -> None:
    known = {
        "Unfit", "unfit", "LISTS", "items", "ids", "places", "base64", "URL_SAFE", "id", "len", "zip", "None", "str",
        "int", "bool", "datetime", "keys", "context", "error", "early", "Exception",
    }  # fmt: skip
    for document in documents("plain"):
        strange = {name for name in names_in(source_of(document)) if not LOCAL.fullmatch(name)} - known
        assert strange == set()


async def test_keys_come_back_as_they_were_sent(odd: OddWorld) -> None:
    fields = " ".join(f"{name}: id" for name in NASTY)
    answers = await odd.answers(Asked(f"{{ odds {{ {fields} }} }}", {}))
    assert answers.fast.data == answers.uncompiled.data
    assert answers.fast.data is not None
    assert list(answers.fast.data["odds"][0]) == list(dict.fromkeys(NASTY))
