"""What held things look like is kept, and has a bound, whatever is asked."""

import gc

from app.compiled import fixed
from app.compiled.fixed import MOST_ALIKE, MOST_LOOKS, Kept, Looks, Told


def test_what_is_told_is_forgotten_when_something_else_is_held() -> None:
    told, held = Told(), object()
    told.of("en", held)["columns"] = "shown"
    assert (told.of("en", held), told.of("zh", held)) == ({"columns": "shown"}, {})
    assert told.of("en", object()) == {}


def test_one_field_keeps_so_many_looks_and_all_fields_together_so_many() -> None:
    """Aliases have looks of their own: no number of documents makes more of them."""
    before, fixed.KEPT = fixed.KEPT, Kept()
    try:
        fields = [Looks() for _ in range(MOST_LOOKS // MOST_ALIKE + 50)]
        kept = [_filled(field, fields) for field in fields]
        assert max(kept) == MOST_LOOKS
        assert kept[-1] == 50 * MOST_ALIKE
        assert len(fixed.KEPT.fields) == len(fields)
        fields.clear()
        gc.collect()
        assert len(fixed.KEPT.fields) == 0
    finally:
        fixed.KEPT = before


def _filled(field: Looks, fields: list[Looks]) -> int:
    """How many looks there are by then, of all fields."""
    for number in range(MOST_ALIKE):
        looks = field.of("en")
        fixed.KEPT.room_for(looks)
        looks[number] = object()
    return sum(len(each.of("en")) for each in fields)


def test_one_field_more_forgets_its_own() -> None:
    field = Looks()
    _filled(field, [field])
    fixed.KEPT.room_for(field.of("en"))
    assert field.of("en") == {}
