"""What becomes of points when money is given back, or what they paid for is cancelled, in words."""

from collections.abc import Iterator, Mapping

from app.points.section import ClawBack, GiveBack, GiveBacks, PointsSection
from app.programs.rulebook import Rule, RuleTopic, Told, days, told

SHARE = Told(
    "订单退款时，按退款比例收回该订单所得积分。",
    "A refund takes back what the refunded part of the order earned.",
)
SPENT: Mapping[ClawBack, Told] = {
    ClawBack.WITHIN_BALANCE: Told(
        "应收回的积分已被使用的，仅收回现有积分；不足部分在这些积分退回时抵扣。",
        "If those points have been spent, as many are taken as there are; the rest is settled when spent points are "
        "given back.",
    ),
    ClawBack.DEBT: Told(
        "应收回的积分已被使用的，不足部分记为欠分，由之后获得的积分先行偿还。",
        "If those points have been spent, the rest is owed: what comes in next pays it first.",
    ),
    ClawBack.PENDING_ONLY: Told(
        "退款仅收回尚未入账的积分，已可用的积分不收回。",
        "Only points that were still pending when it was refunded are taken back; what can be used stays.",
    ),
}
LAPSED = Told(
    "退回的积分恢复原有效期，已过期的随即失效。",
    "Points that are given back lapse when they would have lapsed; at once, if that has passed.",
)


def refunds_told(section: PointsSection) -> Iterator[Rule]:
    topic = RuleTopic.REFUNDS
    yield Rule("points.refunds", topic, SHARE)
    yield Rule("points.refunds.claw_back", topic, SPENT[section.refunds.claw_back])
    yield Rule("points.give_backs", topic, _given_back_told(section.give_backs))


def _given_back_told(give_backs: GiveBacks) -> Told:
    if give_backs.policy is GiveBack.LAPSE or give_backs.days is None:
        return LAPSED
    return told(
        zh="退回的积分恢复原有效期；因商家取消而退回且已过期的，延长 {days}，每笔积分仅一次。",
        en="Points that are given back lapse when they would have lapsed. If that has passed and the shop cancelled, "
        "they last {days} more, once.",
        days=days(give_backs.days),
    )
