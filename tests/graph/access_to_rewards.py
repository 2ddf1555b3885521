"""Rewards and redemptions for the matrix of who may see and do what."""

from typing import Any
from uuid import uuid4

from app.graph import Viewer
from tests.staff.keeping_rewards import NAME, OLGA, SARA, asks, created, has_points, redeemed, voucher
from tests.world import World, customer

HERE = "taobao-club"
REWARDS = f'rewards(program: "{HERE}")'
NODES = (REWARDS + " { nodes", ["Query.rewards", "RewardConnection.nodes"])
REDEMPTION = ('node(id: "$redemption") { ... on Redemption', ["Query.node"])
MINE = ('node(id: "$member") { ... on Member { redemptions', ["Query.node", "Member.redemptions"])
PUBLIC: dict[str, tuple[str, list[str]]] = {
    "RewardConnection": (REWARDS, ["Query.rewards"]),
    "RewardEdge": (REWARDS + " { edges", ["Query.rewards", "RewardConnection.edges"]),
    "Reward": NODES,
    "RewardLimit": (NODES[0] + " { limit", [*NODES[1], "Reward.limit"]),
    "RewardTierPrice": (NODES[0] + " { tierPrices", [*NODES[1], "Reward.tierPrices"]),
    "RewardForMe": (NODES[0] + " { forMe", [*NODES[1], "Reward.forMe"]),
}
OWNED: dict[str, tuple[str, list[str]]] = {
    "Redemption": REDEMPTION,
    "RedemptionChange": (REDEMPTION[0] + " { history", [*REDEMPTION[1], "Redemption.history"]),
    "RedemptionConnection": MINE,
    "RedemptionEdge": (MINE[0] + " { edges", [*MINE[1], "RedemptionConnection.edges"]),
}
MUTATIONS = {
    "createReward": """createReward(input: {idempotencyKey: "%s", program: "taobao-club", code: "pot", kind: GOODS,
        name: {zh: "x", en: "x"}, points: 1}) { __typename }""",
    "changeReward": 'changeReward(input: {idempotencyKey: "%s", reward: "$reward", points: 2}) { __typename }',
    "retireReward": 'retireReward(input: {idempotencyKey: "%s", reward: "$other_reward"}) { __typename }',
    "addRewardStock": 'addRewardStock(input: {idempotencyKey: "%s", reward: "$reward", pieces: 1}) { __typename }',
    "addVoucherCodes": """addVoucherCodes(input: {idempotencyKey: "%s", reward: "$voucher", codes: ["x"]})
        { __typename }""",
    "redeemReward": 'redeemReward(input: {idempotencyKey: "%s", reward: "$reward"}) { __typename }',
    "cancelRedemption": 'cancelRedemption(input: {idempotencyKey: "%s", redemption: "$redemption"}) { __typename }',
    "showVoucherCode": 'showVoucherCode(input: {idempotencyKey: "%s", redemption: "$taken_code"}) { __typename }',
    "confirmRedemption": 'confirmRedemption(input: {idempotencyKey: "%s", redemption: "$redemption"}) { __typename }',
    "fulfilRedemption": """fulfilRedemption(input: {idempotencyKey: "%s", redemption: "$redemption", reference: "x"})
        { __typename }""",
    "refundRedemption": """refundRedemption(input: {idempotencyKey: "%s", redemption: "$redemption", reason: "why",
        restock: true}) { __typename }""",
}
BY_OPERATORS = {
    "CreateRewardSuccess": MUTATIONS["createReward"],
    "RewardCodeTaken": MUTATIONS["createReward"].replace('"pot"', '"cup"'),
    "ChangeRewardSuccess": MUTATIONS["changeReward"],
    "RetireRewardSuccess": MUTATIONS["retireReward"],
    "RewardIsRetired": MUTATIONS["retireReward"].replace("$other_reward", "$retired"),
    "AddRewardStockSuccess": MUTATIONS["addRewardStock"],
    "MoreThanInStock": MUTATIONS["addRewardStock"].replace("pieces: 1", "pieces: -100"),
    "AddVoucherCodesSuccess": MUTATIONS["addVoucherCodes"],
}
BY_SUPPORT = {
    "ConfirmRedemptionSuccess": MUTATIONS["confirmRedemption"],
    "FulfilRedemptionSuccess": MUTATIONS["fulfilRedemption"].replace("$redemption", "$confirmed"),
    "RefundRedemptionSuccess": MUTATIONS["refundRedemption"],
    "OwnRedemption": MUTATIONS["confirmRedemption"],
    "RedemptionStepNotPossible": MUTATIONS["confirmRedemption"].replace("$redemption", "$confirmed"),
}
REDEEM = MUTATIONS["redeemReward"]
BY_MEMBERS = {
    "RedeemRewardSuccess": REDEEM,
    "CancelRedemptionSuccess": MUTATIONS["cancelRedemption"],
    "ShowVoucherCodeSuccess": MUTATIONS["showVoucherCode"],
    "OutOfStock": REDEEM,
    "RewardPriceRaised": REDEEM.replace('reward: "$reward"', 'reward: "$reward", points: 0'),
    "NotYetOpen": REDEEM,
    "RewardClosed": REDEEM.replace("$reward", "$retired"),
    "TierTooLow": REDEEM,
    "RedemptionLimitReached": REDEEM.replace("$reward", "$other_reward"),
}
ANSWERS = {*BY_OPERATORS, *BY_SUPPORT, *BY_MEMBERS}
OTHERWISE: dict[str, dict[str, Any]] = {
    "OutOfStock": {"stock": 0},
    "NotYetOpen": {"opensAt": "2100-01-01T00:00:00Z"},
    "TierTooLow": {"tiersFrom": "v6"},
}


async def rewards_of_anna(world: World) -> dict[str, str]:
    """What there is to redeem, and what she redeemed: one that waits, one that is confirmed, one with a code."""
    cup = (await created(world, points=1, stock=9, isConfirmedByStaff=True))["id"]
    mug = (await created(world, "mug", points=1, tierPrices=[{"tier": "v2", "points": 1}],
                         limit={"times": 1, "period": "MONTH"}))["id"]  # fmt: skip
    card = (await voucher(world, "code-1", "code-2", points=1))["id"]
    gone = (await created(world, "gone"))["id"]
    await asks(world, "RetireReward", reward=gone)
    waiting, confirmed, code = [await redeemed(world, "anna", each) for each in (cup, mug, card)]
    return {"reward": cup, "redemption": waiting, "confirmed": confirmed, "taken_code": code, "other_reward": mug,
            "voucher": card, "retired": gone}  # fmt: skip


async def redeeming(world: World, kind: str, ids: dict[str, str], *, operator: Viewer) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer, and who asks; `ids` are those of what Anna has."""
    if kind in OTHERWISE:
        ids["reward"] = (await created(world, "special", name=NAME, **OTHERWISE[kind]))["id"]
    if kind == "OwnRedemption":
        await has_points(world, "sara", 10)
        ids["redemption"] = await redeemed(world, "sara", ids["reward"])
        return BY_SUPPORT[kind] % uuid4(), SARA
    if kind in BY_OPERATORS:
        return BY_OPERATORS[kind] % uuid4(), operator
    return (BY_SUPPORT[kind] % uuid4(), OLGA) if kind in BY_SUPPORT else (BY_MEMBERS[kind] % uuid4(), customer("anna"))
