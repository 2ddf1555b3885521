"""The rules of `[referrals]` in words, for members."""

from collections.abc import Iterator, Mapping

from app.programs.rulebook import Rule, RuleTopic, Terms, Told, days, told

from .section import ReferralsSection

GIVEN: Mapping[str, Told] = {
    "inviter.registration": Told(
        "邀请好友加入，邀请人得 {points}，好友首笔有效订单过退货期后可用。",
        "{points} for inviting somebody who accepts it, to be used once an order of theirs counts.",
    ),
    "inviter.order": Told(
        "好友首笔订单有效，邀请人得 {points}。", "{points} for whoever invited them, once an order of theirs counts."
    ),
    "invitee.registration": Told(
        "接受邀请得 {points}，首笔有效订单过退货期后可用。",
        "{points} for accepting an invitation, to be used once an order counts.",
    ),
    "invitee.order": Told("受邀后首笔订单有效，得 {points}。", "{points} for the first order that counts, if invited."),
}
ANY = Told(
    "已完成、已过退货期且未全额退款的订单有效；如其后退款，未使用的奖励收回，由下一笔有效订单重新给予。",
    "An order counts that is completed, past its return window and not refunded as a whole. If it is refunded later, "
    "what is unused is taken back until the next order counts.",
)
FROM = Told(
    "已完成、已过退货期且扣除退款后满 {amount} 的订单有效；如其后退款，未使用的奖励收回，由下一笔有效订单重新给予。",
    "An order counts that is completed, past its return window and, less refunds, of at least {amount}. If it is "
    "refunded later, what is unused is taken back until the next order counts.",
)
ACCEPTING = Told(
    "加入后 {days} 内可接受一次邀请，邀请人须先于您加入。",
    "Within {days} of joining, one invitation can be accepted, of somebody who joined before.",
)
CAPPED = Told(
    "每月最多 {number} 次被接受的邀请为邀请人带来奖励。",
    "Of the invitations accepted in a month, at most {number} bring the inviter anything.",
)


def referrals_rules(section: ReferralsSection, terms: Terms) -> Iterator[Rule]:
    topic = RuleTopic.REFERRALS
    if not section.is_offered:
        return
    for place, bonus in section.bonuses:
        words = _told_whole(zh=GIVEN[place].zh, en=GIVEN[place].en, points=terms.brought(bonus.points, bonus.coupon))
        yield Rule(f"referrals.{place}", topic, words, bonus.words)
    least = FROM if section.at_least is not None else ANY
    amount = terms.amount(section.at_least or 0)
    yield Rule("referrals.at_least", topic, told(zh=least.zh, en=least.en, amount=amount))
    window = told(zh=ACCEPTING.zh, en=ACCEPTING.en, days=days(section.newcomer_days))
    yield Rule("referrals.newcomer_days", topic, window)
    if section.monthly_cap is not None:
        cap = told(zh=CAPPED.zh, en=CAPPED.en, number=f"{section.monthly_cap:,}")
        yield Rule("referrals.monthly_cap", topic, cap)


def _told_whole(*, zh: str, en: str, points: Told) -> Told:
    """A sentence, whatever it begins with."""
    found = told(zh=zh, en=en, points=points)
    return Told(found.zh, found.en[:1].upper() + found.en[1:])
