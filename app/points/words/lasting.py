"""When points can be used, and until when, in words."""

from collections.abc import Iterator

from app.points.section import Expiry, ExpiryKind, PointsSection
from app.programs.rulebook import Rule, RuleTopic, Told, days, minutes, months, told

FIRST_FIRST = Told("先到期的积分先使用。", "What lapses first is spent first.")
YEARLY = Told(
    "积分在可用之后的第一个 1 月 1 日清零。", "Points lapse on the first January 1 after they could first be used."
)


def lasting_told(section: PointsSection) -> Iterator[Rule]:
    topic = RuleTopic.POINTS
    yield Rule("points.return_window_days", topic, _activation_told(section.return_window_days))
    yield Rule("points.expiry", topic, _expiry_told(section.expiry))
    yield Rule("points.spending", topic, FIRST_FIRST)
    yield Rule(
        "points.holds",
        topic,
        told(
            zh="为购买预留的积分，如未在 {minutes}内完成则退回；商家另定时限的从其时限，最长 {days}。",
            en="Points that are set aside for a purchase return if it is not concluded within {minutes}, or within "
            "another time that the shop says: at most {days}.",
            minutes=minutes(section.holds.minutes),
            days=days(section.holds.most_days),
        ),
    )


def _activation_told(return_window_days: int) -> Told:
    if return_window_days == 0:
        return Told(
            "订单积分在订单完成后立即可用，此前为待入账。",
            "The points of an order are pending until it is completed, and can be used at once then.",
        )
    return told(
        zh="订单积分在订单完成 {days}后可用，此前为待入账。",
        en="The points of an order are pending until {days} after it was completed, and can be used then.",
        days=days(return_window_days),
    )


def _expiry_told(expiry: Expiry) -> Told:
    if expiry.kind is ExpiryKind.YEARLY:
        return YEARLY
    return told(
        zh="积分自可用之日起 {months}后失效。",
        en="Points lapse {months} after they could first be used.",
        months=months(expiry.months),
    )
