"""What customers do, in words."""

from collections.abc import Mapping

from app.points.section import Action, Period
from app.programs.rulebook import Told

EACH: Mapping[Action, Told] = {
    Action.REVIEW: Told("每次评价", "for each review"),
    Action.SHARE: Told("每次分享", "for each share"),
    Action.POST: Told("每次发帖", "for each post"),
    Action.ANSWER: Told("每次回答问题", "for each answer"),
    Action.LOGIN: Told("每次登录", "for each login"),
    Action.PROFILE_COMPLETED: Told("每次完善资料", "each time that you complete your profile"),
}
NOUNS: Mapping[Action, Told] = {
    Action.REVIEW: Told("评价", "reviews"),
    Action.SHARE: Told("分享", "shares"),
    Action.POST: Told("发帖", "posts"),
    Action.ANSWER: Told("回答", "answers"),
    Action.LOGIN: Told("登录", "logins"),
    Action.PROFILE_COMPLETED: Told("完善资料", "completing your profile"),
}
ORDERS = Told("订单", "orders")
PERIODS: Mapping[Period, Told] = {
    Period.DAY: Told("每天", "a day"),
    Period.WEEK: Told("每周（周一起）", "a week (from Monday)"),
    Period.MONTH: Told("每月", "a month"),
    Period.YEAR: Told("每年", "a year"),
    Period.LIFETIME: Told("总共", "in all"),
}
