"""Ids, cursors and pages that make no sense."""

import pytest

from tests.world import World, customer


@pytest.mark.parametrize("bad", ["nonsense", "member_", "pointsEntry_AAAA", "member_!!!", "", "order_" + "A" * 22])
async def test_a_bad_id_is_bad_input(world: World, bad: str) -> None:
    await world.joins("anna")
    for text in ("query ($id: ID!) { node(id: $id) { id } }", "query ($id: ID!) { nodes(ids: [$id]) { id } }"):
        result = await world.ask(text, by=customer("anna"), id=bad)
        assert result.errors is not None
        assert [getattr(error.original_error, "code", None) for error in result.errors] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("first", "after"), [(0, None), (101, None), (1000, None), (-1, None), (5, "x"), (5, "YzoxMA=="), (5, "")]
)
async def test_a_page_out_of_bounds_or_a_bad_cursor_is_bad_input(world: World, first: int, after: str | None) -> None:
    await world.joins("anna")
    text = "query ($n: Int!, $a: String) { me { pointHistory(first: $n, after: $a) { nodes { id } } } }"
    result = await world.ask(text, by=customer("anna"), n=first, a=after)
    assert result.errors is not None
    assert [getattr(error.original_error, "code", None) for error in result.errors] == ["BAD_USER_INPUT"]
