"""Whether an order still counts after a refund goes by the lines that were refunded: by what is left of what earns, not
by what is left of the amount (R13, R37). Reported over HTTP, as the shop does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.points.seller import Seller
from tests.world import World, service

from .inviting import INVITEE, INVITER, SHOP, WINDOW, crowd_in

PAID = """mutation Paid($input: RecordOrderInput!) { recordOrder(input: $input) { __typename } }"""
SENT_BACK = """mutation SentBack($input: RecordRefundInput!) { recordRefund(input: $input) { __typename } }"""


def line(kind: str, amount: int, **more: str) -> dict[str, Any]:
    return {"kind": kind, "quantity": 1, "amount": str(amount), **more}


GOODS = line("GOODS", 100)
HALF = 'at_least = "50.00"'


@dataclass(frozen=True)
class Scene:
    lines: Sequence[Mapping[str, Any]]
    sent_back: Mapping[int, int]
    """Amounts by the lines' places."""
    counts: bool
    more: str = field(default="")


SCENES = {
    "nothing but the shipping is left": Scene([GOODS, line("SHIPPING", 10)], {1: 100}, counts=False),
    "nothing but a gift card is left, of more than the least": Scene(
        [GOODS, line("GIFT_CARD", 200)], {1: 100}, counts=False, more=HALF
    ),
    "of what a coupon paid in part, less than the least is left": Scene(
        [line("GOODS", 100, paidByCoupons="40")], {1: 40}, counts=False, more=HALF
    ),
    "the shipping is sent back": Scene([GOODS, line("SHIPPING", 60)], {2: 60}, counts=True, more=HALF),
}


@pytest.mark.parametrize("name", SCENES)
async def test_an_order_counts_by_what_is_left_of_what_earns(world: World, name: str) -> None:
    """R13, R37. Of an invitee who keeps nothing that earns, neither side is given anything that can be spent; and who
    proves it reckons from the lines."""
    scene = SCENES[name]
    shop = await crowd_in(world, more=scene.more)
    await shop.invites("anna", "bella")
    seller, now = Seller(world, service(SHOP)), world.now.isoformat()
    about = {"program": SHOP, "customer": {"subject": "bella"}, "order": "o-1", "currency": "CNY"}
    paid = about | {"paidAt": now, "completedAt": now, "lines": scene.lines}
    back = [{"line": number, "amount": str(amount)} for number, amount in scene.sent_back.items()]
    await says(seller, PAID, "Paid", paid)
    await shop.reacts()
    assert await shop.states("anna") == ["QUALIFIED"]
    await says(seller, SENT_BACK, "SentBack", about | {"refund": "r-1", "refundedAt": now, "lines": back})
    await shop.reacts()

    assert await shop.states("anna") == ["QUALIFIED" if scene.counts else "REVERSED"]
    world.now += WINDOW
    whole = (INVITER, INVITEE) if scene.counts else (0, 0)
    assert ((await shop.points("anna"))[0], (await shop.points("bella"))[0]) == whole
    await shop.proves()


async def says(seller: Seller, text: str, name: str, sent: Mapping[str, Any]) -> None:
    answered = await seller.sends(text, name, input=sent)
    (answer,) = answered.json["data"].values()
    assert answer["__typename"].endswith("Success"), answered.json
