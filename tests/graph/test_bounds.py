"""What a document may cost: too much is refused with one error, before it is validated or run."""

from dataclasses import fields, replace

import pytest

from app.graph.bounds import Bounds, checked, checks_for

from .asking import ask
from .small import SCHEMA, handler

KEY = "3b0f7d2e-0c1a-4b57-9d0e-6f3a5d0c9a11"


def many(text: str, count: int) -> str:
    """`#` in the text is the number."""
    return " ".join(text.replace("#", str(number)) for number in range(count))


AT_THE_LIMIT: dict[str, tuple[int, str]] = {
    "characters": (50, "{greeting}".ljust(50, ",")),
    "tokens": (50, "{total(of:[" + many("1", 41) + "])}"),
    "comments": (5, "{greeting}" + "#\n" * 5),
    "definitions": (5, "{" + many("...F#", 4) + "}" + many("fragment F# on Query{viewer}", 4)),
    "nesting": (8, "{" + "...on Query{" * 7 + "greeting" + "}" * 8),
    "depth": (4, "{again{again{again{greeting}}}}"),
    "selections": (12, "{viewer ...F ...on Query{viewer} ...F} fragment F on Query{viewer again{viewer}}"),
    "root_fields": (3, "{a:viewer b:viewer c:viewer ...on Query{c:viewer} ...F} fragment F on Query{a:viewer}"),
    "overlaps": (100, "{" + many("viewer", 10) + "}"),
    "aliases": (3, "{...F again{...F}a:viewer} fragment F on Query{b:viewer}"),
    "directives": (3, "{viewer@skip(if:false) ...on Query@skip(if:false){viewer@skip(if:true)}}"),
}
OVER_THE_LIMIT: dict[str, tuple[str, int, str]] = {
    "characters": ("characters", 50, "{greeting}".ljust(51, ",")),
    "tokens": ("tokens", 50, "{total(of:[" + many("1", 42) + "])}"),
    "comments": ("comments", 5, "{greeting}" + "#\n" * 6),
    "many fragments": ("definitions", 5, "{" + many("...F#", 5) + "}" + many("fragment F# on Query{viewer}", 5)),
    "many operations": ("definitions", 5, many("query Q#{greeting}", 6)),
    "nesting": ("nesting", 8, "{" + "...on Query{" * 8 + "greeting" + "}" * 9),
    "nesting of fragments": ("nesting", 2, "{...A} fragment A on Query{...B} fragment B on Query{viewer}"),
    "depth": ("depth", 4, "{again{again{again{again{greeting}}}}}"),
    "depth in fragments": ("depth", 2, "{again{...A}} fragment A on Query{again{...B}} fragment B on Query{viewer}"),
    "selections": ("selections", 3, "{viewer again{viewer viewer}}"),
    "repeated fragments": ("selections", 5, "{...F ...F} fragment F on Query{viewer again{viewer}}"),
    "root fields": ("root_fields", 3, "{a:viewer b:viewer ...on Query{c:viewer} ...F} fragment F on Query{viewer}"),
    "overlaps": ("overlaps", 100, "{" + many("viewer", 11) + "}"),
    "overlaps beneath": ("overlaps", 100, "{" + many("again{viewer}", 8) + "}"),
    "overlaps in fragments": (
        "overlaps",
        8,
        "{...A ...B viewer} fragment A on Query{...B} fragment B on Query{viewer}",
    ),
    "aliases": ("aliases", 2, "{a:viewer again{b:viewer c:viewer}}"),
    "aliases in fragments": ("aliases", 2, "{...F again{...F}a:viewer} fragment F on Query{b:viewer}"),
    "directives": ("directives", 2, "{viewer@skip(if:false) ...on Query@skip(if:false){viewer@skip(if:true)}}"),
    "directives at one place": ("directives", 2, "{viewer@skip(if:true)@skip(if:true)@skip(if:true)}"),
    "directives of the operation": ("directives", 2, "query@a@b@c{viewer}"),
}


@pytest.mark.parametrize(("bound", "most"), [(name, most) for name, (most, _) in AT_THE_LIMIT.items()])
async def test_what_is_just_within_a_bound_is_executed(bound: str, most: int) -> None:
    answered = await ask(handler(bounds=replace(Bounds(), **{bound: most})), AT_THE_LIMIT[bound][1])

    assert answered.codes == []


