"""What graphql-core does, the compiled way does: a case for each rule that is easy to miss, asked by everybody."""

from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from app.compiled.core import core, type_of
from tests.world import EXAMPLES

from .cases import NULLS, SELECTIONS, VALUES
from .cases_asked import ARGUMENTS, MUTATIONS, ROLES
from .compare import differences
from .odd_world import CALLERS, Asked, OddWorld, filled_in
from .undone import undone

CASES = {**NULLS, **VALUES, **SELECTIONS, **ARGUMENTS, **ROLES, **MUTATIONS}


def asked_by(odd: OddWorld, rule: str, caller: str, language: str = "en") -> Asked:
    text, variables = CASES[rule]
    given = {name: filled_in(value, odd) for name, value in variables.items()}
    return Asked(filled_in(text, odd), given, caller, language)


@pytest.mark.parametrize("rule", CASES)
async def test_the_compiled_way_follows_graphql_core(odd: OddWorld, rule: str) -> None:
    """Both of its builders, and without leaving anything to graphql-core."""
    for caller, language in [*((caller, "en") for caller in CALLERS), ("anna", "zh")]:
        before = odd.execution.counts.copy()
        answers = await odd.answers(asked_by(odd, rule, caller, language))
        for ours in (answers.fast, answers.careful):
            found = differences(ours, answers.uncompiled)
            assert not found.wrong, "\n".join([caller, *found.wrong])
        assert not [reason for reason in odd.execution.counts - before if reason.startswith("fallback")]


def selections(kind: Any) -> list[str]:
    """What to ask of a field: nothing of a leaf; of an object its type, its leaves, and what its objects are."""
    named: Any = core.get_named_type(kind)
    if is_leaf_type(named):
        return [""]
    if not isinstance(named, GraphQLObjectType):
        return ["{ __typename }"]
    leaves = [name for name, field in named.fields.items() if is_leaf_type(get_named_type(type_of(field)))]
    objects = [f"{name} {{ __typename }}" for name in named.fields if name not in leaves]
    return [f"{{ {' '.join(asked)} }}" for asked in (["__typename"], leaves, objects) if asked]


@pytest.mark.parametrize("kind", ["Odd", "Member"])
async def test_each_field_of_each_thing_alone_follows_graphql_core(odd: OddWorld, kind: str) -> None:
    """So that the one thing that is wrong is not hidden by another."""
    roots = [f"oddOne(number: {number})" for number in range(1, 7)]
    if kind == "Member":
        roots = [f'stranger(id: "{name}")' for name in odd.ids["member"][:6]]
    asked = [
        f"{{ {root} {{ {name} {selection} }} }}"
        for name, field in odd.graph.core.type_map[kind].fields.items()
        for selection in selections(field.type)
        for root in roots
    ]
    careful = odd.execution.counts["careful after Unfit"]
    for text in asked:
        answers = await odd.answers(Asked(text, {}, "operator"))
        for ours in (answers.fast, answers.careful):
            found = differences(ours, answers.uncompiled)
            assert not found.wrong, "\n".join([text, *found.wrong])
    assert len(asked) > 150
    assert odd.execution.counts["careful after Unfit"] > careful


async def said(odd: OddWorld, rule: str, caller: str) -> tuple[Any, list[tuple[Any, str]]]:
    """The data of the compiled way, and its errors: where, and with what code."""
    result = (await odd.answers(asked_by(odd, rule, caller))).fast
    codes = [(error.path, (error.extensions or {}).get("code", "INTERNAL")) for error in result.errors or ()]
    return result.data, codes


async def test_who_may_not_see_a_field_is_told_so_and_the_rest_is_answered(odd: OddWorld) -> None:
    rule = "a field that some may not see"
    data, codes = await said(odd, rule, "support")
    assert data["stranger"]["secret"] == "carl 会员"
    assert not codes
    data, codes = await said(odd, rule, "anna")
    assert data["stranger"] == {"secret": None, "status": "ACTIVE"}
    assert codes == [(["stranger", "secret"], "FORBIDDEN")]
    data, codes = await said(odd, rule, "visitor")
    assert data["stranger"] is None
    assert {code for _, code in codes} == {"UNAUTHENTICATED"}


async def test_a_required_field_that_one_may_not_see_takes_its_object_along(odd: OddWorld) -> None:
    rule = "a required field that some may not see"
    data, codes = await said(odd, rule, "operator")
    assert data["stranger"]["secretRequired"]["available"] >= 0
    assert not codes
    data, codes = await said(odd, rule, "auditor")
    assert data["stranger"] is None
    assert codes == [(["stranger", "secretRequired"], "FORBIDDEN")]


