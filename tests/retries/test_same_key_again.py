"""What the guide says is so. After a refusal the same key is refused the same way for ever, a new one if nothing can
come of it. After an error nothing is kept under the key, or what was done is told.
"""

import json
from datetime import date
from typing import Any

import pytest

from app.graph import Viewer
from app.graph.masking import code_of
from app.graph.refusals import RefusalCode
from app.graph.retries import AFTER_REFUSAL, Again
from app.referrals.commands.attempts import MOST, WITHIN
from tests.world import EXAMPLES, World, customer

from .asking import KEY, document
from .keyed import DAY, REQUESTS, key
from .refused import REFUSED, WITHOUT_KEY, Refused


async def asks(world: World, refused: Refused, of: str, **instead: Any) -> Any:
    """What the mutation answers."""
    given = {**refused.request.input, **instead, KEY: of}
    text = document(refused.mutation, refused.request.by.role)
    return (await world.data(text, by=refused.request.by, input=given))[refused.mutation]


def test_every_refusal_is_tried() -> None:
    """A new code needs a request in tests/retries/refused that is refused with it."""
    assert sorted({*REFUSED, *WITHOUT_KEY}) == sorted(code.name for code in RefusalCode)


@pytest.mark.parametrize("code", sorted(REFUSED))
async def test_the_same_key_is_refused_again_and_a_new_one_if_nothing_can_come_of_it(world: World, code: str) -> None:
    """R36. What the refusal was about has changed in between, where it can: the key remembers.

    Tried: refusals that are not kept.
    """
    refused = await REFUSED[code](world)
    first = key()
    answer = await asks(world, refused, first)
    assert answer["code"] == code

    assert await asks(world, refused, first) == answer
    await refused.change()
    if refused.is_kept:
        assert await asks(world, refused, first) == answer
    anew = await asks(world, refused, key(), **refused.instead)
    if AFTER_REFUSAL[code].again is Again.NEVER:
        assert anew.get("code") == code
    else:
        assert "code" not in anew, anew
        assert anew["replayed"] is False
    if refused.is_kept:
        assert await asks(world, refused, first) == answer


async def error_of(world: World, text: str, *, by: Viewer, **given: Any) -> tuple[Any, int]:
    """The code of the one error, and how deep in the answer it is."""
    (error,) = (await world.ask(text, by=by, input=given)).errors or []
    return code_of(error), len(error.path or ())


async def test_what_was_bad_input_is_kept_under_no_key(world: World) -> None:
    """The app is mended, and sends its wish with the key that it has."""
    right = await REQUESTS["makeUpCheckIn"](world, "anna")
    text, of = document("makeUpCheckIn", right.by.role), {KEY: key()}
    wrong = {**right.input, "program": "no such program"}

    assert await error_of(world, text, by=right.by, **wrong, **of) == ("BAD_USER_INPUT", 1)
    done = (await world.data(text, by=right.by, input={**right.input, **of}))["makeUpCheckIn"]
    assert (done["__typename"], done["replayed"]) == ("MakeUpCheckInSuccess", False)


async def test_what_is_bad_below_the_mutation_is_bad_of_something_done(world: World) -> None:
    """Mended, and sent with the same key, it is replayed."""
    right = await REQUESTS["checkIn"](world, "anna")
    of = {**right.input, KEY: key()}
    text = document("checkIn", right.by.role).replace(
        "replayed", "replayed member { pointHistory(first: 0) { nodes { id } } }"
    )

    assert await error_of(world, text, by=right.by, **of) == ("BAD_USER_INPUT", 3)
    mended = (await world.data(text.replace("first: 0", "first: 1"), by=right.by, input=of))["checkIn"]
    assert mended["replayed"] is True


async def test_a_key_for_two_requests_is_refused_the_second_and_the_first_stands(world: World) -> None:
    """R36."""
    first = await REQUESTS["makeUpCheckIn"](world, "anna")
    text, of = document("makeUpCheckIn", first.by.role), {KEY: key()}
    done = (await world.data(text, by=first.by, input={**first.input, **of}))["makeUpCheckIn"]
    other = {**first.input, "day": str(date.fromisoformat(first.input["day"]) - DAY)}

    assert await error_of(world, text, by=first.by, **other, **of) == ("IDEMPOTENCY_KEY_REUSED", 1)
    again = (await world.data(text, by=first.by, input={**first.input, **of}))["makeUpCheckIn"]
    assert again == {**done, "replayed": True}


async def test_the_same_key_is_one_attempt_at_a_code_and_good_after_the_wait(world: World) -> None:
    """A bad network uses up no attempts; who was told to wait sends the same again.

    Tried: attempts that are counted without their key.
    """
    right = await REQUESTS["bindInviteCode"](world, "anna")
    text, of = document("bindInviteCode", right.by.role), {KEY: key()}
    wrong = {**right.input, "code": "AAAAABBBBB"}
    for _ in range(2 * MOST):
        assert (await world.data(text, by=right.by, input={**wrong, **of}))["bindInviteCode"]["code"]
    for _ in range(MOST - 1):
        assert (await world.data(text, by=right.by, input={**wrong, KEY: key()}))["bindInviteCode"]["code"]

    last = {**right.input, KEY: key()}
    assert await error_of(world, text, by=right.by, **last) == ("RATE_LIMITED", 1)
    world.now += WITHIN
    assert (await world.data(text, by=right.by, input=last))["bindInviteCode"]["replayed"] is False


async def test_the_operation_that_is_shown_to_people_answers_twice_and_moves_once(world: World) -> None:
    """examples/operations/retry.graphql, run twice with its variables."""
    await world.joins("anna")
    shown = EXAMPLES / "operations" / "retry.graphql"
    given = json.loads(shown.with_suffix(".json").read_text("utf-8"))
    first, second = [
        (await world.data(shown.read_text("utf-8"), by=customer("anna"), **given))["checkIn"] for _ in "12"
    ]

    assert (first["replayed"], first["alreadyDone"]) == (False, False)
    assert second == {**first, "replayed": True}
