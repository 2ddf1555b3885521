"""Coupons in words, for members: what they take off, who gets them how, and how long they last."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from app.points.section import Period
from app.programs.rulebook import (
    Rule,
    RuleTopic,
    Terms,
    Told,
    days,
    listed,
    minutes,
    months,
    quoted,
    times,
    together,
    told,
)
from app.programs.section import Words

from .rules.stacking import MOST_GROUPS
from .section import CouponKind, CouponsSection, CouponTemplate, Reservations, Validity, Way

WAYS: Mapping[Way, Told] = {
    Way.CLAIM: Told("自行领取", "by claiming it"),
    Way.CODE: Told("凭兑换码兑换", "by a code"),
    Way.GRANT: Told("由店铺发放", "from the shop"),
    Way.REWARD: Told("积分兑换", "for points"),
    Way.GIFT: Told("会员礼遇", "as a gift of the program"),
}
PERIODS: Mapping[Period, Told] = {
    Period.DAY: Told("每天", "a day"),
    Period.WEEK: Told("每周", "a week"),
    Period.MONTH: Told("每月", "a month"),
    Period.YEAR: Told("每年", "a year"),
    Period.LIFETIME: Told("总共", "in all"),
}
WHILE_THERE_ARE = Told("名额有限，先到先得。", "Only as long as there are any.")


def coupons_rules(section: CouponsSection, terms: Terms) -> Iterator[Rule]:
    """A rule for each template, and one for each group, of which only one can be used for an order."""
    for template in section.templates:
        said = together(
            taken_off(template, terms),
            None if template.description is None else _sentence(template.description),
            _valid(template.validity),
            _had(template, terms),
            _offered(template),
            _limited(template),
            WHILE_THERE_ARE if template.is_stocked or template.budget is not None else None,
        )
        yield Rule(f"coupons.{template.code}", RuleTopic.COUPONS, said, template.name)
    yield from _stacked(section.templates)
    if any(template.kind is not CouponKind.PARTNER for template in section.templates):
        yield _reserved(section.reservations)


def _reserved(said: Reservations) -> Rule:
    """As of points that are held (`points.holds`)."""
    words = told(
        zh="为订单预留的优惠券，如未在 {minutes}内使用则释放；商家另定时限的从其时限，最长 {days}。",
        en="A coupon that is set aside for an order is free again if it is not used within {minutes}, or within "
        "another time that the shop sets, {days} at most.",
        minutes=minutes(said.minutes),
        days=days(said.most_days),
    )
    return Rule("coupons.reservations", RuleTopic.COUPONS, words)


def _sentence(said: Words) -> Told:
    """As one, whether the shop wrote it as one or not."""
    return Told(said.zh.rstrip("。. ") + "。", said.en.rstrip("。. ") + ".")


def taken_off(template: CouponTemplate, terms: Terms) -> Told:
    """What a coupon takes off, and of what, as a sentence."""
    match template.kind:
        case CouponKind.EXCHANGE:
            return _exchanged(template, terms)
        case CouponKind.PARTNER:
            return _at_partner(template)
        case _:
            return _reduced(template, terms)


def _reduced(template: CouponTemplate, terms: Terms) -> Told:
    if template.off is not None:
        off = told(zh="减免 {percent}%", en="{percent}% off", percent=str(template.off))
        off = off if template.most is None else told(
            zh="{off}（最多减 {most}）", en="{off}, {most} at most", off=off, most=terms.amount(template.most)
        )  # fmt: skip
    else:
        off = told(zh="减 {amount}", en="{amount} off", amount=terms.amount(template.amount or 0))
    of = Told("", "")
    if template.categories:
        names = listed([quoted(each) for each in template.categories])
        of = told(zh="{names} 类商品", en=" what is of {names}", names=names)
    if template.threshold is None:
        return told(zh="{of}{off}，无门槛。", en="{off}{of}, of any amount.", off=off, of=of)
    threshold = terms.amount(template.threshold)
    return told(zh="{of}满 {threshold} {off}。", en="{off}{of} from {threshold}.", off=off, of=of, threshold=threshold)


def _exchanged(template: CouponTemplate, terms: Terms) -> Told:
    sku = quoted(template.sku or "")
    if template.price is None:
        got = told(zh="免费兑换商品 {sku}。", en="The product {sku} for nothing.", sku=sku)
    else:
        price = terms.amount(template.price)
        got = told(zh="以 {price} 兑换商品 {sku}。", en="The product {sku} for {price}.", sku=sku, price=price)
    if template.most is None:
        return got
    most = terms.amount(template.most)
    return together(got, told(zh="最多抵扣 {most}。", en="It is worth {most} at most.", most=most))


def _at_partner(template: CouponTemplate) -> Told:
    partner = template.partner
    if partner is None:
        return Told("", "")
    used = told(zh="在 {name} 使用：{text}", en="To be used at {name}: {text}", name=partner.name, text=partner.text)
    return together(used, Told("每张券有一个兑换码。", "Each has a code of its own.")) if partner.codes else used


def _valid(validity: Validity) -> Told:
    if validity.until is not None:
        until = _moment(validity.until)
        if validity.since is None:
            return told(zh="有效期至 {until} 前。", en="It can be used before {until}.", until=until)
        since = _moment(validity.since)
        return told(
            zh="{since} 起、{until} 前有效。",
            en="It can be used from {since} and before {until}.",
            since=since,
            until=until,
        )
    long = days(validity.days) if validity.days is not None else months(validity.months or 0)
    return told(
        zh="领取后 {long}内有效，至最后一天结束。",
        en="It lasts {long} after the day on which one gets it, to the end of the last.",
        long=long,
    )


def _had(template: CouponTemplate, terms: Terms) -> Told:
    ways = listed([WAYS[way] for way in template.ways])
    how = told(zh="获取方式：{ways}。", en="One gets it {ways}.", ways=ways)
    tier = None if template.tiers_from is None else terms.tiers.get(template.tiers_from)
    if tier is None:
        return how
    return together(how, told(zh="{tier}及以上会员可得。", en="For members of {tier} and above.", tier=tier))


def _offered(template: CouponTemplate) -> Told | None:
    """When one can get it."""
    opens = None if template.opens_at is None else told(zh="{at} 起可得。", en="One gets it from {at} on.",
                                                        at=_moment(template.opens_at))  # fmt: skip
    closes = None if template.closes_at is None else told(zh="{at} 起不再发放。", en="One gets it before {at}.",
                                                          at=_moment(template.closes_at))  # fmt: skip
    campaign = None if template.needs_campaign is None else told(
        zh="仅在活动 {code} 期间可领取。", en="It can be claimed during the campaign {code} only.",
        code=quoted(template.needs_campaign),
    )  # fmt: skip
    said = [each for each in (opens, closes, campaign) if each is not None]
    return together(*said) if said else None


def _limited(template: CouponTemplate) -> Told | None:
    limit = template.limit
    if limit is None:
        return None
    return told(zh="每位会员{period}限 {times}。", en="Each member gets it {times} {period}.", times=times(limit.times),
                period=PERIODS[limit.period])  # fmt: skip


def _stacked(templates: Sequence[CouponTemplate]) -> Iterator[Rule]:
    """Also of a group of one template: members may have several of its coupons (R34)."""
    groups: dict[str, list[Words]] = {}
    for template in templates:
        if template.kind is not CouponKind.PARTNER:
            groups.setdefault(template.stacking_group, []).append(template.name)
    for code, names in groups.items():
        among = listed([Told(name.zh, name.en) for name in names])
        words = told(
            zh="每笔订单以下优惠券限用一张：{names}。", en="For an order one can be used of: {names}.", names=among
        )
        yield Rule(f"coupons.group.{code}", RuleTopic.COUPONS, words)
    if len(groups) > MOST_GROUPS:
        most = str(MOST_GROUPS)
        words = told(
            zh="每笔订单最多叠加 {most} 张优惠券。", en="For an order {most} coupons can be used at most.", most=most
        )
        yield Rule("coupons.groups", RuleTopic.COUPONS, words)


def _moment(moment: datetime | date) -> Told:
    """By the program's time zone, unless it says another."""
    told_as = moment.isoformat(sep=" ", timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
    return Told(told_as, told_as)
