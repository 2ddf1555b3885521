"""The rules in words say what is applied: whatever is changed in a file, members read something else (M31)."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coupons.section import Way
from app.definition import PRESETS
from app.programs.rulebook import RuleTopic, grouped
from app.programs.rules import Definition
from tests.world import EXAMPLES, read

from .settings import choices, settings

WHOLE = (Path(__file__).parent / "whole.toml").read_text("utf-8")
FILES = sorted([*PRESETS.glob("*.toml"), *(EXAMPLES / "programs").glob("*.toml")])
HAN = re.compile(r"[\u4e00-\u9fff]")
Replaced = tuple[tuple[str, str], ...]

OF_SERVICE = '[[benefits.of_tier]]\ntier = "gold"\nbenefit = "service"\nparameters = { within_minutes = 11 }\n'
EXTRAS = '[[benefits.of_tier]]\ntier = "gold"\nbenefit = "extras"\nparameters = { campaigns = ["fair"] }\n'

CHANGES: Mapping[str, Replaced] = {
    "program.time_zone": (('"Asia/Shanghai"', '"Asia/Tokyo"'),),
    "program.currency": (('"CNY"', '"USD"'),),
    "members.join": (('"ON_REQUEST"', '"AUTOMATIC"'),),
    "facts.kept_days": (("kept_days = 31", "kept_days = 32"),),
    "points.rounding": (('"FLOOR"', '"HALF_UP"'),),
    "points.return_window_days": (("return_window_days = 8", "return_window_days = 9"),),
    "points.expiry.kind": (('kind = "MONTHS", months = 13', 'kind = "YEARLY"'),),
    "points.expiry.months": (("months = 13", "months = 14"),),
    "points.refunds.claw_back": (('"WITHIN_BALANCE"', '"DEBT"'),),
    "points.give_backs.policy": (('policy = "EXTEND", days = 14', 'policy = "LAPSE"'),),
    "points.give_backs.days": (("days = 14 }", "days = 15 }"),),
    "points.holds.minutes": (("minutes = 29", "minutes = 28"),),
    "points.holds.most_days": (("most_days = 6", "most_days = 5"),),
    "points.earning[].points": (("points = 2\n", "points = 3\n"),),
    "points.earning[].per": (('"3.00"', '"3.01"'),),
    "points.earning[].tiers": (('gold = "1.5"', 'gold = "1.51"'),),
    "points.earning[].categories": (('books = "2.5"', 'book = "2.5"'),),
    "points.earning[].words": (("消费得积分", "购物得积分"), ('"Points for orders"', '"Points for buying"')),
    "points.actions[].points": (("points = 21", "points = 20"),),
    "points.actions[].action": (('"REVIEW"', '"POST"'),),
    "points.actions[].pending_days": (("pending_days = 5", "pending_days = 0"),),
    "points.actions[].tiers": (('silver = "1.25"', 'gold = "1.25"'),),
    "points.actions[].words": (("评价得积分", "点评得积分"), ('"Points for reviews"', '"Points for critics"')),
    "points.caps[].period": (('"DAY"', '"WEEK"'),),
    "points.caps[].points": (("points = 105", "points = 106"),),
    "points.caps[].times": (("times = 9", "times = 8"),),
    "points.caps[].rules[]": (('["review"]', '["review", "order"]'),),
    "points.caps[].words": (("每日上限", "当日上限"), ("Limit of a day", "Limit for days")),
    "tiers.counts_at": (('"END_OF_RETURN_WINDOW"', '"PAID"'),),
    "tiers.measure": (('"GROWTH"', '"SCORE"'),),
    "tiers.window.kind": (('kind = "ROLLING", months = 11', 'kind = "LIFETIME"'),),
    "tiers.window.months": (("months = 11", "months = 12"),),
    "tiers.period.kind": (('kind = "MONTHS", months = 10', 'kind = "YEAR_END"'),),
    "tiers.period.months": (("months = 10", "months = 9"),),
    "tiers.lowering": (('"TO_MATCH"', '"ONE_DOWN"'),),
    "tiers.notice_days": (("notice_days = 44", "notice_days = 46"),),
    "tiers.grace_days": (("grace_days = 16", "grace_days = 0"),),
    "tiers.successors": (('bronze = "silver"', 'bronze = "base"'),),
    "tiers.growth[].growth": (("growth = 17", "growth = 16"),),
    "tiers.growth[].per": (('"19.00"', '"20.00"'),),
    "tiers.growth[].categories": (('toys = "0.5"', 'toys = "0.25"'),),
    "tiers.growth[].words": (("消费得成长值", "购物得成长值"), ("Growth for orders", "Growth for buying")),
    "tiers.orders[].growth": (("growth = 18", "growth = 19"),),
    "tiers.orders[].at_least": (('at_least = "88.00"\n', ""),),
    "tiers.orders[].words": (("大额订单", "大单"), ("Large orders", "Big orders")),
    "tiers.actions[].growth": (("growth = 22", "growth = 23"),),
    "tiers.actions[].action": (('"SHARE"', '"ANSWER"'),),
    "tiers.actions[].words": (("分享得成长值", "转发得成长值"), ("Growth for shares", "Growth for sharing")),
    "tiers.caps[].period": (('"MONTH"', '"YEAR"'),),
    "tiers.caps[].growth": (("growth = 333", "growth = 334"),),
    "tiers.caps[].times": (("times = 12", "times = 13"),),
    "tiers.caps[].rules[]": (('["share", "large"]', '["share"]'),),
    "tiers.caps[].words": (("每月上限", "当月上限"), ("Limit of a month", "Limit for months")),
    "tiers.ladder[].name": (("银卡", "白银"), ('"Silver"', '"Argent"')),
    "tiers.ladder[].threshold": (("threshold = 210", "threshold = 211"),),
    "tiers.ladder[].gift.points": (("points = 77", "points = 78"),),
    "tiers.ladder[].gift.coupon": (('coupon = "for-gold"', 'coupon = "for-another"'),),
    "tiers.ladder[].gift.words": (("升级礼", "金卡礼"), ("Gift for gold", "Gift of gold")),
    "tiers.ladder[].benefits[]": (('"coupons", "extras"', '"coupons"'), (EXTRAS, "")),
    "benefits.offered[].name": (('"会员价"', '"专享价"'), ("Member price", "Special price")),
    "benefits.offered[].description": (("指定商品", "部分商品"), ("Selected goods", "Some goods")),
    "benefits.offered[].parameters.percent_off": (("percent_off = 12, ", ""),),
    "benefits.offered[].parameters.categories[]": (('categories = ["toys"]', 'categories = ["toys", "cups"]'),),
    "benefits.offered[].parameters.within_hours": (("within_hours = 37", "within_hours = 38"),),
    "benefits.offered[].parameters.within_minutes": (("within_minutes = 13", "within_minutes = 12"),),
    "benefits.offered[].parameters.hours": (("{ hours = 39", "{ hours = 1"),),
    "benefits.offered[].parameters.days": (("days = 36 }", "days = 1 }"),),
    "benefits.offered[].parameters.multiplier": (
        ('multiplier = "1.3"', 'multiplier = "1.2"'),
        ('silver = "1.3"', 'silver = "1.2"'),
    ),
    "benefits.offered[].parameters.chances": (("chances = 5", "chances = 6"),),
    "benefits.offered[].parameters.brand": (('"咖啡馆"', '"书店"'), ("The Café", "The Book Shop")),
    "benefits.offered[].parameters.gift": (('"蛋糕"', '"鲜花"'), ("A cake", "Flowers")),
    "benefits.offered[].quota.times": (("times = 23", "times = 24"),),
    "benefits.offered[].quota.period": (('"WEEK"', '"LIFETIME"'),),
    "benefits.of_tier[].tier": (('tier = "gold"\nbenefit = "price"', 'tier = "silver"\nbenefit = "price"'),),
    "benefits.of_tier[].benefit": (
        (OF_SERVICE, ""),
        ('benefit = "trials"\nparameters = { chances = 7 }\n', 'benefit = "service"\n'),
    ),
    "benefits.of_tier[].parameters.percent_off": (("percent_off = 14, ", ""),),
    "benefits.of_tier[].parameters.categories[]": (('categories = ["games"]', 'categories = ["games", "cups"]'),),
    "benefits.of_tier[].parameters.within_hours": (("within_hours = 31", "within_hours = 38"),),
    "benefits.of_tier[].parameters.within_minutes": (("within_minutes = 11", "within_minutes = 12"),),
    "benefits.of_tier[].parameters.hours": (("{ hours = 33", "{ hours = 1"),),
    "benefits.of_tier[].parameters.days": (("days = 35 }", "days = 1 }"),),
    "benefits.of_tier[].parameters.multiplier": (
        ('multiplier = "1.7"', 'multiplier = "1.6"'),
        ('gold = "1.7"', 'gold = "1.6"'),
    ),
    "benefits.of_tier[].parameters.chances": (("chances = 7", "chances = 8"),),
    "benefits.of_tier[].parameters.brand": (('"剧院"', '"书店"'), ("The Theatre", "The Book Shop")),
    "benefits.of_tier[].parameters.gift": (('"相框"', '"鲜花"'), ("A frame", "Flowers")),
    "benefits.of_tier[].quota.times": (("times = 26", "times = 27"),),
    "benefits.of_tier[].quota.period": (('"LIFETIME"', '"WEEK"'),),
    "coupons.templates[].kind": (
        ('kind = "PARTNER"\n', 'kind = "CASH"\namount = "6.00"\n'),
        (
            'partner = { name = { zh = "动物园", en = "The Zoo" }, text = { zh = "出示此券。", en = "Show it." }, '
            "codes = true }\n",
            "",
        ),
    ),
    "coupons.templates[].name": (("满减券", "满额券"), ('"Off from"', '"Less from"')),
    "coupons.templates[].description": (("周末好用", "平日好用"), ("Good for weekends", "Good for weekdays")),
    "coupons.templates[].amount": (('"21.00"', '"21.01"'),),
    "coupons.templates[].off": (("off = 16", "off = 17"),),
    "coupons.templates[].threshold": (('"121.00"', '"121.01"'),),
    "coupons.templates[].most": (('most = "49.00"\n', ""),),
    "coupons.templates[].categories[]": (('["novels"]', '["novels", "poems"]'),),
    "coupons.templates[].sku": (('"mug-1"', '"mug-2"'),),
    "coupons.templates[].price": (('price = "5.50"\n', ""),),
    "coupons.templates[].partner.name": (('"动物园", en = "The Zoo"', '"水族馆", en = "The Aquarium"'),),
    "coupons.templates[].partner.codes": ((", codes = true", ", codes = false"),),
    "coupons.reservations.minutes": (("minutes = 27", "minutes = 26"),),
    "coupons.reservations.most_days": (("most_days = 4", "most_days = 3"),),
    "coupons.templates[].partner.text": (("出示此券", "请出示此券"), ("Show it.", "Show it there.")),
    "coupons.templates[].validity.since": (("since = 2026-07-01, ", ""),),
    "coupons.templates[].validity.until": (("until = 2026-08-01", "until = 2026-08-01T12:00:00"),),
    "coupons.templates[].validity.days": (("days = 47", "days = 46"),),
    "coupons.templates[].validity.months": (("months = 19", "months = 18"),),
    "coupons.templates[].stacking_group": (
        ('stacking_group = "money"\nways = ["CODE"]', 'stacking_group = "shop"\nways = ["CODE"]'),
    ),
    "coupons.templates[].ways[]": (('["CODE"]', '["REWARD"]'),),
    "coupons.templates[].tiers_from": (
        ('tiers_from = "silver"', 'tiers_from = "gold"'),
        ('templates = ["off-from"]', 'templates = ["silver-only"]'),
    ),
    "campaigns.most_points": (('"6.5"', '"6.6"'),),
    "campaigns.most_growth": (('"5.5"', '"5.6"'),),
    "campaigns.planned[].name": (("盛典", "庆典"), ("The gala", "The ball")),
    "campaigns.planned[].priority": (("priority = 72\n", ""),),
    "campaigns.planned[].stacks": (("stacks = true\n", ""),),
    "campaigns.planned[].window.kind": (('kind = "WEEKLY", days = ["TUESDAY"]', 'kind = "MONTHLY", day = 13'),),
    "campaigns.planned[].window.starts": (("09:15:00", "09:16:00"),),
    "campaigns.planned[].window.ends": (("21:45:00", "21:46:00"),),
    "campaigns.planned[].window.days[]": (('"TUESDAY"', '"FRIDAY"'),),
    "campaigns.planned[].window.day": (("day = 12 }", "day = 31 }"),),
    "campaigns.planned[].window.first": (('"05-02"', '"05-01"'),),
    "campaigns.planned[].window.last": (('"05-06"', '"02-28"'),),
    "campaigns.planned[].audience.tiers[]": (('["silver", "base"]', '["silver", "gold"]'),),
    "campaigns.planned[].audience.joined_from": (("2021-02-03", "2021-02-04"),),
    "campaigns.planned[].audience.joined_until": (("2027-03-04", "2027-03-05"),),
    "campaigns.planned[].audience.joined_within_days": (("joined_within_days = 77\n", ""),),
    "campaigns.planned[].audience.channels[]": (('["kiosk"]', '["kiosk", "app"]'),),
    "campaigns.planned[].effects.points": (('"3.25"', '"3.26"'),),
    "campaigns.planned[].effects.growth": (('"3.75"', '"3.76"'),),
    "campaigns.planned[].effects.coupons": (('{ points = "2.15" }', '{ points = "2.15", coupons = true }'),),
    "campaigns.planned[].effects.benefits[]": (('benefits = ["trials"]', 'benefits = ["trials", "birthday"]'),),
    "campaigns.planned[].effects.benefits_of": (('benefits_of = "gold"', 'benefits_of = "silver"'),),
    "campaigns.planned[].effects.early_access_hours": (("early_access_hours = 37", "early_access_hours = 38"),),
    "coupons.templates[].needs_campaign": (
        ('needs_campaign = "soiree"', 'needs_campaign = "once"'),
        ('{ points = "2.15" }', '{ points = "2.15", coupons = true }'),
    ),
    "coupons.templates[].opens_at": (("2026-05-01", "2026-05-02"),),
    "coupons.templates[].closes_at": (("2026-05-31T18:30:00", "2026-05-31T18:31:00"),),
    "coupons.templates[].limit.times": (("times = 48", "times = 47"),),
    "coupons.templates[].limit.period": (('times = 48, period = "YEAR"', 'times = 48, period = "DAY"'),),
    "referrals.newcomer_days": (("newcomer_days = 27", "newcomer_days = 26"),),
    "referrals.monthly_cap": (("monthly_cap = 17", "monthly_cap = 18"),),
    "referrals.at_least": (('at_least = "57.00"\n', ""),),
    "referrals.inviter.registration.coupon": (('coupon = "for-inviting"', 'coupon = "for-another"'),),
    "referrals.inviter.registration.points": (("points = 61", "points = 65"),),
    "referrals.inviter.registration.words": (("邀请有礼", "邀请好礼"), ("For inviting", "For an invitation")),
    "referrals.inviter.order.coupon": (('coupon = "for-friend"', 'coupon = "for-another"'),),
    "referrals.inviter.order.points": (("points = 62", "points = 65"),),
    "referrals.inviter.order.words": (("好友首单礼", "好友下单礼"), ("For their order", "For an order of theirs")),
    "referrals.invitee.registration.coupon": (('coupon = "for-invited"', 'coupon = "for-another"'),),
    "referrals.invitee.registration.points": (("points = 63", "points = 65"),),
    "referrals.invitee.registration.words": (("受邀礼", "受邀好礼"), ("For being invited", "For accepting")),
    "referrals.invitee.order.coupon": (('coupon = "for-order"', 'coupon = "for-another"'),),
    "referrals.invitee.order.points": (("points = 64", "points = 65"),),
    "referrals.invitee.order.words": (("首单有礼", "首单好礼"), ("For the order", "For the first order")),
    "checkin.points": (("points = 41", "points = 0"),),
    "checkin.words": (("天天签到", "每日一签"), ("Day by day", "Each day")),
    "checkin.cycle_days": (("cycle_days = 8", "cycle_days = 9"),),
    "checkin.cycle[].day": (("day = 5", "day = 4"),),
    "checkin.cycle[].coupon": (('coupon = "for-cycle"', 'coupon = "for-another"'),),
    "checkin.cycle[].points": (("points = 46", "points = 47"),),
    "checkin.cycle[].words": (("周期奖励", "周期礼"), ("Bonus of the cycle", "Bonus of cycles")),
    "checkin.milestones[].streak": (("streak = 34", "streak = 35"),),
    "checkin.milestones[].coupon": (('coupon = "for-streak"', 'coupon = "for-another"'),),
    "checkin.milestones[].points": (("points = 456", "points = 457"),),
    "checkin.milestones[].words": (("连签奖励", "连签礼"), ("Bonus of the streak", "Bonus of streaks")),
    "checkin.make_up.window_days": (("window_days = 6", "window_days = 5"),),
    "checkin.make_up.quota": (("quota = 4", "quota = 0"),),
    "checkin.make_up.cost": (("cost = 43", "cost = 0"),),
}
"""For each key another value, and what is written instead of what."""

SEVERAL = frozenset(("coupons.templates[].kind",))
"""Keys each of whose values needs other keys beside it."""

SILENT: Mapping[str, Replaced] = {
    "program.code": (('"whole"', '"other"'),),
    "program.kind": (('"BRAND"', '"PLATFORM"'),),
    "program.name": (("The Whole", "The Rest"),),
    "points.earning[].code": (('"more"', '"extra"'),),
    "points.actions[].code": (('"review"', '"reviews"'),),
    "points.caps[].code": (('"a-day"', '"daily"'),),
    "points.adjustments.alone_up_to": (("alone_up_to = 999", "alone_up_to = 1"),),
    "tiers.growth[].code": (('"order"\ngrowth', '"orders"\ngrowth'),),
    "tiers.orders[].code": (('"large"', '"huge"'),),
    "tiers.actions[].code": (('"share"', '"shares"'),),
    "tiers.caps[].code": (('"a-month"', '"monthly"'),),
    "tiers.ladder[].code": (('"gold"', '"best"'), ("gold =", "best =")),
    "benefits.offered[].code": (('"partner"', '"joint"'),),
    "benefits.offered[].kind": (('"PRIORITY_SHIPPING"', '"AFTER_SALES_PRIORITY"'),),
    "benefits.offered[].parameters.rules[]": (('"more"', '"extra"'),),
    "benefits.offered[].parameters.campaigns[]": (('campaigns = ["festival"]', 'campaigns = ["market"]'),),
    "benefits.offered[].parameters.templates[]": (('templates = ["off-from"]', 'templates = ["silver-only"]'),),
    "benefits.of_tier[].parameters.rules[]": (('"more"', '"extra"'),),
    "benefits.of_tier[].parameters.campaigns[]": (('campaigns = ["fair"]', 'campaigns = ["bazaar"]'),),
    "benefits.of_tier[].parameters.templates[]": (('templates = ["gold-only"]', 'templates = ["gold-first"]'),),
    "benefits.retired[]": (('retired = ["lounge"]', 'retired = ["lounge", "bar"]'),),
    "campaigns.planned[].code": (('"gala"', '"ball"'),),
    "coupons.by_hand.support_a_day": (("support_a_day = 6", "support_a_day = 0"),),
    "coupons.templates[].code": (('"at-the-zoo"', '"zoo"'),),
    "coupons.templates[].stock": (("stock = 1001", "stock = 1002"),),
    "coupons.templates[].buckets": (("buckets = 3", "buckets = 4"),),
    "coupons.templates[].budget": (('budget = "2100.00"', 'budget = "2200.00"'),),
    "referrals.link": (("https://shop.example", "https://other.example"),),
}
"""Keys of which members read nothing in the rules: what software calls things (`ProgramRule.code`), what `Program` says
of itself, what staff may do alone, and where invitees are sent (`Referral.link`)."""


def changed(key: str, text: str = WHOLE) -> str:
    """The whole program with another value of a key."""
    for old, new in CHANGES[key]:
        assert text.count(old) == 1, (key, old)
        text = text.replace(old, new)
    return text


def shown(definition: Definition, language: str) -> list[tuple[str, str]]:
    """All that members read, with names."""
    return [
        (getattr(rule.words, language), "" if rule.name is None else getattr(rule.name, language))
        for rule in definition.rules
    ]


def test_of_every_setting_it_is_known_whether_members_read_of_it() -> None:
    """A new key does not get past this test unseen."""
    assert CHANGES.keys() | SILENT.keys() == settings().keys()
    assert not CHANGES.keys() & SILENT.keys()


def test_the_whole_program_says_every_key() -> None:
    said = {key for name, section in read(WHOLE).sections.items() for key in _said(name, section)}
    assert settings().keys() <= said


def _said(place: str, value: Any) -> set[str]:
    """Places of what is not left to a default."""
    if isinstance(value, tuple):
        items = cast(tuple[Any, ...], value)
        return {place}.union(*(_said(f"{place}[]", item) for item in items))
    named = getattr(value, "model_fields_set", ())
    return {place}.union(*(_said(f"{place}.{name}", getattr(value, name)) for name in named))


@pytest.mark.parametrize("key", CHANGES)
def test_another_value_is_told_in_other_words(key: str) -> None:
    """In both languages."""
    before, after = read(WHOLE), read(changed(key))
    for language in ("zh", "en"):
        assert shown(before, language) != shown(after, language), language


@pytest.mark.parametrize("key", sorted(choices().keys() & CHANGES.keys() - SEVERAL))
def test_each_choice_is_told_in_words_of_its_own(key: str) -> None:
    needs = {
        "points.expiry.kind": {"MONTHS": ", months = 13"},
        "points.give_backs.policy": {"EXTEND": ", days = 14"},
        "tiers.window.kind": {"ROLLING": ", months = 11"},
        "tiers.period.kind": {"MONTHS": ", months = 10"},
        "coupons.templates[].limit.period": {"YEAR": ""},
        "coupons.templates[].ways[]": dict.fromkeys(Way, "]"),
    }.get(key, {})
    old = CHANGES[key][0][0]
    present = re.findall(r'"([A-Z_]+)"', old)[0]
    told: dict[str, list[list[tuple[str, str]]]] = {"zh": [], "en": []}
    for choice in choices()[key]:
        new = f'"{choice.value}"' if not needs else re.sub(
            rf'"{present}".*', f'"{choice.value}"{needs.get(choice.value, "")}', old)  # fmt: skip
        definition = read(WHOLE.replace(old, new))
        for language, seen in told.items():
            seen.append(shown(definition, language))
    for seen in told.values():
        assert len(seen) >= 2
        assert all(one != other for number, one in enumerate(seen) for other in seen[:number])


@pytest.mark.parametrize("key", SILENT)
def test_codes_and_what_staff_may_do_are_not_told(key: str) -> None:
    """What is listed as silent is."""
    text = WHOLE
    for old, new in SILENT[key]:
        assert old in text
        text = text.replace(old, new)
    for language in ("zh", "en"):
        assert shown(read(text), language) == shown(read(WHOLE), language)


def texts() -> list[str]:
    return [*(file.read_text("utf-8") for file in FILES), WHOLE, *map(changed, CHANGES)]


def test_every_rule_is_a_sentence_in_both_languages() -> None:
    """Nothing is left of what stands in templates, and no language gets into the other."""
    for text in texts():
        for rule in read(text).rules:
            zh, en = rule.words.zh, rule.words.en
            assert HAN.search(zh), rule
            assert not HAN.search(en), rule
            assert zh.endswith("。"), rule
            assert en.endswith("."), rule
            assert not re.search(r"[{}]|None|  |\.\.|。。|<|\bTold\b", zh + en), rule


def test_rules_are_known_by_codes_of_their_own() -> None:
    for text in texts():
        codes = [rule.code for rule in read(text).rules]
        assert len(codes) == len(set(codes))


def test_rules_are_grouped_by_what_they_are_about() -> None:
    """Each once, in the order of the topics; the whole program has something of each."""
    rules = read(WHOLE).rules
    groups = grouped(rules)
    assert [group.topic for group in groups] == list(RuleTopic)
    assert sorted(rule.code for group in groups for rule in group.rules) == sorted(rule.code for rule in rules)
    assert all(rule.topic is group.topic for group in groups for rule in group.rules)


NUMBERS = {
    "points.earning[].points": "points = 2\n",
    "points.actions[].points": "points = 21\n",
    "points.caps[].points": "points = 105\n",
    "points.caps[].times": "times = 9\n",
    "tiers.growth[].growth": "growth = 17\n",
    "tiers.orders[].growth": "growth = 18\n",
    "tiers.caps[].growth": "growth = 333\n",
    "tiers.ladder[].threshold": "threshold = 520\n",
}


@given(key=st.sampled_from(sorted(NUMBERS)), one=st.integers(521, 2**31 - 1), other=st.integers(521, 2**31 - 1))
def test_figures_read_alike_only_if_they_are_the_same(key: str, one: int, other: int) -> None:
    """However large: nothing is rounded for reading."""
    line = NUMBERS[key]
    first, second = (read(WHOLE.replace(line, f"{line.split(' = ')[0]} = {number}\n")) for number in (one, other))
    for language in ("zh", "en"):
        assert (shown(first, language) == shown(second, language)) == (one == other)
        assert f"{one:,}" in str(shown(first, language))


@given(one=st.integers(1, 2**31 - 1), other=st.integers(1, 2**31 - 1), currency=st.sampled_from(["CNY", "JPY", "BHD"]))
def test_amounts_read_alike_only_if_they_are_the_same(one: int, other: int, currency: str) -> None:
    """R12: with all the decimals that the currency has."""
    digits = {"CNY": 2, "JPY": 0, "BHD": 3}[currency]

    def with_amount(minor: int) -> Definition:
        written = f"{minor / 10**digits:.{digits}f}"
        others = re.sub(r'"(\d+)\.\d\d"', r'"\1"', WHOLE.replace('"3.00"', "AMOUNT")).replace("AMOUNT", f'"{written}"')
        return read(others.replace('"CNY"', f'"{currency}"'))

    first, second = with_amount(one), with_amount(other)
    for language in ("zh", "en"):
        assert (shown(first, language) == shown(second, language)) == (one == other)


def without_benefits(text: str) -> str:
    """What multiplies points goes by the rules that earn them."""
    text = text.replace('benefits = ["trials"], ', "")  # of a campaign
    return re.sub(r"\nbenefits = \[[^]]*\]", "", re.sub(r"\[benefits\]\n.*?(?=\n\[checkin\])", "", text, flags=re.S))


def test_with_nothing_to_earn_that_is_told() -> None:
    text = re.sub(r"\[\[(points|tiers)\.(earning|growth|orders|actions|caps)\]\]\n(?:[a-z_]+ = .*\n)+", "", WHOLE)
    words = [rule.words.en for rule in read(without_benefits(text)).rules]
    assert "Orders earn no points." in words
    assert "Orders bring no growth." in words
    assert not [each for each in words if "Gift cards" in each or "reckoned" in each]


def test_who_can_only_be_in_one_tier_is_told_nothing_of_losing_it() -> None:
    ladder = WHOLE[WHOLE.index('[[tiers.ladder]]\ncode = "silver"') :]
    alone = WHOLE.replace(ladder, "").replace('{ bronze = "silver" }', '{ bronze = "base" }')
    alone = re.sub(r"tiers = \{ .* \}\n", "", alone)
    assert RuleTopic.TIER_PERIOD not in {rule.topic for rule in read(alone).rules}


def test_where_nobody_is_lowered_notice_and_grace_are_not_told() -> None:
    codes = {rule.code for rule in read(WHOLE.replace('"TO_MATCH"', '"NEVER"')).rules}
    assert "tiers.lowering" in codes
    assert not codes & {"tiers.notice_days", "tiers.grace_days"}