async def test_what_is_anothers_is_not_found(odd: OddWorld) -> None:
    """R43: the same answer as for what there is not."""
    rule = "many things by their ids, some of them another's"
    data, codes = await said(odd, rule, "anna")
    found = [thing and thing["__typename"] for thing in data["nodes"]]
    assert not codes
    assert found[:3] == ["Member", None, "Member"]
    assert found[5] == "Member"
    data, codes = await said(odd, rule, "support of the brand")
    assert [thing is None for thing in data["nodes"]] == [True, True, False, True, True, True, True]
    assert not codes


async def test_an_id_of_another_kind_is_bad_input_and_spoils_nothing_else(odd: OddWorld) -> None:
    data, codes = await said(odd, "ids of another kind", "support")
    assert data == dict.fromkeys("abcde")
    assert {code for _, code in codes} == {"BAD_USER_INPUT"}
    answers = await odd.answers(asked_by(odd, "many things by their ids, one of which is none", "support"))
    assert [[error.path for error in answer.errors or ()] for answer in answers.all] == [[["a"]]] * 3


async def test_a_key_that_was_used_gives_the_first_outcome(odd: OddWorld) -> None:
    """R36: the same input is answered again, other input is refused, for each caller their own."""
    data, codes = await said(odd, "joining, with a key that was used", "anna")
    assert data["joinProgram"]["__typename"] == "AlreadyMember"
    assert not codes
    _, codes = await said(odd, "joining another program, with a key that was used", "anna")
    assert codes == [(["joinProgram"], "IDEMPOTENCY_KEY_REUSED")]
    data, codes = await said(odd, "joining another program, with a key that was used", "ben")
    assert data["joinProgram"]["replayed"] is False
    data, codes = await said(odd, "joining twice with one key", "ben")
    assert data["a"]["replayed"] is False
    assert data["b"]["replayed"] is True
    assert data["a"]["member"] == data["b"]["member"]


async def test_a_page_says_what_is_before_it_and_after_it(odd: OddWorld) -> None:
    data, codes = await said(odd, "a page, what is before it and after it", "anna")
    history = data["stranger"]["pointHistory"]
    assert not codes
    assert history["pageInfo"]["hasPreviousPage"] is True
    assert history["pageInfo"]["startCursor"] == history["pageInfo"]["endCursor"] == history["edges"][0]["cursor"]
    data, _ = await said(odd, "an empty page", "anna")
    history = data["stranger"]["pointHistory"]
    assert history["nodes"] == []
    assert history["totalCount"] > 0
    assert history["pageInfo"]["startCursor"] is history["pageInfo"]["endCursor"] is None


async def test_words_are_in_the_language_asked_for(odd: OddWorld) -> None:
    rule = "what the process holds, in the language asked for"
    for language, word in (("en", "first"), ("zh", "一"), ("en", "first")):
        answers = await odd.answers(asked_by(odd, rule, "visitor", language))
        assert answers.fast.data is not None
        assert answers.fast.data["odds"][0]["charters"][0] == {"words": word}


async def test_what_the_process_holds_is_asked_anew_for_other_arguments(odd: OddWorld) -> None:
    for by in (2, 5, 2):
        answers = await odd.answers(Asked("query ($by: Int!) { charters { times(by: $by) } }", {"by": by}))
        assert answers.fast.data == {"charters": [{"times": by}, {"times": 2 * by}]}


RIGHT = [
    ("{ oddOne(number: 1) { state mood ratio flag named grid at pair { right names left { id status } } } }", "anna"),
    ("{ charters { number words parts { number words } } odds { textMaybe scoreMaybe } }", "visitor"),
    ((EXAMPLES / "operations" / "home.graphql").read_text("utf-8"), "anna"),
    ("mutation { tryToTouch { ... on TouchSuccess { member { tier { name } } } } }", "support"),
    ("{ rewards { nodes { code forMe { whyNot { code message ... on TierTooLow { growthMissing } } } } } }", "anna"),
]


@pytest.mark.parametrize(("text", "caller"), RIGHT)
async def test_what_is_right_is_built_without_care(odd: OddWorld, text: str, caller: str) -> None:
    """Otherwise it would be right, and slow."""
    async with undone(odd.connection, ids_from=1) as source:
        asked = Asked(text, {}, caller)
        before = odd.execution.counts["careful"]
        result = await odd.execution.execute(text, None, None, odd.context(source, asked))
    assert not result.errors
    assert odd.execution.counts["careful"] == before