@pytest.mark.parametrize(("bound", "most", "query"), OVER_THE_LIMIT.values(), ids=OVER_THE_LIMIT)
async def test_what_is_over_a_bound_is_refused_with_one_error(bound: str, most: int, query: str) -> None:
    answered = await ask(handler(bounds=replace(Bounds(), **{bound: most})), query)

    assert answered.codes == ["QUERY_TOO_EXPENSIVE"]


@pytest.mark.parametrize(("bound", "most", "query"), OVER_THE_LIMIT.values(), ids=OVER_THE_LIMIT)
async def test_no_other_bound_refuses_it(bound: str, most: int, query: str) -> None:
    answered = await ask(handler(), query)

    assert "QUERY_TOO_EXPENSIVE" not in answered.codes


def test_each_bound_has_both_sides_tested() -> None:
    bounds = {field.name for field in fields(Bounds)} - {"errors"}

    assert bounds == set(AT_THE_LIMIT) == {bound for bound, _, _ in OVER_THE_LIMIT.values()}


async def test_fragments_that_double_at_each_step_are_counted_not_walked() -> None:
    steps = [f"fragment F{n} on Query{{again{{...F{n + 1}}}b:again{{...F{n + 1}}}}}" for n in range(10)]

    answered = await ask(handler(), "{...F0}" + "".join(steps) + "fragment F10 on Query{viewer}")

    assert answered.codes == ["QUERY_TOO_EXPENSIVE"]


async def test_empty_fragments_that_double_are_not_walked_either() -> None:
    steps = [f"fragment F{n} on Query{{...F{n + 1}...F{n + 1}}}" for n in range(50)]

    answered = await ask(handler(), "{...F0}" + "".join(steps))

    assert answered.codes == ["QUERY_TOO_EXPENSIVE"]


async def test_introspection_is_not_held_to_the_depth_of_pages() -> None:
    query = "{ __schema { types { fields { type { ofType { ofType { ofType { name } } } } } } } }"

    assert (await ask(handler(development=True, bounds=Bounds(depth=2)), query)).codes == []


async def test_a_fragment_that_spreads_itself_is_one_error() -> None:
    answered = await ask(handler(), "{...A} fragment A on Query{again{...B}} fragment B on Query{...A}")

    assert [error["message"] for error in answered.json["errors"]] == ["Fragment 'A' spreads itself."]


async def test_thousands_of_mistakes_are_a_few_errors() -> None:
    fields = await ask(handler(), "{again{" + many("x#", 900) + "}}")
    values = await ask(handler(), "{total(of:[" + many('"x"', 900) + "])}")
    variables = await ask(handler(), "query($of:[Int!]!){total(of:$of)}", of=["x"] * 900)

    for answered in (fields, values, variables):
        assert answered.codes == ["BAD_USER_INPUT"] * 5


def test_validation_stops_after_a_few_mistakes() -> None:
    checks = checks_for(SCHEMA, development=False, bounds=Bounds(errors=2))

    found = checked("{" + many("x#:x", 20) + "}", checks)

    assert isinstance(found, list)
    assert [error.message for error in found[2:]] == [
        "Too many validation errors, error limit reached. Validation aborted."
    ]


TWO_MOVES = {
    "aliases": 'mutation{a:give(idempotencyKey:"%") b:give(idempotencyKey:"%")}',
    "two mutations": 'mutation{redeem(input:{idempotencyKey:"%"}) give(idempotencyKey:"%")}',
    "a fragment": 'mutation{...F ...on Mutation{give(idempotencyKey:"%")}} fragment F on Mutation{'
    'redeem(input:{idempotencyKey:"%"})}',
    "another operation": 'query A{greeting} mutation B{a:give(idempotencyKey:"%") b:give(idempotencyKey:"%")}',
}


@pytest.mark.parametrize("query", TWO_MOVES.values(), ids=TWO_MOVES)
async def test_an_operation_moves_value_once(query: str) -> None:
    """Or one request could try a hundred coupon codes."""
    answered = await ask(handler(), query.replace("%", KEY))

    assert answered.codes == ["BAD_USER_INPUT"]
    assert "one field that moves value" in answered.json["errors"][0]["message"]


async def test_what_moves_no_value_may_stand_beside_what_does() -> None:
    answered = await ask(
        handler(), f'mutation{{give(idempotencyKey:"{KEY}") a:rename(name:"a") b:rename(name:"b") __typename}}'
    )

    assert answered.json["data"] == {"give": KEY, "a": "a", "b": "b", "__typename": "Mutation"}
